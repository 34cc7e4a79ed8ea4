//! Closing the loop: what is done about a low score, until it is settled.

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{
    LoopId, Request, RequestId, Survey, SurveyId,
    ask::{self, Asking},
    escalate, known,
    throttle::days_from,
};
use crate::{
    Result, accounts,
    actor::Actor,
    agents::{self, AgentId, Me, Permission},
    contacts::{self, ContactId},
    conversations::ConversationId,
    error::{not_found, refused},
    fold,
    jobs::{self, Job},
    journal::{self, Change, LoopMoved},
    outreach::{
        Channel,
        pauses::{self, Why},
    },
    secrets::Keys,
    tasks::{self, Due, NewTask, TaskId, TaskPriority},
    words::words,
};

words! {
    /// How far it is.
    Step, "The state is open, contacted, remedied, resolved, unreachable or re_asked." {
        Open = "open" "Nobody spoke with them yet",
        Contacted = "contacted" "Spoken with",
        /// Something was done about it.
        Remedied = "remedied" "Made right",
        Resolved = "resolved" "Settled",
        Unreachable = "unreachable" "Could not be reached",
        ReAsked = "re_asked" "Asked again",
    }
}

impl Step {
    /// Whether somebody still has to do something.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Contacted | Self::Remedied)
    }

    /// Where it may go from here, by a person.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Open => &[Self::Contacted, Self::Remedied, Self::Resolved, Self::Unreachable],
            Self::Contacted => &[Self::Remedied, Self::Resolved, Self::Unreachable],
            Self::Remedied => &[Self::Resolved, Self::Unreachable],
            _ => &[],
        }
    }
}

/// Days after which somebody whose matter was settled is asked again.
pub const ASKED_AGAIN_AFTER: i64 = 14;

row! {
    /// What is done about one low score.
    #[derive(PartialEq)]
    pub struct Loop {
        pub id: LoopId,
        pub request_id: RequestId,
        pub survey_id: SurveyId,
        pub contact_id: ContactId,
        pub contact: String,
        pub task_id: Option<TaskId>,
        pub owner_id: Option<AgentId>,
        pub owner: Option<String>,
        pub state: Step,
        pub score: i64,
        pub reason: String,
        pub opened_at: Timestamp,
        pub contacted_at: Option<Timestamp>,
        pub remedied_at: Option<Timestamp>,
        pub settled_at: Option<Timestamp>,
        pub reask_id: Option<RequestId>,
        pub second_score: Option<i64>,
        /// When it went on to somebody else, for nobody had spoken with them.
        pub escalated_at: Option<Timestamp>,
    }
}

pub(super) const SELECT: &str = "SELECT survey_loops.id, request_id, survey_id, contact_id, \
     contacts.name AS contact, task_id, owner_id, agents.name AS owner, state, score, reason, \
     opened_at, contacted_at, remedied_at, settled_at, reask_id, second_score, escalated_at \
     FROM survey_loops \
     JOIN contacts ON contacts.id = contact_id LEFT JOIN agents ON agents.id = owner_id";

/// That of a request, if its score was low.
pub fn of_request(tx: &mut Tx, id: RequestId) -> Result<Option<Loop>> {
    Ok(tx.maybe(&format!("{SELECT} WHERE request_id = $1"), &[id.into()])?)
}

/// Those of a survey that are not settled, the oldest first, then the last that were.
pub fn of_survey(tx: &mut Tx, me: &Me, id: SurveyId) -> Result<Vec<Loop>> {
    me.require(Permission::SurveysRead)?;
    Ok(tx.rows(
        &format!(
            "{SELECT} WHERE survey_id = $1
             ORDER BY CASE WHEN settled_at IS NULL THEN 0 ELSE 1 END,
                 CASE WHEN settled_at IS NULL THEN opened_at ELSE -opened_at END LIMIT 100"
        ),
        &[id.into()],
    )?)
}

pub(super) fn any(tx: &mut Tx, id: LoopId) -> Result<Loop> {
    tx.maybe(&format!("{SELECT} WHERE survey_loops.id = $1"), &[id.into()])?
        .ok_or(not_found("follow-up"))
}

