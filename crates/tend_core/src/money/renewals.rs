//! Renewals: what ends its term and when, what we expect, and what became of it.

mod churned;
mod forecast;
mod list;
mod settle;

pub use churned::{Ended, Gone, Lost, Reasons, Row, reasons, who_left};
pub use forecast::{Expected, Forecast, Rate, forecast_of};
pub use list::{Asked, Line, one, settled, to_come};
pub(crate) use settle::renewed_itself;
pub use settle::{Settlement, forecast, settle};

use crate::words::words;

/// Terms below this many months renew by the way and are not forecast.
pub const SHORTEST_TERM: i64 = 3;

words! {
    /// What we expect of a renewal.
    Category, "A renewal is commit, best_case, most_likely, at_risk or omitted." {
        /// It is agreed, or as good as.
        Commit = "commit" "Commit",
        /// It will renew if all goes well.
        BestCase = "best_case" "Best case",
        /// Nothing speaks against it.
        MostLikely = "most_likely" "Most likely",
        /// Something does.
        AtRisk = "at_risk" "At risk",
        /// Nobody counts on it.
        Omitted = "omitted" "Omitted",
    }
}

words! {
    /// What became of a renewal.
    Outcome, "A renewal is renewed, expanded, contracted or churned." {
        Renewed = "renewed" "Renewed",
        Expanded = "expanded" "Renewed for more",
        Contracted = "contracted" "Renewed for less",
        Churned = "churned" "Lost",
    }
}
