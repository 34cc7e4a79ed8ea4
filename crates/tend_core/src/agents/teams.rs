//! Teams: who works together, and which inboxes they see.

use tend_store::{Tx, row};

use super::{AgentId, TeamId};
use crate::Result;

row! {
    struct Membership {
        team_id: TeamId,
    }
}

/// The teams of an agent that still exist.
pub fn of(tx: &mut Tx, agent: AgentId) -> Result<Vec<TeamId>> {
    let found: Vec<Membership> = tx.rows(
        "SELECT team_members.team_id FROM team_members
         JOIN teams ON teams.id = team_members.team_id
         WHERE team_members.agent_id = $1 AND teams.archived_at IS NULL
         ORDER BY team_members.team_id",
        &[agent.into()],
    )?;
    Ok(found.into_iter().map(|it| it.team_id).collect())
}
