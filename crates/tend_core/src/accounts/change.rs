use tend_store::Tx;

use super::{Account, AccountId, find};
use crate::{
    Result,
    actor::Actor,
    agents::{self, AgentId, Me, Permission},
    book,
    contacts::fields,
    customers::words,
    error::invalid,
    fold,
    journal::{self, Change, Subject},
    money::growth,
};

/// What is to be different about an account; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    pub name: Option<String>,
    /// `Some(None)` for nobody.
    pub owner: Option<Option<AgentId>>,
}

/// Changes an account. Doing it twice is doing it once.
pub fn change(tx: &mut Tx, by: &Me, id: AccountId, to: &AccountChange) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    apply(tx, Actor::Agent(by.id), id, to).map(|_| ())
}

/// Says whether anything changed.
pub(crate) fn apply(tx: &mut Tx, by: Actor, id: AccountId, to: &AccountChange) -> Result<bool> {
    let before = find(tx, id)?;
    let mut after = before.clone();
    if let Some(it) = &to.name {
        after.name = fields::name(it)?;
    }
    if let Some(it) = to.owner {
        after.owner_id = owner(tx, it)?;
    }
    let (renamed, given) = (before.name != after.name, before.owner_id != after.owner_id);
    if !renamed && !given {
        return Ok(false);
    }
    if before.owner_id != after.owner_id {
        growth::handed_over(tx, id, before.owner_id, after.owner_id)?;
    }
    write(tx, &after)?;
    if renamed {
        words::file_account(tx, after.id)?;
        let change = Change::AccountChanged { fields: vec!["name".to_owned()] };
        journal::record(tx, by, Subject::account(after.id.raw()), &change)?;
    }
    if given {
        book::handed(tx, by, &after, before.owner_id, "")?;
    }
    book::refresh(tx, after.id)?;
    Ok(true)
}

/// Someone who can look after an account: one who has not left.
pub(crate) fn owner(tx: &mut Tx, id: Option<AgentId>) -> Result<Option<AgentId>> {
    let Some(id) = id else {
        return Ok(None);
    };
    match agents::find(tx, id)?.left_at {
        None => Ok(Some(id)),
        Some(_) => Err(invalid("owner", "This agent has left.")),
    }
}

pub(crate) fn write(tx: &mut Tx, it: &Account) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE accounts SET name = $2, name_folded = $3, kind = $4, owner_id = $5, changed_at = $6
         WHERE id = $1",
        &[
            it.id.into(),
            it.name.as_str().into(),
            fold::fold(&it.name).into(),
            it.kind.as_str().into(),
            it.owner_id.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// An account of one goes by its contact's name, until someone gives it another.
pub(crate) fn follow_name(
    tx: &mut Tx,
    by: Actor,
    id: AccountId,
    before: &str,
    after: &str,
) -> Result<()> {
    let it = find(tx, id)?;
    if it.kind != "person" || it.name != before {
        return Ok(());
    }
    let to = AccountChange { name: Some(after.to_owned()), owner: None };
    apply(tx, by, id, &to).map(|_| ())
}
