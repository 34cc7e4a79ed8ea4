//! An inbox is an address where conversations arrive; its channel is the kind.

mod change;
mod create;
mod find;

pub use change::{Changes, archive, change, set_aliases, set_teams};
pub use create::{NewInbox, create, create_as};
pub use find::{
    Route, aliases, all, by_address, catch_all, find, find_visible, for_customers, only_of_channel,
    route, teams, visible,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_store::{FromValue, Value, id, row};

id!(InboxId, "inb");

/// How messages come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By mail.
    Email,
    /// By a program that calls the API.
    Api,
}

impl Channel {
    /// The word in tables and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Api => "api",
        }
    }
}

impl std::str::FromStr for Channel {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "email" => Ok(Self::Email),
            "api" => Ok(Self::Api),
            _ => Err("The channel is email or api."),
        }
    }
}

impl FromValue for Channel {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}

impl From<Channel> for Value {
    fn from(it: Channel) -> Self {
        it.word().into()
    }
}

row! {
    /// An inbox and its settings.
    pub struct Inbox {
        pub id: InboxId,
        pub name: String,
        pub channel: Channel,
        /// Lower-cased; for an API inbox a word that names it.
        pub address: String,
        /// A template of the From name; empty means the agent's name and the company's.
        pub sender_name: String,
        /// What stands around each reply; empty means the standard one.
        pub template_html: String,
        /// Empty means that no automatic answer is sent.
        pub auto_reply_html: String,
        pub auto_reply_subject: String,
        /// Takes mail for any address of its domain that no other inbox has.
        pub catch_all: bool,
        /// A message to a conversation that was closed for longer opens a new one.
        pub reopen_days: i64,
        pub created_at: Timestamp,
        pub archived_at: Option<Timestamp>,
    }
}

pub(crate) const COLUMNS: &str = "id, name, channel, address, sender_name, template_html, \
     auto_reply_html, auto_reply_subject, catch_all, reopen_days, created_at, archived_at";
