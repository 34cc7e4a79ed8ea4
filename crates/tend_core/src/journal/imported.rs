use serde::{Deserialize, Serialize};

/// That a file of money was taken in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// `subscriptions`, `invoices` or `costs`.
    pub of: String,
    pub created: i64,
    pub changed: i64,
    pub refused: i64,
}
