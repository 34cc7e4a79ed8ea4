//! The mathematics of customer success: what is bought again, who stays, for how long, and how
//! sure one can be. Pure functions over numbers: no clock, no randomness that is not passed in,
//! no files, no network.
//!
//! Every model names the paper it comes from and is tested against the paper's printed results.

pub mod distribution;
mod error;
pub mod intervals;
pub mod matrix;
pub mod random;
pub mod special;
pub mod survival;

pub use error::{Error, Result};
