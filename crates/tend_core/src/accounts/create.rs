use tend_store::Tx;

use super::{AccountId, domains, meet};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    book,
    contacts::fields,
};

/// A company that an agent enters.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    pub name: String,
    /// Mail domains whose writers belong to it.
    pub domains: Vec<String>,
    /// The agent who looks after it.
    pub owner: Option<AgentId>,
}

/// Makes an account of a company. Accounts of one are made with their contact.
///
/// # Errors
/// Invalid under `name` or `domain`; refused when another account has a domain.
pub fn create(tx: &mut Tx, by: &Me, new: &NewAccount) -> Result<AccountId> {
    by.require(Permission::CustomersEdit)?;
    insert(tx, Actor::Agent(by.id), new)
}

pub(crate) fn insert(tx: &mut Tx, by: Actor, new: &NewAccount) -> Result<AccountId> {
    let name = fields::name(&new.name)?;
    let owner = super::change::owner(tx, new.owner)?;
    let id = meet::insert(tx, by, &name, "company")?;
    if owner.is_some() {
        tx.execute("UPDATE accounts SET owner_id = $2 WHERE id = $1", &[id.into(), owner.into()])?;
    }
    for it in &new.domains {
        domains::add(tx, by, id, it)?;
    }
    book::refresh(tx, id)?;
    Ok(id)
}
