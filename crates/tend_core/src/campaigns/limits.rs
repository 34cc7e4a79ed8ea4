//! How much may reach a customer, and when: the company's own settings.

use serde::{Deserialize, Serialize};
use tend_store::Tx;

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::invalid,
    fold, settings,
};

const NAME: &str = "messages.limits";
/// Topics, at most.
const MOST_TOPICS: usize = 20;

/// What holds over all campaigns together, surveys with them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Nothing but what is transactional from this hour …
    pub quiet_from: i64,
    /// … to this one, where the customer is. The same twice: no quiet hours.
    pub quiet_to: i64,
    /// No marketing on Sundays.
    pub quiet_sundays: bool,
    /// Marketing and surveys, in 24 hours and in seven days.
    pub marketing_day: i64,
    pub marketing_week: i64,
    /// Service messages in 24 hours.
    pub service_day: i64,
    /// Hours between any two.
    pub gap_hours: i64,
    /// Marketing goes only to those who agreed to it; else to all who did not decline it.
    pub needs_consent: bool,
    /// Per cent who get no marketing at all, to see what all of it together does.
    pub holdout: i64,
    /// What customers may decline by itself, beside marketing as a whole.
    pub topics: Vec<String>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            quiet_from: 20,
            quiet_to: 8,
            quiet_sundays: true,
            marketing_day: 1,
            marketing_week: 3,
            service_day: 3,
            gap_hours: 4,
            needs_consent: true,
            holdout: 5,
            topics: Vec::new(),
        }
    }
}

/// What holds now.
pub fn limits(tx: &mut Tx) -> Result<Limits> {
    let text = settings::get_or(tx, NAME, "{}")?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// Sets what holds from now on.
///
/// # Errors
/// Invalid under the field that is out of its range.
pub fn set(tx: &mut Tx, by: &Me, to: &Limits) -> Result<()> {
    by.require(Permission::CampaignsManage)?;
    let ranges = [
        ("quiet_from", to.quiet_from, 0, 23),
        ("quiet_to", to.quiet_to, 0, 23),
        ("marketing_day", to.marketing_day, 0, 100),
        ("marketing_week", to.marketing_week, 0, 100),
        ("service_day", to.service_day, 0, 100),
        ("gap_hours", to.gap_hours, 0, 168),
        ("holdout", to.holdout, 0, 50),
    ];
    for (field, value, least, most) in ranges {
        if !(least..=most).contains(&value) {
            return Err(invalid(field, format!("Write a number from {least} to {most}.")));
        }
    }
    let mut topics: Vec<String> = Vec::new();
    for it in to.topics.iter().map(|it| fold::one_line(it, 60)) {
        if ["all", "marketing", "survey", "service", "transactional"].contains(&it.as_str()) {
            return Err(invalid("topics", format!("“{it}” is a word of Tend. Choose another.")));
        }
        if !it.is_empty() && !topics.contains(&it) {
            topics.push(it);
        }
    }
    topics.truncate(MOST_TOPICS);
    let kept = Limits { topics, ..to.clone() };
    let text = serde_json::to_string(&kept).expect("limits are plain data");
    settings::set(tx, Actor::Agent(by.id), NAME, &text)
}
