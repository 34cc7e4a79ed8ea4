//! The scoreboard and the rows behind it.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::Permission,
    health::scoreboard::{
        self, Beside, InQuarter, Interval, Line, Quarter, Score, Scoreboard, Which,
    },
    money::days,
};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App, WebError,
    api::{Answer, List, Query},
    who::{May, may::CustomersRead},
};

/// Of which months.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct ScoreQuestion {
    /// What became known in the last so many months: 3 to 60, 12 if it is left out.
    pub months: Option<i64>,
}

fn months(it: Option<i64>) -> Result<i64, WebError> {
    match it.unwrap_or(12) {
        it @ 3..=60 => Ok(it),
        _ => Err(WebError::bad("The months are 3 to 60.")),
    }
}

/// A figure with its 95 % interval, which counts each account once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EstimateOut {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

fn estimate(it: Interval) -> EstimateOut {
    EstimateOut { value: it.value, low: it.lower, high: it.upper }
}

/// Another score on the rows where both were said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BesideOut {
    pub n: usize,
    pub left: usize,
    pub auc: EstimateOut,
    /// The area of the probability on the same rows.
    pub auc_of_tend: Option<EstimateOut>,
    /// That less the other score's, with the interval of the paired difference.
    pub tend_better_by: Option<EstimateOut>,
}

fn beside(it: Beside) -> BesideOut {
    BesideOut {
        n: it.n,
        left: it.left,
        auc: estimate(it.auc),
        auc_of_tend: it.ours.map(estimate),
        tend_better_by: it.better.map(estimate),
    }
}

/// Foretellings with like probabilities.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BinOut {
    pub n: u64,
    pub accounts: u64,
    pub left: u64,
    /// The mean of what was said.
    pub said: f64,
    /// The share that left.
    pub came: EstimateOut,
    /// Where its rows are.
    pub rows: String,
}

/// How good foretellings were. What has no answer is null.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScoreOut {
    /// Foretellings with a probability.
    pub n: usize,
    pub accounts: usize,
    /// Foretellings after which the account left.
    pub left: usize,
    /// Accounts that left.
    pub accounts_left: usize,
    pub base_rate: f64,
    pub auc: Option<EstimateOut>,
    /// Against the base rate.
    pub brier_skill: Option<EstimateOut>,
    /// Of the riskiest tenth.
    pub lift: Option<EstimateOut>,
    /// Of the money that left, the share that was in the riskiest tenth.
    pub revenue_recall: Option<f64>,
    /// 1 is right; below, probabilities are too extreme.
    pub calibration_slope: Option<EstimateOut>,
    pub reliability: Vec<BinOut>,
    /// The hand score on the same rows.
    pub hand_score: Option<BesideOut>,
    /// The hand score on all rows that have one.
    pub hand_score_alone: Option<EstimateOut>,
    /// What agents said instead.
    pub judgements: Option<BesideOut>,
    /// Accounts that left with a good hand score at last, and those with one at all.
    pub green_then_gone: [usize; 2],
}

fn score(it: &Score, months: i64, quarter: Option<Quarter>) -> ScoreOut {
    let of = quarter.map_or(String::new(), |it| format!("&quarter={it}"));
    let bins = it.bins.iter().enumerate().map(|(n, bin)| BinOut {
        n: bin.n,
        accounts: bin.accounts,
        left: bin.left,
        said: bin.said,
        came: estimate(bin.came),
        rows: format!("/api/v1/health/scoreboard/rows?months={months}&which={}{of}", Which::Bin(n)),
    });
    ScoreOut {
        n: it.n,
        accounts: it.accounts,
        left: it.left,
        accounts_left: it.gone,
        base_rate: it.base_rate,
        auc: it.auc.map(estimate),
        brier_skill: it.skill.map(estimate),
        lift: it.lift.map(estimate),
        revenue_recall: it.recall,
        calibration_slope: it.calibration.map(|it| estimate(it.slope)),
        reliability: bins.collect(),
        hand_score: it.hand.map(beside),
        hand_score_alone: it.hand_alone.map(estimate),
        judgements: it.judged.map(beside),
        green_then_gone: [it.green.hand, it.green.hand_of],
    }
}

/// Of alerts whose horizon is over, how many were right.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PrecisionOut {
    pub alerts: u64,
    pub right: u64,
    pub share: Option<EstimateOut>,
}

fn precision(it: &scoreboard::Precision) -> PrecisionOut {
    PrecisionOut { alerts: it.alerts, right: it.right, share: it.share.map(estimate) }
}

/// One quarter, by the day on which it was said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuarterOut {
    /// `2026-Q3`.
    pub quarter: String,
    pub score: ScoreOut,
    pub alerts: PrecisionOut,
    /// Minor units a year, of what was said on its first day; null without that or without the
    /// right to see money.
    pub expected_to_be_lost: Option<i64>,
    /// One standard deviation.
    pub spread: Option<i64>,
    pub lost: Option<i64>,
}

