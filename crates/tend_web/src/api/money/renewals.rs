//! Renewals: what is due, what is expected, and what became of it.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    error::invalid,
    money::{
        SubscriptionId, days, meanings,
        renewals::{self, Category, Forecast, Line, Settlement},
        subscriptions::{self, Terms},
    },
};
use utoipa::{IntoParams, ToSchema};

use super::super::{
    Answer, Body, Id, List, Paging, Post, Query, revenue::DefinitionOut, subscriptions::parsed,
};
use crate::{
    App, WebError,
    who::{
        May,
        may::{RenewalsEdit, RevenueRead},
    },
};

/// A renewal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RenewalOut {
    /// Of the subscription whose term ends.
    pub subscription: String,
    pub account: String,
    pub account_name: String,
    pub owner_name: Option<String>,
    pub plan: String,
    pub product: Option<String>,
    /// The day on which the term ends.
    pub due: String,
    /// Minor units of the home currency, a year.
    pub amount: i64,
    /// `commit`, `best_case`, `most_likely`, `at_risk` or `omitted`.
    pub forecast: String,
    pub auto_renew: bool,
    /// `renewed`, `expanded`, `contracted` or `churned`; null while it is open.
    pub outcome: Option<String>,
    /// Of the amount, what was renewed.
    pub renewed: Option<i64>,
    pub churn_reason: Option<String>,
    pub note: String,
}

impl From<Line> for RenewalOut {
    fn from(it: Line) -> Self {
        Self {
            subscription: it.subscription_id.to_string(),
            account: it.account_id.to_string(),
            account_name: it.account,
            owner_name: it.owner,
            plan: it.plan,
            product: it.product,
            due: days::text(it.due_day),
            amount: it.amount,
            forecast: it.category.word().to_owned(),
            auto_renew: it.auto_renew,
            outcome: it.outcome.map(|it| it.word().to_owned()),
            renewed: it.renewed,
            churn_reason: it.reason,
            note: it.note,
        }
    }
}

/// Which renewals.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct WhichRenewals {
    /// Those that were settled in the last twelve months, and not those that are open.
    pub settled: bool,
    /// Of those that are open, how many months ahead: 1 to 36, 12 if it is left out.
    pub months: Option<i64>,
    /// Of those that are open: `commit`, `best_case`, `most_likely`, `at_risk` or `omitted`.
    pub forecast: Option<String>,
    /// Of those that are open: due in this month, `2026-11`.
    pub due: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Renewals
///
/// Those that are open: overdue ones and those to come, in the order of their days.
/// Subscriptions with terms of less than three months renew by the way.
#[utoipa::path(get, path = "/api/v1/renewals", tag = "revenue", params(WhichRenewals), responses((status = 200, body = List<RenewalOut>)))]
pub(crate) async fn list(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<WhichRenewals>,
) -> Answer {
    let paging = Paging { limit: it.limit, cursor: it.cursor };
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let wrong = || WebError::bad("Write a month as 2026-11.");
    let some = |it: Option<String>| it.filter(|it| !it.is_empty());
    let asked = renewals::Asked {
        months: it.months.unwrap_or(12),
        category: some(it.forecast).map(|it| it.parse().map_err(WebError::bad)).transpose()?,
        month: some(it.due).map(|it| days::parse_month(&it).ok_or_else(wrong)).transpose()?,
    };
    let page = app.read(move |tx| match it.settled {
        true => renewals::settled(tx, &me, from, limit),
        false => renewals::to_come(tx, &me, asked, from, limit),
    });
    Ok(List::of(page.await?, RenewalOut::from).into_response())
}

/// What is expected of the renewals to come, and how those of the last year went.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForecastOut {
    /// Of what is expected, of the share of money and of the share of renewals.
    pub definitions: Vec<DefinitionOut>,
    pub currency: String,
    /// Of those to come in twelve months.
    pub expected: Vec<ExpectedOut>,
    /// How many were due in the last twelve months and settled.
    pub due: u64,
    pub kept: u64,
    /// Kept of due, with the 95 % interval; null if none was due.
    pub kept_share: Option<f64>,
    pub kept_low: Option<f64>,
    pub kept_high: Option<f64>,
    /// Minor units, a year: what was up for renewal, and what of it was renewed.
    pub amount_due: i64,
    pub amount_renewed: i64,
    /// The second of the first, with the 95 % interval over so many accounts.
    pub renewed_share: Option<f64>,
    pub renewed_low: Option<f64>,
    pub renewed_high: Option<f64>,
    pub accounts: u64,
}

/// One category of the forecast.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExpectedOut {
    pub forecast: String,
    pub renewals: i64,
    /// Minor units, a year.
    pub amount: i64,
}

