//! Health as the API shows it.

use jiff::Timestamp;
use serde::Serialize;
use tend_core::health::{
    Changed, GroupScore, Judgement, Line, Moved, Of, Part, Percent, Snapshot, Unit, Way,
};
use utoipa::ToSchema;

use crate::api::book::out::day;

/// An account on a day; it holds until the account's next one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SnapshotOut {
    pub account: String,
    /// What it knows was known before this day began, UTC.
    pub day: String,
    pub profile: String,
    /// Of the profile.
    pub version: i64,
    pub model: Option<String>,
    /// 0 to 100, by the company's own weights: no probability.
    pub rule_score: Option<f64>,
    /// The probability that it leaves within the model's horizon, with its 95 % interval; null
    /// while it is not known.
    pub leaves: Option<f64>,
    pub leaves_low: Option<f64>,
    pub leaves_high: Option<f64>,
    /// How much of the weight rests on what is blank or too old, 0 to 1.
    pub stale_share: f64,
    /// A year, minor units of the home currency; null if it is not known or not for this reader.
    pub arr_minor: Option<i64>,
    pub owner: Option<String>,
    pub stage: Option<String>,
    /// The account left on this day: nothing comes after it.
    pub frozen: bool,
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
}

impl From<Snapshot> for SnapshotOut {
    fn from(it: Snapshot) -> Self {
        Self {
            account: it.account_id.to_string(),
            day: day(it.day),
            profile: it.profile_id.to_string(),
            version: it.version,
            model: it.model_id.map(|it| it.to_string()),
            rule_score: it.rule_score,
            leaves: it.p,
            leaves_low: it.p_low,
            leaves_high: it.p_high,
            stale_share: it.stale_share,
            arr_minor: it.arr,
            owner: it.owner_id.map(|it| it.to_string()),
            stage: it.stage_id.map(|it| it.to_string()),
            frozen: it.frozen,
            made_at: it.made_at,
        }
    }
}

/// What an agent believes instead of what is foretold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OverrideOut {
    pub id: String,
    pub account: String,
    /// The probability that it leaves.
    pub leaves: f64,
    pub reason: String,
    /// The agent's id.
    pub by: String,
    pub made_on: String,
    /// The first day on which it holds no more.
    pub expires_on: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub withdrawn_at: Option<Timestamp>,
}

impl From<Judgement> for OverrideOut {
    fn from(it: Judgement) -> Self {
        Self {
            id: it.id.to_string(),
            account: it.account_id.to_string(),
            leaves: it.p,
            reason: it.reason,
            by: it.made_by.to_string(),
            made_on: day(it.made_on),
            expires_on: day(it.expires_on),
            withdrawn_at: it.withdrawn_at,
        }
    }
}

/// One measure of an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeasureOut {
    /// `active_change:28`, `attribute:nps`.
    pub key: String,
    pub label: String,
    pub group: String,
    /// `percent`, `days`, `hours`, `count`, `number`.
    pub unit: &'static str,
    /// Null if it is not known, or not for this reader.
    pub value: Option<f64>,
    pub age_days: i64,
    /// It is blank, or older than it may be.
    pub stale: bool,
    /// 0 bad to 1 good, by the company's own rule; null if it is left out.
    pub scaled: Option<f64>,
    /// Its share of the weights, 0 to 1.
    pub weight: f64,
    /// What was learned goes the other way than the company's own weight.
    pub against_weight: bool,
    /// What it adds to the log-odds of leaving; null where nothing is foretold.
    pub log_odds: Option<f64>,
}

impl From<Line> for MeasureOut {
    fn from(it: Line) -> Self {
        Self {
            key: it.key,
            label: it.label,
            group: it.group.to_string(),
            unit: unit(it.unit),
            value: it.value,
            age_days: it.age,
            stale: it.stale,
            scaled: it.scaled,
            weight: it.weight,
            against_weight: it.against,
            log_odds: it.part,
        }
    }
}

