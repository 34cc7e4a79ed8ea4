//! Full-text search over the whole history, in the two databases' own ways behind one function.
//!
//! Words are made here, in Rust, and handed to both as they are; so both find the same. A
//! follower of the journal keeps the index, so that taking messages in stays fast.

mod find;
mod index;
mod palette;
mod query;
mod snippet;
mod terms;
mod time;
mod words;

pub use find::{Found, problem, search};
pub use index::{Gathered, ensure, gather, index_some, is_behind, keep, rebuild};
pub(crate) use index::{add, forget, gather_words, seeded, seeded_to_the_end};
pub use palette::{Hit, palette};
pub use query::{Chip, Query, parse};
pub use snippet::Segment;
