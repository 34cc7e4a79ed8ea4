use tend_store::Tx;

use super::{OutboxId, key, leave::set_message};
use crate::{
    Result,
    conversations::{MessageId, SendState},
    jobs::{self, Job},
};

/// Queues a message again that failed, or of which nobody knows; to those who do not have it,
/// and under the same Message-ID. Says whether there was one.
pub(crate) fn again(tx: &mut Tx, message: MessageId) -> Result<bool> {
    let now = tx.now();
    let found: Option<OutboxId> = tx.maybe_scalar(
        "SELECT id FROM outbox WHERE message_id = $1 AND state IN ('failed', 'unknown')",
        &[message.into()],
    )?;
    let Some(id) = found else { return Ok(false) };
    // Its life begins anew: it is tried for days again.
    tx.execute(
        "UPDATE outbox SET state = 'queued', attempts = 0, answer = '', due_at = $2,
             created_at = $2, settled_at = NULL
         WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    tx.execute(
        "UPDATE deliveries SET state = 'queued', answer = ''
         WHERE outbox_id = $1 AND state <> 'sent'",
        &[id.into()],
    )?;
    jobs::once(tx, now, &key(id), &Job::Send { outbox: id.to_string() })?;
    set_message(tx, message, SendState::Queued, "")?;
    Ok(true)
}
