//! The ledger of recurring revenue, its figures, and the accounts behind them.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::money::{
    days,
    figures::{Amount, Definition, Figure, Which},
    ledger::{self, Asked as LedgerAsked, Measure, Over, Report},
};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, List, Query};
use crate::{
    App, WebError,
    who::{May, may::RevenueRead},
};

/// Which months, and whose.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct RevenueQuestion {
    /// The last month: `2026-11`; this month if it is left out.
    pub month: Option<String>,
    /// How many months: 1 to 60, 12 if it is left out.
    pub months: Option<i64>,
    /// `mrr` (a month's worth) or `arr` (a year's worth).
    pub measure: Option<String>,
    /// Of one account alone.
    pub account: Option<String>,
    /// Of the accounts that an agent looks after.
    pub owner: Option<String>,
    /// Of the accounts that are in a segment today.
    pub segment: Option<String>,
}

impl RevenueQuestion {
    fn asked(&self) -> Result<LedgerAsked, WebError> {
        let mut asked = LedgerAsked { months: self.months.unwrap_or(12), ..LedgerAsked::default() };
        if !(1..=ledger::MOST_MONTHS).contains(&asked.months) {
            return Err(WebError::bad("The months are 1 to 60."));
        }
        if let Some(it) = self.month.as_deref().filter(|it| !it.is_empty()) {
            let month = days::parse_month(it);
            asked.month = Some(month.ok_or_else(|| WebError::bad("Write a month as 2026-11."))?);
        }
        asked.measure =
            self.measure.as_deref().unwrap_or_default().parse().map_err(WebError::bad)?;
        let wrong = || WebError::bad("This is not an id of the kind.");
        if let Some(it) = self.account.as_deref().filter(|it| !it.is_empty()) {
            asked.account = Some(it.parse().map_err(|_| wrong())?);
        }
        if let Some(it) = self.owner.as_deref().filter(|it| !it.is_empty()) {
            asked.filter.owner = Some(it.parse().map_err(|_| wrong())?);
        }
        if let Some(it) = self.segment.as_deref().filter(|it| !it.is_empty()) {
            asked.segment = Some(it.parse().map_err(|_| wrong())?);
        }
        Ok(asked)
    }

    /// Of whom, for a link to the same.
    fn of(&self) -> String {
        let all = [("account", &self.account), ("owner", &self.owner), ("segment", &self.segment)];
        let of = |(name, id): (&str, &Option<String>)| {
            let id = id.as_deref().filter(|it| !it.is_empty())?;
            Some(format!("&{name}={id}"))
        };
        all.into_iter().filter_map(of).collect()
    }
}

/// What a figure means.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionOut {
    pub id: String,
    pub version: u32,
    pub name: String,
    pub formula: String,
    /// Of whom it is.
    pub cohort: String,
}

impl From<&Definition> for DefinitionOut {
    fn from(it: &Definition) -> Self {
        Self {
            id: it.id.to_owned(),
            version: it.version,
            name: it.name.to_owned(),
            formula: it.formula.to_owned(),
            cohort: it.cohort.to_owned(),
        }
    }
}

/// A figure with its meaning.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FigureOut {
    pub definition: DefinitionOut,
    /// Null where there is no answer. A share of 1.02 is 102 %; money is in minor units.
    pub value: Option<f64>,
    /// `share`, `money` or `number`.
    pub unit: String,
    /// The 95 % interval, where it is an estimate.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// How many accounts it is of.
    pub n: u64,
    /// Where its rows are.
    pub rows: String,
}

/// One month of the ledger: `opening + new + expansion + reactivation − contraction − churn` is
/// `closing`. Minor units.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MonthOut {
    /// `2026-11`.
    pub month: String,
    /// Whether it is over; one that is not is shown up to today.
    pub complete: bool,
    pub opening: i64,
    pub new: i64,
    pub expansion: i64,
    pub reactivation: i64,
    pub contraction: i64,
    pub churn: i64,
    pub closing: i64,
    pub accounts_opening: u64,
    pub accounts_new: u64,
    pub accounts_churned: u64,
    pub accounts_closing: u64,
}

/// The ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RevenueOut {
    /// The home currency.
    pub currency: String,
    pub measure: String,
    /// Oldest first.
    pub months: Vec<MonthOut>,
    /// Of the last month.
    pub figures: Vec<FigureOut>,
    /// Of the twelve months to its end.
    pub figures_of_year: Vec<FigureOut>,
}

