use tend_store::Tx;

use super::{AccountId, find};
use crate::{
    Result,
    agents::{Me, Permission},
    customers,
    journal::Subject,
    tags::TagId,
};

/// Puts a tag on. Doing it twice is doing it once.
pub fn tag(tx: &mut Tx, by: &Me, id: AccountId, tag: TagId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let subject = Subject::account(find(tx, id)?.id.raw());
    customers::put_tag(tx, crate::Actor::Agent(by.id), subject, tag).map(|_| ())
}

/// Takes a tag off. Doing it twice is doing it once.
pub fn untag(tx: &mut Tx, by: &Me, id: AccountId, tag: TagId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let subject = Subject::account(find(tx, id)?.id.raw());
    customers::take_tag(tx, crate::Actor::Agent(by.id), subject, tag)
}

/// Puts on exactly these; those that are not named are taken off.
pub fn set_tags(tx: &mut Tx, by: &Me, id: AccountId, to: &[TagId]) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let subject = Subject::account(find(tx, id)?.id.raw());
    customers::set_tags(tx, crate::Actor::Agent(by.id), subject, to)
}
