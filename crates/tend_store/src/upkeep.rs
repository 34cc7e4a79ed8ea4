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
/// How long not to ask again after a reader held the log, as a backup does.
const HELD: Duration = Duration::from_secs(5);

/// What the writer does between its commits.
pub(crate) struct Upkeep {
    /// Changes when another process has committed.
    data_version: i64,
    /// When a reader held the log, and it could not begin anew.
    held: Option<Instant>,
}

impl Upkeep {
    pub fn new(conn: &mut Conn) -> Self {
        // A file in which nothing was read yet has no version: then all is news.
        Self { data_version: data_version(conn).unwrap_or(0), held: None }
    }

    /// Before a batch: the log begins anew, if the checkpointer asks for it. It has
    /// just moved all but the newest commits, so this takes a moment only.
    pub fn shorten_log(&mut self, conn: &mut Conn, origin: &Origin) {
        if !origin.log_is_long.load(Relaxed) {
            return;
        }
        let may_try = self.held.is_none_or(|it| it.elapsed() >= HELD);
        if may_try {
            let held = sqlite::of(conn).and_then(sqlite::restart_log);
            self.held = matches!(held, Ok(true)).then(Instant::now);
        }
        origin.log_is_long.store(false, Relaxed);
    }

    /// When nobody asks for anything.
    pub fn look(&mut self, conn: &mut Conn, origin: &Origin) {
        if let Err(error) = self.hear_of_others(conn, origin) {
            tracing::debug!(%error, "looks again soon");
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

/// Moves what was committed from the log to the file, beside the writer, so that
/// the writer never stops for long to do it.
pub(crate) struct Checkpointer {
    pub path: PathBuf,
    pub origin: Arc<Origin>,
}

impl Checkpointer {
    const EVERY: Duration = Duration::from_millis(250);
    /// Pages in the log, 32 MB, after which it is to begin anew. Under steady load it
    /// would not by itself: there is always one more commit in it.
    const LONG_LOG: i64 = 8_000;

    /// Until the bell is stopped.
    pub fn run(&self) {
        let mut conn: Option<Connection> = None;
        let mut seen = 0;
        while !self.origin.bell.is_stopped() {
            self.origin.bell.rest(Self::EVERY);
            let commits = self.origin.counters.commits.load(Relaxed);
            if commits == seen
                || self.origin.log_is_long.load(Relaxed)
                || self.origin.fate.broken().is_some()
            {
                continue;
            }
            match self.checkpoint(&mut conn) {
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
        let pages = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
        // Beside the writer, and as far as the oldest reader allows.
        let (log, moved) =
            conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], pages).map_err(sqlite::error)?;
        if log > Self::LONG_LOG {
            self.origin.log_is_long.store(true, Relaxed);
        }
        Ok(log == moved)
    }
}
