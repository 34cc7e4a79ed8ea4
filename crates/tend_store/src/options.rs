use std::sync::Arc;

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
    /// How many writes may wait before the next is [`StoreError::Busy`](crate::StoreError::Busy).
    pub queue: usize,
    /// How many reads run at once.
    pub readers: usize,
    /// How many writes run at once; in SQLite always one.
    pub writers: usize,
}

impl Options {
    pub fn new(clock: Arc<dyn Clock>, migrations: Migrations) -> Self {
        Self { clock, node: None, alone: true, migrations, queue: 1024, readers: 8, writers: 8 }
    }
}
