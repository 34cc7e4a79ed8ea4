use tend_store::Tx;

use super::{
    Due, TaskId, TaskPriority, find,
    follow::owner_of,
    make::{present, record, team, tell, title},
};
use crate::{
    Result,
    agents::{AgentId, Me, Permission, TeamId},
    fold,
    journal::Change,
};

/// What is to be different about a task; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct TaskChange {
    pub title: Option<String>,
    pub text: Option<String>,
    /// `Some(None)` for nobody.
    pub owner: Option<Option<AgentId>>,
    /// From now on it is for whoever owns the account, or is not any more.
    pub follows_owner: Option<bool>,
    pub team: Option<Option<TeamId>>,
    pub priority: Option<TaskPriority>,
    pub due: Option<Due>,
}

/// Changes a task. Doing it twice is doing it once.
pub fn change(tx: &mut Tx, by: &Me, id: TaskId, to: &TaskChange) -> Result<()> {
    by.require(Permission::TasksEdit)?;
    let before = find(tx, by, id)?;
    let mut after = before.clone();
    if let Some(it) = &to.title {
        after.title = title(it)?;
    }
    if let Some(it) = &to.text {
        after.text = fold::shorten(it.trim(), 5000);
    }
    if let Some(it) = to.owner {
        after.owner_id = present(tx, it)?;
        after.follows_owner = false;
    }
    if let Some(it) = to.follows_owner {
        after.follows_owner = it;
        if it {
            after.owner_id = owner_of(tx, after.account_id)?;
        }
    }
    if let Some(it) = to.team {
        after.team_id = team(tx, it)?;
    }
    if let Some(it) = to.priority {
        after.priority = it;
    }
    if let Some(it) = to.due {
        after.due_on = it.day(tx, after.owner_id)?;
    }
    if after == before {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE tasks SET title = $2, text = $3, owner_id = $4, team_id = $5, priority = $6,
             due_on = $7, changed_at = $8, follows_owner = $9 WHERE id = $1",
        &[
            id.into(),
            after.title.as_str().into(),
            after.text.as_str().into(),
            after.owner_id.into(),
            after.team_id.into(),
            after.priority.into(),
            after.due_on.into(),
            now.into(),
            after.follows_owner.into(),
        ],
    )?;
    let named = Change::TaskChanged { task: id.to_string(), title: after.title.clone() };
    record(tx, by, id, &named)?;
    match after.owner_id != before.owner_id {
        true => tell(tx, by, after.owner_id, after.account_id, &after.title),
        false => Ok(()),
    }
}
