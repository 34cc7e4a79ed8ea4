use tend_store::Tx;

use super::{Task, TaskId, find, make::record};
use crate::{
    Result,
    agents::{Me, Permission},
    journal::Change,
};

/// It is done. Doing it twice is doing it once.
pub fn done(tx: &mut Tx, by: &Me, id: TaskId) -> Result<()> {
    let Some(it) = asked(tx, by, id, Task::is_open)? else { return Ok(()) };
    let now = tx.now();
    tx.execute(
        "UPDATE tasks SET done_at = $2, done_by = $3, changed_at = $2 WHERE id = $1",
        &[id.into(), now.into(), by.id.into()],
    )?;
    record(tx, by, id, &Change::TaskDone { task: id.to_string(), title: it.title })
}

/// It is to be done after all.
pub fn reopen(tx: &mut Tx, by: &Me, id: TaskId) -> Result<()> {
    let Some(it) = asked(tx, by, id, |it| !it.is_open())? else { return Ok(()) };
    let now = tx.now();
    tx.execute(
        "UPDATE tasks SET done_at = NULL, done_by = NULL, dropped_at = NULL, changed_at = $2
         WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    record(tx, by, id, &Change::TaskReopened { task: id.to_string(), title: it.title })
}

/// It is not to be done any more.
pub fn drop(tx: &mut Tx, by: &Me, id: TaskId) -> Result<()> {
    let Some(it) = asked(tx, by, id, Task::is_open)? else { return Ok(()) };
    let now = tx.now();
    tx.execute(
        "UPDATE tasks SET dropped_at = $2, changed_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    record(tx, by, id, &Change::TaskDropped { task: id.to_string(), title: it.title })
}

/// The task, if there is anything to be done about it.
fn asked(tx: &mut Tx, by: &Me, id: TaskId, wanted: fn(&Task) -> bool) -> Result<Option<Task>> {
    by.require(Permission::TasksEdit)?;
    Ok(Some(find(tx, by, id)?).filter(wanted))
}
