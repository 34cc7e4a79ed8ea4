use tend_store::Tx;

use super::{Conversation, ConversationId, find_visible};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission, TeamId, teams},
    journal::{self, Change},
};

/// Gives a conversation to a team, or, with none, takes it out of any.
/// Doing it twice is doing it once.
pub fn set_team(tx: &mut Tx, by: &Me, id: ConversationId, to: Option<TeamId>) -> Result<()> {
    by.require(Permission::ConversationsAssign)?;
    let it = find_visible(tx, by, id)?;
    if let Some(to) = to {
        teams::find(tx, to)?;
    }
    pass(tx, Actor::Agent(by.id), &it, to)
}

pub(super) fn pass(tx: &mut Tx, by: Actor, it: &Conversation, to: Option<TeamId>) -> Result<()> {
    if it.team_id == to {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE conversations SET team_id = $2, changed_at = $3 WHERE id = $1",
        &[it.id.into(), to.into(), now.into()],
    )?;
    let change = Change::ConversationTeamed {
        from: it.team_id.map(|it| it.to_string()),
        to: to.map(|it| it.to_string()),
    };
    journal::record(tx, by, it.subject_of_journal(), &change)
}
