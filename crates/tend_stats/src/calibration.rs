//! Scores made into probabilities.

mod isotonic;
mod platt;

pub use isotonic::{Isotonic, isotonic};
pub use platt::{Platt, platt};
