//! How a database is opened, and what runs beside it until it closes.

use std::{
    hash::{BuildHasher, RandomState},
    path::PathBuf,
    sync::{Arc, Mutex, atomic::Ordering::Relaxed, mpsc::sync_channel},
    thread::{self, JoinHandle},
};

use crate::{
    Db, Dialect, Migrations, Options, Result, Row, StoreError,
    backoff::Backoff,
    conn::Conn,
    group_commit,
    keeper::{Keeper, follow_clock},
    listen::Listener,
    lock::Lock,
    migrate::{apply, bootstrap, missing},
    moving::refuse_unfinished,
    node,
    origin::Origin,
    pool::Pool,
    sequencer::Sequencer,
    serializable,
    server::{self, Purpose, Server},
    sqlite,
    upkeep::Checkpointer,
};

/// What a database is made of.
struct Parts {
    dialect: Dialect,
    readers: Arc<Pool>,
    writers: Arc<Pool>,
    lock: Option<Lock>,
    server: Option<Arc<Server>>,
}

impl Db {
    /// A database in a file, with its `-wal` and `-shm` beside it. Refuses with
    /// [`StoreError::InUse`] when another process is its master, unless this one
    /// only works [beside](Options::alone) it.
    pub fn sqlite(path: impl Into<PathBuf>, options: Options) -> Result<Self> {
        let path = path.into();
        let lock = options.alone.then(|| Lock::take(&path)).transpose()?;
        let writer = Pool::of_one(Conn::Sqlite(sqlite::open_writer(&path)?));
        let file = path.clone();
        let open = move |place| sqlite::open_reader(&path, place).map(Conn::Sqlite);
        let readers = Arc::new(Pool::new(options.readers, open));
        let writers = Arc::new(writer);
        let dialect = Dialect::Sqlite;
        let mut db = Self::start(options, Parts { dialect, readers, writers, lock, server: None })?;
        let checkpointer = Checkpointer { path: file, origin: db.origin.clone() };
        db.beside.push(named("tend-checkpoint", move || checkpointer.run()));
        Ok(db)
    }

    /// A database in memory, new or from the [image](Self::image) of another.
    /// Its readers and its writer take turns at one connection.
    pub fn memory(image: Option<&[u8]>, options: Options) -> Result<Self> {
        let readers = Arc::new(Pool::of_one(Conn::Sqlite(sqlite::open_memory(image)?)));
        let (dialect, writers) = (Dialect::Sqlite, readers.clone());
        Self::start(options, Parts { dialect, readers, writers, lock: None, server: None })
    }

    /// A database in a server: `postgres://user@host/name`, with `sslmode` and
    /// `sslrootcert` as libpq knows them.
    pub fn postgres(url: &str, options: Options) -> Result<Self> {
        let server = Arc::new(Server::new(url, options.limits)?);
        let pool = |size, purpose| {
            let server = server.clone();
            Arc::new(Pool::new(size, move |_| server.conn(purpose)))
        };
        let readers = pool(options.readers, Purpose::Reads);
        let writers = pool(options.writers, Purpose::Writes);
        let (dialect, server) = (Dialect::Postgres, Some(server));
        Self::start(options, Parts { dialect, readers, writers, lock: None, server })
    }

