use tend_store::Tx;

use super::{ContactId, find};
use crate::{
    Result,
    agents::{Me, Permission},
    customers,
    tags::TagId,
};

/// Puts a tag on. Doing it twice is doing it once.
pub fn tag(tx: &mut Tx, by: &Me, id: ContactId, tag: TagId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let subject = find(tx, id)?.subject_of_journal();
    customers::put_tag(tx, crate::Actor::Agent(by.id), subject, tag).map(|_| ())
}

/// Takes a tag off. Doing it twice is doing it once.
pub fn untag(tx: &mut Tx, by: &Me, id: ContactId, tag: TagId) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let subject = find(tx, id)?.subject_of_journal();
    customers::take_tag(tx, crate::Actor::Agent(by.id), subject, tag)
}

/// Puts on exactly these; those that are not named are taken off.
pub fn set_tags(tx: &mut Tx, by: &Me, id: ContactId, to: &[TagId]) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let subject = find(tx, id)?.subject_of_journal();
    customers::set_tags(tx, crate::Actor::Agent(by.id), subject, to)
}
