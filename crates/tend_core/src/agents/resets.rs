//! Forgotten passwords: a link by mail, good for half an hour and one use.

use jiff::SignedDuration;
use tend_store::Tx;

use super::{
    AgentId, fields,
    invitations::NewLink,
    links::{self, LinkKind},
    notices::{self, Notice},
    sessions, story,
};
use crate::{Result, actor::Actor, journal::Change};

/// How many links an account is sent in [`WINDOW`].
const AT_MOST: i64 = 3;
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// Sends a link, if an agent has this address and has not had too many. The
/// answer is the same in any case, so that nobody learns who works here.
pub fn ask(tx: &mut Tx, email: &str, link: &NewLink) -> Result<()> {
    let Ok(email) = fields::email(email) else { return Ok(()) };
    let agent: Option<AgentId> = tx.maybe_scalar(
        "SELECT id FROM agents
         WHERE email = $1 AND left_at IS NULL AND password_hash IS NOT NULL",
        &[email.into()],
    )?;
    let Some(agent) = agent else { return Ok(()) };
    let since = tx.now() - WINDOW;
    if links::count(tx, LinkKind::Reset, agent, since)? >= AT_MOST {
        return Ok(());
    }
    links::make(tx, LinkKind::Reset, agent, None, &link.fingerprint)?;
    story::by(tx, Actor::System, agent, &Change::ResetAsked {})?;
    notices::send(tx, agent, &Notice::Reset(link))
}

/// The agent of a reset link that still counts.
pub fn of(tx: &mut Tx, fingerprint: &str) -> Result<super::Agent> {
    let link = links::find(tx, LinkKind::Reset, fingerprint)?;
    super::find(tx, link.agent_id)
}

/// Sets the new password. All sessions and all other links of the agent end.
pub fn reset(tx: &mut Tx, fingerprint: &str, password_hash: &str) -> Result<AgentId> {
    let link = links::take(tx, LinkKind::Reset, fingerprint)?;
    let id = link.agent_id;
    tx.execute(
        "UPDATE agents SET password_hash = $2 WHERE id = $1",
        &[id.into(), password_hash.into()],
    )?;
    sessions::end_all(tx, id, None)?;
    links::void(tx, id)?;
    story::by(tx, Actor::Agent(id), id, &Change::PasswordChanged {})?;
    notices::send(tx, id, &Notice::PasswordChanged)?;
    Ok(id)
}
