//! What the journal says of remedies.

use serde::{Deserialize, Serialize};

/// That a remedy was asked for, or came further.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemedyMoved {
    pub remedy: String,
    /// `partial_refund`, `reship`, …
    #[serde(rename = "of")]
    pub kind: String,
    /// As people read it; empty if it costs nothing.
    pub amount: String,
    /// The order's, as the customer knows it: `#1001`.
    pub number: String,
    /// `requested`, `approved`, `declined`, `expired`, `cancelled`, `handed` (to a person),
    /// `done`, `failed` or `unknown`.
    pub step: String,
    /// What was said to it, or why.
    pub detail: String,
    /// Of what was asked for and approved: the limits that it passes, each in a sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub above: Vec<String>,
}

/// That what holds for remedies was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RemedyRulesSaved {
    /// `reason`, `plan` or `limits`.
    pub what: String,
    pub name: String,
}
