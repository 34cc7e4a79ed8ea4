//! Subscriptions: what customers pay for.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    accounts::AccountId,
    agents::Me,
    error::invalid,
    money::{
        Currency, Subscription, SubscriptionId, days,
        subscriptions::{self, Filter, NewSubscription, SubscriptionChange, Terms},
    },
};
use tend_store::Tx;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Body, Id, List, Paging, Post, Query};
use crate::{
    App, WebError,
    who::{
        May,
        may::{RevenueEdit, RevenueRead},
    },
};

/// A subscription.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionOut {
    pub id: String,
    pub account: String,
    pub product: Option<String>,
    pub plan: String,
    pub currency: String,
    pub quantity: i64,
    /// Of one, for one interval, in minor units.
    pub price: i64,
    pub interval_months: i64,
    pub start: String,
    /// The first day that is not paid for.
    pub end: Option<String>,
    pub churn_reason: Option<String>,
    pub term_months: i64,
    pub renews_on: String,
    pub auto_renew: bool,
    /// Minor units of the home currency, at the rate of the start.
    pub mrr: i64,
    pub arr: i64,
    /// How the billing system calls it.
    pub external_id: Option<String>,
}

impl From<Subscription> for SubscriptionOut {
    fn from(it: Subscription) -> Self {
        Self {
            id: it.id.to_string(),
            account: it.account_id.to_string(),
            product: it.product,
            plan: it.plan,
            currency: it.currency.to_string(),
            quantity: it.quantity,
            price: it.price,
            interval_months: it.months,
            start: days::text(it.start_day),
            end: it.end_day.map(days::text),
            churn_reason: it.reason,
            term_months: it.term_months,
            renews_on: days::text(it.renewal_day),
            auto_renew: it.auto_renew,
            mrr: it.mrr,
            arr: it.arr,
            external_id: it.external_id,
        }
    }
}

