//! The published results, to their printed digits.

mod cdnow;
mod data;
mod donations;
mod renewals;
