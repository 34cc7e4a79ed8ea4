use jiff::{Timestamp, civil::Date};

use crate::{
    accounts::AccountId,
    agents::{AgentId, TeamId},
    attributes::About,
    contacts::ContactId,
    conversations::{Category, Priority, StatusId},
    inboxes::{Channel, InboxId},
    tags::TagId,
};

/// Which conversations a view shows; or which of something else, by tests of another kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition<T = Test> {
    /// Each of them holds. Of none, everything.
    All(Vec<Condition<T>>),
    /// One of them holds, or more. Of none, nothing.
    Any(Vec<Condition<T>>),
    /// None of them holds.
    None(Vec<Condition<T>>),
    Test(T),
}

/// Among a list, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    AnyOf,
    NoneOf,
}

/// Among a list of which a conversation may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagIs {
    AnyOf,
    AllOf,
    NoneOf,
}

/// An agent, as seen by the one who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The one who looks.
    Me,
    Nobody,
    Agent(AgentId),
}

/// A team, as seen by the one who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Each team of the one who looks.
    Mine,
    Nobody,
    Team(TeamId),
}

/// How a text compares. Case and accents make no difference in a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextIs {
    Contains(String),
    NotContains(String),
    StartsWith(String),
    Equals(String),
}

/// How a number compares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Compare {
    Is(f64),
    AtLeast(f64),
    AtMost(f64),
}

/// A time of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    Created,
    Updated,
    LastMessage,
    /// Since when the customer waits.
    WaitingSince,
}

/// A length of time, in the unit in which it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Minutes(i64),
    Hours(i64),
    Days(i64),
}

impl Span {
    /// In minutes.
    pub fn minutes(self) -> i64 {
        match self {
            Self::Minutes(n) => n,
            Self::Hours(n) => n * 60,
            Self::Days(n) => n * 24 * 60,
        }
    }
}

/// A point in time: exact, or the beginning of a day where the one who looks is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    At(Timestamp),
    Day(Date),
}

/// How a time compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeIs {
    Before(Moment),
    After(Moment),
    /// Longer ago than that.
    OlderThan(Span),
    /// Within that.
    NewerThan(Span),
    Set,
    NotSet,
}

/// How a custom attribute compares.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeIs {
    Set,
    NotSet,
    /// One of these texts or choices.
    AnyOf(Vec<String>),
    NoneOf(Vec<String>),
    Contains(String),
    Number(Compare),
    Before(Date),
    After(Date),
    True,
    NotTrue,
}

/// One thing that holds or does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Neither resolved, closed nor spam.
    Active(bool),
    Category(Is, Vec<Category>),
    Status(Is, Vec<StatusId>),
    Assignee(Is, Vec<Who>),
    Team(Is, Vec<Group>),
    Inbox(Is, Vec<InboxId>),
    Channel(Is, Vec<Channel>),
    Tag(TagIs, Vec<TagId>),
    Priority(Is, Vec<Priority>),
    Contact(Is, Vec<ContactId>),
    Account(Is, Vec<AccountId>),
    Subject(TextIs),
    Time(Time, TimeIs),
    Attribute(About, String, AttributeIs),
    HasAttachment(bool),
    /// By the one who looks.
    Unread(bool),
    /// By the one who looks.
    Followed(bool),
    Messages(Compare),
}

impl<T> Condition<T> {
    /// All that must hold, when the condition is a list of such.
    pub(crate) fn conjuncts(&self) -> &[Self] {
        match self {
            Self::All(all) => all,
            other => std::slice::from_ref(other),
        }
    }
}
