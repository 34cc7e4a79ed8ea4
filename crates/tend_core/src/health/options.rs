//! What the company says about leaving, and about being called.

use serde::{Deserialize, Serialize};
use tend_store::Tx;

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::Error,
    error::FieldError,
    settings,
};

/// The setting that holds them, as JSON.
const NAME: &str = "health";

/// What the company says about leaving, and about being called.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// A probability is that of leaving within so many days: 30 to 730.
    pub horizon_days: i64,
    /// Revenue that falls by so much of it counts as leaving, in per cent: 100 is all of it.
    pub drop_percent: i64,
    /// So many alerts an owner may get in a week: 1 to 50.
    pub alerts_a_week: i64,
    /// An alert ends only when the risk has fallen by so much of what called, in per cent: 0 to 90.
    pub hysteresis_percent: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self { horizon_days: 180, drop_percent: 100, alerts_a_week: 5, hysteresis_percent: 25 }
    }
}

/// What holds.
pub fn options(tx: &mut Tx) -> Result<Options> {
    let text = settings::get_or(tx, NAME, "{}")?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// Says what holds from now on. What was foretold before keeps its own horizon.
///
/// # Errors
/// Invalid, by field, for what is out of its bounds.
pub fn set_options(tx: &mut Tx, by: &Me, to: &Options) -> Result<()> {
    by.require(Permission::StagesManage)?;
    let bounds = [
        ("horizon_days", to.horizon_days, 30, 730),
        ("drop_percent", to.drop_percent, 10, 100),
        ("alerts_a_week", to.alerts_a_week, 1, 50),
        ("hysteresis_percent", to.hysteresis_percent, 0, 90),
    ];
    let wrong: Vec<FieldError> = bounds
        .into_iter()
        .filter(|(_, value, low, high)| !(low..=high).contains(&value))
        .map(|(field, _, low, high)| FieldError {
            field: field.into(),
            problem: format!("Write a whole number from {low} to {high}.").into(),
        })
        .collect();
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let text = serde_json::to_string(to).expect("options are plain data");
    settings::set(tx, Actor::Agent(by.id), NAME, &text)
}
