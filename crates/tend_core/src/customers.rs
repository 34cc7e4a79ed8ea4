//! What contacts and accounts have in common: the record that stands beside a conversation.

pub mod exports;
pub mod imports;
pub(crate) mod merging;
mod narrow;
pub(crate) mod past;
mod record;
pub mod sheet;
mod tagging;
pub(crate) mod words;

pub use merging::{Choice, Choices, Merge, MergeId, Merged};
pub(crate) use narrow::{open_of, tagged, tags_of, with_attribute};
pub use past::{Past, Pasts};
pub use record::{May, Record, record};
pub(crate) use tagging::{put_tag, set_tags, take_tag};
