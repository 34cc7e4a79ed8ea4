//! Nobody gives what they don't have, and somebody always has everything.

use tend_store::Tx;

use super::{AgentId, Me, Role, roles};
use crate::{
    Result,
    error::{conflict, refused},
};

/// Refuses to hand out, or to take away, a role that may do more than oneself.
pub(super) fn covers(me: &Me, role: &Role) -> Result<()> {
    match me.permissions.cover(role.permissions) && role.reach <= me.reach {
        true => Ok(()),
        false => Err(refused(format!("The role {} may do more than you.", role.name))),
    }
}

/// Refuses what would leave Tend without an admin who can sign in.
pub(super) fn keeps_an_admin(tx: &mut Tx, without: AgentId) -> Result<()> {
    let agent = super::find(tx, without)?;
    if roles::find(tx, agent.role_id)?.builtin.as_deref() != Some("admin") {
        return Ok(());
    }
    let others: i64 = tx.scalar(
        "SELECT count(*) FROM agents JOIN roles ON roles.id = agents.role_id
         WHERE roles.builtin = 'admin' AND agents.left_at IS NULL
           AND agents.password_hash IS NOT NULL AND agents.id <> $1",
        &[without.into()],
    )?;
    match others {
        0 => Err(conflict(format!(
            "{} is the last admin. Make somebody else an admin first.",
            agent.name
        ))),
        _ => Ok(()),
    }
}
