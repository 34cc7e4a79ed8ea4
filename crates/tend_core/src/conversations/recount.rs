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

/// Of `messages`: it is an answer to the customer. What is to leave later is none yet.
pub(super) const IS_ANSWER: &str = "direction = 'outbound' AND kind = 'human'
    AND state <> 'cancelled' AND source <> 'forward'
    AND NOT (state = 'queued' AND send_at > created_at + 10000000)";

/// The customer's oldest message without an answer, of the conversation `$1`.
pub(super) fn unanswered() -> String {
    format!(
        "(SELECT MIN(created_at) FROM messages
          WHERE conversation_id = $1 AND direction = 'inbound' AND kind = 'human'
            AND created_at > COALESCE((SELECT MAX(created_at) FROM messages
                WHERE conversation_id = $1 AND {IS_ANSWER}), 0))"
    )
}

/// Makes what a conversation's row says of its messages true again, after some have moved.
pub(super) fn recount(tx: &mut Tx, id: ConversationId) -> Result<()> {
    let now = tx.now();
    let sql = format!(
        "UPDATE conversations SET changed_at = $2,
             message_count = (SELECT count(*) FROM messages WHERE conversation_id = $1),
             attachment_count = (SELECT count(*) FROM attachments
                 JOIN messages ON messages.id = attachments.message_id
                 WHERE messages.conversation_id = $1),
             last_inbound_at = (SELECT MAX(created_at) FROM messages
                 WHERE conversation_id = $1 AND direction = 'inbound'),
             waiting_since = CASE WHEN is_active THEN {} END
         WHERE id = $1",
        unanswered()
    );
    tx.execute(&sql, &[id.into(), now.into()])?;
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
