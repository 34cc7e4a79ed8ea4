use crate::{agents::AgentId, contacts::ContactId};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person on our side.
    Agent(AgentId),
    /// A person on the customer's side.
    Contact(ContactId),
    /// Tend by itself: a timer, a rule.
    System,
    /// Someone at the machine's command line.
    Console,
}

impl Actor {
    /// The word in the journal.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Agent(_) => "agent",
            Self::Contact(_) => "contact",
            Self::System => "system",
            Self::Console => "console",
        }
    }

    /// The number in the journal.
    pub fn id(self) -> Option<i64> {
        match self {
            Self::Agent(it) => Some(it.raw()),
            Self::Contact(it) => Some(it.raw()),
            Self::System | Self::Console => None,
        }
    }
}
