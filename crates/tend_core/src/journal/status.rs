//! What the journal says of a conversation's status.

use serde::{Deserialize, Serialize};

/// That a conversation's status became another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusChanged {
    pub from: String,
    pub to: String,
    /// The category before: `resolved`; empty where an older version wrote it.
    #[serde(default)]
    pub was: String,
    pub category: String,
}
