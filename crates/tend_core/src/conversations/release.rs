use tend_store::Tx;

use super::{COLUMNS, Conversation, assign::give, team::pass};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, TeamId},
};

/// What is active and an agent's goes back to the queue: they leave.
pub(crate) fn release(tx: &mut Tx, by: Actor, agent: AgentId) -> Result<()> {
    let sql = format!(
        "SELECT {COLUMNS} FROM conversations WHERE assignee_id = $1 AND is_active ORDER BY id"
    );
    let theirs: Vec<Conversation> = tx.rows(&sql, &[agent.into()])?;
    theirs.iter().try_for_each(|it| give(tx, by, it, None))
}

/// What is active and a team's is no team's any more: it is archived.
pub(crate) fn release_team(tx: &mut Tx, by: Actor, team: TeamId) -> Result<()> {
    let sql =
        format!("SELECT {COLUMNS} FROM conversations WHERE team_id = $1 AND is_active ORDER BY id");
    let theirs: Vec<Conversation> = tx.rows(&sql, &[team.into()])?;
    theirs.iter().try_for_each(|it| pass(tx, by, it, None))
}
