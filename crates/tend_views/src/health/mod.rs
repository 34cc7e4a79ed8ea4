//! How accounts fare: the page of one of them, and the parts that others show of it.

mod changed;
mod judged;
mod learned;
mod page;
mod samples;
mod sign;
mod why;

pub use judged::JudgeForm;
pub(crate) use learned::learned_from;
pub use page::{HealthPage, health_page};
pub use samples::samples;
pub(crate) use sign::{health_line, percent, stays};
