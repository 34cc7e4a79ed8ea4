//! What the journal says of health.

use serde::{Deserialize, Serialize};

/// A version of a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileOf {
    pub name: String,
    pub version: i64,
}

/// That it was learned who leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelLearned {
    pub model: String,
    pub rows: i64,
    pub outcomes: i64,
    /// Whether that suffices.
    pub known: bool,
}

/// That an account's owner was called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertRaised {
    pub alert: String,
    /// A sentence.
    pub why: String,
}

/// What an agent believes instead of what is foretold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskJudged {
    pub percent: i64,
    pub reason: String,
    /// For how long.
    pub days: i64,
}
