//! What is expected to be lost, and the accounts behind it.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    health::at_risk::{self, By, Group, Line},
    money::meanings,
};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App, WebError,
    api::{Answer, List, Query, revenue::DefinitionOut},
    who::{May, may::RevenueRead},
};

/// By what it is told apart.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct AtRiskQuestion {
    /// `owner`, `stage`, `parent` or `segment`; `owner` if it is left out.
    pub by: Option<String>,
}

fn by(it: Option<&str>) -> Result<By, WebError> {
    it.unwrap_or("owner").parse().map_err(WebError::bad)
}

/// What some accounts are expected to lose. Minor units of the home currency, a year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AtRiskGroup {
    /// Null for those without an owner, a stage, a parent or a segment.
    pub id: Option<String>,
    pub name: String,
    /// Accounts with a probability that pay.
    pub accounts: usize,
    pub arr: i64,
    pub expected_to_be_lost: i64,
    /// One standard deviation, if accounts leave independently of each other.
    pub spread: i64,
    /// The 95 % interval.
    pub low: i64,
    pub high: i64,
    /// Accounts whose income somebody entered, and how much it is: the ledger does not have it.
    pub entered: usize,
    pub entered_arr: i64,
    /// Accounts that pay and of which nothing is known.
    pub unknown: usize,
    pub unknown_arr: i64,
}

fn group(it: &Group) -> AtRiskGroup {
    let (low, high) = it.range();
    AtRiskGroup {
        id: it.id.clone(),
        name: it.name.clone(),
        accounts: it.accounts,
        arr: it.arr,
        expected_to_be_lost: it.expected,
        spread: it.spread,
        low,
        high,
        entered: it.entered,
        entered_arr: it.entered_arr,
        unknown: it.unknown,
        unknown_arr: it.unknown_arr,
    }
}

/// What is expected to be lost.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AtRiskOut {
    pub definition: DefinitionOut,
    pub by: String,
    /// The home currency.
    pub currency: String,
    pub horizon_days: i64,
    /// Why nothing is known: a whole sentence; null if it is.
    pub why_not_known: Option<String>,
    pub total: AtRiskGroup,
    /// The most money at risk first.
    pub groups: Vec<AtRiskGroup>,
}

/// What is expected to be lost
///
/// The sum of probability × revenue a year, with its spread. By segment an account may be in
/// several groups.
#[utoipa::path(get, path = "/api/v1/health/at-risk", tag = "health", params(AtRiskQuestion), responses((status = 200, body = AtRiskOut)))]
pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<AtRiskQuestion>,
) -> Answer {
    let (by, me) = (by(it.by.as_deref())?, who.me.clone());
    let it = app.read(move |tx| at_risk::report(tx, &me, by)).await?;
    let out = AtRiskOut {
        definition: (&meanings::EXPECTED_LOSS).into(),
        by: it.by.word().to_owned(),
        currency: it.currency.to_string(),
        horizon_days: it.horizon,
        why_not_known: Some(it.words.clone()).filter(|it| !it.is_empty()),
        total: group(&it.total),
        groups: it.groups.iter().map(group).collect(),
    };
    Ok(Json(out).into_response())
}

/// Which accounts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct AtRiskRowsQuestion {
    /// As above.
    pub by: Option<String>,
    /// The id of a group, or `none`; all accounts if it is left out.
    pub of: Option<String>,
}

/// One account behind the sum. Minor units a year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AtRiskLine {
    pub account: String,
    pub name: String,
    pub owner_name: Option<String>,
    pub arr: i64,
    /// The probability that it leaves as the model foretells it; null where it does not.
    pub leaves: Option<f64>,
    /// What an agent said instead, as long as that holds.
    pub r#override: Option<f64>,
    /// The one of the two that counts; null where nothing is known.
    pub counts: Option<f64>,
    pub expected_to_be_lost: Option<i64>,
}

fn line(it: Line) -> AtRiskLine {
    AtRiskLine {
        account: it.account.to_string(),
        name: it.name,
        owner_name: it.owner,
        arr: it.arr,
        leaves: it.chance.foretold,
        r#override: it.chance.judged,
        counts: it.chance.counts(),
        expected_to_be_lost: it.expected,
    }
}

/// The accounts behind what is expected to be lost
///
/// All of them, the most money at risk first.
#[utoipa::path(get, path = "/api/v1/health/at-risk/accounts", tag = "health", params(AtRiskRowsQuestion), responses((status = 200, body = List<AtRiskLine>)))]
pub(crate) async fn rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<AtRiskRowsQuestion>,
) -> Answer {
    let (by, me) = (by(it.by.as_deref())?, who.me.clone());
    let found = app.read(move |tx| at_risk::lines(tx, &me, by, it.of.as_deref())).await?;
    let items: Vec<AtRiskLine> = found.into_iter().map(line).collect();
    Ok(Json(List { items, next_cursor: None }).into_response())
}
