use tend_store::Tx;

use super::{ContactId, find};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    journal::{self, Change},
};

/// Takes what they write in as spam from now on. Doing it twice is doing it once.
pub fn block(tx: &mut Tx, by: &Me, id: ContactId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    set_blocked(tx, Actor::Agent(by.id), id, true).map(|_| ())
}

/// Listens to them again.
pub fn unblock(tx: &mut Tx, by: &Me, id: ContactId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    set_blocked(tx, Actor::Agent(by.id), id, false).map(|_| ())
}

/// Says whether that was news.
pub(crate) fn set_blocked(tx: &mut Tx, by: Actor, id: ContactId, blocked: bool) -> Result<bool> {
    let it = find(tx, id)?;
    if it.blocked_at.is_some() == blocked {
        return Ok(false);
    }
    let now = tx.now();
    tx.execute(
        "UPDATE contacts SET blocked_at = $2, changed_at = $3 WHERE id = $1",
        &[it.id.into(), blocked.then_some(now).into(), now.into()],
    )?;
    let change = if blocked { Change::ContactBlocked {} } else { Change::ContactUnblocked {} };
    journal::record(tx, by, it.subject_of_journal(), &change)?;
    Ok(true)
}
