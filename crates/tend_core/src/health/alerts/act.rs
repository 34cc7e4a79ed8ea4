//! What is done with an alert.

use tend_store::Tx;

use super::{find, raise::task_of};
use crate::{
    Result,
    agents::{Me, Permission},
    health::{AlertId, AlertState},
    tasks::{self, TaskId},
};

/// Somebody has looked at it. Doing it twice is doing it once.
///
/// # Errors
/// NotFound for what one may not see.
pub fn see(tx: &mut Tx, by: &Me, id: AlertId) -> Result<()> {
    by.require(Permission::TasksEdit)?;
    let it = find(tx, by, id)?.alert;
    if it.state == AlertState::Open {
        set(tx, id, AlertState::Seen)?;
    }
    Ok(())
}

/// It is over for us. What comes of it is written down all the same.
///
/// # Errors
/// NotFound for what one may not see.
pub fn clear(tx: &mut Tx, by: &Me, id: AlertId) -> Result<()> {
    by.require(Permission::TasksEdit)?;
    if find(tx, by, id)?.alert.cleared_at.is_none() {
        end(tx, id)?;
    }
    Ok(())
}

pub(super) fn end(tx: &mut Tx, id: AlertId) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE health_alerts SET state = $2, cleared_at = $3
         WHERE id = $1 AND cleared_at IS NULL",
        &[id.into(), AlertState::Cleared.into(), now.into()],
    )?;
    Ok(())
}

/// Makes a task of it for the account's owner, or for oneself where it has none. One that has a
/// task keeps it.
///
/// # Errors
/// NotFound for what one may not see.
pub fn task(tx: &mut Tx, by: &Me, id: AlertId) -> Result<TaskId> {
    by.require(Permission::TasksEdit)?;
    let it = find(tx, by, id)?;
    if let Some(task) = it.alert.task_id {
        return Ok(task);
    }
    let owner = it.owner.map_or(by.id, |it| it.0);
    let task = tasks::make(tx, by, &task_of(it.alert.account_id, owner, &it.alert.why))?;
    tx.execute("UPDATE health_alerts SET task_id = $2 WHERE id = $1", &[id.into(), task.into()])?;
    if it.alert.state == AlertState::Open {
        set(tx, id, AlertState::Seen)?;
    }
    Ok(task)
}

fn set(tx: &mut Tx, id: AlertId, state: AlertState) -> Result<()> {
    tx.execute("UPDATE health_alerts SET state = $2 WHERE id = $1", &[id.into(), state.into()])?;
    Ok(())
}
