//! Tasks.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    accounts::AccountId,
    agents::{AgentId, Me, TeamId},
    contacts::ContactId,
    conversations::ConversationId,
    error::invalid,
    tasks::{self as verbs, Due, NewTask, TaskChange, TaskId, TaskPriority, Which},
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::out::{TaskOut, read_day};
use crate::{
    App, WebError,
    api::{Answer, Body, Id, If, List, Paging, Post, Query, nothing, present},
    who::{May, may::TasksEdit},
};

type Doer = May<TasksEdit>;

/// Which tasks; all conditions hold together.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Wanted {
    /// Those of the agent and of their teams.
    pub mine: Option<bool>,
    /// An agent's id.
    pub owner: Option<String>,
    /// An account's id.
    pub account: Option<String>,
    /// A conversation's id.
    pub conversation: Option<String>,
    /// Those that are done or dropped; else those that are open.
    pub settled: Option<bool>,
    /// Only those whose day is over.
    pub overdue: Option<bool>,
    /// 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

fn id<T: std::str::FromStr>(text: Option<&str>) -> Result<Option<T>, WebError> {
    let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| WebError::bad("This is not an id of the kind."))
}

/// List tasks
///
/// Open ones by their day, settled ones the last first.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "tasks", params(Wanted), responses((status = 200, body = List<TaskOut>)))]
pub(crate) async fn list(
    who: Doer,
    State(app): State<App>,
    Query(it): Query<Wanted>,
) -> Result<Json<List<TaskOut>>, WebError> {
    let paging = Paging { limit: it.limit, cursor: it.cursor.clone() };
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let which = Which {
        mine: it.mine.unwrap_or(false),
        owner: id::<AgentId>(it.owner.as_deref())?,
        team: None,
        account: id::<AccountId>(it.account.as_deref())?,
        conversation: id::<ConversationId>(it.conversation.as_deref())?,
        settled: it.settled.unwrap_or(false),
        overdue: it.overdue.unwrap_or(false),
    };
    let me = who.me.clone();
    let page = app.read(move |tx| verbs::page(tx, &me, &which, from, limit)).await?;
    Ok(List::of(page, TaskOut::from))
}

/// A task to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TaskIn {
    pub title: String,
    pub text: String,
    /// Without an owner and without a team it is one's own.
    #[schema(value_type = Option<String>)]
    pub owner: Option<AgentId>,
    /// Instead of one agent: whoever owns the account, now and later.
    pub follows_owner: bool,
    #[schema(value_type = Option<String>)]
    pub team: Option<TeamId>,
    #[schema(value_type = Option<String>)]
    pub account: Option<AccountId>,
    #[schema(value_type = Option<String>)]
    pub contact: Option<ContactId>,
    #[schema(value_type = Option<String>)]
    pub conversation: Option<ConversationId>,
    /// `low`, `normal`, `high`.
    pub priority: Option<String>,
    /// Until which day.
    pub due_on: Option<String>,
    /// Or in how many working days, by the hours of its owner.
    pub due_in_working_days: Option<i64>,
}

fn due(day: Option<&str>, days: Option<i64>) -> Result<Option<Due>> {
    match (day, days) {
        (None, None) => Ok(None),
        (Some(text), None) => {
            let wrong = || invalid("due_on", "Write a day as year-month-day, such as 2026-11-20.");
            Ok(Some(Due::On(read_day(text).map_err(|_: WebError| wrong())?)))
        }
        (None, Some(days)) => Ok(Some(Due::InWorkingDays(days))),
        (Some(_), Some(_)) => Err(invalid("due_on", "Say a day or a number of working days.")),
    }
}

fn priority(text: Option<&str>) -> Result<Option<TaskPriority>> {
    text.map(|it| it.parse().map_err(|why: &'static str| invalid("priority", why))).transpose()
}

/// Make a task
#[utoipa::path(post, path = "/api/v1/tasks", tag = "tasks", request_body = TaskIn, responses((status = 201, body = TaskOut)))]
pub(crate) async fn create(who: Doer, State(app): State<App>, post: Post<TaskIn>) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let new = NewTask {
            title: it.title.clone(),
            text: it.text.clone(),
            owner: it.owner,
            follows_owner: it.follows_owner,
            team: it.team,
            account: it.account,
            contact: it.contact,
            conversation: it.conversation,
            priority: priority(it.priority.as_deref())?.unwrap_or_default(),
            due: due(it.due_on.as_deref(), it.due_in_working_days)?.unwrap_or_default(),
        };
        let id = verbs::make(tx, me, &new)?;
        verbs::find(tx, me, id).map(TaskOut::from)
    })
    .await
}

