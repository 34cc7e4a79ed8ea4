//! How one account fares, and what agents believe instead.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    accounts::{self, AccountId},
    error::{invalid, not_found},
    health::{self, JudgementId},
    money::days,
};
use utoipa::{IntoParams, ToSchema};

use super::out::{ChangesOut, HealthOut, OverrideOut};
use crate::{
    App,
    api::{Answer, Id, List, Post, Query, book::out::read_day, nothing},
    pages::customers::Two,
    who::{
        May,
        may::{CustomersEdit, CustomersRead},
    },
};

/// How an account fares
///
/// Its last snapshot, taken apart: the parts add up to the log-odds. While too few outcomes are
/// known there is no probability, and a sentence says why.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/health", tag = "health", params(("id" = String, Path)), responses((status = 200, body = HealthOut)))]
pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| health::of_account(tx, &me, id)).await?;
    Ok(Json(HealthOut::from(it)).into_response())
}

/// Two days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Days {
    /// Year-month-day.
    pub from: String,
    pub to: String,
}

/// What changed in an account between two days
///
/// From the snapshots that held on them; what was found out later changes nothing in it.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/health/changes", tag = "health", params(("id" = String, Path), Days), responses((status = 200, body = ChangesOut)))]
pub(crate) async fn changes(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Query(days): Query<Days>,
) -> Answer {
    let (from, to) = (read_day(&days.from)?, read_day(&days.to)?);
    let me = who.me.clone();
    let it = app.read(move |tx| health::between(tx, &me, id, from, to)).await?;
    Ok(Json(ChangesOut::from(it)).into_response())
}

/// What agents believed of an account
///
/// The newest first, also what expired or was withdrawn.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/health/overrides", tag = "health", params(("id" = String, Path)), responses((status = 200, body = List<OverrideOut>)))]
pub(crate) async fn overrides(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let id = accounts::find_visible(tx, &me, id)?.id;
            health::judgements(tx, Some(id), 200)
        })
        .await?;
    let items = all.into_iter().map(OverrideOut::from).collect();
    Ok(Json(List { items, next_cursor: None }).into_response())
}

/// What one believes instead of what is foretold.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideIn {
    /// The probability that it leaves, 0 to 1.
    pub leaves: f64,
    pub reason: String,
    /// For so many days it holds: 1 to 365. Either this or `expires_on`.
    pub days: Option<i64>,
    /// The first day on which it holds no more, UTC, as the answer has it.
    pub expires_on: Option<String>,
}

impl OverrideIn {
    /// For how many days from today.
    fn days(&self, today: i64) -> tend_core::Result<i64> {
        match (self.days, &self.expires_on) {
            (Some(days), None) => Ok(days),
            (None, Some(day)) => match days::read("expires_on", day)? - today {
                days @ 1..=365 => Ok(days),
                _ => Err(invalid("expires_on", "Write a day from tomorrow to a year from now.")),
            },
            _ => Err(invalid("days", "Write for how many days it holds, or a day in expires_on.")),
        }
    }
}

/// Override what is foretold
///
/// It counts for the money at risk as long as it holds; what was foretold stays beside it. What
/// was said before ends with it.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/health/overrides", tag = "health", params(("id" = String, Path)), request_body = OverrideIn, responses((status = 201, body = OverrideOut)))]
pub(crate) async fn judge(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    post: Post<OverrideIn>,
) -> Answer {
    post.create(&app, &who, move |tx, me, it| {
        let days = it.days(health::today(tx))?;
        let made = health::judge(tx, me, id, it.leaves, &it.reason, days)?;
        let id = accounts::find_visible(tx, me, id)?.id;
        let all = health::judgements(tx, Some(id), 1)?;
        let it = all.into_iter().find(|it| it.id == made).ok_or(not_found("override"))?;
        Ok(OverrideOut::from(it))
    })
    .await
}

/// Withdraw an override
///
/// What is foretold counts again. It stays in the list.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/health/overrides/{override}", tag = "health", params(("id" = String, Path), ("override" = String, Path)), responses((status = 204)))]
pub(crate) async fn withdraw(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Two(account, id): Two<AccountId, JudgementId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| health::withdraw(tx, &me, account, id)).await?;
    Ok(nothing())
}
