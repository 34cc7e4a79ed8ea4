use tend_store::Tx;

use super::{ConversationId, find_visible};
use crate::{Result, agents::Me};

/// The agent has seen all that is there. Writes only when that is news.
pub fn mark_read(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<()> {
    let it = find_visible(tx, me, id)?;
    let last = it.last_message_id.map_or(0, |it| it.raw());
    set(tx, me, id, last)?;
    let now = tx.now();
    tx.execute(
        "UPDATE notifications SET read_at = $3
         WHERE agent_id = $1 AND conversation_id = $2 AND read_at IS NULL",
        &[me.id.into(), id.into(), now.into()],
    )?;
    Ok(())
}

/// Shows it as unread to this agent, as a reminder.
pub fn mark_unread(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<()> {
    find_visible(tx, me, id)?;
    set(tx, me, id, 0)
}

fn set(tx: &mut Tx, me: &Me, id: ConversationId, message: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO readings (agent_id, conversation_id, message_id) VALUES ($1, $2, $3)
         ON CONFLICT (agent_id, conversation_id) DO UPDATE SET message_id = excluded.message_id",
        &[me.id.into(), id.into(), message.into()],
    )?;
    Ok(())
}
