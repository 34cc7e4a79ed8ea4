use tend_store::Tx;

use super::{ConversationId, find_visible};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me},
    journal::{self, Change},
};

/// Hears of what happens in it from now on.
pub fn follow(tx: &mut Tx, by: &Me, id: ConversationId) -> Result<()> {
    let it = find_visible(tx, by, id)?;
    let added = tx.execute(
        "INSERT INTO followers (conversation_id, agent_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        &[id.into(), by.id.into()],
    )?;
    match added {
        0 => Ok(()),
        _ => {
            journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &Change::Followed {})
        }
    }
}

/// Hears of it no more.
pub fn unfollow(tx: &mut Tx, by: &Me, id: ConversationId) -> Result<()> {
    let it = find_visible(tx, by, id)?;
    let removed = tx.execute(
        "DELETE FROM followers WHERE conversation_id = $1 AND agent_id = $2",
        &[id.into(), by.id.into()],
    )?;
    match removed {
        0 => Ok(()),
        _ => journal::record(
            tx,
            Actor::Agent(by.id),
            it.subject_of_journal(),
            &Change::Unfollowed {},
        ),
    }
}

/// Who follows it.
pub fn followers(tx: &mut Tx, id: ConversationId) -> Result<Vec<AgentId>> {
    Ok(tx.column(
        "SELECT agent_id FROM followers WHERE conversation_id = $1 ORDER BY agent_id",
        &[id.into()],
    )?)
}
