use tend_store::Tx;

use super::{AgentId, Me, Permission, links, rank, roles, sessions, story, tokens};
use crate::{Result, actor::Actor, conversations, error::refused, journal::Change};

/// Lets an agent leave: sessions, tokens and links end, and what was theirs goes
/// back to the queue. What they did stays signed with their name.
///
/// # Errors
/// Conflict, when no admin would be left; refused, when it is oneself, or one
/// who may do more.
pub fn leave(tx: &mut Tx, me: &Me, id: AgentId) -> Result<()> {
    me.require(Permission::AgentsManage)?;
    let agent = super::find(tx, id)?;
    if agent.left_at.is_some() {
        return Ok(());
    }
    rank::keeps_an_admin(tx, id)?;
    if id == me.id {
        return Err(refused("Nobody removes themselves. Ask another admin."));
    }
    rank::covers(me, &roles::find(tx, agent.role_id)?)?;
    let now = tx.now();
    tx.execute("UPDATE agents SET left_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    tx.execute("DELETE FROM team_members WHERE agent_id = $1", &[id.into()])?;
    tx.execute("DELETE FROM devices WHERE agent_id = $1", &[id.into()])?;
    sessions::end_all(tx, id, None)?;
    links::void(tx, id)?;
    tokens::revoke_all(tx, id)?;
    conversations::release(tx, Actor::Agent(me.id), id)?;
    story::of(tx, me, id, &Change::AgentLeft { agent: id.to_string() })
}
