use tend_store::{Tx, row};

use super::{
    ConversationId, MessageId, SendState, find_visible,
    recount::{IS_ANSWER, unanswered},
    undo,
};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    error::{not_found, refused},
    journal::{self, Change},
    outbox,
};

row! {
    struct Sent {
        conversation_id: ConversationId,
        agent_id: Option<AgentId>,
        state: SendState,
        created_at: i64,
    }
}

/// Takes back a message that has not begun to leave. Its text can be put back into a draft
/// by the caller. Whoever wrote it may, and who may reassign.
pub fn undo_send(tx: &mut Tx, by: &Me, id: MessageId) -> Result<()> {
    let sent: Sent = tx
        .maybe(
            "SELECT conversation_id, agent_id, state, created_at FROM messages
             WHERE id = $1 AND direction = 'outbound'",
            &[id.into()],
        )?
        .ok_or(not_found("message"))?;
    let conversation = find_visible(tx, by, sent.conversation_id)?;
    if sent.agent_id != Some(by.id) {
        by.require(Permission::ConversationsAssign)?;
    }
    if sent.state == SendState::Cancelled {
        return Ok(());
    }
    if !outbox::cancel(tx, id)? {
        return Err(refused("It has left already and cannot be taken back."));
    }
    let now = tx.now();
    tx.execute(
        "UPDATE messages SET state = 'cancelled', state_at = $2, send_at = NULL WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    undo::restore_of(tx, by, id)?;
    // The customer waits again if this was the answer.
    let sql = format!(
        "UPDATE conversations SET changed_at = $2,
             first_reply_at = CASE WHEN first_reply_at = $3 THEN
                 (SELECT MIN(created_at) FROM messages
                  WHERE conversation_id = $1 AND {IS_ANSWER}) ELSE first_reply_at END,
             waiting_since = CASE WHEN is_active THEN {} END
         WHERE id = $1",
        unanswered()
    );
    tx.execute(&sql, &[conversation.id.into(), now.into(), sent.created_at.into()])?;
    let change = Change::MessageStateChanged {
        message: id.to_string(),
        state: SendState::Cancelled.word().to_owned(),
    };
    journal::record(tx, Actor::Agent(by.id), conversation.subject_of_journal(), &change)
}