impl From<Forecast> for ForecastOut {
    fn from(it: Forecast) -> Self {
        let of = |category: Category| {
            let (renewals, amount) = it.of(category);
            ExpectedOut { forecast: category.word().to_owned(), renewals, amount }
        };
        let kept = it.rate.of_renewals();
        let meant =
            [&meanings::RENEWAL_FORECAST, &meanings::RENEWAL_MONEY, &meanings::RENEWAL_COUNT];
        Self {
            definitions: meant.map(DefinitionOut::from).into(),
            currency: it.currency.to_string(),
            expected: Category::ALL.iter().copied().map(of).collect(),
            due: it.rate.due,
            kept: it.rate.kept,
            kept_share: kept.map(|it| it.value),
            kept_low: kept.map(|it| it.lower),
            kept_high: kept.map(|it| it.upper),
            amount_due: it.rate.amount,
            amount_renewed: it.rate.renewed,
            renewed_share: it.rate.of_money(),
            renewed_low: it.rate.sure.map(|it| it.lower),
            renewed_high: it.rate.sure.map(|it| it.upper),
            accounts: it.rate.accounts,
        }
    }
}

/// Forecast of renewals
#[utoipa::path(get, path = "/api/v1/renewals/forecast", tag = "revenue", responses((status = 200, body = ForecastOut)))]
pub(crate) async fn forecast(who: May<RevenueRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| renewals::forecast_of(tx, &me, 12)).await?;
    Ok(Json(ForecastOut::from(it)).into_response())
}

/// One renewal
///
/// The one that a subscription has before it.
#[utoipa::path(get, path = "/api/v1/renewals/{id}", tag = "revenue", params(("id" = String, Path, description = "Of the subscription")), responses((status = 200, body = RenewalOut)))]
pub(crate) async fn find(
    who: May<RevenueRead>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| renewals::one(tx, &me, id)).await?;
    Ok(Json(RenewalOut::from(it)).into_response())
}

/// What is expected.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenewalPatch {
    /// `commit`, `best_case`, `most_likely`, `at_risk` or `omitted`.
    pub forecast: String,
}

/// Say what is expected of a renewal
#[utoipa::path(patch, path = "/api/v1/renewals/{id}", tag = "revenue", params(("id" = String, Path, description = "Of the subscription")), request_body = RenewalPatch, responses((status = 200, body = RenewalOut)))]
pub(crate) async fn change(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
    Body(to): Body<RenewalPatch>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        let category = to.forecast.parse().map_err(|why: &str| invalid("forecast", why))?;
        renewals::forecast(tx, &me, id, category)?;
        renewals::one(tx, &me, id).map(RenewalOut::from)
    });
    Ok(Json(done.await?).into_response())
}

/// What became of a renewal.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutcomeIn {
    /// `renewed` or `churned`.
    pub outcome: String,
    /// `rsn_…`: why it was lost.
    pub churn_reason: Option<String>,
    /// What the next term has, if it is not what this one had. Minor units of its currency.
    pub quantity: Option<i64>,
    pub price: Option<i64>,
    pub interval_months: Option<i64>,
    pub term_months: Option<i64>,
    #[serde(default)]
    pub note: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutcomeOut {
    /// `renewed`, `expanded`, `contracted` or `churned`.
    pub outcome: String,
}

impl OutcomeIn {
    fn settlement(&self, now: Terms) -> tend_core::Result<Settlement> {
        match self.outcome.as_str() {
            "churned" => {
                let reason = self.churn_reason.as_deref().unwrap_or_default();
                Ok(Settlement::Churned { reason: parsed("churn_reason", reason)? })
            }
            "renewed" => {
                let new = self.quantity.is_some()
                    || self.price.is_some()
                    || self.interval_months.is_some();
                let terms = Terms {
                    quantity: self.quantity.unwrap_or(now.quantity),
                    price: self.price.unwrap_or(now.price),
                    months: self.interval_months.unwrap_or(now.months),
                };
                let terms = new.then_some(terms);
                Ok(Settlement::Renewed { terms, term_months: self.term_months })
            }
            _ => Err(invalid("outcome", "The outcome is renewed or churned.")),
        }
    }
}

/// Settle a renewal
///
/// Renewed: the next term begins, with other terms if they are named. Churned: the subscription
/// ends on the day it was due, with a reason.
#[utoipa::path(post, path = "/api/v1/renewals/{id}/outcome", tag = "revenue", params(("id" = String, Path, description = "Of the subscription")), request_body = OutcomeIn, responses((status = 200, body = OutcomeOut)))]
pub(crate) async fn settle(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
    said: Post<OutcomeIn>,
) -> Answer {
    said.done(&app, &who, move |tx, me, said| {
        let it = subscriptions::find(tx, me, id)?;
        let now = Terms { quantity: it.quantity, price: it.price, months: it.months };
        let outcome = renewals::settle(tx, me, id, &said.settlement(now)?, &said.note)?;
        Ok(OutcomeOut { outcome: outcome.word().to_owned() })
    })
    .await
}
