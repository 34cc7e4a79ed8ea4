//! Links that prove something once: invitations and password resets.

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, id, row};

use super::AgentId;
use crate::{Result, error::not_found};

id!(LinkId, "lnk");

/// How long an invitation counts.
pub const INVITED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a reset counts.
pub const RESET_FOR: SignedDuration = SignedDuration::from_mins(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    Invitation,
    Reset,
}

impl LinkKind {
    fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    fn lasts(self) -> SignedDuration {
        match self {
            Self::Invitation => INVITED_FOR,
            Self::Reset => RESET_FOR,
        }
    }
}

row! {
    /// A link that still counts.
    pub struct Link {
        pub id: LinkId,
        pub agent_id: AgentId,
        /// Who invited; nobody for a reset.
        pub created_by: Option<AgentId>,
        pub expires_at: Timestamp,
    }
}

/// A new link; those of its kind that the agent had before are void.
pub(super) fn make(
    tx: &mut Tx,
    kind: LinkKind,
    agent: AgentId,
    by: Option<AgentId>,
    fingerprint: &str,
) -> Result<()> {
    let (id, now) = (LinkId::new(tx), tx.now());
    tx.execute(
        "UPDATE agent_links SET expires_at = $3
         WHERE agent_id = $1 AND kind = $2 AND used_at IS NULL AND expires_at > $3",
        &[agent.into(), kind.word().into(), now.into()],
    )?;
    tx.execute(
        "INSERT INTO agent_links (id, kind, agent_id, token_hash, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            kind.word().into(),
            agent.into(),
            fingerprint.into(),
            by.into(),
            now.into(),
            (now + kind.lasts()).into(),
        ],
    )?;
    Ok(())
}

/// The link of a fingerprint, unless it was used, is too old, or its agent left.
pub fn find(tx: &mut Tx, kind: LinkKind, fingerprint: &str) -> Result<Link> {
    let now = tx.now();
    tx.maybe(
        "SELECT agent_links.id, agent_links.agent_id, agent_links.created_by,
                agent_links.expires_at
         FROM agent_links JOIN agents ON agents.id = agent_links.agent_id
         WHERE agent_links.token_hash = $1 AND agent_links.kind = $2
           AND agent_links.used_at IS NULL AND agent_links.expires_at > $3
           AND agents.left_at IS NULL",
        &[fingerprint.into(), kind.word().into(), now.into()],
    )?
    .ok_or(not_found("link"))
}

/// Uses a link up.
pub(super) fn take(tx: &mut Tx, kind: LinkKind, fingerprint: &str) -> Result<Link> {
    let (link, now) = (find(tx, kind, fingerprint)?, tx.now());
    tx.execute("UPDATE agent_links SET used_at = $2 WHERE id = $1", &[link.id.into(), now.into()])?;
    Ok(link)
}

/// How many links of a kind an agent was given since a time.
pub(super) fn count(tx: &mut Tx, kind: LinkKind, agent: AgentId, since: Timestamp) -> Result<i64> {
    Ok(tx.scalar(
        "SELECT count(*) FROM agent_links WHERE agent_id = $1 AND kind = $2 AND created_at > $3",
        &[agent.into(), kind.word().into(), since.into()],
    )?)
}

/// No link of an agent counts any more.
pub(super) fn void(tx: &mut Tx, agent: AgentId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE agent_links SET expires_at = $2
         WHERE agent_id = $1 AND used_at IS NULL AND expires_at > $2",
        &[agent.into(), now.into()],
    )?;
    Ok(())
}
