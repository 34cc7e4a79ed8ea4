use tend_store::Tx;

use super::{ConversationId, MessageId, find_visible};
use crate::{
    Result,
    agents::{Me, Permission},
    error::{conflict, not_found},
    outbox,
};

/// Tries a message again that could not be delivered, or of which nobody knows whether it left.
pub fn send_again(tx: &mut Tx, by: &Me, id: MessageId) -> Result<()> {
    by.require(Permission::ConversationsReply)?;
    let conversation: ConversationId = tx
        .maybe_scalar(
            "SELECT conversation_id FROM messages WHERE id = $1 AND direction = 'outbound'",
            &[id.into()],
        )?
        .ok_or(not_found("message"))?;
    find_visible(tx, by, conversation)?;
    match outbox::again(tx, id)? {
        true => Ok(()),
        false => Err(conflict("It is on its way already, or has arrived.")),
    }
}
