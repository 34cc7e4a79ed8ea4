//! What is looked at in an account: a number that Tend works out of its own record.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// What a measure speaks of.
    Group, "The group is usage, support, survey, relationship, financial or outcome." {
        Usage = "usage" "Usage",
        Support = "support" "Support",
        Survey = "survey" "What they say",
        Relationship = "relationship" "Relationship",
        Financial = "financial" "Money",
        Outcome = "outcome" "Outcomes",
    }
}

words! {
    /// What counts when a measure is blank or too old.
    Missing, "What is missing is left_out, neutral or bad." {
        /// The others weigh more.
        LeftOut = "left_out" "Leave it out",
        /// One half.
        Neutral = "neutral" "Count it as half",
        /// Nothing.
        Bad = "bad" "Count it as bad",
    }
}

/// In what a measure is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Percent,
    Days,
    Hours,
    Count,
    /// A number of the company's own.
    Number,
}

words! {
    /// What can be worked out.
    Kind, "There is no such measure." {
        /// The mean of people active a day against the window before, in per cent.
        ActiveChange = "active_change" "Active people against before",
        /// The share of key features that was used, in per cent.
        Breadth = "breadth" "Key features in use",
        /// Different people active against the attribute `seats`, in per cent.
        Licence = "licence" "Seats in use",
        LastUse = "last_use" "Days since last use",
        /// Conversations that are open.
        Open = "open" "Open conversations",
        /// Conversations that began in the window, for each contact.
        Load = "load" "Conversations a contact",
        /// Of those that began in the window, in per cent.
        Resolved = "resolved" "Conversations resolved",
        /// The median of those that began in the window, in hours.
        FirstReply = "first_reply" "Time to the first answer",
        /// How long the customer has waited longest, in hours; 0 if nobody waits.
        Waiting = "waiting" "Longest wait for us",
        /// A number of the company's own: an attribute of the account.
        Attribute = "attribute" "An attribute",
        /// Days since the owner wrote, noted or did something.
        Touch = "touch" "Days since the owner was in touch",
        /// Champions, sponsors, deciders and main users who are there and not silent.
        People = "people" "Key people who are there",
        /// Key people who left within the window, or are silent.
        PeopleLost = "people_lost" "Key people lost or silent",
        /// Invoices that fell due within the window and were not paid in time.
        Late = "late" "Late invoices",
        /// Days until the next renewal.
        Renewal = "renewal" "Days to the renewal",
        /// What it pays against a year ago, in per cent.
        ArrChange = "arr_change" "Revenue against a year ago",
        /// Days since it first paid.
        Tenure = "tenure" "Days as a customer",
        /// Of those that were due, in per cent.
        GoalsMet = "goals_met" "Goals reached",
        /// Goals that are open and past their day.
        GoalsLate = "goals_late" "Goals that are late",
        /// The mean of 1 to 5.
        Csat = "csat" "Satisfaction in surveys (CSAT)",
        /// The mean of 1 to 7.
        Ces = "ces" "Ease in surveys (CES)",
        /// The mean of 0 to 10.
        Nps = "nps" "Would recommend us (NPS question)",
    }
}

impl Kind {
    /// What it speaks of; of an attribute the profile says so.
    pub fn group(self) -> Group {
        match self {
            Self::ActiveChange | Self::Breadth | Self::Licence | Self::LastUse => Group::Usage,
            Self::Open | Self::Load | Self::Resolved | Self::FirstReply | Self::Waiting => {
                Group::Support
            }
            Self::Attribute | Self::Csat | Self::Ces | Self::Nps => Group::Survey,
            Self::Touch | Self::People | Self::PeopleLost => Group::Relationship,
            Self::Late | Self::Renewal | Self::ArrChange | Self::Tenure => Group::Financial,
            Self::GoalsMet | Self::GoalsLate => Group::Outcome,
        }
    }

