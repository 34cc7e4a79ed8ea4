//! What keeps a SQLite file in good order while Tend runs.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use crate::{Result, conn::Conn, group_commit::last_position, origin::Origin, sqlite};

/// How often an idle writer looks around.
pub(crate) const LOOK: Duration = Duration::from_secs(1);
const OPTIMIZE: Duration = Duration::from_secs(3600);

/// What the writer does when nobody asks for anything.
pub(crate) struct Idle {
    /// Changes when another process has committed.
    data_version: i64,
    optimized: Instant,
}

impl Idle {
    pub fn new(conn: &mut Conn) -> Self {
        // A file in which nothing was read yet has no version: then all is news.
        Self { data_version: data_version(conn).unwrap_or(0), optimized: Instant::now() }
    }

    pub fn look(&mut self, conn: &mut Conn, origin: &Origin) {
        if let Err(error) = self.hear_of_others(conn, origin) {
            tracing::debug!(%error, "looks again soon");
        }
        if self.optimized.elapsed() >= OPTIMIZE {
            self.optimized = Instant::now();
            optimize(conn);
        }
    }

    /// A command that works beside us, say: its journal and its jobs are news here.
    fn hear_of_others(&mut self, conn: &mut Conn, origin: &Origin) -> Result<()> {
        let version = data_version(conn)?;
        let known = std::mem::replace(&mut self.data_version, version);
        if known == version || !origin.has_journal() {
            return Ok(());
        }
        if origin.watch.reached(last_position(conn)?) {
            origin.watch.tell_of_journal();
        }
        origin.watch.tell_of_jobs();
        Ok(())
    }
}

fn data_version(conn: &mut Conn) -> Result<i64> {
    conn.query("PRAGMA data_version", &[], true)?.first().map_or(Ok(0), |it| it.first())
}

/// Tells the planner what the tables have become. It looks at a few hundred rows of each.
pub(crate) fn optimize(conn: &mut Conn) {
    if let Err(error) = conn.batch("PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002;") {
        tracing::debug!(%error, "the planner goes by what it knew");
    }
}

/// Moves what was committed from the log to the file, beside the writer, so that
/// the writer never stops for long to do it.
pub(crate) struct Checkpointer {
    pub path: PathBuf,
    pub origin: Arc<Origin>,
}

impl Checkpointer {
    const EVERY: Duration = Duration::from_millis(500);

    /// Until the bell is stopped.
    pub fn run(&self) {
        let mut conn: Option<Connection> = None;
        let mut seen = 0;
        while !self.origin.bell.is_stopped() {
            self.origin.bell.rest(Self::EVERY);
            let commits = self.origin.counters.commits.load(Relaxed);
            if commits == seen || self.origin.fate.broken().is_some() {
                continue;
            }
            let done = self.checkpoint(&mut conn);
            match done {
                Ok(true) => seen = commits,
                Ok(false) => {}
                Err(error) => tracing::debug!(%error, "the log is moved later"),
            }
        }
    }

    /// Whether all was moved; a reader may hold some of it back.
    fn checkpoint(&self, conn: &mut Option<Connection>) -> Result<bool> {
        let conn = match conn {
            Some(it) => it,
            None => conn.insert(sqlite::open_checkpointer(&self.path)?),
        };
        conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok(row.get::<_, i64>(1)? == row.get::<_, i64>(2)?)
        })
        .map_err(sqlite::error)
    }
}