/// After an answer: a low score opens a loop; a second one tells what it was good for.
pub(super) fn answered(tx: &mut Tx, survey: &Survey, it: &Request) -> Result<()> {
    let Some(score) = it.score else { return Ok(()) };
    if let Some(first) = it.reask_of {
        tx.execute(
            "UPDATE survey_loops SET second_score = $2 WHERE request_id = $1",
            &[first.into(), score.into()],
        )?;
    }
    match (of_request(tx, it.id)?, survey.kind.is_low(score)) {
        (None, true) => open(tx, survey, it, score),
        (None, false) => Ok(()),
        (Some(known), true) => again(tx, &known, it, score),
        // They changed their mind before anybody spoke with them.
        (Some(known), false) if known.state == Step::Open => {
            settle(tx, Actor::Contact(it.contact_id), &known, Step::Resolved, "")
        }
        (Some(_), false) => Ok(()),
    }
}

fn again(tx: &mut Tx, known: &Loop, it: &Request, score: i64) -> Result<()> {
    tx.execute(
        "UPDATE survey_loops SET score = $2 WHERE id = $1",
        &[known.id.into(), score.into()],
    )?;
    // Whoever takes the task reads what was said last.
    if let Some(task) = known.task_id {
        tx.execute(
            "UPDATE tasks SET text = $2 WHERE id = $1 AND done_at IS NULL",
            &[task.into(), text(it, score).into()],
        )?;
    }
    Ok(())
}

fn open(tx: &mut Tx, survey: &Survey, it: &Request, score: i64) -> Result<()> {
    let owner = owner(tx, survey, it)?;
    let contact = contacts::find(tx, it.contact_id)?;
    let title = format!("{} gave {score} of {}: find out why", contact.name, survey.kind.scale().1);
    let new = NewTask {
        title,
        text: text(it, score),
        owner,
        follows_owner: false,
        team: None,
        account: Some(contact.account_id),
        contact: Some(contact.id),
        conversation: (it.about == super::About::Conversation)
            .then(|| ConversationId::from_raw(it.subject_id)),
        priority: TaskPriority::High,
        due: Due::InWorkingDays(1),
    };
    let task = tasks::owe(tx, survey.created_by, &new)?;
    let (id, now) = (LoopId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO survey_loops (id, request_id, survey_id, contact_id, task_id, owner_id, state,
             score, opened_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8)",
        &[
            id.into(),
            it.id.into(),
            survey.id.into(),
            contact.id.into(),
            task.into(),
            owner.into(),
            score.into(),
            now.into(),
        ],
    )?;
    pauses::begin(tx, contact.id, Why::LowScore, id.raw())?;
    escalate::owe(tx, id)?;
    let known = any(tx, id)?;
    record(tx, Actor::System, &known)
}

pub(super) fn text(it: &Request, score: i64) -> String {
    let (low, high) = it.kind.scale();
    let said = match it.comment.is_empty() {
        true => "They wrote nothing to it.".to_owned(),
        false => format!("They wrote:\n{}", it.comment),
    };
    format!("{score} on the scale from {low} to {high}, in “{}”. {said}", it.survey)
}

/// Who follows it up: the survey's owner, the account's, who made the survey, or an admin; never
/// the one who was rated.
fn owner(tx: &mut Tx, survey: &Survey, it: &Request) -> Result<Option<AgentId>> {
    let contact = contacts::find(tx, it.contact_id)?;
    let of_account = accounts::find(tx, contact.account_id)?.owner_id;
    for id in [survey.owner_id, of_account, Some(survey.created_by)].into_iter().flatten() {
        if Some(id) != it.agent_id && agents::find(tx, id)?.left_at.is_none() {
            return Ok(Some(id));
        }
    }
    let admins: Vec<AgentId> = tx.column(
        "SELECT agents.id FROM agents JOIN roles ON roles.id = agents.role_id
         WHERE roles.builtin = 'admin' AND agents.left_at IS NULL ORDER BY agents.id LIMIT 2",
        &[],
    )?;
    Ok(admins.into_iter().find(|id| Some(*id) != it.agent_id))
}

/// Takes it a step further.
///
/// # Errors
/// Refused where it can't go there from where it is.
pub fn move_to(tx: &mut Tx, by: &Me, id: LoopId, to: Step, reason: &str) -> Result<()> {
    by.require(Permission::TasksEdit)?;
    let it = any(tx, id)?;
    known::find(tx, by, it.request_id)?;
    if it.state == to {
        return Ok(());
    }
    if !it.state.next().contains(&to) {
        return Err(refused(format!(
            "This is “{}”, and can't become “{}” any more.",
            it.state.label(),
            to.label()
        )));
    }
    settle(tx, Actor::Agent(by.id), &it, to, reason)
}