    /// In what it is told.
    pub fn unit(self) -> Unit {
        match self {
            Self::ActiveChange | Self::Breadth | Self::Licence | Self::Resolved => Unit::Percent,
            Self::ArrChange | Self::GoalsMet => Unit::Percent,
            Self::LastUse | Self::Touch | Self::Renewal | Self::Tenure => Unit::Days,
            Self::FirstReply | Self::Waiting => Unit::Hours,
            Self::Open | Self::People | Self::PeopleLost | Self::Late | Self::GoalsLate => {
                Unit::Count
            }
            Self::Load | Self::Attribute | Self::Csat | Self::Ces | Self::Nps => Unit::Number,
        }
    }

    /// How many days it looks back; nothing where there is no such thing.
    pub fn window(self) -> Option<i64> {
        match self {
            Self::ActiveChange | Self::Breadth | Self::Licence => Some(28),
            Self::Load | Self::Resolved | Self::FirstReply | Self::Late => Some(90),
            Self::Csat | Self::Ces => Some(90),
            Self::PeopleLost | Self::Nps => Some(180),
            _ => None,
        }
    }

    /// Worst and best, as one might begin.
    pub fn ends(self) -> (f64, f64) {
        match self {
            Self::ActiveChange => (-50.0, 10.0),
            Self::Breadth => (0.0, 60.0),
            Self::Licence => (20.0, 90.0),
            Self::LastUse => (30.0, 1.0),
            Self::Open => (8.0, 0.0),
            Self::Load => (2.0, 0.0),
            Self::Resolved => (50.0, 95.0),
            Self::FirstReply | Self::Waiting => (48.0, 2.0),
            Self::Attribute => (0.0, 10.0),
            Self::Touch => (90.0, 14.0),
            Self::People => (0.0, 3.0),
            Self::PeopleLost => (2.0, 0.0),
            Self::Late => (3.0, 0.0),
            Self::Renewal => (0.0, 270.0),
            Self::ArrChange => (-30.0, 20.0),
            Self::Tenure => (0.0, 730.0),
            Self::GoalsMet => (0.0, 100.0),
            Self::GoalsLate => (2.0, 0.0),
            Self::Csat => (2.0, 5.0),
            Self::Ces => (2.0, 7.0),
            Self::Nps => (4.0, 10.0),
        }
    }

    /// Whether anybody can do something about it: time and contracts nobody moves.
    pub fn can_move(self) -> bool {
        !matches!(self, Self::Renewal | Self::Tenure | Self::ArrChange)
    }
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Measure {
    pub kind: Kind,
    /// Days; 0 for what has no window.
    #[serde(default)]
    pub window: i64,
    /// The attribute's name; empty for all others.
    #[serde(default)]
    pub attribute: String,
}

impl Measure {
    /// With its usual window.
    pub fn of(kind: Kind) -> Self {
        Self { kind, window: kind.window().unwrap_or(0), attribute: String::new() }
    }

    /// An attribute of the account.
    pub fn attribute(name: &str) -> Self {
        Self { kind: Kind::Attribute, window: 0, attribute: name.to_owned() }
    }

    /// One text that is the same for the same measure: `active_change:28`, `attribute:nps`.
    pub fn key(&self) -> String {
        match self.kind {
            Kind::Attribute => format!("attribute:{}", self.attribute),
            kind if self.window > 0 => format!("{kind}:{}", self.window),
            kind => kind.word().to_owned(),
        }
    }

    /// What [`key`](Self::key) made.
    pub fn read(key: &str) -> Option<Self> {
        let (kind, rest) = key.split_once(':').unwrap_or((key, ""));
        let kind: Kind = kind.parse().ok()?;
        match kind {
            Kind::Attribute => Some(Self::attribute(rest)),
            _ if rest.is_empty() => Some(Self { kind, window: 0, attribute: String::new() }),
            _ => Some(Self { kind, window: rest.parse().ok()?, attribute: String::new() }),
        }
    }

    /// As people read it.
    pub fn label(&self) -> String {
        match self.kind {
            Kind::Attribute => {
                let words = self.attribute.replace('_', " ");
                let mut letters = words.chars();
                match words.as_str() {
                    // Words that are initials.
                    "nps" | "csat" | "ces" | "arr" | "mrr" => words.to_uppercase(),
                    _ => {
                        let first = letters.next().into_iter().flat_map(char::to_uppercase);
                        first.chain(letters).collect()
                    }
                }
            }
            kind => kind.label().to_owned(),
        }
    }
}

/// What was found of a measure in an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    pub measure: Measure,
    /// Nothing if it is not known.
    pub value: Option<f64>,
    /// How old that is, in days; 0 for what was worked out of the record as it stood.
    pub age: i64,
}

