//! A large made-up history, the same each time, for benches: written by SQL, since ten million
//! messages by the verbs would take hours. What people look at is made by the verbs instead
//! (`tend --demo`).
//!
//! The story is told twice by the same dice: once to learn how each conversation ends, so that
//! its row can be written at its beginning, and once to write the messages, in the order of
//! time, as they would have come in.

mod dice;
pub mod market;
pub mod meanwhile;
mod story;
mod text;
mod write;

pub use story::{Chunk, Plan};
pub use write::{INDEXES, conversations, finish, index, messages, without_indexes};

use jiff::Timestamp;

use crate::{agents::AgentId, contacts::ContactId, inboxes::InboxId, tags::TagId};

/// How much there is to be.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub conversations: usize,
    pub messages: usize,
    /// Another number, another history.
    pub seed: u64,
}

/// Who plays, made by the verbs beforehand.
#[derive(Clone, Debug)]
pub struct Cast {
    pub agents: Vec<AgentId>,
    pub inboxes: Vec<InboxId>,
    pub tags: Vec<TagId>,
    /// With their accounts' raw ids.
    pub contacts: Vec<(ContactId, i64)>,
    /// The statuses' raw ids, by what they mean.
    pub statuses: Vec<(crate::conversations::Category, i64)>,
    /// From when to when.
    pub begins: Timestamp,
    pub ends: Timestamp,
}

/// The made-up name and address of a contact.
pub fn person(seed: u64, n: usize, accounts: usize) -> (String, String) {
    let mut dice = dice::Dice::new(seed ^ 0x5eed, n as u64);
    let (first, last) = (text::name(&mut dice), text::name(&mut dice));
    let address = format!(
        "{}.{}{n}@company{}.example",
        first.to_lowercase(),
        last.to_lowercase(),
        n % accounts.max(1)
    );
    (format!("{first} {last}"), address)
}
