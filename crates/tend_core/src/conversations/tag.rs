use tend_store::Tx;

use super::{ConversationId, find_visible};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    journal::{self, Change},
    tags::{self, TagId},
};

/// Puts a tag on. Doing it twice is doing it once.
pub fn tag(tx: &mut Tx, by: &Me, id: ConversationId, tag: TagId) -> Result<()> {
    by.require(Permission::ConversationsUpdate)?;
    let it = find_visible(tx, by, id)?;
    let name = tags::find(tx, tag)?.name;
    match tags::put_on(tx, tag, "conversation", id.raw())? {
        true => {
            let change = Change::Tagged { tag: name };
            journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)
        }
        false => Ok(()),
    }
}

/// Takes a tag off. Doing it twice is doing it once.
pub fn untag(tx: &mut Tx, by: &Me, id: ConversationId, tag: TagId) -> Result<()> {
    by.require(Permission::ConversationsUpdate)?;
    let it = find_visible(tx, by, id)?;
    let name = tags::find(tx, tag)?.name;
    match tags::take_off(tx, tag, id.raw())? {
        true => {
            let change = Change::Untagged { tag: name };
            journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)
        }
        false => Ok(()),
    }
}
