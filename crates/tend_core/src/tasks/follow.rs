//! Tasks of whoever owns the account.

use tend_store::Tx;

use super::{SELECT, Task, find, make::subject};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::AgentId,
    error::invalid,
    journal::{self, Change},
};

/// Who owns the account that a task is about.
///
/// # Errors
/// Invalid under `owner` for a task about no account.
pub(super) fn owner_of(tx: &mut Tx, account: Option<AccountId>) -> Result<Option<AgentId>> {
    match account {
        Some(id) => Ok(accounts::find(tx, id)?.owner_id),
        None => Err(invalid("owner", "This task is about no account, so nobody owns it.")),
    }
}

/// An account went to another owner: what is open and is theirs because they own it goes along.
pub(crate) fn given(tx: &mut Tx, by: Actor, account: AccountId, to: Option<AgentId>) -> Result<()> {
    let open: Vec<Task> = tx.rows(
        &format!(
            "{SELECT} WHERE tasks.account_id = $1 AND tasks.follows_owner
             AND tasks.done_at IS NULL AND tasks.dropped_at IS NULL ORDER BY tasks.id"
        ),
        &[account.into()],
    )?;
    for it in open.iter().filter(|it| it.owner_id != to) {
        let now = tx.now();
        tx.execute(
            "UPDATE tasks SET owner_id = $2, changed_at = $3 WHERE id = $1",
            &[it.id.into(), to.into(), now.into()],
        )?;
        let change = Change::TaskChanged { task: it.id.to_string(), title: it.title.clone() };
        let it = find::any(tx, it.id)?;
        journal::record(tx, by, subject(&it), &change)?;
    }
    Ok(())
}