/// Whose.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct OfAccount {
    /// Of one account alone.
    pub account: Option<String>,
    /// Invoices alone: `draft`, `open`, `paid`, `void`, `uncollectible`, or `late`.
    pub status: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl OfAccount {
    pub fn account(&self) -> Result<Option<AccountId>, WebError> {
        let text = self.account.as_deref().filter(|it| !it.is_empty());
        text.map(|it| it.parse().map_err(|_| WebError::bad("This is not an id of an account.")))
            .transpose()
    }

    pub fn paging(&self) -> Paging {
        Paging { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// Which subscriptions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct WhichSubscriptions {
    /// Of one account alone.
    pub account: Option<String>,
    /// `active`, `overdue`, `ending`, `coming` or `ended`.
    pub state: Option<String>,
    /// `prd_…`: of one product.
    pub product: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl WhichSubscriptions {
    fn filter(&self) -> Result<Filter, WebError> {
        let some = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
        let wrong = |_| WebError::bad("This is not an id of the kind.");
        Ok(Filter {
            account: some(&self.account).map(|it| it.parse().map_err(wrong)).transpose()?,
            state: some(&self.state).map(|it| it.parse().map_err(WebError::bad)).transpose()?,
            product: some(&self.product).map(|it| it.parse().map_err(wrong)).transpose()?,
        })
    }

    fn paging(&self) -> Paging {
        Paging { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// Subscriptions
///
/// The newest first, with the terms that hold today.
#[utoipa::path(get, path = "/api/v1/subscriptions", tag = "revenue", params(WhichSubscriptions), responses((status = 200, body = List<SubscriptionOut>)))]
pub(crate) async fn list(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(of): Query<WhichSubscriptions>,
) -> Answer {
    let (which, paging, me) = (of.filter()?, of.paging(), who.me.clone());
    let (limit, from) = (paging.limit()?, paging.cursor()?);
    let page = app.read(move |tx| subscriptions::list(tx, &me, &which, from, limit)).await?;
    Ok(List::of(page, SubscriptionOut::from).into_response())
}

/// A subscription to be recorded.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubscriptionIn {
    pub account: String,
    #[serde(default)]
    pub plan: String,
    /// `prd_…`
    pub product: Option<String>,
    pub currency: String,
    #[serde(default = "one")]
    pub quantity: i64,
    /// Of one, for one interval, in minor units.
    pub price: i64,
    #[serde(default = "one")]
    pub interval_months: i64,
    /// `2026-11-20`
    pub start: String,
    #[serde(default = "one")]
    pub term_months: i64,
    pub renews_on: Option<String>,
    /// True if it is left out: it goes on by itself, and a term that is over already is followed
    /// by the next.
    #[serde(default = "yes")]
    pub auto_renew: bool,
    pub external_id: Option<String>,
}

fn one() -> i64 {
    1
}

fn yes() -> bool {
    true
}

pub(super) fn parsed<T: std::str::FromStr>(
    field: &'static str,
    text: &str,
) -> tend_core::Result<T> {
    text.parse().map_err(|_| invalid(field, "This is not an id of the kind."))
}

pub(super) fn currency(text: &str) -> tend_core::Result<Currency> {
    text.parse().map_err(|why: &str| invalid("currency", why))
}

impl SubscriptionIn {
    fn wanted(&self) -> tend_core::Result<NewSubscription> {
        Ok(NewSubscription {
            account: parsed("account", &self.account)?,
            product: self.product.as_deref().map(|it| parsed("product", it)).transpose()?,
            plan: self.plan.clone(),
            currency: currency(&self.currency)?,
            terms: Terms {
                quantity: self.quantity,
                price: self.price,
                months: self.interval_months,
            },
            start: days::read("start", &self.start)?,
            term_months: self.term_months,
            renewal: self.renews_on.as_deref().map(|it| days::read("renews_on", it)).transpose()?,
            auto_renew: self.auto_renew,
            external_id: self.external_id.clone().filter(|it| !it.is_empty()),
        })
    }
}

fn subscription_out(
    tx: &mut Tx,
    me: &Me,
    id: SubscriptionId,
) -> tend_core::Result<SubscriptionOut> {
    subscriptions::find(tx, me, id).map(SubscriptionOut::from)
}

/// Record a subscription
#[utoipa::path(post, path = "/api/v1/subscriptions", tag = "revenue", request_body = SubscriptionIn, responses((status = 201, body = SubscriptionOut)))]
pub(crate) async fn add(
    who: May<RevenueEdit>,
    State(app): State<App>,
    new: Post<SubscriptionIn>,
) -> Answer {
    new.create_and_show(
        &app,
        &who,
        |tx, me, new| subscriptions::add(tx, me, &new.wanted()?),
        subscription_out,
    )
    .await
}

/// One subscription
#[utoipa::path(get, path = "/api/v1/subscriptions/{id}", tag = "revenue", params(("id" = String, Path)), responses((status = 200, body = SubscriptionOut)))]
pub(crate) async fn find(
    who: May<RevenueRead>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
) -> Answer {
    let me = who.me.clone();
    Ok(Json(app.read(move |tx| subscription_out(tx, &me, id)).await?).into_response())
}

/// What is to be different about a subscription; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SubscriptionPatch {
    /// From which day the new quantity and price hold; today if it is left out.
    pub from: Option<String>,
    pub quantity: Option<i64>,
    pub price: Option<i64>,
    pub interval_months: Option<i64>,
    pub plan: Option<String>,
    pub term_months: Option<i64>,
    pub renews_on: Option<String>,
    pub auto_renew: Option<bool>,
    /// The first day that is not paid for; null takes an end back.
    #[serde(deserialize_with = "super::present")]
    pub end: Option<Option<String>>,
    /// `rsn_…`, with an end.
    pub churn_reason: Option<String>,
}

impl SubscriptionPatch {
    fn apply(&self, tx: &mut Tx, me: &Me, id: SubscriptionId) -> tend_core::Result<()> {
        let it = subscriptions::find(tx, me, id)?;
        let new_terms =
            self.quantity.is_some() || self.price.is_some() || self.interval_months.is_some();
        let from = match self.from.as_deref() {
            Some(text) => days::read("from", text)?,
            None => days::today(tx)?.max(it.start_day),
        };
        let terms = Terms {
            quantity: self.quantity.unwrap_or(it.quantity),
            price: self.price.unwrap_or(it.price),
            months: self.interval_months.unwrap_or(it.months),
        };
        let to = SubscriptionChange {
            terms: new_terms.then_some((from, terms)),
            plan: self.plan.clone(),
            term_months: self.term_months,
            renewal: self.renews_on.as_deref().map(|it| days::read("renews_on", it)).transpose()?,
            auto_renew: self.auto_renew,
            product: None,
        };
        subscriptions::change(tx, me, id, &to)?;
        match &self.end {
            None => Ok(()),
            Some(None) => subscriptions::resume(tx, me, id),
            Some(Some(day)) => {
                let reason = self
                    .churn_reason
                    .as_deref()
                    .map(|it| parsed("churn_reason", it))
                    .transpose()?;
                subscriptions::end(tx, me, id, days::read("end", day)?, reason)
            }
        }
    }
}

/// Change or end a subscription
///
/// Another quantity or price holds from a day on: that is an expansion or a contraction on that
/// day. The day it began corrects what was recorded wrongly.
#[utoipa::path(patch, path = "/api/v1/subscriptions/{id}", tag = "revenue", params(("id" = String, Path)), request_body = SubscriptionPatch, responses((status = 200, body = SubscriptionOut)))]
pub(crate) async fn change(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<SubscriptionId>,
    Body(to): Body<SubscriptionPatch>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        to.apply(tx, &me, id)?;
        subscription_out(tx, &me, id)
    });
    Ok(Json(done.await?).into_response())
}
