//! How much the company's product is used, and what could not be counted.

use axum::{Json, extract::State, response::IntoResponse};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use tend_core::{
    accounts::AccountId,
    contacts::ContactId,
    usage::{
        self, Rejection, SourceId,
        counts::{self, By, Line, Of},
        first_value::{self, Report},
    },
};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, List, Paging, Query};
use crate::{
    App, WebError,
    who::{
        May,
        may::{CustomersRead, SourcesManage},
    },
};

/// What is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Question {
    /// The name of an event; without it, each of them.
    pub event: Option<String>,
    /// `track`, `page`, `screen`, `identify`, `group` or `alias`.
    pub r#type: Option<String>,
    /// `event`, `day`, `account` or `contact`; by `event` if it is left out.
    pub group_by: Option<String>,
    /// The first day, UTC: `2026-11-01`.
    pub from: Option<String>,
    /// The last day, UTC.
    pub to: Option<String>,
    /// Of one account alone.
    pub account: Option<String>,
    /// Of one contact alone.
    pub contact: Option<String>,
    /// How many lines at most: 1 to 200, and 200 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Whose it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Owner {
    pub id: String,
    pub name: String,
}

/// One line of the answer: what it is grouped by is there, and nothing else of it.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct UsageLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// Null: it waits until it is known whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Option<Owner>>,
    /// Null: a visitor, or a user who is no contact yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Option<Owner>>,
    /// Of a visitor, or of a user who is no contact yet: how clients call them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_as: Option<String>,
    /// How often.
    pub count: u64,
    /// How many different people.
    pub users: u64,
    /// Whether people were counted one by one; else within 2.3 per cent, by one standard error.
    pub users_exact: bool,
}

/// How much the product was used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageOut {
    pub items: Vec<UsageLine>,
    /// Where the next page begins, for `cursor`; null at the end.
    pub next_cursor: Option<String>,
    /// The count of all lines together.
    pub total: u64,
}

impl From<Line> for UsageLine {
    fn from(it: Line) -> Self {
        let mut out =
            Self { count: it.count, users: it.people, users_exact: it.is_exact, ..Self::default() };
        match it.of {
            Of::Event(kind, name) => {
                out.event = Some(if name.is_empty() { kind.clone() } else { name });
                out.r#type = Some(kind);
            }
            Of::Day(day) => out.day = Some(counts::day_name(day)),
            Of::Account(id, name) => {
                out.account = Some(id.map(|it| Owner { id: it.to_string(), name }));
            }
            Of::Contact(None, key) => {
                out.contact = Some(None);
                out.known_as = (!key.is_empty()).then_some(key);
            }
            Of::Contact(Some(id), name) => {
                out.contact = Some(Some(Owner { id: id.to_string(), name }));
            }
        }
        out
    }
}

fn day(text: Option<&str>) -> Result<Option<i64>, WebError> {
    let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok(None) };
    let wrong = || WebError::bad("Write a day as year-month-day, such as 2026-11-20.");
    let date: Date = text.get(..10).and_then(|it| it.parse().ok()).ok_or_else(wrong)?;
    let start = date.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| wrong())?;
    Ok(Some(usage::day_of(start.timestamp())))
}

fn id<T: std::str::FromStr>(text: Option<&str>) -> Result<Option<T>, WebError> {
    let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| WebError::bad("This is not an id of the kind."))
}

impl Question {
    fn asked(&self) -> Result<counts::Asked, WebError> {
        Ok(counts::Asked {
            event: self.event.clone().filter(|it| !it.is_empty()),
            kind: self.r#type.clone().filter(|it| !it.is_empty()),
            from: day(self.from.as_deref())?,
            to: day(self.to.as_deref())?,
            account: id::<AccountId>(self.account.as_deref())?,
            contact: id::<ContactId>(self.contact.as_deref())?,
            only_use: false,
        })
    }
}

