//! Signed in, in one browser. The browser holds a random text, we its fingerprint.

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, row};

use super::{AgentId, Me, SessionId, me, story};
use crate::{
    Result,
    actor::Actor,
    error::{not_found, refused},
    journal::Change,
};

/// Ends when nothing was asked for so long.
pub const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// Ends after so long in any case.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How exactly we know when a session was used last.
const NOTICED_EVERY: SignedDuration = SignedDuration::from_mins(5);

row! {
    pub struct Session {
        pub id: SessionId,
        pub agent_id: AgentId,
        /// What forms of this session carry.
        pub csrf: String,
        pub created_at: Timestamp,
        pub seen_at: Timestamp,
        pub expires_at: Timestamp,
        pub user_agent: String,
        /// The client's address at sign-in.
        pub network: String,
    }
}

const COLUMNS: &str = "SELECT id, agent_id, csrf, created_at, seen_at, expires_at, user_agent,
                              network FROM sessions";

/// What a new session is made of; the secrets are made outside the transaction.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Fingerprint of the text in the cookie.
    pub fingerprint: String,
    pub csrf: String,
    pub user_agent: String,
    pub network: String,
    /// Fingerprint of the cookie that the browser came with: that session ends,
    /// whoever's it was.
    pub replaces: Option<String>,
}

/// Signs an agent in whose password was found right, against the hash it was
/// compared with: if that changed meanwhile, it was not right.
pub fn begin(tx: &mut Tx, agent: AgentId, hash: &str, new: &NewSession) -> Result<SessionId> {
    let known: Option<AgentId> = tx.maybe_scalar(
        "SELECT id FROM agents WHERE id = $1 AND password_hash = $2 AND left_at IS NULL",
        &[agent.into(), hash.into()],
    )?;
    if known.is_none() {
        return Err(refused("The password has just been changed. Sign in again."));
    }
    open(tx, agent, new)
}

/// A session for someone who just proved who they are.
pub(super) fn open(tx: &mut Tx, agent: AgentId, new: &NewSession) -> Result<SessionId> {
    let (id, now) = (SessionId::new(tx), tx.now());
    if let Some(old) = &new.replaces {
        tx.execute(
            "UPDATE sessions SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL",
            &[old.into(), now.into()],
        )?;
    }
    let user_agent: String =
        new.user_agent.chars().filter(|it| !it.is_control()).take(300).collect();
    tx.execute(
        "INSERT INTO sessions (id, agent_id, token_hash, csrf, created_at, seen_at, expires_at,
                               user_agent, network)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)",
        &[
            id.into(),
            agent.into(),
            (&new.fingerprint).into(),
            (&new.csrf).into(),
            now.into(),
            (now + ABSOLUTE).into(),
            user_agent.into(),
            (&new.network).into(),
        ],
    )?;
    story::by(tx, Actor::Agent(agent), agent, &Change::AgentSignedIn {})?;
    Ok(id)
}

/// Who is signed in with a cookie, if it still counts.
pub fn who(tx: &mut Tx, fingerprint: &str) -> Result<Option<(Session, Me)>> {
    let now = tx.now();
    let session: Option<Session> = tx.maybe(
        &format!(
            "{COLUMNS} WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2
             AND seen_at > $3"
        ),
        &[fingerprint.into(), now.into(), (now - IDLE).into()],
    )?;
    let Some(session) = session else { return Ok(None) };
    match me(tx, session.agent_id) {
        Ok(me) => Ok(Some((session, me))),
        Err(crate::Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Session {
    /// Whether it is time to write down that it was used.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen_at) >= NOTICED_EVERY
    }
}

/// Writes down that a session was used.
pub fn noticed(tx: &mut Tx, id: SessionId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2",
        &[id.into(), now.into()],
    )?;
    Ok(())
}

/// One's own sessions that still count, the last used first.
pub fn mine(tx: &mut Tx, me: &Me) -> Result<Vec<Session>> {
    let now = tx.now();
    Ok(tx.rows(
        &format!(
            "{COLUMNS} WHERE agent_id = $1 AND ended_at IS NULL AND expires_at > $2
             AND seen_at > $3 ORDER BY seen_at DESC, id DESC"
        ),
        &[me.id.into(), now.into(), (now - IDLE).into()],
    )?)
}

/// Ends one of one's own sessions.
pub fn end(tx: &mut Tx, me: &Me, id: SessionId) -> Result<()> {
    let now = tx.now();
    let ended = tx.execute(
        "UPDATE sessions SET ended_at = $3 WHERE id = $1 AND agent_id = $2 AND ended_at IS NULL",
        &[id.into(), me.id.into(), now.into()],
    )?;
    match ended {
        0 => Err(not_found("session")),
        _ => story::of(tx, me, me.id, &Change::AgentSignedOut {}),
    }
}

/// Ends all sessions of an agent but perhaps the one that asks. Says how many.
pub fn end_all(tx: &mut Tx, agent: AgentId, but: Option<SessionId>) -> Result<u64> {
    let now = tx.now();
    Ok(tx.execute(
        "UPDATE sessions SET ended_at = $2
         WHERE agent_id = $1 AND ended_at IS NULL AND id <> COALESCE(CAST($3 AS BIGINT), 0)",
        &[agent.into(), now.into(), but.into()],
    )?)
}

/// Whether a session still counts.
pub fn counts(tx: &mut Tx, id: SessionId) -> Result<bool> {
    let now = tx.now();
    let found: Option<SessionId> = tx.maybe_scalar(
        "SELECT id FROM sessions
         WHERE id = $1 AND ended_at IS NULL AND expires_at > $2 AND seen_at > $3",
        &[id.into(), now.into(), (now - IDLE).into()],
    )?;
    Ok(found.is_some())
}
