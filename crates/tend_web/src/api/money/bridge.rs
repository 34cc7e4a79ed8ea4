//! From the ledger to the portfolio.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    accounts::list::Filter,
    money::{
        days,
        income::{self, Apart, Part},
        ledger,
    },
};
use utoipa::{IntoParams, ToSchema};

use super::super::{Answer, Keyed, List, Paging, Query};
use crate::{
    App, WebError,
    who::{May, may::RevenueRead},
};

/// Whose ledger and portfolio.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct BridgeQuestion {
    /// Of the accounts that an agent looks after.
    pub owner: Option<String>,
    /// Of the accounts that are in a segment today.
    pub segment: Option<String>,
}

fn asked(owner: Option<&str>, segment: Option<&str>) -> Result<ledger::Asked, WebError> {
    let wrong = || WebError::bad("This is not an id of the kind.");
    let some = |it: Option<&str>| it.filter(|it| !it.is_empty()).map(str::to_owned);
    let owner = some(owner).map(|it| it.parse().map_err(|_| wrong())).transpose()?;
    let segment = some(segment).map(|it| it.parse().map_err(|_| wrong())).transpose()?;
    let filter = Filter { owner, ..Filter::default() };
    Ok(ledger::Asked { filter, segment, ..ledger::Asked::default() })
}

/// So many accounts, and what they pay a year, in minor units.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BridgePart {
    pub accounts: i64,
    pub arr: i64,
}

impl From<Part> for BridgePart {
    fn from(it: Part) -> Self {
        Self { accounts: it.accounts, arr: it.arr }
    }
}

/// From the ledger to the portfolio: `ledger + entered − outside` is `portfolio`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BridgeOut {
    /// The home currency.
    pub currency: String,
    /// What the ledger closes with today, a year.
    pub ledger: BridgePart,
    /// Income that somebody entered for accounts without a subscription.
    pub entered: BridgePart,
    /// Paid by persons who are in nobody's portfolio.
    pub outside: BridgePart,
    pub portfolio: BridgePart,
}

/// From the ledger to the portfolio
///
/// The ledger is of subscriptions alone. Portfolios and money at risk count income that somebody
/// entered, too.
#[utoipa::path(get, path = "/api/v1/revenue/bridge", tag = "revenue", params(BridgeQuestion), responses((status = 200, body = BridgeOut)))]
pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<BridgeQuestion>,
) -> Answer {
    let (me, asked) = (who.me.clone(), asked(it.owner.as_deref(), it.segment.as_deref())?);
    let it = app.read(move |tx| income::bridge(tx, &me, &asked)).await?;
    let out = BridgeOut {
        currency: it.currency.to_string(),
        ledger: it.ledger.into(),
        entered: it.entered.into(),
        outside: it.outside.into(),
        portfolio: it.portfolio().into(),
    };
    Ok(Json(out).into_response())
}

/// Which accounts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct BridgeRowsQuestion {
    /// `entered` (if it is left out) or `outside`.
    pub part: Option<String>,
    pub owner: Option<String>,
    pub segment: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// An account that stands in one of them alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BridgeLine {
    pub account: String,
    pub name: String,
    pub owner_name: Option<String>,
    /// Minor units, a year.
    pub arr: i64,
    pub renews_on: Option<String>,
}

impl Keyed for BridgeLine {
    fn key(&self) -> String {
        self.account.clone()
    }
}

/// The accounts between the ledger and the portfolio
///
/// Those that pay most first.
#[utoipa::path(get, path = "/api/v1/revenue/bridge/accounts", tag = "revenue", params(BridgeRowsQuestion), responses((status = 200, body = List<BridgeLine>)))]
pub(crate) async fn rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<BridgeRowsQuestion>,
) -> Answer {
    let (me, asked) = (who.me.clone(), asked(it.owner.as_deref(), it.segment.as_deref())?);
    let part: Apart = it.part.as_deref().unwrap_or("entered").parse().map_err(WebError::bad)?;
    let found = app.read(move |tx| income::lines(tx, &me, &asked, part)).await?;
    let line = |it: income::Line| BridgeLine {
        account: it.account.to_string(),
        name: it.name,
        owner_name: it.owner,
        arr: it.arr,
        renews_on: it.renews_on.map(days::text),
    };
    let all = found.into_iter().map(line).collect();
    List::cut(all, &Paging { limit: it.limit, cursor: it.cursor })
}
