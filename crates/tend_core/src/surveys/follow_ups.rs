//! What is done about low scores, over all surveys: found, taken by somebody.

use tend_store::{Tx, Value};

use super::{
    LoopId, SurveyId, known,
    loops::{self, Loop, SELECT},
};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    conversations::list::Where,
    error::{not_found, refused},
    page::{Cursor, Page},
    tasks::{self, TaskChange},
};

/// Which are asked for; what is `None` does not narrow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which {
    pub survey: Option<SurveyId>,
    pub owner: Option<AgentId>,
    /// Whether somebody still has to do something.
    pub open: Option<bool>,
}

/// They, the newest first. What the agent may not see is left out, so a page may be short and
/// still have a next one.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    which: Which,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Loop>> {
    me.require(Permission::SurveysRead)?;
    let mut all = Where { sql: String::from("TRUE"), args: Vec::new() };
    let narrow: [(&str, Option<Value>); 2] = [
        ("survey_id = ?", which.survey.map(Into::into)),
        ("owner_id = ?", which.owner.map(Into::into)),
    ];
    for (sql, value) in narrow {
        if let Some(value) = value {
            all.and(sql, [value]);
        }
    }
    match which.open {
        Some(true) => all.and("settled_at IS NULL", []),
        Some(false) => all.and("settled_at IS NOT NULL", []),
        None => {}
    }
    if let Some(at) = from {
        all.and("(opened_at, survey_loops.id) < (?, ?)", [at.key.into(), at.id.into()]);
    }
    all.args.push((limit + 1).into());
    let sql = format!(
        "{SELECT} WHERE {} ORDER BY opened_at DESC, survey_loops.id DESC LIMIT ${}",
        all.sql,
        all.args.len()
    );
    let found: Vec<Loop> = tx.rows(&sql, &all.args)?;
    let key = |it: &Loop| Cursor { key: it.opened_at.as_microsecond(), id: it.id.raw() };
    let page = Page::of(found, limit, key);
    let mut seen = Vec::with_capacity(page.items.len());
    for it in page.items {
        if known::find(tx, me, it.request_id).is_ok() {
            seen.push(it);
        }
    }
    Ok(Page { items: seen, next: page.next })
}

/// One that the agent may see.
///
/// # Errors
/// NotFound.
pub fn find(tx: &mut Tx, me: &Me, id: LoopId) -> Result<Loop> {
    if !me.may(Permission::SurveysRead) {
        return Err(not_found("follow-up"));
    }
    let it = loops::any(tx, id)?;
    known::find(tx, me, it.request_id).map_err(|_| not_found("follow-up"))?;
    Ok(it)
}

/// Makes it one's own, and its task with it. Doing it twice is doing it once.
///
/// # Errors
/// Refused for the agent who was rated, and where it is settled.
pub fn take(tx: &mut Tx, me: &Me, id: LoopId) -> Result<()> {
    me.require(Permission::TasksEdit)?;
    let it = find(tx, me, id)?;
    if it.owner_id == Some(me.id) {
        return Ok(());
    }
    if !it.state.is_open() {
        return Err(refused("This is settled already."));
    }
    if known::any(tx, it.request_id)?.agent_id == Some(me.id) {
        return Err(refused("You were rated here: somebody else follows it up."));
    }
    tx.execute("UPDATE survey_loops SET owner_id = $2 WHERE id = $1", &[id.into(), me.id.into()])?;
    if let Some(task) = it.task_id {
        let change = TaskChange { owner: Some(Some(me.id)), ..TaskChange::default() };
        tasks::change(tx, me, task, &change)?;
    }
    let after = loops::any(tx, id)?;
    loops::record_as(tx, Actor::Agent(me.id), &after, "taken")
}
