//! How long customers stay, when some have not left yet.

mod concordance;
mod cox;
mod input;
mod kaplan_meier;
mod log_rank;
mod weibull;

pub use concordance::concordance;
pub use cox::{Cox, CoxColumn, CoxEffect, NoEffect, Proportionality, cox};
pub use input::Lives;
pub use kaplan_meier::{Curve, Median, Point, kaplan_meier};
pub use log_rank::{GroupTally, LogRank, log_rank};
pub use weibull::{Weibull, weibull};
