//! How often a customer may be asked, over all surveys together: the company's own setting.

use serde::{Deserialize, Serialize};
use tend_store::Tx;

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::invalid,
    settings,
};

const NAME: &str = "surveys.limits";
/// Surveys in a year, at most: one a week.
const MOST_A_YEAR: i64 = 52;

/// What holds over all surveys and ways together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Days between any two surveys.
    pub between_any: i64,
    /// Days between two of one kind.
    pub between_same: i64,
    /// Days between two Net Promoter Scores.
    pub between_nps: i64,
    /// So many surveys in 365 days.
    pub a_year: i64,
}

impl Default for Limits {
    /// Decision 0018.
    fn default() -> Self {
        Self { between_any: 7, between_same: 30, between_nps: 90, a_year: 6 }
    }
}

/// What holds now.
pub fn limits(tx: &mut Tx) -> Result<Limits> {
    let text = settings::get_or(tx, NAME, "{}")?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// Sets what holds from now on. Saying what holds already changes nothing.
///
/// # Errors
/// Invalid under the field that is out of its range.
pub fn set(tx: &mut Tx, by: &Me, to: &Limits) -> Result<()> {
    by.require(Permission::SurveysManage)?;
    let ranges = [
        ("between_any", to.between_any, 1, 365),
        ("between_same", to.between_same, 1, 730),
        ("between_nps", to.between_nps, 1, 730),
        ("a_year", to.a_year, 0, MOST_A_YEAR),
    ];
    for (field, value, least, most) in ranges {
        if !(least..=most).contains(&value) {
            return Err(invalid(field, format!("Write a number from {least} to {most}.")));
        }
    }
    if limits(tx)? == *to {
        return Ok(());
    }
    let text = serde_json::to_string(to).expect("limits are plain data");
    settings::set(tx, Actor::Agent(by.id), NAME, &text)
}
