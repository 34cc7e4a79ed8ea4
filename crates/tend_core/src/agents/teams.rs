//! Teams: who works together, and which inboxes they see.

use tend_store::{Tx, row};

use super::{AgentId, Me, Permission, TeamId, fields};
use crate::{
    Result,
    actor::Actor,
    conversations,
    error::{invalid, not_found, refused},
    journal::{self, Change, Subject},
};

row! {
    pub struct Team {
        pub id: TeamId,
        pub name: String,
    }
}

/// The teams that exist, by name.
pub fn all(tx: &mut Tx) -> Result<Vec<Team>> {
    Ok(tx.rows("SELECT id, name FROM teams WHERE archived_at IS NULL ORDER BY name, id", &[])?)
}

/// A team that exists.
pub fn find(tx: &mut Tx, id: TeamId) -> Result<Team> {
    tx.maybe("SELECT id, name FROM teams WHERE id = $1 AND archived_at IS NULL", &[id.into()])?
        .ok_or(not_found("team"))
}

/// The teams of an agent that still exist.
pub fn of(tx: &mut Tx, agent: AgentId) -> Result<Vec<TeamId>> {
    Ok(tx.column(
        "SELECT team_members.team_id FROM team_members
         JOIN teams ON teams.id = team_members.team_id
         WHERE team_members.agent_id = $1 AND teams.archived_at IS NULL
         ORDER BY team_members.team_id",
        &[agent.into()],
    )?)
}

/// Those in a team who are present, by name.
pub fn members(tx: &mut Tx, team: TeamId) -> Result<Vec<AgentId>> {
    Ok(tx.column(
        "SELECT agents.id FROM team_members JOIN agents ON agents.id = team_members.agent_id
         WHERE team_members.team_id = $1 AND agents.left_at IS NULL
         ORDER BY agents.name, agents.id",
        &[team.into()],
    )?)
}

/// A new team, without members. A name that an archived team had is free again.
pub fn make(tx: &mut Tx, me: &Me, name: &str) -> Result<TeamId> {
    me.require(Permission::TeamsManage)?;
    let (id, now, name) = (TeamId::new(tx), tx.now(), fields::name("name", name)?);
    free_name(tx, &name, None)?;
    tx.execute(
        "INSERT INTO teams (id, name, created_at) VALUES ($1, $2, $3)",
        &[id.into(), (&name).into(), now.into()],
    )?;
    record(tx, me, id, &Change::TeamCreated { name })?;
    Ok(id)
}

/// Gives a team another name. Doing it twice is doing it once.
pub fn rename(tx: &mut Tx, me: &Me, id: TeamId, name: &str) -> Result<()> {
    me.require(Permission::TeamsManage)?;
    let (team, name) = (find(tx, id)?, fields::name("name", name)?);
    if team.name == name {
        return Ok(());
    }
    free_name(tx, &name, Some(id))?;
    tx.execute("UPDATE teams SET name = $2 WHERE id = $1", &[id.into(), (&name).into()])?;
    record(tx, me, id, &Change::TeamChanged { name })
}

/// Chooses who is in a team.
pub fn set_members(tx: &mut Tx, me: &Me, id: TeamId, to: &[AgentId]) -> Result<()> {
    me.require(Permission::TeamsManage)?;
    find(tx, id)?;
    let before = members(tx, id)?;
    let joining: Vec<_> = to.iter().filter(|it| !before.contains(it)).copied().collect();
    let parting: Vec<_> = before.iter().filter(|it| !to.contains(it)).copied().collect();
    if joining.is_empty() && parting.is_empty() {
        return Ok(());
    }
    for agent in &joining {
        if super::find(tx, *agent)?.left_at.is_some() {
            return Err(refused("Someone who left cannot join a team."));
        }
        join(tx, id, *agent)?;
    }
    for agent in &parting {
        tx.execute(
            "DELETE FROM team_members WHERE team_id = $1 AND agent_id = $2",
            &[id.into(), (*agent).into()],
        )?;
    }
    let ids = |them: &[AgentId]| them.iter().map(ToString::to_string).collect::<Vec<_>>();
    let change = Change::TeamMembersChanged { joined: ids(&joining), parted: ids(&parting) };
    record(tx, me, id, &change)
}

/// Chooses which teams an agent is in.
pub fn set_teams(tx: &mut Tx, me: &Me, agent: AgentId, to: &[TeamId]) -> Result<()> {
    for team in all(tx)? {
        let mut members = members(tx, team.id)?;
        members.retain(|it| *it != agent);
        if to.contains(&team.id) {
            members.push(agent);
        }
        set_members(tx, me, team.id, &members)?;
    }
    Ok(())
}

/// A team that is no more. Its inboxes are for its other teams, or, without
/// any, for those who manage inboxes.
pub fn archive(tx: &mut Tx, me: &Me, id: TeamId) -> Result<()> {
    me.require(Permission::TeamsManage)?;
    let (team, now) = (find(tx, id)?, tx.now());
    tx.execute("UPDATE teams SET archived_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    tx.execute("DELETE FROM team_members WHERE team_id = $1", &[id.into()])?;
    conversations::release_team(tx, Actor::Agent(me.id), id)?;
    record(tx, me, id, &Change::TeamArchived { name: team.name })
}

fn record(tx: &mut Tx, me: &Me, id: TeamId, change: &Change) -> Result<()> {
    journal::record(tx, Actor::Agent(me.id), Subject::plain("team", id.raw()), change)
}

pub(super) fn join(tx: &mut Tx, team: TeamId, agent: AgentId) -> Result<()> {
    find(tx, team)?;
    tx.execute(
        "INSERT INTO team_members (team_id, agent_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        &[team.into(), agent.into()],
    )?;
    Ok(())
}

/// Refuses a name that another team has, and takes it from one that is no more.
fn free_name(tx: &mut Tx, name: &str, but: Option<TeamId>) -> Result<()> {
    tx.execute(
        "UPDATE teams SET name = name || ' (' || CAST(id AS TEXT) || ')'
         WHERE name = $1 AND archived_at IS NOT NULL",
        &[name.into()],
    )?;
    let taken: Option<TeamId> =
        tx.maybe_scalar("SELECT id FROM teams WHERE name = $1", &[name.into()])?;
    match taken {
        Some(id) if Some(id) != but => {
            Err(invalid("name", "There is a team of this name already."))
        }
        _ => Ok(()),
    }
}
