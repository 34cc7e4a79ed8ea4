//! What contacts and accounts have in common: the record that stands beside a conversation.

mod past;
mod record;

pub use past::{Past, Pasts};
pub use record::{May, Record, record};
