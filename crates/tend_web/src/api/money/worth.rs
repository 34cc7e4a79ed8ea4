//! Who stays, and what a customer is worth.

use axum::{Json, extract::State, response::IntoResponse};
use serde::{Deserialize, Serialize};
use tend_core::{
    book::SegmentId,
    money::{
        days,
        lifetime::{self, Lifetime, Worth},
        meanings,
        retention::{self, Came, Cohort, Retention, Share},
    },
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

/// Which cohorts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct WhichCohorts {
    /// What counts as having come: `pays` (if it is left out), `billed` or `uses`.
    pub basis: String,
    /// How many months: 1 to 60, 12 if it is left out.
    pub months: Option<i64>,
    /// Of the accounts that are in a segment today.
    pub segment: Option<String>,
}

/// Of whom.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct OfSegment {
    /// Of the accounts that are in a segment today.
    pub segment: Option<String>,
}

fn segment(text: Option<&str>) -> Result<Option<SegmentId>, WebError> {
    let wrong = |_| WebError::bad("This is not an id of a segment.");
    text.filter(|it| !it.is_empty()).map(|it| it.parse().map_err(wrong)).transpose()
}

/// So many of so many, with the 95 % interval.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShareOut {
    pub k: u64,
    pub n: u64,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl From<&Share> for ShareOut {
    fn from(it: &Share) -> Self {
        let sure = retention::sure(it);
        Self { k: it.k, n: it.n, low: sure.map(|it| it.lower), high: sure.map(|it| it.upper) }
    }
}

/// Who came first in one month.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CohortOut {
    /// `2026-05`
    pub month: String,
    pub n: u64,
    /// By months after the first, from 0: who came in that month. Months that are not over
    /// are in none of them.
    pub return_on: Vec<ShareOut>,
    /// The same for who came in that month or later.
    pub on_or_after: Vec<ShareOut>,
}

impl From<&Cohort> for CohortOut {
    fn from(it: &Cohort) -> Self {
        Self {
            month: days::month_text(it.period),
            n: it.n,
            return_on: it.return_on.iter().map(ShareOut::from).collect(),
            on_or_after: it.on_or_after.iter().map(ShareOut::from).collect(),
        }
    }
}

/// All accounts together, over some months after their first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BracketOut {
    pub from: i64,
    pub to: i64,
    pub share: ShareOut,
}

/// Who stays.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CohortsOut {
    /// Of the shares `return_on`, `on_or_after` and of the brackets, in this order.
    pub definitions: Vec<DefinitionOut>,
    pub basis: String,
    /// The newest month that is over.
    pub last_complete: String,
    pub cohorts: Vec<CohortOut>,
    /// Cohorts that began before these months, and the accounts in them.
    pub older_cohorts: u64,
    pub older_accounts: u64,
    pub brackets: Vec<BracketOut>,
}

impl From<Retention> for CohortsOut {
    fn from(it: Retention) -> Self {
        let bracket = |(months, share): &((i64, i64), Share)| BracketOut {
            from: months.0,
            to: months.1,
            share: share.into(),
        };
        let meant =
            [&meanings::RETENTION_ON, &meanings::RETENTION_LATER, &meanings::RETENTION_BRACKET];
        Self {
            definitions: meant.map(DefinitionOut::from).into(),
            older_cohorts: it.older.0,
            older_accounts: it.older.1,
            basis: it.asked.basis.word().to_owned(),
            last_complete: days::month_text(it.last_complete),
            cohorts: it.cohorts.iter().map(CohortOut::from).collect(),
            brackets: it.brackets.iter().map(bracket).collect(),
        }
    }
}

/// Retention by cohort
#[utoipa::path(get, path = "/api/v1/revenue/cohorts", tag = "revenue", params(WhichCohorts), responses((status = 200, body = CohortsOut)))]
pub(crate) async fn cohorts(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<WhichCohorts>,
) -> Answer {
    let (me, months) = (who.me.clone(), Months { months: it.months }.count()?);
    let basis = it.basis.parse().map_err(WebError::bad)?;
    let asked = retention::Asked { basis, segment: segment(it.segment.as_deref())? };
    let it = app.read(move |tx| retention::report(tx, &me, asked, months)).await?;
    Ok(Json(CohortsOut::from(it)).into_response())
}

/// Which share of which cohort.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct WhichMembers {
    /// What counts as having come: `pays` (if it is left out), `billed` or `uses`.
    pub basis: String,
    /// The cohort's month: `2026-05`.
    pub month: String,
    /// How many months later; 0 if it is left out.
    pub after: i64,
    /// `on` (if it is left out): in that month; `on_or_after`: then or later.
    pub came: String,
    /// Of the accounts that are in a segment today.
    pub segment: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// An account of a cohort.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberOut {
    pub account: String,
    pub name: String,
    /// It came, as the share counts it.
    pub came: bool,
}

