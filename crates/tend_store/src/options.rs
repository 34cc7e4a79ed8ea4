use std::sync::Arc;

use crate::{Clock, Migrations};

/// How a database is opened.
pub struct Options {
    pub clock: Arc<dyn Clock>,
    /// Different for each process that writes to one database: see [`Ids`](crate::Ids).
    pub node: u16,
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
        Self { clock, node: 0, migrations, queue: 1024, readers: 8, writers: 8 }
    }
}