fn load(id: TaskId) -> impl Fn(&mut Tx, &Me) -> Result<TaskOut> + Send + 'static {
    move |tx, me| verbs::find(tx, me, id).map(TaskOut::from)
}

/// One task
#[utoipa::path(get, path = "/api/v1/tasks/{id}", tag = "tasks", params(("id" = String, Path), If), responses((status = 200, body = TaskOut)))]
pub(crate) async fn find(
    who: Doer,
    State(app): State<App>,
    Id(id): Id<TaskId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// What changes in a task; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TaskChangesIn {
    pub title: Option<String>,
    pub text: Option<String>,
    /// Null for nobody.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub owner: Option<Option<AgentId>>,
    /// From now on it is for whoever owns the account, or is not any more.
    pub follows_owner: Option<bool>,
    /// Null for none.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub team: Option<Option<TeamId>>,
    /// `low`, `normal`, `high`.
    pub priority: Option<String>,
    /// Null for no day.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub due_on: Option<Option<String>>,
    pub due_in_working_days: Option<i64>,
}

/// Change a task
#[utoipa::path(patch, path = "/api/v1/tasks/{id}", tag = "tasks", params(("id" = String, Path), If), request_body = TaskChangesIn, responses((status = 200, body = TaskOut)))]
pub(crate) async fn change(
    who: Doer,
    State(app): State<App>,
    Id(id): Id<TaskId>,
    seen: If,
    Body(it): Body<TaskChangesIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let due = match &it.due_on {
            Some(None) => Some(Due::Never),
            Some(Some(day)) => due(Some(day), it.due_in_working_days)?,
            None => due(None, it.due_in_working_days)?,
        };
        let to = TaskChange {
            title: it.title.clone(),
            text: it.text.clone(),
            owner: it.owner,
            follows_owner: it.follows_owner,
            team: it.team,
            priority: priority(it.priority.as_deref())?,
            due,
        };
        verbs::change(tx, me, id, &to)
    };
    seen.change(&app, &who, load(id), work).await
}

/// Do a task
#[utoipa::path(put, path = "/api/v1/tasks/{id}/done", tag = "tasks", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn done(who: Doer, State(app): State<App>, Id(id): Id<TaskId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::done(tx, &me, id)).await?;
    Ok(nothing())
}

/// Take a task up again
#[utoipa::path(delete, path = "/api/v1/tasks/{id}/done", tag = "tasks", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn reopen(who: Doer, State(app): State<App>, Id(id): Id<TaskId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::reopen(tx, &me, id)).await?;
    Ok(nothing())
}

/// Drop a task
///
/// It is not to be done any more; it can be taken up again.
#[utoipa::path(delete, path = "/api/v1/tasks/{id}", tag = "tasks", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn drop(who: Doer, State(app): State<App>, Id(id): Id<TaskId>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::drop(tx, &me, id)).await?;
    Ok(nothing())
}

/// What somebody said of a task.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskCommentOut {
    /// The agent's name.
    pub author: String,
    pub text: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: jiff::Timestamp,
}

/// What was said of a task
///
/// The first first, at most 200.
#[utoipa::path(get, path = "/api/v1/tasks/{id}/comments", tag = "tasks", params(("id" = String, Path)), responses((status = 200, body = List<TaskCommentOut>)))]
pub(crate) async fn comments(who: Doer, State(app): State<App>, Id(id): Id<TaskId>) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| verbs::comments(tx, &me, id)).await?;
    let out = |it: verbs::Comment| TaskCommentOut {
        author: it.author,
        text: it.text,
        created_at: it.created_at,
    };
    let items: Vec<TaskCommentOut> = all.into_iter().map(out).collect();
    Ok(Json(List { items, next_cursor: None }).into_response())
}

/// A word on a task.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskCommentIn {
    pub text: String,
}

/// Say something of a task
#[utoipa::path(post, path = "/api/v1/tasks/{id}/comments", tag = "tasks", params(("id" = String, Path)), request_body = TaskCommentIn, responses((status = 204)))]
pub(crate) async fn comment(
    who: Doer,
    State(app): State<App>,
    Id(id): Id<TaskId>,
    post: Post<TaskCommentIn>,
) -> Answer {
    post.quiet(&app, &who, move |tx, me, it| verbs::comment(tx, me, id, &it.text)).await
}
