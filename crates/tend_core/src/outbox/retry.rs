use tend_store::{Tx, row};

use super::{OutboxId, key, leave::set_message};
use crate::{
    Result,
    agents::{Me, Permission},
    conversations::{self, ConversationId, MessageId, SendState},
    error::{not_found, refused},
    jobs::{self, Job},
};

row! {
    struct Left {
        id: OutboxId,
        state: SendState,
    }
}

/// Sends a message once more that failed, that waits for its next try, or of which nobody knows
/// whether it arrived: under the same Message-ID, and only to those who did not get it.
///
/// # Errors
/// Refused when it is on its way, has arrived, or was taken back.
pub fn retry(tx: &mut Tx, by: &Me, message: MessageId) -> Result<()> {
    by.require(Permission::ConversationsReply)?;
    let conversation: ConversationId = tx
        .maybe_scalar("SELECT conversation_id FROM messages WHERE id = $1", &[message.into()])?
        .ok_or(not_found("message"))?;
    conversations::find_visible(tx, by, conversation)
        .map_err(|it| if let crate::Error::NotFound(_) = it { not_found("message") } else { it })?;
    let left: Option<Left> =
        tx.maybe("SELECT id, state FROM outbox WHERE message_id = $1", &[message.into()])?;
    let again = [SendState::Failed, SendState::Unknown, SendState::Deferred];
    let Some(left) = left.filter(|it| again.contains(&it.state)) else {
        return Err(refused("Only what failed, or may not have arrived, can be sent again."));
    };
    let now = tx.now();
    tx.execute(
        "UPDATE outbox SET state = 'queued', answer = '', due_at = $2, created_at = $2,
             settled_at = NULL
         WHERE id = $1",
        &[left.id.into(), now.into()],
    )?;
    tx.execute(
        "UPDATE deliveries SET state = 'queued', answer = ''
         WHERE outbox_id = $1 AND state <> 'sent'",
        &[left.id.into()],
    )?;
    jobs::once(tx, now, &key(left.id), &Job::Send { outbox: left.id.to_string() })?;
    set_message(tx, message, SendState::Queued, "")
}
