use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{TaskId, find, make::record};
use crate::{
    Result,
    agents::{Me, Permission},
    error::invalid,
    fold,
    journal::Change,
};

row! {
    /// What somebody said of a task.
    pub struct Comment {
        pub author: String,
        pub text: String,
        pub created_at: Timestamp,
    }
}

/// Says something of a task.
pub fn comment(tx: &mut Tx, by: &Me, id: TaskId, text: &str) -> Result<()> {
    by.require(Permission::TasksEdit)?;
    let it = find(tx, by, id)?;
    let text = fold::shorten(text.trim(), 2000);
    if text.is_empty() {
        return Err(invalid("text", "Write what there is to say."));
    }
    let (fresh, now) = (tx.next_id(), tx.now());
    tx.execute(
        "INSERT INTO task_comments (id, task_id, author_id, text, created_at)
         VALUES ($1, $2, $3, $4, $5)",
        &[fresh.into(), id.into(), by.id.into(), text.into(), now.into()],
    )?;
    record(tx, by, id, &Change::TaskCommented { task: id.to_string(), title: it.title })
}

/// What was said of a task, the first first.
pub fn comments(tx: &mut Tx, me: &Me, id: TaskId) -> Result<Vec<Comment>> {
    find(tx, me, id)?;
    Ok(tx.rows(
        "SELECT agents.name AS author, task_comments.text, task_comments.created_at
         FROM task_comments JOIN agents ON agents.id = task_comments.author_id
         WHERE task_comments.task_id = $1 ORDER BY task_comments.id LIMIT 200",
        &[id.into()],
    )?)
}
