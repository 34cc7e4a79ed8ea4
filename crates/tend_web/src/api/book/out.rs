//! What the API says of the book of business.

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use tend_core::{
    book::{Goal, KeyPerson, Line, Stage},
    tasks::Task,
    usage::day_of,
};
use utoipa::ToSchema;

use crate::{
    WebError,
    api::{Keyed, out::Named},
};

/// A day since 1970 as the API writes it: `2026-11-20`.
pub(crate) fn day(it: i64) -> String {
    let day = jiff::civil::date(1970, 1, 1).checked_add(Span::new().days(it));
    day.map_or(String::new(), |it| it.to_string())
}

/// The other way round.
pub(crate) fn read_day(text: &str) -> Result<i64, WebError> {
    let wrong = || WebError::bad("Write a day as year-month-day, such as 2026-11-20.");
    let date: Date = text.parse().map_err(|_| wrong())?;
    Ok(day_of(date.to_zoned(TimeZone::UTC).map_err(|_| wrong())?.timestamp()))
}

/// A stage of an account's life.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StageOut {
    pub id: String,
    pub name: String,
    /// From the first to the last.
    pub position: i64,
    /// `before`, `customer`, `churned`.
    pub means: String,
    /// Its colour: `plain`, `accent`, `good`, `warn`, `bad`.
    pub tone: String,
    /// An account that stands in it for longer asks its owner for a look.
    pub stuck_days: Option<i64>,
}

impl From<Stage> for StageOut {
    fn from(it: Stage) -> Self {
        Self {
            id: it.id.to_string(),
            name: it.name,
            position: it.position,
            means: it.means.word().to_owned(),
            tone: it.tone.word().to_owned(),
            stuck_days: it.stuck_days,
        }
    }
}

impl Keyed for StageOut {
    fn key(&self) -> String {
        self.id.clone()
    }
}

/// An account as the portfolio lists it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PortfolioLine {
    pub id: String,
    pub name: String,
    pub owner: Option<Named>,
    pub stage: Option<Named>,
    pub parent: Option<Named>,
    pub tags: Vec<Named>,
    /// What it pays a year, in minor units of the home currency.
    pub arr_minor: Option<i64>,
    /// Where that is known from: `subscriptions`, or `entered`.
    pub arr_source: Option<String>,
    /// Money expected to be lost within the year; null while no health is known.
    pub risk_minor: Option<i64>,
    /// The probability that it leaves as the model foretells it; null while it does not.
    pub leaves: Option<f64>,
    /// What an agent said instead, as long as that holds.
    pub r#override: Option<f64>,
    /// The one of the two that counts: `risk_minor` is made of it.
    pub counts: Option<f64>,
    /// 0 to 100, by the company's own weights: no probability.
    pub rule_score: Option<f64>,
    /// The day of its next renewal.
    pub renews_on: Option<String>,
    /// The last message or note.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_touch_at: Option<Timestamp>,
    /// Active conversations, of those that the agent may see.
    pub open_conversations: i64,
    pub contacts: i64,
    /// Events of use in 30 days.
    pub events: i64,
    /// Against the 30 days before: -0.25 is a quarter less. Null without a past.
    pub trend: Option<f64>,
    /// The last day of any usage, UTC.
    pub last_used_on: Option<String>,
}

impl From<Line> for PortfolioLine {
    fn from(it: Line) -> Self {
        let counts = it.counts();
        let fares = it.fares.filter(|it| !it.frozen);
        Self {
            leaves: fares.as_ref().and_then(|it| it.p),
            r#override: it.judged,
            counts,
            rule_score: fares.and_then(|it| it.rule_score),
            id: it.id.to_string(),
            name: it.name,
            owner: it.owner.map(|(id, name)| Named { id: id.to_string(), name }),
            stage: it.stage.map(|(id, name, _)| Named { id: id.to_string(), name }),
            parent: it.parent.map(|(id, name)| Named { id: id.to_string(), name }),
            tags: it.tags.into_iter().map(Named::from).collect(),
            arr_minor: it.arr,
            arr_source: None,
            risk_minor: it.risk,
            renews_on: it.renews_on.map(day),
            last_touch_at: it.touched_at,
            open_conversations: it.open,
            contacts: it.contacts,
            events: it.events,
            trend: it.trend.map(|it| it as f64 / 1000.0),
            last_used_on: it.used_on.map(day),
        }
    }
}

