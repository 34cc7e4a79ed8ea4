//! The timeline: what happened with one contact or account, as people read it.
//!
//! The journal is the one source: messages and notes have their entries there, so one walk of
//! its index shows everything in order. Whoever may not see a conversation sees nothing of it.

mod campaigns;
mod health;
mod money;
mod names;
mod orders;
mod quizzes;
mod read;
mod surveys;
mod tell;

pub use read::{of_account, of_contact};

use jiff::Timestamp;

use crate::{
    accounts::AccountId,
    agents::AgentId,
    contacts::ContactId,
    conversations::{ConversationId, Direction, MessageId},
    journal::EntryId,
};

/// What a reader wants to see of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aspect {
    #[default]
    Everything,
    /// What was written to the customer and by them.
    Talk,
    /// What we wrote for ourselves.
    Notes,
    /// What was done with conversations: assigned, resolved, snoozed.
    Work,
    /// What changed in the record itself.
    Record,
}

impl Aspect {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 5] =
        [Self::Everything, Self::Talk, Self::Notes, Self::Work, Self::Record];

    /// The word in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Talk => "talk",
            Self::Notes => "notes",
            Self::Work => "work",
            Self::Record => "record",
        }
    }
}

impl std::str::FromStr for Aspect {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|it| it.word() == text);
        known.ok_or("The aspect is everything, talk, notes, work or record.")
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    Agent(AgentId, String),
    Contact(ContactId, String),
    /// Tend by itself.
    Tend,
    /// Someone at the machine's command line.
    Console,
}

impl Who {
    /// As it begins a sentence.
    pub fn name(&self) -> &str {
        match self {
            Self::Agent(_, it) | Self::Contact(_, it) => it,
            Self::Tend => "Tend",
            Self::Console => "Someone at the console",
        }
    }
}

/// What it was done to.
#[derive(Clone, Debug, PartialEq)]
pub enum Whom {
    Conversation {
        id: ConversationId,
        number: i64,
        subject: String,
    },
    Contact(ContactId, String),
    Account(AccountId, String),
    /// The contact or account whose timeline this is.
    This(&'static str),
}

/// One line of a timeline. It reads: who, `did`, whom, `detail`.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub id: EntryId,
    pub at: Timestamp,
    /// The word of the change in the journal.
    pub kind: String,
    pub aspect: Aspect,
    pub who: Who,
    /// What they did, up to whom: `wrote in`, `changed the title of`.
    pub did: String,
    pub whom: Whom,
    /// How the sentence ends, without a full stop: `to Resolved`; often empty.
    pub detail: String,
    /// For a snooze: until when.
    pub until: Option<Timestamp>,
    /// The start of what was written, on one line.
    pub says: Option<String>,
    /// For a message: which, and which way it went.
    pub message: Option<(MessageId, Direction)>,
}

impl Told {
    /// The whole sentence without marks, for who reads or listens to text alone.
    pub fn sentence(&self) -> String {
        let whom = match &self.whom {
            Whom::Conversation { number, subject, .. } => format!("#{number} {subject}"),
            Whom::Contact(_, it) | Whom::Account(_, it) => it.clone(),
            Whom::This(it) => format!("this {it}"),
        };
        let words = [self.who.name(), &self.did, &whom, &self.detail];
        let words: Vec<_> = words.into_iter().filter(|it| !it.is_empty()).collect();
        words.join(" ") + "."
    }
}