fn unit(it: Unit) -> &'static str {
    match it {
        Unit::Percent => "percent",
        Unit::Days => "days",
        Unit::Hours => "hours",
        Unit::Count => "count",
        Unit::Number => "number",
    }
}

/// The rule score of a group of measures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupOut {
    pub group: String,
    /// 0 to 100; null if all is left out.
    pub score: Option<f64>,
    /// Its share of all weights.
    pub weight: f64,
}

impl From<GroupScore> for GroupOut {
    fn from(it: GroupScore) -> Self {
        Self { group: it.group.to_string(), score: it.score, weight: it.share }
    }
}

/// The log-odds of leaving: `average` and the `log_odds` of each measure are `total`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SumOut {
    pub average: f64,
    pub total: f64,
}

impl From<Part> for SumOut {
    fn from(it: Part) -> Self {
        Self { average: it.average, total: it.log_odds }
    }
}

/// The nearest change of one measure that would matter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WayOut {
    pub label: String,
    pub unit: &'static str,
    pub from: Option<f64>,
    pub to: f64,
    /// The probability that it leaves, then.
    pub leaves: f64,
}

impl From<Way> for WayOut {
    fn from(it: Way) -> Self {
        Self { label: it.label, unit: unit(it.unit), from: it.from, to: it.to, leaves: it.p }
    }
}

/// How an account fares.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthOut {
    /// The last one; null if the account was never looked at.
    pub snapshot: Option<SnapshotOut>,
    /// Within so many days; null while it is not known.
    pub horizon_days: Option<i64>,
    /// Why no probability is known: a sentence.
    pub leaves_unknown: Option<String>,
    /// The day on which it left.
    pub left_on: Option<String>,
    /// What an agent believes instead, as long as it holds.
    pub r#override: Option<OverrideOut>,
    /// What it pays a year times the risk that counts, minor units of `currency`.
    pub at_risk_minor: Option<i64>,
    /// ISO 4217.
    pub currency: String,
    pub groups: Vec<GroupOut>,
    /// What weighs most first.
    pub measures: Vec<MeasureOut>,
    pub sum: Option<SumOut>,
    pub nearest_change: Option<WayOut>,
}

impl From<Of> for HealthOut {
    fn from(it: Of) -> Self {
        let (horizon_days, leaves_unknown, left_on) = match it.percent {
            Percent::Known { horizon_days, .. } => (Some(horizon_days), None, None),
            Percent::NotKnown(why) => (None, Some(why), None),
            Percent::Gone { day: on, .. } => (None, None, Some(day(on))),
        };
        Self {
            snapshot: it.snapshot.map(SnapshotOut::from),
            horizon_days,
            leaves_unknown,
            left_on,
            r#override: it.judged.map(OverrideOut::from),
            at_risk_minor: it.risk.filter(|it| *it >= 0),
            currency: it.currency,
            groups: it.groups.into_iter().map(GroupOut::from).collect(),
            measures: it.lines.into_iter().map(MeasureOut::from).collect(),
            sum: it.sum.map(SumOut::from),
            nearest_change: it.way.map(WayOut::from),
        }
    }
}

/// A measure on two days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MovedOut {
    pub before: MeasureOut,
    pub after: MeasureOut,
}

impl From<Moved> for MovedOut {
    fn from(it: Moved) -> Self {
        Self { before: it.before.into(), after: it.after.into() }
    }
}

/// What is different between two days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangesOut {
    /// The snapshots that held on the two days.
    pub before: SnapshotOut,
    pub after: SnapshotOut,
    pub before_sum: Option<SumOut>,
    pub after_sum: Option<SumOut>,
    /// What moved most first.
    pub measures: Vec<MovedOut>,
}

impl From<Changed> for ChangesOut {
    fn from(it: Changed) -> Self {
        Self {
            before: it.before.into(),
            after: it.after.into(),
            before_sum: it.sums.0.map(SumOut::from),
            after_sum: it.sums.1.map(SumOut::from),
            measures: it.moved.into_iter().map(MovedOut::from).collect(),
        }
    }
}
