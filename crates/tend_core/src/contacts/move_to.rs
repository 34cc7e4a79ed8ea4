use tend_store::Tx;

use super::{ContactId, find};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    journal::{self, Change},
};

/// Gives a contact to another account, and their conversations with them. What was done until
/// then stays told where it happened. An account of one that is left empty is merged into it.
/// Doing it twice is doing it once.
pub fn move_to(tx: &mut Tx, by: &Me, id: ContactId, to: AccountId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    give(tx, Actor::Agent(by.id), id, to).map(|_| ())
}

/// Says whether that was news.
pub(crate) fn give(tx: &mut Tx, by: Actor, id: ContactId, to: AccountId) -> Result<bool> {
    let (contact, to) = (find(tx, id)?, accounts::find(tx, to)?);
    if contact.account_id == to.id {
        return Ok(false);
    }
    let from = accounts::find(tx, contact.account_id)?;
    if accounts::is_of_one(tx, from.id)? {
        accounts::absorb(tx, by, from.id, to.id)?;
        return Ok(true);
    }
    let now = tx.now();
    tx.execute(
        "UPDATE contacts SET account_id = $2, changed_at = $3 WHERE id = $1",
        &[contact.id.into(), to.id.into(), now.into()],
    )?;
    tx.execute(
        "UPDATE key_people SET account_id = $2 WHERE contact_id = $1",
        &[contact.id.into(), to.id.into()],
    )?;
    tx.execute(
        "UPDATE conversations SET account_id = $3 WHERE contact_id = $1 AND account_id = $2",
        &[contact.id.into(), from.id.into(), to.id.into()],
    )?;
    let change = Change::ContactMoved { from: from.name.clone(), to: to.name.clone() };
    let subject = journal::Subject::contact(contact.id.raw(), to.id.raw());
    journal::record(tx, by, subject, &change)?;
    // The account that they left tells it too; their own timeline tells it once.
    let left = journal::Subject { contact: None, account: Some(from.id.raw()), ..subject };
    journal::record(tx, by, left, &change)?;
    Ok(true)
}

/// Gives a contact an account of their own.
pub fn move_out(tx: &mut Tx, by: &Me, id: ContactId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let contact = find(tx, id)?;
    if accounts::is_of_one(tx, contact.account_id)? {
        return Ok(());
    }
    let own = accounts::of_person(tx, Actor::Agent(by.id), &contact.name)?;
    give(tx, Actor::Agent(by.id), id, own).map(|_| ())
}