    fn start(options: Options, parts: Parts) -> Result<Self> {
        let origin =
            Arc::new(Origin::new(options.clock, options.node.unwrap_or(0), options.writers));
        if let Some(server) = &parts.server {
            let mut conn = first_conn(server)?;
            server::check(&mut conn)?;
            follow_clock(&mut conn, &origin)?;
        }
        let (queue, work) = sync_channel(options.queue);
        let writers = match parts.dialect {
            Dialect::Sqlite => {
                let (origin, pool) = (origin.clone(), parts.writers);
                vec![named("tend-write", move || group_commit::run(&pool, &origin, &work))]
            }
            Dialect::Postgres => {
                let work = Arc::new(Mutex::new(work));
                let start = |_| {
                    let (origin, work) = (origin.clone(), work.clone());
                    let pool = parts.writers.clone();
                    named("tend-write", move || serializable::run(&pool, &origin, &work))
                };
                (0..options.writers).map(start).collect()
            }
        };
        let mut db = Self {
            dialect: parts.dialect,
            origin,
            readers: parts.readers,
            queue: Some(queue),
            writers,
            holder: holder(),
            migrations: options.migrations,
            beside: Vec::new(),
            _lock: parts.lock,
        };
        match options.migrates {
            true => db.migrate(options.migrations)?,
            false => db.is_up_to_date(options.migrations)?,
        }
        if !options.receives {
            db.read(refuse_unfinished)?;
        }
        if options.node.is_none() {
            db.take_number(options.alone)?;
        }
        db.begin_watching(parts.server)?;
        Ok(db)
    }

    fn take_number(&self, alone: bool) -> Result<()> {
        let holder = self.holder.clone();
        let node = self.write(move |tx| node::lease(tx, &holder, alone))?;
        self.origin.ids.lease(node.number, node.after, node.mark);
        self.origin.set_node(Some(node));
        Ok(())
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

    /// Looks, and changes nothing.
    fn is_up_to_date(&self, known: Migrations) -> Result<()> {
        let waiting =
            self.read(|tx| match tx.scalar(tx.dialect().has_table(), &["migrations".into()])? {
                true => missing(tx, known),
                false => Ok(known.to_vec()),
            })?;
        match waiting.as_slice() {
            [] => Ok(()),
            [first, ..] => Err(StoreError::Incompatible(format!(
                "The database is not up to date: {} of this version's changes are missing, from {} on. \
                 The next start of Tend makes them; take a backup first.",
                waiting.len(),
                first.name
            ))),
        }
    }

    /// After rows came in with ids of their own.
    pub(crate) fn go_on_after_marks(&self) -> Result<()> {
        let Some(node) = self.origin.node() else { return Ok(()) };
        let node = self.write(move |tx| node::go_on(tx, node.number))?;
        self.origin.ids.lease(node.number, node.after, node.mark);
        self.origin.set_node(Some(node));
        Ok(())
    }

    pub(crate) fn learn_positions(&self) -> Result<()> {
        if self.origin.has_journal() {
            let last = "SELECT COALESCE(MAX(position), 0) FROM journal";
            let position: i64 = self.read(|tx| tx.scalar(last, &[]))?;
            self.origin.watch.reached(position);
        }
        Ok(())
    }

    /// Where there is a journal, those who follow it hear of commits.
    fn begin_watching(&mut self, server: Option<Arc<Server>>) -> Result<()> {
        let table: Row =
            self.read::<_, StoreError>(|tx| tx.one(tx.dialect().has_table(), &["journal".into()]))?;
        let has_journal = table.get("found")?;
        self.origin.has_journal.store(has_journal, Relaxed);
        self.learn_positions()?;
        let Some(server) = server else { return Ok(()) };
        server.talk_in(&table.get::<String>("schema")?);
        let (origin, holder) = (self.origin.clone(), self.holder.clone());
        let sequencer = has_journal.then(|| Sequencer {
            server: server.clone(),
            holder: holder.clone(),
            watch: origin.watch.clone(),
        });
        let keeper = Keeper { server: server.clone(), origin, holder, sequencer };
        let (origin, holder) = (self.origin.clone(), self.holder.clone());
        let listener = Listener { server, holder, origin };
        self.beside.push(named("tend-keeper", move || keeper.run()));
        self.beside.push(named("tend-listener", move || listener.run()));
        Ok(())
    }
}

/// The server may be starting, just as we are.
fn first_conn(server: &Server) -> Result<Conn> {
    let mut backoff = Backoff::new();
    loop {
        match server.conn(Purpose::Upkeep) {
            Err(error) if error.may_run_again() && backoff.wait() => {}
            result => return result.map_err(StoreError::when_tries_are_over),
        }
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
