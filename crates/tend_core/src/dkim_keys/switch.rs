use tend_store::Tx;

use super::{DkimKeyId, State, find};
use crate::{
    Result,
    actor::Actor,
    agents::Me,
    error::refused,
    journal::{self, Change, Subject},
};

/// Signs the domain's mail with this key from now on; the one that signed until now retires.
pub fn sign_with(tx: &mut Tx, by: &Me, id: DkimKeyId) -> Result<()> {
    let key = find(tx, by, id)?;
    if key.state == State::Signs {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE dkim_keys SET state = 'retired', changed_at = $2
         WHERE domain = $1 AND state = 'signs'",
        &[(&key.domain).into(), now.into()],
    )?;
    set(tx, id, State::Signs)?;
    let change = Change::DkimSigning { domain: key.domain, selector: Some(key.selector) };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)
}

/// Mail of the domain is signed no more; the key stays.
///
/// # Errors
/// Refused, when it does not sign.
pub fn stop(tx: &mut Tx, by: &Me, id: DkimKeyId) -> Result<()> {
    let key = find(tx, by, id)?;
    if key.state != State::Signs {
        return Err(refused("Nothing is signed with this key."));
    }
    set(tx, id, State::Waits)?;
    let change = Change::DkimSigning { domain: key.domain, selector: None };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)
}

fn set(tx: &mut Tx, id: DkimKeyId, state: State) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE dkim_keys SET state = $2, changed_at = $3 WHERE id = $1",
        &[id.into(), state.word().into(), now.into()],
    )?;
    Ok(())
}