/// A task.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskOut {
    pub id: String,
    pub title: String,
    pub text: String,
    pub owner: Option<Named>,
    /// It is for whoever owns the account, and goes with it from one to the next.
    pub follows_owner: bool,
    /// Whoever of this team does it.
    pub team: Option<Named>,
    pub account: Option<Named>,
    pub contact: Option<Named>,
    pub conversation_id: Option<String>,
    /// `low`, `normal`, `high`.
    pub priority: String,
    /// Until which day.
    pub due_on: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
    /// Since when it is not to be done any more.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub dropped_at: Option<Timestamp>,
}

impl From<Task> for TaskOut {
    fn from(it: Task) -> Self {
        let named = |id: Option<String>, name: Option<String>| {
            id.zip(name).map(|(id, name)| Named { id, name })
        };
        Self {
            id: it.id.to_string(),
            title: it.title,
            text: it.text,
            owner: named(it.owner_id.map(|it| it.to_string()), it.owner),
            follows_owner: it.follows_owner,
            team: named(it.team_id.map(|it| it.to_string()), it.team),
            account: named(it.account_id.map(|it| it.to_string()), it.account),
            contact: named(it.contact_id.map(|it| it.to_string()), it.contact),
            conversation_id: it.conversation_id.map(|it| it.to_string()),
            priority: it.priority.word().to_owned(),
            due_on: it.due_on.map(day),
            created_at: it.created_at,
            done_at: it.done_at,
            dropped_at: it.dropped_at,
        }
    }
}

/// Somebody who counts in an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonOut {
    pub contact: Named,
    /// `champion`, `sponsor`, `decision_maker`, `user`, `blocker`.
    pub role: String,
    /// The last time they wrote.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<Timestamp>,
    /// Since when they are there no more.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub left_at: Option<Timestamp>,
    /// Since when it is known that nothing is heard of them.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub silent_at: Option<Timestamp>,
}

impl From<KeyPerson> for PersonOut {
    fn from(it: KeyPerson) -> Self {
        Self {
            contact: Named { id: it.contact_id.to_string(), name: it.name },
            role: it.role.word().to_owned(),
            seen_at: it.seen_at,
            left_at: it.left_at,
            silent_at: it.silent_at,
        }
    }
}

/// What a customer wants to reach, or what hurts them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GoalOut {
    pub id: String,
    /// `goal`, `pain`.
    pub kind: String,
    pub text: String,
    /// `open`, `met`, `dropped`.
    pub status: String,
    /// Until which day.
    pub due_on: Option<String>,
    /// Of the measured value: `alarms a week`.
    pub unit: String,
    pub start_value: Option<f64>,
    pub now_value: Option<f64>,
    pub target_value: Option<f64>,
}

impl From<Goal> for GoalOut {
    fn from(it: Goal) -> Self {
        Self {
            id: it.id.to_string(),
            kind: it.kind.word().to_owned(),
            text: it.text,
            status: it.status.word().to_owned(),
            due_on: it.due_on.map(day),
            unit: it.unit,
            start_value: it.start_value,
            now_value: it.now_value,
            target_value: it.target_value,
        }
    }
}

/// A goal, or what changes in one; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoalIn {
    /// `goal` if it is left out.
    pub kind: Option<String>,
    pub text: Option<String>,
    /// `open` if it is left out.
    pub status: Option<String>,
    pub due_on: Option<String>,
    pub unit: Option<String>,
    pub start_value: Option<f64>,
    pub now_value: Option<f64>,
    pub target_value: Option<f64>,
}
