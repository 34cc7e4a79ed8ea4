//! Why customers left: as many and as much as the ledger says.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::money::{
    days, meanings,
    renewals::{self, Ended, Gone, Lost, Reasons},
};
use utoipa::{IntoParams, ToSchema};

use super::super::{Answer, Keyed, List, Paging, Query, revenue::DefinitionOut};
use crate::{
    App, WebError,
    who::{May, may::RevenueRead},
};

/// Accounts that left. Minor units of the home currency, a year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LostOut {
    pub accounts: u64,
    /// What they paid at the start.
    pub arr: i64,
}

impl From<Lost> for LostOut {
    fn from(it: Lost) -> Self {
        Self { accounts: it.accounts, arr: it.arr }
    }
}

/// Accounts that left for one reason.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReasonLostOut {
    /// Null where nobody said why.
    pub id: Option<String>,
    pub reason: Option<String>,
    pub accounts: u64,
    pub arr: i64,
    /// Of the accounts that left, with the 95 % interval.
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// Subscriptions that ended and are no churn of the year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndedOut {
    pub subscriptions: i64,
    pub arr: i64,
}

impl From<Ended> for EndedOut {
    fn from(it: Ended) -> Self {
        Self { subscriptions: it.subscriptions, arr: it.arr }
    }
}

/// Why customers left. `with_reason` and `without_reason` are `total`, which is the churn of the
/// ledger over the twelve months to the end of this one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChurnOut {
    pub definition: DefinitionOut,
    pub currency: String,
    /// What was paid at the end of this day is the start.
    pub from: String,
    pub to: String,
    pub reasons: Vec<ReasonLostOut>,
    pub with_reason: LostOut,
    pub without_reason: LostOut,
    pub total: LostOut,
    /// Of accounts that pay for others: contraction.
    pub ended_of_accounts_that_stayed: EndedOut,
    /// Of accounts that came and left within the months.
    pub ended_of_accounts_that_passed: EndedOut,
    /// Where the accounts are.
    pub rows: String,
}

impl From<Reasons> for ChurnOut {
    fn from(it: Reasons) -> Self {
        let row = |one: renewals::Row| ReasonLostOut {
            id: one.id.map(|it| it.to_string()),
            reason: one.reason,
            accounts: one.lost.accounts,
            arr: one.lost.arr,
            share: one.share.map(|it| it.value),
            low: one.share.map(|it| it.lower),
            high: one.share.map(|it| it.upper),
        };
        Self {
            definition: (&meanings::CHURN_BY_REASON).into(),
            currency: it.currency.to_string(),
            from: days::text(it.from_day),
            to: days::text(it.to_day),
            reasons: it.rows.into_iter().map(row).collect(),
            with_reason: it.said.into(),
            without_reason: it.unsaid.into(),
            total: it.total.into(),
            ended_of_accounts_that_stayed: it.stayed.into(),
            ended_of_accounts_that_passed: it.passed.into(),
            rows: "/api/v1/revenue/churn/accounts".to_owned(),
        }
    }
}

/// Why customers left
///
/// The accounts that left in twelve months, each under the reason of its subscription that ended
/// last with one.
#[utoipa::path(get, path = "/api/v1/revenue/churn", tag = "revenue", responses((status = 200, body = ChurnOut)))]
pub(crate) async fn show(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| renewals::reasons(tx, &me)).await?;
    Ok(Json(ChurnOut::from(it)).into_response())
}

/// Which accounts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct ChurnRowsQuestion {
    /// `rsn_…`, or `none`; all that left if it is left out.
    pub reason: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// An account that left.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GoneOut {
    pub account: String,
    pub name: String,
    /// What it paid a year at the start, in minor units.
    pub arr: i64,
    pub reason: Option<String>,
}

impl Keyed for GoneOut {
    fn key(&self) -> String {
        self.account.clone()
    }
}

/// The accounts that left
///
/// The most money first.
#[utoipa::path(get, path = "/api/v1/revenue/churn/accounts", tag = "revenue", params(ChurnRowsQuestion), responses((status = 200, body = List<GoneOut>)))]
pub(crate) async fn rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<ChurnRowsQuestion>,
) -> Answer {
    let me = who.me.clone();
    let why = match it.reason.as_deref().unwrap_or_default() {
        "" => None,
        "none" => Some(None),
        id => Some(Some(id.parse().map_err(|_| WebError::bad("This is not an id of a reason."))?)),
    };
    let found = app.read(move |tx| renewals::who_left(tx, &me, why)).await?;
    let line = |it: Gone| GoneOut {
        account: it.account.to_string(),
        name: it.name,
        arr: it.arr,
        reason: it.reason,
    };
    let all = found.into_iter().map(line).collect();
    List::cut(all, &Paging { limit: it.limit, cursor: it.cursor })
}