/// A measure in a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weighed {
    #[serde(flatten)]
    pub measure: Measure,
    pub group: Group,
    /// 0 or more, against the others.
    pub weight: f64,
    /// The value that counts as 0; beyond it nothing gets worse.
    pub worst: f64,
    /// The value that counts as 1; smaller than the worst where less is better.
    pub best: f64,
    /// Older than so many days it counts as blank.
    #[serde(default)]
    pub max_age: Option<i64>,
    pub missing: Missing,
}

/// A measure from 0, bad, to 1, good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled {
    /// NaN if it is left out.
    pub value: f64,
    /// It is blank, or too old.
    pub stale: bool,
}

impl Weighed {
    /// As one might begin.
    pub fn of(measure: Measure, weight: f64) -> Self {
        let (worst, best) = measure.kind.ends();
        Self {
            group: measure.kind.group(),
            measure,
            weight,
            worst,
            best,
            max_age: None,
            missing: Missing::LeftOut,
        }
    }

    /// What counts of what was found.
    pub fn scaled(&self, found: Option<&Input>) -> Scaled {
        match known(found, self.max_age) {
            Some(value) => Scaled { value: between(self.worst, self.best, value), stale: false },
            None => {
                let value = match self.missing {
                    Missing::LeftOut => f64::NAN,
                    Missing::Neutral => 0.5,
                    Missing::Bad => 0.0,
                };
                Scaled { value, stale: true }
            }
        }
    }
}

/// The value, unless it is older than it may be.
pub(super) fn known(found: Option<&Input>, max_age: Option<i64>) -> Option<f64> {
    let it = found?;
    it.value.filter(|_| max_age.is_none_or(|most| it.age <= most))
}

/// Where a value lies between worst, 0, and best, 1.
pub(super) fn between(worst: f64, best: f64, value: f64) -> f64 {
    if worst == best {
        return 0.5;
    }
    ((value - worst) / (best - worst)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_a_key_that_leads_back() {
        for kind in Kind::ALL.iter().filter(|it| **it != Kind::Attribute) {
            let it = Measure::of(*kind);
            assert_eq!(Measure::read(&it.key()), Some(it));
        }
        let nps = Measure::attribute("nps_score");
        assert_eq!(
            (nps.key().as_str(), nps.label().as_str()),
            ("attribute:nps_score", "Nps score")
        );
        assert_eq!(Measure::read("attribute:nps_score"), Some(nps));
        assert_eq!(Measure::read("moon_phase"), None);
    }

    #[test]
    fn what_lies_between_worst_and_best_is_linear_either_way_round() {
        let it = Weighed::of(Measure::of(Kind::LastUse), 1.0);
        let of = |value| {
            it.scaled(Some(&Input { measure: it.measure.clone(), value: Some(value), age: 0 }))
                .value
        };
        assert_eq!((of(30.0), of(1.0), of(15.5)), (0.0, 1.0, 0.5));
        assert_eq!((of(900.0), of(0.0)), (0.0, 1.0));
    }

    #[test]
    fn what_is_too_old_counts_as_missing() {
        let old = Input { measure: Measure::attribute("nps"), value: Some(9.0), age: 91 };
        let mut it = Weighed::of(old.measure.clone(), 1.0);
        assert_eq!(it.scaled(Some(&old)).value, 0.9);
        it.max_age = Some(90);
        assert!(it.scaled(Some(&old)).value.is_nan() && it.scaled(Some(&old)).stale);
        it.missing = Missing::Neutral;
        assert_eq!(it.scaled(Some(&old)), Scaled { value: 0.5, stale: true });
        it.missing = Missing::Bad;
        assert_eq!(it.scaled(None), Scaled { value: 0.0, stale: true });
    }
}
