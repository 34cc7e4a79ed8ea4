use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{AgentId, Me, RoleId, TeamId};
use crate::Result;

row! {
    /// An agent as the people page lists them.
    pub struct Listed {
        pub id: AgentId,
        pub name: String,
        pub email: String,
        pub role_id: RoleId,
        pub role: String,
        pub picture_file_id: Option<i64>,
        pub away: bool,
        pub has_password: bool,
        /// When their invitation ends or ended.
        pub invited_until: Option<Timestamp>,
        pub seen_at: Option<Timestamp>,
        pub left_at: Option<Timestamp>,
    }
}

/// How an agent stands to the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Present,
    /// The invitation was not accepted yet.
    Invited,
    /// Nor will it be: it is too old.
    Expired,
    Left,
}

impl Listed {
    pub fn standing(&self, now: Timestamp) -> Standing {
        match (self.left_at, self.has_password, self.invited_until) {
            (Some(_), _, _) => Standing::Left,
            (None, true, _) => Standing::Present,
            (None, false, Some(until)) if until > now => Standing::Invited,
            (None, false, _) => Standing::Expired,
        }
    }
}

/// Everyone with their teams: those who are here by name, then those who left.
pub fn list(tx: &mut Tx, _me: &Me) -> Result<Vec<(Listed, Vec<TeamId>)>> {
    let agents: Vec<Listed> = tx.rows(
        "SELECT agents.id, agents.name, agents.email, agents.role_id, roles.name AS role,
                agents.picture_file_id, agents.away,
                agents.password_hash IS NOT NULL AS has_password,
                (SELECT max(expires_at) FROM agent_links
                 WHERE agent_id = agents.id AND kind = 'invitation') AS invited_until,
                (SELECT max(seen_at) FROM sessions WHERE agent_id = agents.id) AS seen_at,
                agents.left_at
         FROM agents JOIN roles ON roles.id = agents.role_id
         ORDER BY CASE WHEN agents.left_at IS NULL THEN 0 ELSE 1 END, agents.name, agents.id",
        &[],
    )?;
    let mut listed = Vec::with_capacity(agents.len());
    for agent in agents {
        let teams = super::teams::of(tx, agent.id)?;
        listed.push((agent, teams));
    }
    Ok(listed)
}
