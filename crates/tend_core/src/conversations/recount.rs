use tend_store::{Tx, row};

use super::{ConversationId, Direction, MessageId};
use crate::{Result, fold};

row! {
    struct Newest {
        id: MessageId,
        direction: Direction,
        text: String,
        quote_at: Option<i64>,
        created_at: i64,
    }
}

/// Makes what a conversation's row says of its messages true again, after some have moved.
pub(super) fn recount(tx: &mut Tx, id: ConversationId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE conversations SET changed_at = $2,
             message_count = (SELECT count(*) FROM messages WHERE conversation_id = $1),
             attachment_count = (SELECT count(*) FROM attachments
                 JOIN messages ON messages.id = attachments.message_id
                 WHERE messages.conversation_id = $1),
             last_inbound_at = (SELECT MAX(created_at) FROM messages
                 WHERE conversation_id = $1 AND direction = 'inbound'),
             waiting_since = CASE WHEN is_active THEN
                 (SELECT MIN(created_at) FROM messages AS asked
                  WHERE asked.conversation_id = $1 AND asked.direction = 'inbound'
                    AND asked.kind = 'human' AND asked.created_at > COALESCE(
                      (SELECT MAX(created_at) FROM messages AS answered
                       WHERE answered.conversation_id = $1 AND answered.direction = 'outbound'
                         AND answered.kind = 'human' AND answered.state <> 'cancelled'
                         AND answered.source <> 'forward'), 0)) END
         WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    let newest: Option<Newest> = tx.maybe(
        "SELECT id, direction, text, quote_at, created_at FROM messages
         WHERE conversation_id = $1
         ORDER BY CASE WHEN kind = 'auto_reply' THEN 1 ELSE 0 END, created_at DESC, id DESC LIMIT 1",
        &[id.into()],
    )?;
    if newest.is_none() {
        tx.execute(
            "UPDATE conversations SET preview = '', last_message_id = NULL WHERE id = $1",
            &[id.into()],
        )?;
    }
    if let Some(it) = newest {
        let end = it.quote_at.and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
        let start: String = it.text.chars().take(end.min(600)).collect();
        tx.execute(
            "UPDATE conversations SET preview = $2, preview_by = $3, last_message_id = $4,
                 last_message_at = $5 WHERE id = $1",
            &[
                id.into(),
                fold::one_line(&start, 160).into(),
                it.direction.into(),
                it.id.into(),
                it.created_at.into(),
            ],
        )?;
        tx.execute(
            "UPDATE taggings SET sorted_at = $2 WHERE subject_id = $1 AND sorted_at IS NOT NULL",
            &[id.into(), it.created_at.into()],
        )?;
    }
    Ok(())
}
