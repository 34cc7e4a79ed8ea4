//! Keeps the figures of accounts: after each change that the journal tells of, and once a day
//! for what time alone changes.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use tend_store::Tx;

use super::{figures::refresh, parent::today, silence};
use crate::{Result, accounts::AccountId, journal, leases};

/// Who keeps the figures.
pub const LEASE: &str = "figures";
const KEEP: SignedDuration = SignedDuration::from_secs(30);
/// The names under which it is written down how far we have come.
const FOLLOWER: &str = "figures";
const WALKER: &str = "figures_walk";
const WALKED: &str = "figures_day";
/// So many entries are read at once.
const ENTRIES: i64 = 500;
/// So far behind, every account is counted instead.
const MOST_BEHIND: i64 = 50_000;
/// So many accounts are counted in one transaction.
const CHUNK: i64 = 100;

/// How far one step came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caught {
    /// Accounts that were counted anew.
    pub accounts: usize,
    /// There is more to do at once.
    pub and_more: bool,
}

/// Takes the lease of the one who keeps the figures; on SQLite there is nobody else.
pub fn take_lease(tx: &mut Tx, holder: &str) -> Result<Option<i64>> {
    leases::take(tx, LEASE, holder, KEEP)
}

/// Whether anything happened that was not counted, or today's walk is not over.
pub fn has_to_count(tx: &mut Tx) -> Result<bool> {
    Ok(journal::last_position(tx)? > journal::followed_to(tx, FOLLOWER)?
        || today(tx) > journal::followed_to(tx, WALKED)?)
}

/// Whether today's walk through all accounts is over.
pub(crate) fn is_counted(tx: &mut Tx, today: i64) -> Result<bool> {
    Ok(journal::followed_to(tx, WALKED)? >= today)
}

/// Reads the next entries of the journal and counts the accounts anew that they tell of.
pub fn catch_up(tx: &mut Tx) -> Result<Caught> {
    let (from, last) = (journal::followed_to(tx, FOLLOWER)?, journal::last_position(tx)?);
    if last - from > MOST_BEHIND {
        // Counting each account once is quicker than hearing all that happened to it.
        journal::set_followed_to(tx, FOLLOWER, last)?;
        journal::set_followed_to(tx, WALKED, 0)?;
        return Ok(Caught { accounts: 0, and_more: true });
    }
    let entries = journal::follow(tx, from, ENTRIES)?;
    let Some(last) = entries.last().and_then(|it| it.position) else {
        return Ok(Caught::default());
    };
    let and_more = entries.len() as i64 == ENTRIES;
    let ids: BTreeSet<i64> = entries.iter().filter_map(|it| it.account_id).collect();
    for id in &ids {
        refresh(tx, AccountId::from_raw(*id))?;
    }
    for it in entries.iter().filter(|it| it.kind == "message_added" && it.actor_kind == "contact") {
        if let Some(contact) = it.actor_id {
            super::heard_of(tx, contact)?;
        }
    }
    // An agent's name is what one sorts by.
    for it in entries.iter().filter(|it| it.kind == "agent_changed") {
        rename(tx, it.subject_id)?;
    }
    journal::set_followed_to(tx, FOLLOWER, last)?;
    Ok(Caught { accounts: ids.len(), and_more })
}

fn rename(tx: &mut Tx, agent: i64) -> Result<()> {
    let sql = "SELECT name FROM agents WHERE id = $1";
    let Some(name) = tx.maybe_scalar::<String>(sql, &[agent.into()])? else { return Ok(()) };
    let name = crate::fold::fold(&name);
    tx.execute(
        "UPDATE account_figures SET owner_folded = $2 WHERE owner_id = $1 AND owner_folded <> $2",
        &[agent.into(), name.into()],
    )?;
    Ok(())
}

/// Counts the next accounts of today's walk through all of them, and hears who fell silent.
pub fn walk(tx: &mut Tx) -> Result<Caught> {
    let today = today(tx);
    if journal::followed_to(tx, WALKED)? >= today {
        return Ok(Caught::default());
    }
    let from = journal::followed_to(tx, WALKER)?;
    let ids: Vec<AccountId> = tx.column(
        "SELECT id FROM accounts WHERE id > $1 ORDER BY id LIMIT $2",
        &[from.into(), CHUNK.into()],
    )?;
    for id in &ids {
        refresh(tx, *id)?;
        silence::listen(tx, *id)?;
    }
    let and_more = ids.len() as i64 == CHUNK;
    match ids.last().filter(|_| and_more) {
        Some(last) => journal::set_followed_to(tx, WALKER, last.raw())?,
        None => {
            journal::set_followed_to(tx, WALKER, 0)?;
            journal::set_followed_to(tx, WALKED, today)?;
        }
    }
    Ok(Caught { accounts: ids.len(), and_more })
}