/// How often events happened
///
/// In whole days, UTC, corrected for the clocks of clients. An event that was sent twice
/// counts once. What was received is to be seen here within a second.
#[utoipa::path(get, path = "/api/v1/usage/events", tag = "usage", params(Question), responses((status = 200, body = UsageOut)))]
pub(crate) async fn events(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(question): Query<Question>,
) -> Answer {
    let by: By = question.group_by.as_deref().unwrap_or("event").parse().map_err(WebError::bad)?;
    let limit = question.limit.unwrap_or(200);
    let start = question.cursor.as_deref().unwrap_or("0").parse::<usize>();
    let (Ok(start), 1..=200) = (start, limit) else {
        return Err(WebError::bad("The limit is 1 to 200, and the cursor one of ours."));
    };
    let (asked, me) = (question.asked()?, who.me.clone());
    let lines = app.read(move |tx| counts::counts(tx, &me, &asked, by)).await?;
    let total = lines.iter().map(|it| it.count).sum();
    let next = start.saturating_add(limit);
    let next_cursor = (next < lines.len()).then(|| next.to_string());
    let items = lines.into_iter().skip(start).take(limit).map(UsageLine::from).collect();
    Ok(Json(UsageOut { items, next_cursor, total }).into_response())
}

/// An event that could not be taken, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RejectionOut {
    pub source: Owner,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Its type, as it said.
    pub r#type: String,
    pub event: String,
    /// A whole sentence.
    pub reason: String,
    /// The start of it, as it came.
    pub sample: String,
}

impl From<Rejection> for RejectionOut {
    fn from(it: Rejection) -> Self {
        Self {
            source: Owner { id: it.source_id.to_string(), name: it.source },
            received_at: it.received_at,
            r#type: it.call,
            event: it.event,
            reason: it.reason,
            sample: it.sample,
        }
    }
}

/// Of which source.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Which {
    /// Of one source alone.
    pub source: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Events that could not be taken
///
/// The newest first. They are kept for thirty days.
#[utoipa::path(get, path = "/api/v1/usage/rejections", tag = "usage", params(Which), responses((status = 200, body = List<RejectionOut>)))]
pub(crate) async fn rejections(
    who: May<SourcesManage>,
    State(app): State<App>,
    Query(which): Query<Which>,
) -> Answer {
    let paging = Paging { limit: which.limit, cursor: which.cursor };
    let (limit, after, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let source = id::<SourceId>(which.source.as_deref())?;
    let page = app.read(move |tx| usage::rejections(tx, &me, source, after, limit)).await?;
    Ok(List::of(page, RejectionOut::from).into_response())
}

/// How long it takes until an account first uses a key feature.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FirstValueOut {
    /// Accounts that were looked at, and those that got there.
    pub accounts: usize,
    pub reached: usize,
    /// Accounts that started before usage was first heard of: they are in neither.
    pub left_out: usize,
    /// Days until half of them got there, with the 95 % interval; null if that is not known.
    pub median: Option<f64>,
    pub median_low: Option<f64>,
    pub median_high: Option<f64>,
    /// By days from the start: Kaplan and Meier's estimate.
    pub curve: Vec<ReachedOut>,
}

/// The share that got there by so many days, with the 95 % interval.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReachedOut {
    pub days: f64,
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

impl From<Report> for FirstValueOut {
    fn from(it: Report) -> Self {
        let point = |it: &first_value::Point| ReachedOut {
            days: it.time,
            share: 1.0 - it.survival,
            low: 1.0 - it.upper,
            high: 1.0 - it.lower,
        };
        Self {
            accounts: it.accounts,
            reached: it.reached,
            left_out: it.left_out,
            median: it.curve.median.value,
            median_low: it.curve.median.lower,
            median_high: it.curve.median.upper,
            curve: it.curve.points.iter().map(point).collect(),
        }
    }
}

/// Time to first value
///
/// From an account's start to its first use of a key feature; those on their way count as long
/// as they have been. Null before any account was looked at, as without key features.
#[utoipa::path(get, path = "/api/v1/usage/first-value", tag = "usage", responses((status = 200, body = Option<FirstValueOut>)))]
pub(crate) async fn time_to_first_value(who: May<CustomersRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let report = app.read(move |tx| first_value::report(tx, &me)).await?;
    Ok(Json(report.map(FirstValueOut::from)).into_response())
}
