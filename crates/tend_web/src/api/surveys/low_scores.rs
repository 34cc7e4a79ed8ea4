//! What is done about low scores.

use axum::{extract::State, response::IntoResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Me,
    surveys::{
        LoopId,
        follow_ups::{self, Which},
        loops::{self, Loop},
    },
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::super::{Answer, Body, Id, If, List, Paging, Post, Query, orders::id, post::Nothing};
use super::word;
use crate::{
    App,
    who::{
        May,
        may::{SurveysRead, TasksEdit},
    },
};

/// A low score, and what is done about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyLoopOut {
    pub id: String,
    pub survey_id: String,
    pub request_id: String,
    pub contact_id: String,
    pub task_id: Option<String>,
    /// Who follows it up: never the agent who was rated.
    pub owner_id: Option<String>,
    /// `open`, `contacted`, `remedied`, `resolved`, `unreachable` or `re_asked`.
    pub state: String,
    pub score: i64,
    /// What it was about, in words.
    pub reason: String,
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub contacted_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub remedied_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub settled_at: Option<Timestamp>,
    /// When it went on to somebody else, for nobody had spoken with them.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub escalated_at: Option<Timestamp>,
    /// The request by which they were asked again.
    pub reask_id: Option<String>,
    pub second_score: Option<i64>,
}

impl From<Loop> for SurveyLoopOut {
    fn from(it: Loop) -> Self {
        Self {
            id: it.id.to_string(),
            survey_id: it.survey_id.to_string(),
            request_id: it.request_id.to_string(),
            contact_id: it.contact_id.to_string(),
            task_id: it.task_id.map(|it| it.to_string()),
            owner_id: it.owner_id.map(|it| it.to_string()),
            state: it.state.to_string(),
            score: it.score,
            reason: it.reason,
            opened_at: it.opened_at,
            contacted_at: it.contacted_at,
            remedied_at: it.remedied_at,
            settled_at: it.settled_at,
            escalated_at: it.escalated_at,
            reask_id: it.reask_id.map(|it| it.to_string()),
            second_score: it.second_score,
        }
    }
}

/// Which low scores.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct SurveyLoopFilter {
    pub survey_id: Option<String>,
    /// Followed up by this agent.
    pub owner_id: Option<String>,
    /// Whether somebody still has to do something.
    pub open: Option<bool>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// List low scores that are followed up
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/survey-loops", tag = "surveys", params(SurveyLoopFilter), responses((status = 200, body = List<SurveyLoopOut>)))]
pub(crate) async fn loops(
    who: May<SurveysRead>,
    State(app): State<App>,
    Query(it): Query<SurveyLoopFilter>,
) -> Answer {
    let which = Which {
        survey: id(it.survey_id.as_deref(), "survey_id")?,
        owner: id(it.owner_id.as_deref(), "owner_id")?,
        open: it.open,
    };
    let paging = Paging { limit: it.limit, cursor: it.cursor };
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app.read(move |tx| follow_ups::page(tx, &me, which, from, limit)).await?;
    Ok(List::of(page, SurveyLoopOut::from).into_response())
}

fn load(id: LoopId) -> impl Fn(&mut Tx, &Me) -> tend_core::Result<SurveyLoopOut> + Send + 'static {
    move |tx, me| follow_ups::find(tx, me, id).map(SurveyLoopOut::from)
}

/// One low score
#[utoipa::path(get, path = "/api/v1/survey-loops/{id}", tag = "surveys", params(("id" = String, Path), If), responses((status = 200, body = SurveyLoopOut)))]
pub(crate) async fn one_loop(
    who: May<SurveysRead>,
    State(app): State<App>,
    Id(id): Id<LoopId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Take a low score
///
/// You follow it up from now on, and its task is yours. Who was rated gets 422.
#[utoipa::path(post, path = "/api/v1/survey-loops/{id}/take", tag = "surveys", params(("id" = String, Path)), request_body = Nothing, responses((status = 200, body = SurveyLoopOut)))]
pub(crate) async fn take_loop(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<LoopId>,
    post: Post<Nothing>,
) -> Answer {
    post.done(&app, &who, move |tx, me, _| {
        follow_ups::take(tx, me, id)?;
        load(id)(tx, me)
    })
    .await
}

/// How far it is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SurveyLoopIn {
    /// `contacted`, `remedied`, `resolved` or `unreachable`. Who is `resolved` is asked once more
    /// after two weeks.
    pub state: String,
    /// What it was about; it stays if it is left out.
    #[serde(default)]
    pub reason: String,
}

/// Take a low score a step further
#[utoipa::path(patch, path = "/api/v1/survey-loops/{id}", tag = "surveys", params(("id" = String, Path), If), request_body = SurveyLoopIn, responses((status = 200, body = SurveyLoopOut)))]
pub(crate) async fn move_loop(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<LoopId>,
    seen: If,
    Body(it): Body<SurveyLoopIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let to = word(Some(&it.state), "state")?.unwrap_or(loops::Step::Open);
        loops::move_to(tx, me, id, to, &it.reason)
    };
    seen.change(&app, &who, load(id), work).await
}
