use tend_store::Tx;

use super::{AgentId, Me, Permission, RoleId, rank, roles, sessions, story};
use crate::{Result, error::refused, journal::Change};

/// Gives an agent another role and signs them out everywhere. Doing it twice is
/// doing it once.
///
/// # Errors
/// Refused, when it is one's own role, or one that may do more than oneself;
/// conflict, when no admin would be left.
pub fn change_role(tx: &mut Tx, me: &Me, id: AgentId, to: RoleId) -> Result<()> {
    me.require(Permission::AgentsManage)?;
    let (agent, to) = (super::find(tx, id)?, roles::find(tx, to)?);
    if agent.left_at.is_some() {
        return Err(refused(format!("{} has left the team.", agent.name)));
    }
    if agent.role_id == to.id {
        return Ok(());
    }
    rank::keeps_an_admin(tx, id)?;
    if id == me.id {
        return Err(refused("Nobody changes their own role. Ask another admin."));
    }
    let from = roles::find(tx, agent.role_id)?;
    rank::covers(me, &from)?;
    rank::covers(me, &to)?;
    tx.execute("UPDATE agents SET role_id = $2 WHERE id = $1", &[id.into(), to.id.into()])?;
    sessions::end_all(tx, id, None)?;
    let change = Change::RoleGiven { agent: id.to_string(), from: Some(from.name), to: to.name };
    story::of(tx, me, id, &change)
}
