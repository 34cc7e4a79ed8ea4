//! What it costs to win customers.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    accounts::AccountId,
    error::invalid,
    money::{
        acquisition::{self, Acquisition, Won},
        days, meanings,
    },
};
use utoipa::ToSchema;

use super::{
    super::{Answer, Body, Id, Query, revenue::DefinitionOut},
    Months,
};
use crate::{
    App,
    who::{
        May,
        may::{RenewalsEdit, RevenueEdit, RevenueRead},
    },
};

/// What a channel, or a month, cost and brought. Money is in minor units of the home currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WonOut {
    /// The channel, or the month as `2026-11`.
    pub name: String,
    pub spend: i64,
    /// Accounts that paid for the first time.
    pub customers: u64,
    /// What they paid a month at first, together.
    pub mrr: i64,
    /// Spend of a customer; null where nobody was won, or nothing spent.
    pub cost: Option<f64>,
    /// The 95 % interval; null where too few were won to say.
    pub cost_low: Option<f64>,
    pub cost_high: Option<f64>,
    /// Months until a customer has earned it back.
    pub payback_months: Option<f64>,
    pub payback_low: Option<f64>,
    pub payback_high: Option<f64>,
}

impl From<Won> for WonOut {
    fn from(it: Won) -> Self {
        Self {
            name: it.name,
            spend: it.spend,
            customers: it.customers,
            mrr: it.mrr,
            cost: it.cost,
            cost_low: it.cost_between.map(|it| it.0),
            cost_high: it.cost_between.map(|it| it.1),
            payback_months: it.payback,
            payback_low: it.payback_between.map(|it| it.0),
            payback_high: it.payback_between.map(|it| it.1),
        }
    }
}

/// What it cost to win customers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AcquisitionOut {
    /// Of the cost and of the months until it is earned back.
    pub definitions: Vec<DefinitionOut>,
    pub currency: String,
    /// The share of revenue that is left after what it costs to deliver.
    pub margin: f64,
    /// The first and the last month.
    pub from: String,
    pub to: String,
    /// The most spent first.
    pub channels: Vec<WonOut>,
    /// The newest first.
    pub months: Vec<WonOut>,
    pub together: WonOut,
    /// The customers behind it, the newest first.
    pub won: Vec<CameOut>,
}

/// A customer who came.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CameOut {
    pub account: String,
    pub account_name: String,
    pub since: String,
    pub mrr: i64,
    pub channel: Option<String>,
}

impl From<Acquisition> for AcquisitionOut {
    fn from(it: Acquisition) -> Self {
        let came = |it: acquisition::Came| CameOut {
            account: it.account.to_string(),
            account_name: it.name,
            since: days::text(it.since),
            mrr: it.mrr,
            channel: it.channel,
        };
        Self {
            definitions: [&meanings::CAC, &meanings::PAYBACK].map(DefinitionOut::from).into(),
            currency: it.currency.to_string(),
            margin: it.margin,
            from: days::month_text(it.from),
            to: days::month_text(it.to),
            channels: it.channels.into_iter().map(WonOut::from).collect(),
            months: it.months.into_iter().map(WonOut::from).collect(),
            together: it.together.into(),
            won: it.came.into_iter().map(came).collect(),
        }
    }
}

/// Cost of acquisition
///
/// By channel and by month, with the months until it is earned back. A month's spend is set
/// against the customers of the same month.
#[utoipa::path(get, path = "/api/v1/revenue/acquisition", tag = "revenue", params(Months), responses((status = 200, body = AcquisitionOut)))]
pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<Months>,
) -> Answer {
    let (me, months) = (who.me.clone(), it.count()?);
    let it = app.read(move |tx| acquisition::report(tx, &me, months)).await?;
    Ok(Json(AcquisitionOut::from(it)).into_response())
}

/// What a channel cost in a month.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CostIn {
    /// `2026-11`
    pub month: String,
    pub channel: String,
    /// Minor units of the home currency.
    pub amount: i64,
}

/// Say what a channel cost in a month
///
/// What was said before of the same month and channel is replaced.
#[utoipa::path(put, path = "/api/v1/revenue/acquisition/costs", tag = "revenue", request_body = CostIn, responses((status = 204)))]
pub(crate) async fn set_cost(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Body(it): Body<CostIn>,
) -> Answer {
    let me = who.me.clone();
    let done = app.write(move |tx| {
        let month = days::parse_month(&it.month)
            .ok_or_else(|| invalid("month", "Write a month as 2026-11."))?;
        acquisition::set_cost(tx, &me, month, &it.channel, it.amount)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// How a customer was won.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelIn {
    /// An empty one takes it away.
    pub channel: String,
}

/// Say how a customer was won
#[utoipa::path(put, path = "/api/v1/accounts/{id}/channel", tag = "revenue", params(("id" = String, Path)), request_body = ChannelIn, responses((status = 204)))]
pub(crate) async fn set_channel(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Body(it): Body<ChannelIn>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| acquisition::set_channel(tx, &me, id, &it.channel)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