impl Keyed for MemberOut {
    fn key(&self) -> String {
        self.account.clone()
    }
}

/// The accounts behind a share of a cohort
///
/// All that first came in the month; those that came again before the others. Not found for a
/// month that is not over.
#[utoipa::path(get, path = "/api/v1/revenue/cohorts/accounts", tag = "revenue", params(WhichMembers), responses((status = 200, body = List<MemberOut>)))]
pub(crate) async fn members(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<WhichMembers>,
) -> Answer {
    let basis = it.basis.parse().map_err(WebError::bad)?;
    let asked = retention::Asked { basis, segment: segment(it.segment.as_deref())? };
    let month = days::parse_month(&it.month);
    let month = month.ok_or_else(|| WebError::bad("Write the month as 2026-05."))?;
    let how = match it.came.as_str() {
        "" | "on" => Came::On,
        "on_or_after" => Came::OnOrAfter,
        _ => return Err(WebError::bad("They came on, or on_or_after.")),
    };
    let (me, at) = (who.me.clone(), (month, it.after));
    let all = app.read(move |tx| retention::members(tx, &me, asked, at, how)).await?;
    let out = |it: retention::Member| MemberOut {
        account: it.account.to_string(),
        name: it.name,
        came: it.came,
    };
    let paging = Paging { limit: it.limit, cursor: it.cursor };
    List::cut(all.into_iter().map(out).collect(), &paging)
}

/// What a customer is worth.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LifetimeOut {
    pub currency: String,
    pub margin: f64,
    /// `simple`, `contractual` or `buying`: the way that holds here.
    pub chosen: String,
    /// Why, in a sentence.
    pub because: String,
    pub ways: Vec<WorthOut>,
}

/// What one way says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorthOut {
    pub definition: DefinitionOut,
    pub way: String,
    /// How far it looks ahead, in words.
    pub horizon: &'static str,
    /// Whether the data settles the model; one that does not hold is never chosen.
    pub holds: bool,
    /// Minor units of the home currency; null where there is no answer.
    pub value: Option<i64>,
    /// The 95 % interval; null where the accounts are too few to say.
    pub low: Option<i64>,
    pub high: Option<i64>,
    /// How many accounts it is learned from.
    pub n: u64,
    /// How it was computed, or why there is no answer: whole sentences.
    pub says: Vec<String>,
    /// The share left after 0, 1, 2 … quarters, by the model and as it was seen.
    pub curve: Vec<LeftOut>,
    /// Of buying: what the model would have foretold two thirds of the way, and what came.
    pub tracked: Option<TrackedOut>,
}

/// All purchases after the first, up to each moment, in weeks since the first of all.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrackedOut {
    pub weeks: Vec<f64>,
    /// What is later was foretold.
    pub learned_until: f64,
    pub came: Vec<u64>,
    pub foretold: Vec<f64>,
}

/// What is left after some quarters.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftOut {
    pub model: f64,
    pub seen: Option<f64>,
}

impl From<Lifetime> for LifetimeOut {
    fn from(it: Lifetime) -> Self {
        let worth = |it: Worth| WorthOut {
            definition: it.way.means().into(),
            way: it.way.word().to_owned(),
            horizon: it.way.horizon(),
            holds: it.holds,
            value: it.value,
            low: it.interval.map(|it| it.0),
            high: it.interval.map(|it| it.1),
            n: it.n,
            says: it.says,
            curve: it.curve.into_iter().map(|(model, seen)| LeftOut { model, seen }).collect(),
            tracked: it.tracked.map(|it| TrackedOut {
                weeks: it.time,
                learned_until: it.calibrated,
                came: it.actual,
                foretold: it.predicted,
            }),
        };
        Self {
            currency: it.currency.to_string(),
            margin: it.margin,
            chosen: it.chosen.word().to_owned(),
            because: it.because,
            ways: it.all.into_iter().map(worth).collect(),
        }
    }
}

/// Lifetime value
///
/// Three ways to say what a customer is worth, and which of them holds here.
#[utoipa::path(get, path = "/api/v1/revenue/lifetime-value", tag = "revenue", params(OfSegment), responses((status = 200, body = LifetimeOut)))]
pub(crate) async fn lifetime_value(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(it): Query<OfSegment>,
) -> Answer {
    let (me, segment) = (who.me.clone(), segment(it.segment.as_deref())?);
    let it = app.read(move |tx| lifetime::report(tx, &me, segment)).await?;
    Ok(Json(LifetimeOut::from(it)).into_response())
}
