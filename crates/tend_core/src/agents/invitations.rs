//! Invitations: a link by mail, good for seven days and one use.

use tend_store::Tx;

use super::{
    AgentId, Me, Permission, RoleId, TeamId, fields,
    links::{self, Link, LinkKind},
    notices::{self, Notice},
    rank, roles,
    sessions::{self, NewSession},
    story, teams,
};
use crate::{Result, actor::Actor, error::refused, journal::Change, secrets::passwords};

/// Whom one wants to have on the team.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub name: String,
    pub email: String,
    pub role: RoleId,
    pub teams: Vec<TeamId>,
}

/// The secret part of a link to be sent, made outside the transaction.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub fingerprint: String,
    /// The text itself, sealed for [`LINK_PURPOSE`](super::LINK_PURPOSE): only
    /// who sends the mail opens it.
    pub sealed: String,
}

/// Invites someone by mail. One who had left comes back as who they were.
pub fn invite(tx: &mut Tx, me: &Me, it: &Invitation, link: &NewLink) -> Result<AgentId> {
    me.require(Permission::AgentsManage)?;
    let role = roles::find(tx, it.role)?;
    rank::covers(me, &role)?;
    let (name, email) = (fields::name("name", &it.name)?, fields::email(&it.email)?);
    let left: Option<AgentId> = tx.maybe_scalar(
        "SELECT id FROM agents WHERE email = $1 AND left_at IS NOT NULL",
        &[(&email).into()],
    )?;
    let id = match left {
        None => super::add(tx, &name, &email, role.id)?,
        Some(id) => {
            tx.execute(
                "UPDATE agents SET name = $2, role_id = $3, left_at = NULL, password_hash = NULL
                 WHERE id = $1",
                &[id.into(), (&name).into(), role.id.into()],
            )?;
            id
        }
    };
    if !it.teams.is_empty() {
        me.require(Permission::TeamsManage)?;
    }
    for team in &it.teams {
        teams::join(tx, *team, id)?;
    }
    send(tx, me, id, link)?;
    Ok(id)
}

/// Sends a new link to someone who has not accepted yet; the old one is void.
pub fn invite_again(tx: &mut Tx, me: &Me, id: AgentId, link: &NewLink) -> Result<()> {
    me.require(Permission::AgentsManage)?;
    let agent = super::find(tx, id)?;
    rank::covers(me, &roles::find(tx, agent.role_id)?)?;
    if agent.left_at.is_some() || super::has_password(tx, id)? {
        return Err(refused(format!("{} does not wait for an invitation.", agent.name)));
    }
    send(tx, me, id, link)
}

fn send(tx: &mut Tx, me: &Me, id: AgentId, link: &NewLink) -> Result<()> {
    links::make(tx, LinkKind::Invitation, id, Some(me.id), &link.fingerprint)?;
    story::of(tx, me, id, &Change::AgentInvited { agent: id.to_string() })?;
    notices::send(tx, id, &Notice::Invitation(link))
}

/// The link of an invitation that still counts, with who is invited.
pub fn of(tx: &mut Tx, fingerprint: &str) -> Result<(Link, super::Agent)> {
    let link = links::find(tx, LinkKind::Invitation, fingerprint)?;
    let agent = super::find(tx, link.agent_id)?;
    Ok((link, agent))
}

/// Accepts an invitation with a name and a password, and signs in. Of many who
/// try at once one wins.
pub fn accept(
    tx: &mut Tx,
    fingerprint: &str,
    name: &str,
    password_hash: &str,
    session: &NewSession,
) -> Result<AgentId> {
    let name = fields::name("name", name)?;
    let link = links::take(tx, LinkKind::Invitation, fingerprint)?;
    tx.execute(
        "UPDATE agents SET name = $2, password_hash = $3 WHERE id = $1",
        &[link.agent_id.into(), (&name).into(), password_hash.into()],
    )?;
    links::void(tx, link.agent_id)?;
    let id = link.agent_id;
    let change = Change::AgentJoined { agent: id.to_string() };
    story::by(tx, Actor::Agent(id), id, &change)?;
    sessions::open(tx, id, session)?;
    Ok(id)
}

/// Says why a password would be refused, before it is hashed.
pub fn check_password(tx: &mut Tx, fingerprint: &str, password: &str) -> Result<()> {
    let (_, agent) = of(tx, fingerprint)?;
    passwords::check(password, &agent.email)
}
