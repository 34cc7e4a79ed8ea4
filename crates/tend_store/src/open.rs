//! How a database is opened, and what runs beside it until it closes.

use std::{
    hash::{BuildHasher, RandomState},
    path::PathBuf,
    sync::{Arc, Mutex, mpsc::sync_channel},
    thread::{self, JoinHandle},
};

use crate::{
    Db, Dialect, Ids, Migrations, Options, Result, Row, StoreError,
    backoff::Backoff,
    conn::Conn,
    group_commit,
    migrate::{apply, bootstrap, missing},
    pool::Pool,
    sequencer::Sequencer,
    serializable,
    server::{Listener, Server},
    sqlite,
    watch::{Bell, Watch},
    work::Origin,
};

impl Db {
    /// A database in a file, with its `-wal` and `-shm` beside it.
    pub fn sqlite(path: impl Into<PathBuf>, options: Options) -> Result<Self> {
        let path = path.into();
        let writer = Pool::of_one(Conn::Sqlite(sqlite::open_writer(&path)?));
        let open = move || sqlite::open_reader(&path).map(Conn::Sqlite);
        let readers = Pool::new(options.readers, open);
        Self::start(Dialect::Sqlite, options, Arc::new(readers), Arc::new(writer), None)
    }

    /// A database in memory, new or from the [image](Self::image) of another.
    /// Its readers and its writer take turns at one connection.
    pub fn memory(image: Option<&[u8]>, options: Options) -> Result<Self> {
        let pool = Arc::new(Pool::of_one(Conn::Sqlite(sqlite::open_memory(image)?)));
        Self::start(Dialect::Sqlite, options, pool.clone(), pool, None)
    }

    /// A database in a server, `postgres://user@host/name`.
    pub fn postgres(url: &str, options: Options) -> Result<Self> {
        let server = Arc::new(Server::new(url));
        let pool = |size| {
            let server = server.clone();
            Pool::new(size, move || Ok(Conn::Postgres(Box::new(server.connect()?))))
        };
        let (readers, writers) = (pool(options.readers), pool(options.writers));
        Self::start(Dialect::Postgres, options, Arc::new(readers), Arc::new(writers), Some(server))
    }

    fn start(
        dialect: Dialect,
        options: Options,
        readers: Arc<Pool>,
        writers: Arc<Pool>,
        server: Option<Arc<Server>>,
    ) -> Result<Self> {
        let origin = Arc::new(Origin {
            clock: options.clock,
            ids: Ids::new(options.node),
            watch: Arc::new(Watch::default()),
            bell: Arc::new(Bell::default()),
        });
        let (queue, work) = sync_channel(options.queue);
        let threads = match dialect {
            Dialect::Sqlite => {
                let origin = origin.clone();
                vec![named("tend-write", move || group_commit::run(&writers, &origin, &work))]
            }
            Dialect::Postgres => {
                let work = Arc::new(Mutex::new(work));
                let start = |_| {
                    let (origin, work, pool) = (origin.clone(), work.clone(), writers.clone());
                    named("tend-write", move || serializable::run(&pool, &origin, &work))
                };
                (0..options.writers).map(start).collect()
            }
        };
        let mut db = Self {
            dialect,
            origin,
            readers,
            queue: Some(queue),
            writers: threads,
            holder: holder(),
            beside: Vec::new(),
        };
        db.migrate(options.migrations)?;
        db.begin_watching(server)?;
        Ok(db)
    }

    fn migrate(&self, known: Migrations) -> Result<()> {
        let mut backoff = Backoff::new();
        // Of two nodes that create the same table one is told that it exists.
        while let Err(error) = self.write(bootstrap) {
            if !matches!(error, StoreError::Constraint(_)) || !backoff.wait() {
                return Err(error);
            }
        }
        for step in self.read(|tx| missing(tx, known))? {
            self.write(move |tx| apply(tx, step))?;
        }
        Ok(())
    }

    /// Where there is a journal, those who follow it hear of commits.
    fn begin_watching(&mut self, server: Option<Arc<Server>>) -> Result<()> {
        let table: Row =
            self.read::<_, StoreError>(|tx| tx.one(tx.dialect().has_table(), &["journal".into()]))?;
        if !table.get("found")? {
            return Ok(());
        }
        let position = self
            .read(|tx| tx.scalar::<i64>("SELECT COALESCE(MAX(position), 0) FROM journal", &[]))?;
        self.origin.watch.reached(position);
        let Some(server) = server else { return Ok(()) };
        server.talk_in(&table.get::<String>("schema")?);
        let (bell, watch) = (self.origin.bell.clone(), self.origin.watch.clone());
        let holder = self.holder.clone();
        let sequencer = Sequencer { server: server.clone(), holder, bell, watch };
        let (bell, watch) = (self.origin.bell.clone(), self.origin.watch.clone());
        let listener = Listener { server, holder: self.holder.clone(), bell, watch };
        self.beside.push(named("tend-sequencer", move || sequencer.run()));
        self.beside.push(named("tend-listener", move || listener.run()));
        Ok(())
    }
}

fn named(name: &str, work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(work).expect("the system has one more thread")
}

/// Different for each database that was ever opened, and readable in a table of leases.
fn holder() -> String {
    let random = RandomState::new().hash_one(std::process::id());
    format!("{}-{random:016x}", std::process::id())
}
