use tend_store::{Tx, row};

use super::{AgentId, Permission, Permissions, Reach, RoleId, TeamId};
use crate::{Error, Result, error::not_found};

/// Who asks, with what they may do and see: made once a request. Verbs find
/// things only through what this may see.
#[derive(Clone, Debug)]
pub struct Me {
    pub id: AgentId,
    pub name: String,
    pub email: String,
    pub role_id: RoleId,
    /// The role's name.
    pub role: String,
    pub permissions: Permissions,
    pub reach: Reach,
    pub teams: Vec<TeamId>,
    /// The inboxes whose conversations they may see: those that are for every
    /// team, and those of their teams. Whoever manages inboxes sees all.
    pub inboxes: Vec<i64>,
    /// IANA name.
    pub time_zone: String,
}

impl Me {
    pub fn may(&self, what: Permission) -> bool {
        self.permissions.contains(what)
    }

    /// Forbids what the role does not allow.
    pub fn require(&self, what: Permission) -> Result<()> {
        match self.may(what) {
            true => Ok(()),
            false => Err(Error::Forbidden(what.word())),
        }
    }

    pub fn sees_inbox(&self, inbox: i64) -> bool {
        self.inboxes.contains(&inbox)
    }
}

row! {
    struct Who {
        name: String,
        email: String,
        role_id: RoleId,
        role: String,
        permissions: Permissions,
        reach: Reach,
        time_zone: String,
    }
}

/// The agent as one who asks. Those who left are not found.
pub fn me(tx: &mut Tx, id: AgentId) -> Result<Me> {
    let who: Who = tx
        .maybe(
            "SELECT agents.name, agents.email, agents.role_id, roles.name AS role,
                    roles.permissions, roles.reach, agents.time_zone
             FROM agents JOIN roles ON roles.id = agents.role_id
             WHERE agents.id = $1 AND agents.left_at IS NULL",
            &[id.into()],
        )?
        .ok_or(not_found("agent"))?;
    let teams = super::teams::of(tx, id)?;
    let inboxes = inboxes(tx, id, who.permissions.contains(Permission::InboxesManage))?;
    Ok(Me {
        id,
        name: who.name,
        email: who.email,
        role_id: who.role_id,
        role: who.role,
        permissions: who.permissions,
        reach: who.reach,
        teams,
        inboxes,
        time_zone: who.time_zone,
    })
}

row! {
    struct Inbox {
        id: i64,
    }
}

fn inboxes(tx: &mut Tx, id: AgentId, all: bool) -> Result<Vec<i64>> {
    let found: Vec<Inbox> = match all {
        true => tx.rows("SELECT id FROM inboxes ORDER BY id", &[])?,
        false => tx.rows(
            "SELECT id FROM inboxes
             WHERE NOT EXISTS (SELECT 1 FROM inbox_teams WHERE inbox_id = inboxes.id)
                OR EXISTS (SELECT 1 FROM inbox_teams
                           JOIN team_members ON team_members.team_id = inbox_teams.team_id
                           WHERE inbox_teams.inbox_id = inboxes.id
                             AND team_members.agent_id = $1)
             ORDER BY id",
            &[id.into()],
        )?,
    };
    Ok(found.into_iter().map(|it| it.id).collect())
}
