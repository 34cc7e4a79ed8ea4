use tend_store::{Tx, Value};

use super::{SELECT, Task, TaskId, day_in};
use crate::{
    Result,
    accounts::AccountId,
    agents::{AgentId, Me, Permission, Reach, TeamId},
    conversations::{self, ConversationId, list::Where},
    error::not_found,
    page::{Cursor, Page},
};

/// Which tasks.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Of the one who asks, and of their teams.
    pub mine: bool,
    pub owner: Option<AgentId>,
    pub team: Option<TeamId>,
    pub account: Option<AccountId>,
    pub conversation: Option<ConversationId>,
    /// Those that are done or dropped; else those that are open.
    pub settled: bool,
    pub overdue: bool,
}

/// A task that the agent may see: of customers they may see, and of conversations they may see.
pub fn find(tx: &mut Tx, me: &Me, id: TaskId) -> Result<Task> {
    let it = any(tx, id)?;
    match sees(tx, me, &it)? {
        true => Ok(it),
        false => Err(not_found("task")),
    }
}

pub(super) fn any(tx: &mut Tx, id: TaskId) -> Result<Task> {
    tx.maybe(&format!("{SELECT} WHERE tasks.id = $1"), &[id.into()])?.ok_or(not_found("task"))
}

fn sees(tx: &mut Tx, me: &Me, it: &Task) -> Result<bool> {
    let own = it.owner_id == Some(me.id)
        || it.made_by == me.id
        || it.team_id.is_some_and(|team| me.teams.contains(&team));
    if own {
        return Ok(true);
    }
    if !me.may(Permission::CustomersRead) {
        return Ok(false);
    }
    match it.conversation_id {
        Some(id) if me.reach != Reach::All || !me.may(Permission::ConversationsRead) => {
            Ok(conversations::find_visible(tx, me, id).is_ok())
        }
        _ => Ok(true),
    }
}

fn conditions(tx: &Tx, me: &Me, which: &Which) -> Where {
    let mut all = Where { sql: String::from("TRUE"), args: Vec::new() };
    match which.settled {
        true => all.and("(tasks.done_at IS NOT NULL OR tasks.dropped_at IS NOT NULL)", []),
        false => all.and("tasks.done_at IS NULL AND tasks.dropped_at IS NULL", []),
    }
    if which.mine {
        let marks = vec!["?"; me.teams.len()].join(", ");
        let text = match me.teams.is_empty() {
            true => "tasks.owner_id = ?".to_owned(),
            false => format!(
                "(tasks.owner_id = ? OR (tasks.owner_id IS NULL AND tasks.team_id IN ({marks})))"
            ),
        };
        let teams = me.teams.iter().map(|it| Value::from(*it));
        all.and(&text, std::iter::once(Value::from(me.id)).chain(teams));
    }
    if let Some(it) = which.owner {
        all.and("tasks.owner_id = ?", [it.into()]);
    }
    if let Some(it) = which.team {
        all.and("tasks.team_id = ?", [it.into()]);
    }
    if let Some(it) = which.account {
        all.and("tasks.account_id = ?", [it.into()]);
    }
    if let Some(it) = which.conversation {
        all.and("tasks.conversation_id = ?", [it.into()]);
    }
    if which.overdue {
        let today = day_in(tx.now(), &me.time_zone);
        all.and("tasks.due_on < ?", [today.into()]);
    }
    all
}

/// Behind every day.
const NEVER: i64 = 1_000_000_000;

/// A page of tasks: open ones by their day, settled ones the last first. What the agent may not
/// see is left out, so a page may be short and still have a next one.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    which: &Which,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Task>> {
    let limit = limit.clamp(1, 200);
    let mut all = conditions(tx, me, which);
    let day = format!("COALESCE(tasks.due_on, {NEVER})");
    let order = match which.settled {
        true => "tasks.id DESC".to_owned(),
        false => format!("{day}, tasks.id"),
    };
    if let Some(at) = from {
        match which.settled {
            true => all.and("tasks.id < ?", [at.id.into()]),
            false => all.and(&format!("({day}, tasks.id) > (?, ?)"), [at.key.into(), at.id.into()]),
        }
    }
    all.args.push((limit + 1).into());
    let sql = format!("{SELECT} WHERE {} ORDER BY {order} LIMIT ${}", all.sql, all.args.len());
    let found: Vec<Task> = tx.rows(&sql, &all.args)?;
    let key = |it: &Task| Cursor { key: it.due_on.unwrap_or(NEVER), id: it.id.raw() };
    let page = Page::of(found, limit, key);
    let mut seen = Vec::with_capacity(page.items.len());
    for it in page.items {
        if sees(tx, me, &it)? {
            seen.push(it);
        }
    }
    Ok(Page { items: seen, next: page.next })
}

/// How many there are, counted to 1000 and no further.
pub fn count(tx: &mut Tx, me: &Me, which: &Which) -> Result<i64> {
    let all = conditions(tx, me, which);
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM tasks WHERE {} LIMIT 1000) AS counted",
        all.sql
    );
    Ok(tx.scalar(&sql, &all.args)?)
}

/// The open tasks of an account, by their day; at most fifty.
pub fn of_account(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Vec<Task>> {
    let which = Which { account: Some(id), ..Which::default() };
    Ok(page(tx, me, &which, None, 50)?.items)
}

/// The open tasks of a conversation, by their day; at most fifty.
pub fn of_conversation(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<Vec<Task>> {
    let which = Which { conversation: Some(id), ..Which::default() };
    Ok(page(tx, me, &which, None, 50)?.items)
}
