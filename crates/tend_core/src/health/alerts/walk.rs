//! Once a day, when the snapshots of the day are written: each owner is called for what is new.

use tend_store::Tx;

use super::{raise, settle};
use crate::{
    Result,
    agents::AgentId,
    health::{today, walk::WALKED as WRITTEN},
    journal,
};

/// The names under which it is written down how far we have come.
const WALKER: &str = "health_alerts_walk";
const WALKED: &str = "health_alerts_day";
const SETTLED: &str = "health_alerts_settled";

/// How far one step came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Called {
    pub called: usize,
    pub settled: usize,
    /// There is more to do at once.
    pub and_more: bool,
}

/// Whether anybody has to be called today who was not.
pub fn has_to_call(tx: &mut Tx) -> Result<bool> {
    let today = today(tx);
    let written = journal::followed_to(tx, WRITTEN)? >= today;
    Ok(written && today > journal::followed_to(tx, WALKED)?)
}

/// Settles some alerts, or calls the next owner of today.
pub fn walk(tx: &mut Tx) -> Result<Called> {
    let today = today(tx);
    if journal::followed_to(tx, WALKED)? >= today {
        return Ok(Called::default());
    }
    if journal::followed_to(tx, SETTLED)? < today {
        let settled = settle(tx, today)?;
        if settled == 0 {
            journal::set_followed_to(tx, SETTLED, today)?;
        }
        return Ok(Called { settled, and_more: true, ..Called::default() });
    }
    let from = journal::followed_to(tx, WALKER)?;
    let next: Option<AgentId> = tx.maybe_scalar(
        "SELECT owner_id FROM account_figures WHERE owner_id > $1
         ORDER BY owner_id LIMIT 1",
        &[from.into()],
    )?;
    let Some(owner) = next else {
        journal::set_followed_to(tx, WALKER, 0)?;
        journal::set_followed_to(tx, WALKED, today)?;
        return Ok(Called::default());
    };
    let raised = raise(tx, owner, today)?;
    journal::set_followed_to(tx, WALKER, owner.raw())?;
    Ok(Called { called: raised.called, settled: 0, and_more: true })
}
