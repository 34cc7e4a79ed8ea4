use tend_store::{Tx, row};

use super::{
    Category, ConversationId, Direction, MessageId, NewConversation, UndoId, find_visible, open,
    recount::recount, undo::undoable_split,
};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    contacts::{self, ContactId},
    error::{not_found, refused},
    inboxes,
    journal::{self, Change},
};

/// Makes a conversation of its own of one message, as when a customer answers an old mail with
/// something new. Mail that answers this message follows it there.
pub fn split(tx: &mut Tx, by: &Me, id: MessageId) -> Result<(ConversationId, UndoId)> {
    by.require(Permission::ConversationsMerge)?;
    row! {
        struct Found {
            conversation_id: ConversationId,
            direction: Direction,
            contact_id: Option<ContactId>,
            subject: String,
            message_id: String,
        }
    }
    let found: Option<Found> = tx.maybe(
        "SELECT conversation_id, direction, contact_id, subject, message_id FROM messages
         WHERE id = $1",
        &[id.into()],
    )?;
    let found = found.ok_or(not_found("message"))?;
    let from = find_visible(tx, by, found.conversation_id)?;
    if found.direction != Direction::Inbound {
        return Err(refused("Only what a customer wrote can become a conversation."));
    }
    if from.message_count <= 1 {
        return Err(refused("It is the only message here, so it is a conversation already."));
    }
    let inbox = inboxes::find(tx, from.inbox_id)?;
    let contact = contacts::find(tx, found.contact_id.unwrap_or(from.contact_id))?;
    let subject = if found.subject.is_empty() { &from.subject } else { &found.subject };
    let now = tx.now();
    let new = NewConversation {
        inbox: &inbox,
        contact: &contact,
        subject,
        category: Category::Open,
        assignee: from.assignee_id,
        team: from.team_id,
        opened_at: now,
        follows: None,
        may_belong_to: None,
    };
    let into = open(tx, Actor::Agent(by.id), &new)?;
    tx.execute(
        "UPDATE messages SET conversation_id = $2, moved_from = COALESCE(moved_from, $3)
         WHERE id = $1",
        &[id.into(), into.id.into(), from.id.into()],
    )?;
    if !found.message_id.is_empty() {
        tx.execute(
            "UPDATE thread_keys SET conversation_id = $3
             WHERE message_id = $1 AND conversation_id = $2 AND is_own",
            &[found.message_id.as_str().into(), from.id.into(), into.id.into()],
        )?;
    }
    recount(tx, from.id)?;
    recount(tx, into.id)?;
    let change = Change::ConversationSplit { into: into.id.to_string(), number: into.number };
    journal::record(tx, Actor::Agent(by.id), from.subject_of_journal(), &change)?;
    // The index learns of messages that moved from the conversation that they are in.
    let change = Change::ConversationSplit { into: into.id.to_string(), number: into.number };
    journal::record(tx, Actor::Agent(by.id), into.subject_of_journal(), &change)?;
    let undo = undoable_split(tx, by, from.id, into.id)?;
    Ok((into.id, undo))
}
