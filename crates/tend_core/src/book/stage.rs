use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{StageId, refresh, stages::find_stage};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    error::refused,
    journal::{self, Change, Subject},
};

/// Puts an account into a stage of its life, or into none. Doing it twice is doing it once.
///
/// # Errors
/// Refused for a stage that is offered no more.
pub fn set_stage(tx: &mut Tx, by: &Me, id: AccountId, to: Option<StageId>) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    let id = accounts::find_visible(tx, by, id)?.id;
    pass(tx, Actor::Agent(by.id), id, to).map(drop)
}

/// Says whether that was news.
pub(crate) fn pass(tx: &mut Tx, by: Actor, id: AccountId, to: Option<StageId>) -> Result<bool> {
    let account = accounts::find(tx, id)?;
    if account.stage_id == to {
        return Ok(false);
    }
    let name = |tx: &mut Tx, it: Option<StageId>| match it {
        Some(it) => find_stage(tx, it).map(Some),
        None => Ok(None),
    };
    let (from, into) = (name(tx, account.stage_id)?, name(tx, to)?);
    if into.as_ref().is_some_and(|it| it.archived) {
        return Err(refused("This stage is offered no more."));
    }
    let (now, agent) = (tx.now(), if let Actor::Agent(it) = by { Some(it) } else { None });
    tx.execute(
        "UPDATE accounts SET stage_id = $2, stage_since = $3, changed_at = $3 WHERE id = $1",
        &[account.id.into(), to.into(), now.into()],
    )?;
    let change = tx.next_id();
    tx.execute(
        "INSERT INTO stage_changes (id, account_id, from_id, to_id, agent_id, happened_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            change.into(),
            account.id.into(),
            account.stage_id.into(),
            to.into(),
            agent.into(),
            now.into(),
        ],
    )?;
    let change = Change::StagePassed { from: from.map(|it| it.name), to: into.map(|it| it.name) };
    journal::record(tx, by, Subject::account(account.id.raw()), &change)?;
    refresh(tx, account.id)?;
    Ok(true)
}

row! {
    /// That an account went from one stage to another.
    pub struct Passed {
        /// The stage's name; nothing if it stood in none.
        pub came_from: Option<String>,
        pub went_to: Option<String>,
        /// Who did it; nothing for an import or for Tend itself.
        pub agent: Option<String>,
        pub happened_at: Timestamp,
    }
}

/// Each stage that an account went through, the last first.
pub fn stage_history(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Vec<Passed>> {
    let id = accounts::find_visible(tx, me, id)?.id;
    Ok(tx.rows(
        "SELECT a.name AS came_from, b.name AS went_to, agents.name AS agent, stage_changes.happened_at
         FROM stage_changes
         LEFT JOIN stages AS a ON a.id = stage_changes.from_id
         LEFT JOIN stages AS b ON b.id = stage_changes.to_id
         LEFT JOIN agents ON agents.id = stage_changes.agent_id
         WHERE stage_changes.account_id = $1 ORDER BY stage_changes.id DESC LIMIT 200",
        &[id.into()],
    )?)
}
