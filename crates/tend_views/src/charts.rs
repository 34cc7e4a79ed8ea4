//! Pictures of numbers, as SVG: on a page in the colours of the look, or as a file of their own.
//!
//! Each has a title, and a description that says in words what is drawn, for who cannot see it.

mod axis;
mod cross;
mod lines;

pub use cross::{Cross, Sure};
pub use lines::{Lines, Series, Stroke};