fn quarter(it: &InQuarter, months: i64) -> QuarterOut {
    QuarterOut {
        quarter: it.quarter.to_string(),
        score: score(&it.score, months, Some(it.quarter)),
        alerts: precision(&it.alerts),
        expected_to_be_lost: it.loss.map(|it| it.expected.round() as i64),
        spread: it.loss.map(|it| it.spread.round() as i64),
        lost: it.loss.map(|it| it.lost),
    }
}

/// Whether what Tend says comes true.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScoreboardOut {
    /// Leaving is meant within so many days.
    pub horizon_days: i64,
    pub months: i64,
    /// The home currency.
    pub currency: String,
    /// `rule`, `curve`, `line`, `trees` or `mean`: what the present probabilities rest on.
    pub step: Option<String>,
    /// Why no probability may be shown now: a whole sentence; null if one may.
    pub why_not_known: Option<String>,
    /// By how much an AUC of 0.8 may be off with so many outcomes, either way.
    pub could_be_off: Option<f64>,
    /// Foretellings whose horizon is not over.
    pub waiting: usize,
    /// One account in so many was looked at.
    pub one_in: i64,
    pub score: ScoreOut,
    /// The oldest first.
    pub quarters: Vec<QuarterOut>,
    pub alerts: PrecisionOut,
    /// Alerts of which it is not known yet.
    pub alerts_open: u64,
}

fn out(it: &Scoreboard) -> ScoreboardOut {
    let model = it.model.as_ref();
    let words = model.map(|it| it.0.words.clone()).filter(|it| !it.is_empty());
    ScoreboardOut {
        horizon_days: it.horizon,
        months: it.months,
        currency: it.currency.to_string(),
        step: model.map(|it| it.0.step.clone()),
        why_not_known: words,
        could_be_off: model.map(|it| it.1.standing.could_be_off),
        waiting: it.waiting,
        one_in: it.one_in,
        score: score(&it.score, it.months, None),
        quarters: it.quarters.iter().map(|one| quarter(one, it.months)).collect(),
        alerts: precision(&it.alerts),
        alerts_open: it.alerts_open,
    }
}

/// Whether what Tend says of accounts comes true
///
/// Of what was said on the first of each month and is known by now, together and by quarter: the
/// same as on the page Scoreboard. Nothing was corrected afterwards.
#[utoipa::path(get, path = "/api/v1/health/scoreboard", tag = "health", params(ScoreQuestion), responses((status = 200, body = ScoreboardOut)))]
pub(crate) async fn show(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(it): Query<ScoreQuestion>,
) -> Answer {
    let (months, me) = (months(it.months)?, who.me.clone());
    let it = app.read(move |tx| scoreboard::report(tx, &me, months)).await?;
    Ok(Json(out(&it)).into_response())
}

/// Which foretellings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct ForetoldQuestion {
    pub months: Option<i64>,
    /// `said`, `left`, `judged`, `scored`, `green`, `hand-green`, `first`, `bin-1` to `bin-10` or
    /// `tenth-1` to `tenth-10`; `said` if it is left out.
    pub which: Option<String>,
    /// `2026-Q3`: only those of this quarter.
    pub quarter: Option<String>,
}

/// What was said of an account on a day, and what came.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForetoldOut {
    pub account: String,
    pub name: String,
    /// The first of a month: `2026-05-01`.
    pub said_on: String,
    pub probability: Option<f64>,
    /// 0 to 100; not a probability.
    pub hand_score: Option<f64>,
    /// What an agent said instead.
    pub judged: Option<f64>,
    /// The day on which it left, if that was within the horizon.
    pub left_on: Option<String>,
    /// Minor units a year; null without the right to see money.
    pub arr_minor: Option<i64>,
    pub lost_minor: Option<i64>,
}

fn line(it: Line, sees_money: bool) -> ForetoldOut {
    let Line { name, it } = it;
    ForetoldOut {
        account: it.account.to_string(),
        name,
        said_on: days::text(it.day),
        probability: it.p,
        hand_score: it.rule,
        judged: it.judged,
        left_on: it.left_on.map(days::text),
        arr_minor: sees_money.then_some(it.arr),
        lost_minor: sees_money.then_some(it.lost),
    }
}

/// The foretellings behind a figure
///
/// All of them, the riskiest first.
#[utoipa::path(get, path = "/api/v1/health/scoreboard/rows", tag = "health", params(ForetoldQuestion), responses((status = 200, body = List<ForetoldOut>)))]
pub(crate) async fn rows(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(it): Query<ForetoldQuestion>,
) -> Answer {
    let (months, me) = (months(it.months)?, who.me.clone());
    let which: Which = it.which.as_deref().unwrap_or("said").parse().map_err(WebError::bad)?;
    let quarter: Option<Quarter> =
        it.quarter.as_deref().map(|it| it.parse().map_err(WebError::bad)).transpose()?;
    let sees_money = me.may(Permission::RevenueRead);
    let found = app.read(move |tx| scoreboard::lines(tx, &me, months, quarter, which)).await?;
    let items: Vec<ForetoldOut> = found.into_iter().map(|it| line(it, sees_money)).collect();
    Ok(Json(List { items, next_cursor: None }).into_response())
}
