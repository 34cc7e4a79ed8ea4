//! Logistic regression: exact (IRLS) and with shrinkage (ridge).

mod exact;
mod likelihood;
mod ridge;

pub use exact::{Coefficient, Logistic, logistic};
pub use ridge::{Ridge, Shrinkage, ridge};
