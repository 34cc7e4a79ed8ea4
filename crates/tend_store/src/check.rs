use crate::{Db, Dialect, Result, StoreError, backup, sqlite};

impl Db {
    /// How far the database server's clock is ahead of this machine's, in microseconds, as it
    /// was when it was last asked. Nothing to tell on SQLite.
    pub fn clock_ahead(&self) -> i64 {
        self.origin.offset.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Looks through the whole database, which takes long for a large one, and says
    /// in plain words what is wrong. Nothing is wrong where it says nothing.
    pub fn check(&self) -> Result<Vec<String>> {
        let mut problems = match self.dialect {
            Dialect::Sqlite => {
                let mut lease = self.readers.take()?;
                backup::problems(sqlite::of(&mut lease)?)
            }
            // The server keeps watch over its files and its keys by itself.
            Dialect::Postgres => Vec::new(),
        };
        if self.origin.has_journal() {
            let (entries, last) = self.read(|tx| {
                tx.take_your_time()?;
                let placed = "SELECT count(*) FROM journal WHERE position IS NOT NULL";
                let last = "SELECT COALESCE(MAX(position), 0) FROM journal";
                let found = (tx.scalar::<i64>(placed, &[])?, tx.scalar::<i64>(last, &[])?);
                Ok::<_, StoreError>(found)
            })?;
            if entries != last {
                problems.push(format!("the journal ends at {last} and has {entries} entries"));
            }
        }
        Ok(problems)
    }
}
