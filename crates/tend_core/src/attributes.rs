//! Custom attributes: what a company wants to know of contacts, accounts and conversations
//! beyond what Tend knows by itself. A definition says what can be known, a value what is.

mod define;
mod find;
mod set;
mod value;

pub use define::{MOST, NewDefinition, archive, define, order, redefine, restore};
pub use find::{archived, definitions, find, of, used};
pub(crate) use set::{set, write};
pub use set::{set_on_account, set_on_contact, set_on_conversation};
pub use value::Value;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_store::{FromValue, id, row};

id!(AttributeId, "atr");

macro_rules! words {
    ($name:ident, $refusal:literal { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// All of them, in the order in which people choose.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in tables, addresses and the API.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)* _ => Err($refusal) }
            }
        }
        impl FromValue for $name {
            fn from_value(value: &tend_store::Value) -> Option<Self> {
                String::from_value(value)?.parse().ok()
            }
        }
        impl From<$name> for tend_store::Value {
            fn from(it: $name) -> Self {
                it.word().into()
            }
        }
    };
}

/// What an attribute is known of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    Contact,
    Account,
    Conversation,
}

words!(About, "An attribute belongs to a contact, an account or a conversation." {
    Contact = "contact",
    Account = "account",
    Conversation = "conversation",
});

/// What kind of value an attribute takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One line or several.
    Text,
    Number,
    /// A day, without a time of day.
    Date,
    /// One of a list.
    Choice,
    /// Yes or no.
    Boolean,
    /// An address that begins with `https://` or `http://`.
    Link,
}

words!(Kind, "The kind is text, number, date, choice, boolean or link." {
    Text = "text",
    Number = "number",
    Date = "date",
    Choice = "choice",
    Boolean = "boolean",
    Link = "link",
});

row! {
    /// What can be known.
    #[derive(PartialEq)]
    pub struct Definition {
        pub id: AttributeId,
        pub subject_kind: About,
        /// `a-z0-9_`, by which the API and files know it; never changes.
        pub name: String,
        /// As people read it.
        pub label: String,
        pub kind: Kind,
        /// See [`choices`](Self::choices).
        pub choices_text: String,
        pub position: i64,
        /// Since when it is not offered any more; its values are kept.
        pub archived_at: Option<Timestamp>,
    }
}

pub(crate) const COLUMNS: &str = "id, subject_kind, name, label, kind, choices AS choices_text, \
     position, archived_at";

impl Definition {
    /// For a choice: what can be chosen.
    pub fn choices(&self) -> Vec<String> {
        serde_json::from_str(&self.choices_text).unwrap_or_default()
    }
}

/// A definition with its value on one thing, if it has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub definition: Definition,
    pub value: Option<Value>,
}
