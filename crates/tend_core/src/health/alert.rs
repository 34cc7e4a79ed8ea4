//! Accounts for which somebody was called.

use jiff::Timestamp;
use tend_store::{id, row};

use crate::{accounts::AccountId, agents::AgentId, tasks::TaskId, words::words};

id!(AlertId, "hal");

words! {
    /// What became of an alert.
    AlertState, "An alert is open, seen or cleared." {
        Open = "open" "Open",
        Seen = "seen" "Seen",
        Cleared = "cleared" "Cleared",
    }
}

row! {
    /// That an account's owner was called.
    #[derive(PartialEq)]
    pub struct Alert {
        pub id: AlertId,
        pub account_id: AccountId,
        pub owner_id: Option<AgentId>,
        /// Since 1970, UTC.
        pub day: i64,
        pub p: Option<f64>,
        pub rule_score: Option<f64>,
        /// A sentence.
        pub why: String,
        pub state: AlertState,
        pub task_id: Option<TaskId>,
        /// `left` or `stayed`, once the horizon is over.
        pub outcome: Option<String>,
        pub outcome_on: Option<i64>,
        pub made_at: Timestamp,
        pub cleared_at: Option<Timestamp>,
    }
}
