//! Work that one node does at a time.

use jiff::SignedDuration;
use tend_store::{Dialect, Tx};

use crate::Result;

/// Takes a lease, or goes on holding it: the number that says so. SQLite's file has one process at
/// a time, so whoever held the lease before is gone; elsewhere one waits for its end.
pub(crate) fn take(
    tx: &mut Tx,
    name: &str,
    holder: &str,
    keep: SignedDuration,
) -> Result<Option<i64>> {
    if tx.dialect() == Dialect::Sqlite {
        tx.execute(
            "UPDATE leases SET until = 0 WHERE name = $1 AND holder <> $2",
            &[name.into(), holder.into()],
        )?;
    }
    Ok(tx.take_lease(name, holder, keep)?)
}