fn figure_out(it: &Figure, month: &str, measure: Measure, over: Over, of: &str) -> FigureOut {
    let (value, unit) = match it.value {
        Some(Amount::Money(minor)) => (Some(minor as f64), "money"),
        Some(Amount::Number(number)) => (Some(number), "number"),
        Some(Amount::Share(share)) => (Some(share), "share"),
        None => (None, "share"),
    };
    let d = it.definition;
    let over = if over == Over::Year { "year" } else { "month" };
    FigureOut {
        definition: d.into(),
        value,
        unit: unit.to_owned(),
        low: it.interval.map(|it| it.0),
        high: it.interval.map(|it| it.1),
        n: it.n,
        rows: format!(
            "/api/v1/revenue/accounts?month={month}&measure={}&over={over}&which={}{of}",
            measure.word(),
            d.rows.map_or("closing", Which::word)
        ),
    }
}

fn minor(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

fn report_out(it: &Report, of: &str) -> RevenueOut {
    let month = it.months.last().map(|it| days::month_text(it.month)).unwrap_or_default();
    let figures = |them: &[Figure], over| -> Vec<FigureOut> {
        them.iter().map(|one| figure_out(one, &month, it.measure, over, of)).collect()
    };
    let months = it.months.iter().map(|one| {
        let l = &one.ledger;
        MonthOut {
            month: days::month_text(one.month),
            complete: one.is_over,
            opening: minor(l.start.amount),
            new: minor(l.new.amount),
            expansion: minor(l.expansion.amount),
            reactivation: minor(l.reactivation.amount),
            contraction: minor(l.contraction.amount),
            churn: minor(l.churn.amount),
            closing: minor(l.end.amount),
            accounts_opening: l.start.accounts,
            accounts_new: l.new.accounts,
            accounts_churned: l.churn.accounts,
            accounts_closing: l.end.accounts,
        }
    });
    RevenueOut {
        currency: it.currency.to_string(),
        measure: it.measure.word().to_owned(),
        months: months.collect(),
        figures: figures(&it.of_month, Over::Month),
        figures_of_year: figures(&it.of_year, Over::Year),
    }
}

/// The ledger of recurring revenue
///
/// Month by month, to the minor unit, with its figures: the same as on the page Revenue. Each
/// subscription is valued at the exchange rate of the day it began.
#[utoipa::path(get, path = "/api/v1/revenue", tag = "revenue", params(RevenueQuestion), responses((status = 200, body = RevenueOut)))]
pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(question): Query<RevenueQuestion>,
) -> Answer {
    let (asked, of, me) = (question.asked()?, question.of(), who.me.clone());
    let report = app.read(move |tx| ledger::report(tx, &me, &asked)).await?;
    Ok(Json(report_out(&report, &of)).into_response())
}

/// Which accounts, beside the month.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct RowsQuestion {
    /// `opening`, `new`, `expansion`, `reactivation`, `contraction`, `churn`, `closing` or `moved`.
    pub which: Option<String>,
    /// `month`, or `year` for the twelve months to its end.
    pub over: Option<String>,
    pub month: Option<String>,
    pub measure: Option<String>,
    pub account: Option<String>,
    pub owner: Option<String>,
    pub segment: Option<String>,
}

/// One account behind a figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RevenueLine {
    pub account: String,
    pub name: String,
    pub opening: i64,
    pub closing: i64,
}

/// The accounts behind a figure
///
/// All of them, the largest first.
#[utoipa::path(get, path = "/api/v1/revenue/accounts", tag = "revenue", params(RowsQuestion), responses((status = 200, body = List<RevenueLine>)))]
pub(crate) async fn rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<RowsQuestion>,
) -> Answer {
    let question = RevenueQuestion {
        month: it.month,
        measure: it.measure,
        account: it.account,
        owner: it.owner,
        segment: it.segment,
        months: None,
    };
    let (asked, me) = (question.asked()?, who.me.clone());
    let which: Which = it.which.as_deref().unwrap_or("closing").parse().map_err(WebError::bad)?;
    let over = if it.over.as_deref() == Some("year") { Over::Year } else { Over::Month };
    let lines = app.read(move |tx| ledger::lines(tx, &me, &asked, over, which)).await?;
    let items = lines.into_iter().map(|it| RevenueLine {
        account: it.account.to_string(),
        name: it.name,
        opening: it.start,
        closing: it.end,
    });
    Ok(Json(List { items: items.collect(), next_cursor: None }).into_response())
}
