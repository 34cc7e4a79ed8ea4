//! Alerts: for whom somebody was called, and what came of it.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use tend_core::{
    book::Whose,
    health::{
        AlertId,
        alerts::{self as verbs, AlertLine, Shown},
    },
    money::days,
    tasks,
};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App, WebError,
    api::{Answer, Id, List, Paging, Post, Query, book::out::TaskOut, post::Nothing},
    who::{
        May,
        may::{CustomersRead, TasksEdit},
    },
};

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertOut {
    pub id: String,
    pub account: String,
    pub account_name: String,
    /// Who looks after the account now.
    pub owner: Option<String>,
    /// The day it was made on: `2026-11-20`.
    pub day: String,
    /// The probability to leave then.
    pub probability: Option<f64>,
    /// And now: the one that counts; null once it has left.
    pub probability_now: Option<f64>,
    /// What an agent said instead of what is foretold, if that is what counts.
    pub override_now: Option<f64>,
    /// The account has left.
    pub account_left: bool,
    /// Then; 0 to 100, not a probability.
    pub rule_score: Option<f64>,
    pub why: String,
    /// `open`, `seen` or `cleared`.
    pub state: String,
    pub task: Option<String>,
    /// `left` or `stayed`; null while it is not known.
    pub outcome: Option<String>,
    pub outcome_on: Option<String>,
}

fn out(it: AlertLine) -> AlertOut {
    let alert = it.alert;
    AlertOut {
        id: alert.id.to_string(),
        account: alert.account_id.to_string(),
        account_name: it.account,
        owner: it.owner.map(|it| it.0.to_string()),
        day: days::text(alert.day),
        probability: alert.p,
        probability_now: it.now.counts(),
        override_now: it.now.judged,
        account_left: it.is_gone,
        rule_score: alert.rule_score,
        why: alert.why,
        state: alert.state.word().to_owned(),
        task: alert.task_id.map(|it| it.to_string()),
        outcome: alert.outcome,
        outcome_on: alert.outcome_on.map(days::text),
    }
}

/// Which alerts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct AlertQuestion {
    /// `mine`, `team`, `all` or an agent's id; `all` if it is left out.
    pub whose: Option<String>,
    /// `open`, `known` (what came of them is known) or `all`.
    pub shown: Option<String>,
    /// 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

/// List alerts
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/health/alerts", tag = "health", params(AlertQuestion), responses((status = 200, body = List<AlertOut>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(it): Query<AlertQuestion>,
) -> Result<Json<List<AlertOut>>, WebError> {
    let paging = Paging { limit: it.limit, cursor: it.cursor.clone() };
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let whose: Whose = it.whose.as_deref().unwrap_or("all").parse().map_err(WebError::bad)?;
    let shown: Shown = it.shown.as_deref().unwrap_or("all").parse().map_err(WebError::bad)?;
    let me = who.me.clone();
    let page = app.read(move |tx| verbs::page(tx, &me, whose, shown, from, limit)).await?;
    Ok(List::of(page, out))
}

/// Say that somebody has looked at an alert
#[utoipa::path(post, path = "/api/v1/health/alerts/{id}/see", tag = "health", params(("id" = String, Path)), request_body = Nothing, responses((status = 204)))]
pub(crate) async fn see(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<AlertId>,
    post: Post<Nothing>,
) -> Answer {
    post.quiet(&app, &who, move |tx, me, _| verbs::see(tx, me, id)).await
}

/// Put an alert away
///
/// What comes of it is written down all the same.
#[utoipa::path(post, path = "/api/v1/health/alerts/{id}/clear", tag = "health", params(("id" = String, Path)), request_body = Nothing, responses((status = 204)))]
pub(crate) async fn clear(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<AlertId>,
    post: Post<Nothing>,
) -> Answer {
    post.quiet(&app, &who, move |tx, me, _| verbs::clear(tx, me, id)).await
}

/// Make a task of an alert
///
/// For the account's owner. An alert that has a task keeps it, and answers with it.
#[utoipa::path(post, path = "/api/v1/health/alerts/{id}/task", tag = "health", params(("id" = String, Path)), request_body = Nothing, responses((status = 200, body = TaskOut)))]
pub(crate) async fn task(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<AlertId>,
    post: Post<Nothing>,
) -> Answer {
    let work = move |tx: &mut tend_store::Tx, me: &tend_core::agents::Me| {
        let task = verbs::task(tx, me, id)?;
        tasks::find(tx, me, task).map(TaskOut::from)
    };
    post.once.answer(&app, &who, StatusCode::OK, work).await
}
