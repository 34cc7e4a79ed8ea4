//! Drafts: what an agent has begun to write, kept here so that no window can lose it.
//!
//! Each has a version. Whoever saves says which version they had; if another window was
//! faster that is a [`Conflict`](crate::Error::Conflict), and nothing is overwritten in silence.

mod attach;
mod find;
mod save;
mod send;
mod take_back;

pub use attach::{attach, attachments, detach};
pub use find::{Listed, all, find, of};
pub use save::{Content, Place, Saved, discard, save};
pub use send::{Sending, Sent, send};
pub use take_back::{TakenBack, take_back};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_store::{FromValue, Value, id, row};

use crate::{
    agents::AgentId,
    contacts::ContactId,
    conversations::{ConversationId, MessageId, Recipients},
    html::Html,
    inboxes::InboxId,
};

id!(DraftId, "drf");

/// What a draft will become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DraftKind {
    Reply,
    Note,
    Forward,
    /// A conversation that we begin.
    New,
}

impl DraftKind {
    const ALL: [Self; 4] = [Self::Reply, Self::Note, Self::Forward, Self::New];

    /// The word in tables and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
            Self::Forward => "forward",
            Self::New => "new",
        }
    }
}

impl std::str::FromStr for DraftKind {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|it| it.word() == text);
        known.ok_or("A draft is a reply, note, forward or new.")
    }
}

impl FromValue for DraftKind {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}

impl From<DraftKind> for Value {
    fn from(it: DraftKind) -> Self {
        it.word().into()
    }
}

row! {
    /// A draft of one agent.
    pub struct Draft {
        pub id: DraftId,
        pub agent_id: AgentId,
        /// None for a conversation that is to begin.
        pub conversation_id: Option<ConversationId>,
        pub kind: DraftKind,
        /// [`Recipients`] as text: see [`Draft::recipients`].
        pub recipients_text: String,
        pub subject: String,
        /// Sanitised HTML as text: see [`Draft::html`].
        pub html_text: String,
        pub inbox_id: Option<InboxId>,
        /// To whom a new one goes, if it is someone we know.
        pub contact_id: Option<ContactId>,
        /// What a forward shows; none is the thread.
        pub message_id: Option<MessageId>,
        /// Grows with each change.
        pub version: i64,
        pub changed_at: Timestamp,
    }
}

const COLUMNS: &str = "id, agent_id, conversation_id, kind, recipients AS recipients_text, subject, \
     html AS html_text, inbox_id, contact_id, message_id, version, changed_at";

impl Draft {
    /// To whom it will go.
    pub fn recipients(&self) -> Recipients {
        Recipients::decode(&self.recipients_text)
    }

    /// What it says.
    pub fn html(&self) -> Html {
        Html::stored(self.html_text.clone())
    }
}
