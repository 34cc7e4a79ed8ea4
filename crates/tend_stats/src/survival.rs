//! How long customers stay, when some have not left yet.

mod input;
mod kaplan_meier;
mod log_rank;

pub use input::Lives;
pub use kaplan_meier::{Curve, Median, Point, kaplan_meier};
pub use log_rank::{GroupTally, LogRank, log_rank};
