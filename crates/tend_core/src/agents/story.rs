//! Journal entries about people on our side.

use tend_store::Tx;

use super::{AgentId, Me};
use crate::{
    Result,
    actor::Actor,
    journal::{self, Change, Subject},
};

/// Something that an agent did to an agent, perhaps to themselves.
pub(super) fn of(tx: &mut Tx, me: &Me, agent: AgentId, change: &Change) -> Result<()> {
    by(tx, Actor::Agent(me.id), agent, change)
}

/// Something that was done to an agent.
pub(super) fn by(tx: &mut Tx, by: Actor, agent: AgentId, change: &Change) -> Result<()> {
    journal::record(tx, by, Subject::plain("agent", agent.raw()), change)
}