fn settle(tx: &mut Tx, by: Actor, it: &Loop, to: Step, reason: &str) -> Result<()> {
    let (now, is_by_hand) = (tx.now(), matches!(by, Actor::Agent(_)));
    let reached = is_by_hand && to != Step::Unreachable;
    let reason = fold::one_line(reason, 80);
    tx.execute(
        "UPDATE survey_loops SET state = $2, reason = CASE WHEN $3 = '' THEN reason ELSE $3 END,
             contacted_at = CASE WHEN $4 THEN COALESCE(contacted_at, $5) ELSE contacted_at END,
             remedied_at = CASE WHEN $6 THEN COALESCE(remedied_at, $5) ELSE remedied_at END,
             settled_at = CASE WHEN $7 THEN $5 END
         WHERE id = $1",
        &[
            it.id.into(),
            to.into(),
            reason.into(),
            reached.into(),
            now.into(),
            (to == Step::Remedied).into(),
            (!to.is_open()).into(),
        ],
    )?;
    if !to.is_open() {
        pauses::end(tx, Why::LowScore, it.id.raw())?;
        close_task(tx, by, it)?;
    }
    let first = known::any(tx, it.request_id)?;
    if to == Step::Resolved && is_by_hand && first.reask_of.is_none() {
        let due = days_from(now, ASKED_AGAIN_AFTER);
        let job = Job::ReaskSurvey { settled: it.id.to_string() };
        jobs::once(tx, due, &format!("reask {}", it.id), &job)?;
    }
    let after = any(tx, it.id)?;
    record(tx, by, &after)
}

/// The task is done with it, or not needed any more.
pub(super) fn close_task(tx: &mut Tx, by: Actor, it: &Loop) -> Result<()> {
    let (Some(task), now) = (it.task_id, tx.now()) else { return Ok(()) };
    match by {
        Actor::Agent(by) => tx.execute(
            "UPDATE tasks SET done_at = $2, done_by = $3, changed_at = $2
             WHERE id = $1 AND done_at IS NULL AND dropped_at IS NULL",
            &[task.into(), now.into(), by.into()],
        )?,
        _ => tx.execute(
            "UPDATE tasks SET dropped_at = $2, changed_at = $2
             WHERE id = $1 AND done_at IS NULL AND dropped_at IS NULL",
            &[task.into(), now.into()],
        )?,
    };
    Ok(())
}

/// Asks once more, two weeks after it was settled. Consent and reach bind it; how often they were
/// asked does not, and it stands in the ledger as any other.
pub fn ask_again(tx: &mut Tx, keys: &Keys, id: LoopId) -> Result<()> {
    let it = any(tx, id)?;
    if it.state != Step::Resolved || it.reask_id.is_some() {
        return Ok(());
    }
    let first = known::any(tx, it.request_id)?;
    let survey = known::survey(tx, &first)?;
    let asking = Asking {
        contact: it.contact_id,
        about: first.about,
        subject: first.subject_id,
        channel: Channel::Mail,
        event: Some(format!("reask:{}", first.id)),
        reask_of: Some(first.id),
        is_by_hand: false,
    };
    if let ask::Outcome::Asked(second) = ask::ask(tx, keys, Actor::System, &survey, &asking)? {
        tx.execute(
            "UPDATE survey_loops SET state = 're_asked', reask_id = $2 WHERE id = $1",
            &[id.into(), second.into()],
        )?;
        let after = any(tx, id)?;
        record(tx, Actor::System, &after)?;
    }
    Ok(())
}

fn record(tx: &mut Tx, by: Actor, it: &Loop) -> Result<()> {
    record_as(tx, by, it, it.state.word())
}

pub(super) fn record_as(tx: &mut Tx, by: Actor, it: &Loop, state: &str) -> Result<()> {
    let request = known::any(tx, it.request_id)?;
    let subject = known::subject_of_journal(tx, &request)?;
    let change = Change::LoopMoved(LoopMoved {
        request: request.id.to_string(),
        survey: request.survey,
        state: state.to_owned(),
    });
    journal::record(tx, by, subject, &change)
}
