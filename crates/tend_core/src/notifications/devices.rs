//! Browsers in which an agent wants to be told. One belongs to the session that turned it on:
//! when that is ended, by whomever, nothing goes there any more.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use tend_store::{Tx, id, row};

use crate::{
    Result,
    agents::{AgentId, Me, SessionId, profile},
    error::{invalid, not_found, refused},
};

id!(DeviceId, "dev");

/// So many devices an agent has.
pub const MOST: usize = 10;
/// Bytes of an endpoint.
const LONGEST: usize = 1000;

/// What a browser says when it subscribes.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// Where its push service takes messages for it; an https address.
    pub endpoint: String,
    /// Its public key, base64url.
    pub p256dh: String,
    /// The secret that we share with it, base64url.
    pub auth: String,
}

row! {
    pub struct Device {
        pub id: DeviceId,
        pub agent_id: AgentId,
        pub endpoint: String,
        pub p256dh: String,
        pub auth: String,
        /// Of the session that turned it on.
        pub user_agent: String,
        pub created_at: Timestamp,
        /// When its push service last took something.
        pub sent_at: Option<Timestamp>,
        /// Since when nothing arrives.
        pub failed_at: Option<Timestamp>,
        /// Why, in a sentence.
        pub problem: String,
    }
}

const LIVING: &str = "SELECT devices.id, devices.agent_id, endpoint, p256dh, auth, user_agent,
        devices.created_at, sent_at, failed_at, problem
    FROM devices JOIN sessions ON sessions.id = devices.session_id
    WHERE sessions.ended_at IS NULL AND sessions.expires_at > $1";

/// Of an agent, the oldest first.
pub(super) fn of(tx: &mut Tx, agent: AgentId) -> Result<Vec<Device>> {
    let now = tx.now();
    let sql = format!("{LIVING} AND devices.agent_id = $2 ORDER BY devices.id");
    Ok(tx.rows(&sql, &[now.into(), agent.into()])?)
}

/// One's own, the oldest first.
pub fn mine(tx: &mut Tx, me: &Me) -> Result<Vec<Device>> {
    of(tx, me.id)
}

pub(super) fn find(tx: &mut Tx, id: DeviceId) -> Result<Option<Device>> {
    let now = tx.now();
    let sql = format!("{LIVING} AND devices.id = $2");
    Ok(tx.maybe(&sql, &[now.into(), id.into()])?)
}

/// One of one's own.
pub fn find_own(tx: &mut Tx, me: &Me, id: DeviceId) -> Result<Device> {
    find(tx, id)?.filter(|it| it.agent_id == me.id).ok_or(not_found("device"))
}

/// Turns it on. A browser that is known already belongs to this session from now on.
///
/// # Errors
/// Invalid, when this is no subscription of a browser; refused, when the agent has [`MOST`].
pub fn add(tx: &mut Tx, me: &Me, session: SessionId, new: &NewDevice) -> Result<DeviceId> {
    check(new)?;
    let known: Option<DeviceId> =
        tx.maybe_scalar("SELECT id FROM devices WHERE endpoint = $1", &[(&new.endpoint).into()])?;
    if let Some(id) = known {
        take_over(tx, me, session, id, new)?;
        return Ok(id);
    }
    if of(tx, me.id)?.len() >= MOST {
        let why = format!("You are told on {MOST} devices already. Remove one of them first.");
        return Err(refused(why));
    }
    let (id, now) = (DeviceId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO devices (id, agent_id, session_id, endpoint, p256dh, auth, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            me.id.into(),
            session.into(),
            (&new.endpoint).into(),
            (&new.p256dh).into(),
            (&new.auth).into(),
            now.into(),
        ],
    )?;
    profile::changed(tx, me, "devices")?;
    Ok(id)
}

fn take_over(
    tx: &mut Tx,
    me: &Me,
    session: SessionId,
    id: DeviceId,
    new: &NewDevice,
) -> Result<()> {
    let moved = tx.execute(
        "UPDATE devices SET created_at = $3 WHERE id = $1 AND agent_id <> $2",
        &[id.into(), me.id.into(), tx.now().into()],
    )?;
    tx.execute(
        "UPDATE devices SET agent_id = $2, session_id = $3, p256dh = $4, auth = $5 WHERE id = $1",
        &[id.into(), me.id.into(), session.into(), (&new.p256dh).into(), (&new.auth).into()],
    )?;
    if moved == 0 { Ok(()) } else { profile::changed(tx, me, "devices") }
}

/// Turns one of one's own off.
pub fn remove(tx: &mut Tx, me: &Me, id: DeviceId) -> Result<()> {
    let gone = tx.execute(
        "DELETE FROM devices WHERE id = $1 AND agent_id = $2",
        &[id.into(), me.id.into()],
    )?;
    if gone == 0 { Err(not_found("device")) } else { profile::changed(tx, me, "devices") }
}

/// Its push service took something.
pub fn reached(tx: &mut Tx, id: DeviceId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE devices SET sent_at = $2, failed_at = NULL, problem = '' WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    Ok(())
}

/// Its push service took nothing, and why.
pub fn missed(tx: &mut Tx, id: DeviceId, why: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE devices SET failed_at = COALESCE(failed_at, $2), problem = $3 WHERE id = $1",
        &[id.into(), now.into(), why.into()],
    )?;
    Ok(())
}

/// The browser has left: its push service does not know it any more.
pub fn gone(tx: &mut Tx, id: DeviceId) -> Result<()> {
    tx.execute("DELETE FROM devices WHERE id = $1", &[id.into()])?;
    Ok(())
}

/// Forgets those whose session was ended.
pub(crate) fn sweep(tx: &mut Tx) -> Result<u64> {
    let now = tx.now();
    Ok(tx.execute(
        "DELETE FROM devices WHERE NOT EXISTS (
             SELECT 1 FROM sessions WHERE sessions.id = devices.session_id
                 AND sessions.ended_at IS NULL AND sessions.expires_at > $1)",
        &[now.into()],
    )?)
}

fn check(new: &NewDevice) -> Result<()> {
    let host = new.endpoint.strip_prefix("https://").map(|it| it.split(['/', '?', '#']).next());
    let host = host.flatten().unwrap_or_default();
    let plain = new.endpoint.bytes().all(|it| it.is_ascii_graphic());
    if host.is_empty() || host.contains('@') || !plain || new.endpoint.len() > LONGEST {
        return Err(invalid("endpoint", "The address of a push service begins with https://."));
    }
    let bytes = |it: &str| URL_SAFE_NO_PAD.decode(it.trim_end_matches('=')).unwrap_or_default();
    let key = bytes(&new.p256dh);
    if key.len() != 65 || key.first() != Some(&4) || bytes(&new.auth).len() != 16 {
        return Err(invalid("p256dh", "These are not the keys of a browser."));
    }
    Ok(())
}
