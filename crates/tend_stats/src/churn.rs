//! Who will leave: learnt from a table of customers as it comes, with text, blanks, dates,
//! numbers and columns that should not be there.
//!
//! [`learn`] looks at the training rows alone. It leaves out what can't help (identifiers,
//! constants) or would cheat (columns that know the outcome), chooses its learner by what it
//! foretells out of fold, and calibrates that out of fold too. The answer is a probability
//! whose log-odds are a sum over columns.

mod blend;
mod candidates;
mod cell;
mod explain;
mod field;
mod folds;
mod leak;
mod learn;
mod outcome;
mod overlap;
mod recipe;
mod screen;
mod table;

pub use candidates::Candidate;
pub use explain::{Explanation, Part};
pub(crate) use folds::deal;
pub use leak::{Leak, leaks};
pub use learn::{Model, Options, Report, learn};
pub use overlap::{Overlap, overlap};
pub use screen::{Note, NoteKind};
pub use table::Table;
