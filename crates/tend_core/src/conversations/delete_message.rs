use tend_store::{Tx, row};

use super::{
    ConversationId, Direction, MessageId, delete::remove_message, find_visible, recount::recount,
};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{not_found, refused},
    journal::{self, Change},
};

/// Deletes one message for good, with its files and its place in the search. The journal keeps
/// that it was there and who deleted it; the key of its mail stays, so that it does not come
/// back. What the customer received of ours they still have.
pub fn delete_message(tx: &mut Tx, by: &Me, id: MessageId) -> Result<ConversationId> {
    by.require(Permission::ConversationsDelete)?;
    row! {
        struct Found {
            conversation_id: ConversationId,
            direction: Direction,
        }
    }
    let found: Option<Found> =
        tx.maybe("SELECT conversation_id, direction FROM messages WHERE id = $1", &[id.into()])?;
    let found = found.ok_or(not_found("message"))?;
    let it = find_visible(tx, by, found.conversation_id)?;
    if it.message_count <= 1 {
        return Err(refused("It is the only message here. Delete the conversation instead."));
    }
    let leaving: i64 = tx.scalar(
        "SELECT count(*) AS n FROM outbox WHERE message_id = $1
             AND state IN ('queued', 'sending', 'deferred', 'held')",
        &[id.into()],
    )?;
    if leaving > 0 {
        return Err(refused("It is about to leave. Take it back first."));
    }
    for table in ["mentions", "notifications"] {
        tx.execute(&format!("DELETE FROM {table} WHERE message_id = $1"), &[id.into()])?;
    }
    remove_message(tx, id)?;
    recount(tx, it.id)?;
    let change = Change::MessageDeleted {
        message: id.to_string(),
        direction: found.direction.word().to_owned(),
    };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)?;
    Ok(it.id)
}
