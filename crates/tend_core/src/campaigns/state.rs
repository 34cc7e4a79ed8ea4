//! A campaign starts, rests, goes on and ends.

use tend_store::Tx;

use super::{Campaign, CampaignId, State, Trigger, find, save::any};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{conflict, refused},
    fold,
    journal::{self, CampaignMoved, Change, Subject},
    settings,
};

/// Starts a draft. What it says can't be changed any more.
///
/// # Errors
/// Conflict if it was started already; refused without an address for the links in it.
pub fn start(tx: &mut Tx, me: &Me, id: CampaignId) -> Result<()> {
    let it = asked(tx, me, id, &[State::Draft], "This campaign was started already.")?;
    if settings::get_or(tx, settings::BASE_URL, "")?.is_empty() {
        return Err(refused(
            "Links in the messages need the address of this Tend. Set it in the company’s settings.",
        ));
    }
    // What happens from now on begins it.
    let from = match it.plan().trigger {
        Some(Trigger::Order { .. } | Trigger::Onboarding {} | Trigger::Meeting {}) => {
            journal::last_position(tx)?
        }
        _ => 0,
    };
    let now = tx.now();
    tx.execute(
        "UPDATE campaigns SET started_at = $2, walked_to = $3, owner_id = $4 WHERE id = $1",
        &[id.into(), now.into(), from.into(), me.id.into()],
    )?;
    to(tx, Actor::Agent(me.id), &it, State::Running, "started")
}

/// Rests until somebody goes on with it.
pub fn pause(tx: &mut Tx, me: &Me, id: CampaignId) -> Result<()> {
    let it = asked(tx, me, id, &[State::Running, State::Paused], "It does not run now.")?;
    to(tx, Actor::Agent(me.id), &it, State::Paused, "paused")
}

/// Goes on where it rested.
pub fn resume(tx: &mut Tx, me: &Me, id: CampaignId) -> Result<()> {
    let it = asked(tx, me, id, &[State::Paused, State::Running], "It does not rest now.")?;
    tx.execute("UPDATE campaigns SET owner_id = $2 WHERE id = $1", &[id.into(), me.id.into()])?;
    to(tx, Actor::Agent(me.id), &it, State::Running, "resumed")
}

/// Ends it for good. What has left has left; nobody else gets anything.
pub fn cancel(tx: &mut Tx, me: &Me, id: CampaignId) -> Result<()> {
    let from = [State::Draft, State::Running, State::Paused, State::Cancelled];
    let it = asked(tx, me, id, &from, "It is done already.")?;
    to(tx, Actor::Agent(me.id), &it, State::Cancelled, "cancelled")
}

fn asked(tx: &mut Tx, me: &Me, id: CampaignId, from: &[State], else_: &str) -> Result<Campaign> {
    me.require(Permission::CampaignsManage)?;
    let it = find(tx, me, id)?;
    match from.contains(&it.state) {
        true => Ok(it),
        false => Err(conflict(else_.to_owned())),
    }
}

/// It cannot go on: the agent has left, or the segment is gone.
pub(super) fn stumble(tx: &mut Tx, id: CampaignId, why: &str) -> Result<()> {
    let it = any(tx, id)?;
    to(tx, Actor::System, &it, State::Paused, "paused")?;
    let why = fold::one_line(why, 300);
    tx.execute("UPDATE campaigns SET problem = $2 WHERE id = $1", &[id.into(), why.into()])?;
    Ok(())
}

/// Is that from now on. Being it already changes nothing.
pub(super) fn to(tx: &mut Tx, by: Actor, it: &Campaign, state: State, how: &str) -> Result<()> {
    if it.state == state {
        return Ok(());
    }
    let now = tx.now();
    let ended = matches!(state, State::Done | State::Cancelled).then_some(now);
    tx.execute(
        "UPDATE campaigns SET state = $2, problem = '', ended_at = $3, changed_at = $4
         WHERE id = $1",
        &[it.id.into(), state.into(), ended.into(), now.into()],
    )?;
    record(tx, by, it.id, &it.name, how)
}

pub(super) fn record(tx: &mut Tx, by: Actor, id: CampaignId, name: &str, how: &str) -> Result<()> {
    let change =
        Change::CampaignMoved(CampaignMoved { name: name.to_owned(), how: how.to_owned() });
    journal::record(tx, by, Subject::plain("campaign", id.raw()), &change)
}
