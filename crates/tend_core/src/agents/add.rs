use tend_store::Tx;

use super::{AgentId, RoleId, fields, roles, story};
use crate::{Result, actor::Actor, error::invalid, journal::Change, settings};

/// Someone new, who cannot sign in before there is a password.
///
/// # Errors
/// Refused, when somebody has this address already.
pub fn add(tx: &mut Tx, name: &str, email: &str, role: RoleId) -> Result<AgentId> {
    let (name, email) = (fields::name("name", name)?, fields::email(email)?);
    let (id, now) = (AgentId::new(tx), tx.now());
    let zone = settings::get_or(tx, settings::TIME_ZONE, "UTC")?;
    let added = tx.execute(
        "INSERT INTO agents (id, name, email, role_id, time_zone, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email) DO NOTHING",
        &[id.into(), name.into(), email.into(), role.into(), zone.into(), now.into()],
    )?;
    match added {
        0 => Err(invalid("email", "There is an agent with this address already.")),
        _ => Ok(id),
    }
}

/// `tend agent add`: someone new with a password, before or after the first
/// start. Whoever can do this sits at the machine.
pub fn add_by_console(
    tx: &mut Tx,
    name: &str,
    email: &str,
    role: &str,
    password_hash: &str,
) -> Result<AgentId> {
    roles::ensure(tx)?;
    let role = roles::named(tx, role)?;
    let id = add(tx, name, email, role.id)?;
    tx.execute(
        "UPDATE agents SET password_hash = $2 WHERE id = $1",
        &[id.into(), password_hash.into()],
    )?;
    crate::book::first_stages(tx)?;
    crate::health::first_profile(tx)?;
    story::by(tx, Actor::Console, id, &Change::AgentJoined { agent: id.to_string() })?;
    Ok(id)
}
