//! Signing in and changing one's password. Hashing happens outside, see
//! [`crate::secrets::passwords`].

use tend_store::{Tx, row};

use super::{
    AgentId, Me, SessionId, fields,
    notices::{self, Notice},
    sessions, story,
};
use crate::{Result, actor::Actor, error::refused, journal::Change};

row! {
    /// Whom an address belongs to, and what their password is compared with.
    pub struct Candidate {
        pub id: AgentId,
        pub password_hash: String,
    }
}

/// Someone who could sign in with this address.
pub fn candidate(tx: &mut Tx, email: &str) -> Result<Option<Candidate>> {
    let Ok(email) = fields::email(email) else { return Ok(None) };
    Ok(tx.maybe(
        "SELECT id, password_hash FROM agents
         WHERE email = $1 AND left_at IS NULL AND password_hash IS NOT NULL",
        &[email.into()],
    )?)
}

/// One's own hash, to compare the old password with before it changes.
pub fn own_hash(tx: &mut Tx, me: &Me) -> Result<String> {
    let hash: Option<Option<String>> =
        tx.maybe_scalar("SELECT password_hash FROM agents WHERE id = $1", &[me.id.into()])?;
    Ok(hash.flatten().unwrap_or_default())
}

/// Changes one's password, the old one of which was compared with `old_hash`.
/// All sessions but this one end.
pub fn change(
    tx: &mut Tx,
    me: &Me,
    old_hash: &str,
    new_hash: &str,
    this: Option<SessionId>,
) -> Result<()> {
    let changed = tx.execute(
        "UPDATE agents SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
        &[me.id.into(), old_hash.into(), new_hash.into()],
    )?;
    if changed == 0 {
        return Err(refused("The password has just been changed elsewhere."));
    }
    sessions::end_all(tx, me.id, this)?;
    super::links::void(tx, me.id)?;
    notices::send(tx, me.id, &Notice::PasswordChanged)?;
    story::of(tx, me, me.id, &Change::PasswordChanged {})
}

/// `tend agent password`: a new one from the machine itself, for whoever lost the
/// old one. All sessions end, and links that were sent are void.
pub fn change_by_console(tx: &mut Tx, id: AgentId, new_hash: &str) -> Result<()> {
    tx.execute(
        "UPDATE agents SET password_hash = $2 WHERE id = $1",
        &[id.into(), new_hash.into()],
    )?;
    sessions::end_all(tx, id, None)?;
    super::links::void(tx, id)?;
    notices::send(tx, id, &Notice::PasswordChanged)?;
    story::by(tx, Actor::Console, id, &Change::PasswordChanged {})
}
