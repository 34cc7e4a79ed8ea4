//! Once a day through all accounts, some at a time.

use jiff::SignedDuration;
use tend_store::Tx;

use super::{score::Scorer, write};
use crate::{Result, accounts::AccountId, book, journal, leases, usage};

/// Who writes the snapshots.
pub const LEASE: &str = "health";
const KEEP: SignedDuration = SignedDuration::from_secs(60);
/// How far today's walk has come, of which day it is, and the last day that is written whole.
const WALKER: &str = "health_walk";
const WALKING: &str = "health_walking";
pub(super) const WALKED: &str = "health_day";
/// So many accounts in one transaction.
pub(super) const CHUNK: i64 = 500;

/// How far one step came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// Accounts that were looked at.
    pub accounts: usize,
    /// Snapshots that were written.
    pub written: usize,
    /// There are accounts left for today.
    pub and_more: bool,
}

/// What day it is for health: since 1970, UTC.
pub fn today(tx: &Tx) -> i64 {
    usage::day_of(tx.now())
}

/// Takes the lease of the one who writes; on SQLite there is nobody else.
pub fn take_lease(tx: &mut Tx, holder: &str) -> Result<Option<i64>> {
    leases::take(tx, LEASE, holder, KEEP)
}

/// Whether today's snapshots are not all written, and can be: the figures of accounts have to be
/// those of today.
pub fn has_to_write(tx: &mut Tx) -> Result<bool> {
    let today = today(tx);
    Ok(today > journal::followed_to(tx, WALKED)? && book::is_counted(tx, today)?)
}

/// Writes the snapshots of the next accounts of today.
pub fn walk(tx: &mut Tx) -> Result<Walked> {
    let today = today(tx);
    if journal::followed_to(tx, WALKED)? >= today {
        return Ok(Walked::default());
    }
    if journal::followed_to(tx, WALKING)? != today {
        journal::set_followed_to(tx, WALKING, today)?;
        journal::set_followed_to(tx, WALKER, 0)?;
    }
    let from = journal::followed_to(tx, WALKER)?;
    let ids: Vec<AccountId> = tx.column(
        "SELECT account_id FROM account_figures WHERE account_id > $1
         ORDER BY account_id LIMIT $2",
        &[from.into(), CHUNK.into()],
    )?;
    let scorer = Scorer::of(tx, today)?;
    let written = write::write(tx, &scorer, &ids, today)?;
    let and_more = ids.len() as i64 == CHUNK;
    match ids.last().filter(|_| and_more) {
        Some(last) => journal::set_followed_to(tx, WALKER, last.raw())?,
        None => journal::set_followed_to(tx, WALKED, today)?,
    }
    Ok(Walked { accounts: ids.len(), written: written.rows, and_more })
}
