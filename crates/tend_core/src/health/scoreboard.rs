//! Whether what Tend says of accounts comes true: what was said on the first of each month, and
//! what came within the horizon after it. It is read from what was written down then (snapshots,
//! judgements, alerts) and from what happened since, and from nothing else; only what was said
//! before it was known counts.

mod read;
mod score;
mod which;

pub use read::{foretold, report};
pub use score::{Beside, Bin, FEW, Foretold, GREEN, Green, Loss, Score, Tenth, score};
pub use tend_stats::{
    health::{FOR_CURVE, FOR_LINE, FOR_LINE_ACCOUNTS, FOR_TREES, Known, Rung, Standing, Step},
    intervals::Interval,
    metrics::{Calibration, Precision},
};
pub use which::{Line, Quarter, Which, lines};

use super::{Learnt, Model};
use crate::money::Currency;

/// So many months can be looked at.
pub const OVER: [i64; 3] = [12, 24, 36];

/// What was said in some months, and what came of it.
#[derive(Clone, Debug)]
pub struct Scoreboard {
    /// Leaving is meant within so many days.
    pub horizon: i64,
    /// What is said of the last so many months.
    pub months: i64,
    /// The first and the last day on which something was said that is known by now.
    pub days: Option<(i64, i64)>,
    /// Since 1970, UTC.
    pub today: i64,
    pub currency: Currency,
    pub score: Score,
    /// The oldest first.
    pub quarters: Vec<InQuarter>,
    pub alerts: Precision,
    /// Alerts of which it is not known yet what comes of them.
    pub alerts_open: u64,
    pub alerts_a_week: i64,
    /// Foretellings whose horizon is not over.
    pub waiting: usize,
    /// What foretells now, and what it learned.
    pub model: Option<(Model, Learnt)>,
    /// One account in so many was looked at; 1 is all of them.
    pub one_in: i64,
    /// Its reader may see money.
    pub sees_money: bool,
}

/// One quarter of it.
#[derive(Clone, Debug)]
pub struct InQuarter {
    pub quarter: Quarter,
    pub score: Score,
    /// Of what was said on its first day.
    pub loss: Option<Loss>,
    pub alerts: Precision,
}
