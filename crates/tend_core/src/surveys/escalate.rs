//! A low score with which nobody did anything for two days goes on to somebody else.

use tend_store::Tx;

use super::{
    LoopId, Survey,
    loops::{self, Loop, Step},
};
use crate::{
    Result, accounts,
    actor::Actor,
    agents::AgentId,
    contacts,
    conversations::ConversationId,
    jobs::{self, Job},
    tasks::{self, Due, NewTask, TaskPriority},
};

/// Hours in which somebody has to have spoken with them.
const LATEST: i64 = 48;

/// Owes the second look.
pub(super) fn owe(tx: &mut Tx, id: LoopId) -> Result<()> {
    let due = super::ask::hours_from(tx.now(), LATEST);
    let job = Job::EscalateSurvey { low: id.to_string() };
    jobs::once(tx, due, &format!("escalate {id}"), &job).map(drop)
}

/// Two days are over: if nobody spoke with the customer, another has the task from now on. Doing it
/// twice is doing it once.
pub fn escalate(tx: &mut Tx, id: LoopId) -> Result<()> {
    let it = loops::any(tx, id)?;
    if it.state != Step::Open || it.escalated_at.is_some() {
        return Ok(());
    }
    let request = super::known::any(tx, it.request_id)?;
    let survey = super::known::survey(tx, &request)?;
    let Some(other) = another(tx, &survey, &it, request.agent_id)? else { return Ok(()) };
    loops::close_task(tx, Actor::System, &it)?;
    let contact = contacts::find(tx, it.contact_id)?;
    let new = NewTask {
        title: format!("Nobody has spoken with {} for two days: a low score", contact.name),
        text: loops::text(&request, it.score),
        owner: Some(other),
        team: None,
        account: Some(contact.account_id),
        contact: Some(contact.id),
        conversation: (request.about == super::About::Conversation)
            .then(|| ConversationId::from_raw(request.subject_id)),
        priority: TaskPriority::High,
        due: Due::InWorkingDays(1),
        ..NewTask::default()
    };
    let task = tasks::owe(tx, survey.created_by, &new)?;
    let now = tx.now();
    tx.execute(
        "UPDATE survey_loops SET task_id = $2, owner_id = $3, escalated_at = $4 WHERE id = $1",
        &[id.into(), task.into(), other.into(), now.into()],
    )?;
    let after = loops::any(tx, id)?;
    loops::record_as(tx, Actor::System, &after, "escalated")
}

/// Who looks after it now: neither the one who had it nor the one who was rated.
fn another(
    tx: &mut Tx,
    survey: &Survey,
    it: &Loop,
    rated: Option<AgentId>,
) -> Result<Option<AgentId>> {
    let account = contacts::find(tx, it.contact_id)?.account_id;
    let of_account = accounts::find(tx, account)?.owner_id;
    let mut all: Vec<AgentId> =
        [survey.owner_id, of_account, Some(survey.created_by)].into_iter().flatten().collect();
    all.extend(tx.column::<AgentId>(
        "SELECT agents.id FROM agents JOIN roles ON roles.id = agents.role_id
         WHERE roles.builtin = 'admin' AND agents.left_at IS NULL ORDER BY agents.id LIMIT 5",
        &[],
    )?);
    for id in all {
        let is_other = Some(id) != it.owner_id && Some(id) != rated;
        if is_other && loops::may_follow(tx, id)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}
