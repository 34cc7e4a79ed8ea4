//! The mathematics of customer success: what is bought again, who stays, for how long, and how
//! sure one can be. Pure functions over numbers: no clock, no randomness that is not passed in,
//! no files, no network.
//!
//! Every model names the paper it comes from and is tested against the paper's printed results.

pub mod bdw;
pub mod bg_bb;
pub mod bg_nbd;
pub mod boosting;
mod buying;
pub mod by_account;
pub mod calibration;
pub mod churn;
pub mod cohorts;
pub mod contractual;
pub mod difference;
pub mod distribution;
pub mod drivers;
mod error;
mod fit;
pub mod gamma_gamma;
pub mod health;
mod history;
pub mod hold_out;
pub mod intervals;
pub mod lifetime_value;
pub mod logistic;
pub mod matrix;
pub mod metrics;
pub mod nbd;
mod optimise;
pub mod pareto_nbd;
pub mod random;
pub mod recalibrate;
pub mod recommend;
pub mod revenue;
pub mod rfm;
mod rising;
pub mod sbg;
pub mod special;
mod standard;
pub mod stratified;
pub mod survey;
pub mod survival;
pub mod tracking;

pub use buying::Buying;
pub use contractual::{Cohort, ConstantChurn, Staying};
pub use error::{Error, Result};
pub use fit::{Estimate, Fit};
pub use history::History;
