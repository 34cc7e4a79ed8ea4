use std::{sync::Arc, time::Duration};

use crate::{Clock, Migrations};

/// How a database is opened.
pub struct Options {
    pub clock: Arc<dyn Clock>,
    /// The number within [`Ids`](crate::Ids), different for each process that writes
    /// to one database. `None` leases one there, which is right for all but tests.
    pub node: Option<u16>,
    /// The master of a SQLite file, of which there is one at a time. `false` is for
    /// a command that works beside it for a moment. No matter in PostgreSQL.
    pub alone: bool,
    pub migrations: Migrations,
    /// For a database that is to be filled by [`Db::move_to`](crate::Db::move_to), even
    /// if a former try was cut short.
    pub receives: bool,
    /// Brings the schema up to date. `false` is for who only looks: a database whose schema
    /// is not up to date is refused with [`StoreError::Incompatible`](crate::StoreError::Incompatible),
    /// and stays as it is.
    pub migrates: bool,
    /// How many writes may wait before the next is [`StoreError::Busy`](crate::StoreError::Busy).
    pub queue: usize,
    /// How many reads run at once.
    pub readers: usize,
    /// How many writes run at once; in SQLite always one.
    pub writers: usize,
    /// How long PostgreSQL may take; SQLite works in our own threads.
    pub limits: Limits,
}

/// Time limits on a database server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// To connect to each of its hosts.
    pub connect: Duration,
    /// For one statement of a read.
    pub read: Duration,
    /// For one statement of a write.
    pub write: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(5), read: seconds(5), write: seconds(30) }
    }
}

impl Options {
    pub fn new(clock: Arc<dyn Clock>, migrations: Migrations) -> Self {
        let limits = Limits::default();
        let (queue, readers, writers) = (1024, 8, 8);
        Self {
            clock,
            node: None,
            alone: true,
            migrations,
            receives: false,
            migrates: true,
            queue,
            readers,
            writers,
            limits,
        }
    }
}
