//! How portfolios grow, and the accounts behind it.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::money::{
    days,
    growth::{self, Among, Line, Of},
    meanings,
};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{Answer, Keyed, List, Paging, Query, revenue::DefinitionOut},
    Months,
};
use crate::{
    App, WebError,
    who::{May, may::RevenueRead},
};

/// How portfolios grew.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrowthOut {
    pub definition: DefinitionOut,
    pub currency: String,
    pub from: String,
    pub to: String,
    pub portfolios: Vec<PortfolioOut>,
    /// All of them: nothing is handed from one to the other.
    pub together: PortfolioOut,
    /// Where the accounts are.
    pub rows: String,
}

/// One portfolio. Minor units of the home currency, a year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PortfolioOut {
    /// Null for accounts that nobody looks after.
    pub owner: Option<String>,
    pub name: String,
    /// Accounts that paid at the start.
    pub accounts: u64,
    pub start: i64,
    /// Of those, how many stayed in these hands: the growth is of them.
    pub n: u64,
    /// What those pay at the end that stayed in these hands, and what they paid at the start.
    pub kept: i64,
    pub kept_start: i64,
    pub won: i64,
    /// Of other hands, and to other hands: apart from growth.
    pub received: i64,
    pub handed: i64,
    pub end: i64,
    /// `kept` less `kept_start`, and as a share of it.
    pub growth: i64,
    pub rate: Option<f64>,
    /// The 95 % interval of the rate; null where the accounts say nothing of it.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl From<growth::Portfolio> for PortfolioOut {
    fn from(it: growth::Portfolio) -> Self {
        Self {
            growth: it.growth(),
            rate: it.rate(),
            low: it.sure.map(|it| it.0),
            high: it.sure.map(|it| it.1),
            owner: it.owner.map(|it| it.to_string()),
            name: it.name,
            accounts: it.accounts,
            start: it.start,
            n: it.stayed,
            kept: it.kept,
            kept_start: it.kept_start,
            won: it.won,
            received: it.received,
            handed: it.handed,
            end: it.end,
        }
    }
}

/// Growth of portfolios
#[utoipa::path(get, path = "/api/v1/revenue/growth", tag = "revenue", params(Months), responses((status = 200, body = GrowthOut)))]
pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<Months>,
) -> Answer {
    let (me, months) = (who.me.clone(), it.count()?);
    let it = app.read(move |tx| growth::report(tx, &me, months)).await?;
    let out = GrowthOut {
        definition: (&meanings::GROWTH).into(),
        currency: it.currency.to_string(),
        from: days::text(it.from_day),
        to: days::text(it.to_day),
        portfolios: it.portfolios.into_iter().map(PortfolioOut::from).collect(),
        together: it.together.into(),
        rows: format!("/api/v1/revenue/growth/accounts?months={months}"),
    };
    Ok(Json(out).into_response())
}

/// Which accounts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct GrowthRowsQuestion {
    /// An agent's id, or `nobody`; all together if it is left out.
    pub owner: Option<String>,
    /// `start`, `stayed`, `won`, `received`, `handed` or `end` (if it is left out).
    pub which: Option<String>,
    /// How many months: 1 to 60, 12 if it is left out.
    pub months: Option<i64>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// An account at both ends. Minor units, a year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrowthLine {
    pub account: String,
    pub name: String,
    pub start: i64,
    pub end: i64,
}

impl Keyed for GrowthLine {
    fn key(&self) -> String {
        self.account.clone()
    }
}

/// The accounts behind growth
///
/// Those that moved most first.
#[utoipa::path(get, path = "/api/v1/revenue/growth/accounts", tag = "revenue", params(GrowthRowsQuestion), responses((status = 200, body = List<GrowthLine>)))]
pub(crate) async fn rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<GrowthRowsQuestion>,
) -> Answer {
    let (me, months) = (who.me.clone(), Months { months: it.months }.count()?);
    let of: Of = it.owner.as_deref().unwrap_or_default().parse().map_err(WebError::bad)?;
    let which: Among = it.which.as_deref().unwrap_or("end").parse().map_err(WebError::bad)?;
    let found = app.read(move |tx| growth::lines(tx, &me, months, of, which)).await?;
    let line = |it: Line| GrowthLine {
        account: it.account.to_string(),
        name: it.name,
        start: it.start,
        end: it.end,
    };
    let all = found.into_iter().map(line).collect();
    List::cut(all, &Paging { limit: it.limit, cursor: it.cursor })
}
