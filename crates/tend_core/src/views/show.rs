//! Condition → JSON, the inverse of [`read`](super::read::read).

use serde_json::{Value, json};

use super::condition::{
    AttributeIs, Compare, Condition, Group, Is, Moment, Span, TagIs, Test, TextIs, Time, TimeIs,
    Who,
};
use crate::tags::TagId;

impl Condition {
    /// As it is stored and as the API shows it.
    pub fn to_json(&self) -> Value {
        show(self, test)
    }
}

/// The groups of a condition around its tests, as JSON.
pub(crate) fn show<T>(it: &Condition<T>, test: fn(&T) -> Value) -> Value {
    let list = |all: &[Condition<T>]| all.iter().map(|it| show(it, test)).collect::<Vec<_>>();
    match it {
        Condition::All(all) => json!({ "all": list(all) }),
        Condition::Any(all) => json!({ "any": list(all) }),
        Condition::None(all) => json!({ "none": list(all) }),
        Condition::Test(it) => test(it),
    }
}

fn test(it: &Test) -> Value {
    match it {
        Test::Active(yes) => is("active", *yes),
        Test::HasAttachment(yes) => is("has_attachment", *yes),
        Test::Unread(yes) => is("unread", *yes),
        Test::Followed(yes) => is("followed", *yes),
        Test::Category(is, of) => among("category", *is, of.iter().map(|it| it.word().to_owned())),
        Test::Status(is, of) => among("status", *is, of.iter().map(ToString::to_string)),
        Test::Assignee(is, of) => among("assignee", *is, of.iter().map(ToString::to_string)),
        Test::Team(is, of) => among("team", *is, of.iter().map(ToString::to_string)),
        Test::Inbox(is, of) => among("inbox", *is, of.iter().map(ToString::to_string)),
        Test::Channel(is, of) => among("channel", *is, of.iter().map(|it| it.word().to_owned())),
        Test::Contact(is, of) => among("contact", *is, of.iter().map(ToString::to_string)),
        Test::Account(is, of) => among("account", *is, of.iter().map(ToString::to_string)),
        Test::Priority(is, of) => among("priority", *is, of.iter().map(|it| it.word().to_owned())),
        Test::Tag(is, of) => tag(*is, of),
        Test::Subject(it) => text("subject", it),
        Test::Time(which, it) => time(*which, *it),
        Test::Messages(it) => {
            let (op, n) = compare(*it);
            json!({ "field": "messages", "op": op, "value": n })
        }
        Test::Attribute(about, name, it) => {
            let (op, value) = attribute(it);
            let mut out =
                json!({ "field": "attribute", "of": about.word(), "name": name, "op": op });
            if !value.is_null() {
                out["value"] = value;
            }
            out
        }
    }
}

pub(crate) fn tag(is: TagIs, of: &[TagId]) -> Value {
    let op = match is {
        TagIs::AnyOf => "any_of",
        TagIs::AllOf => "all_of",
        TagIs::NoneOf => "none_of",
    };
    json!({ "field": "tag", "op": op, "value": of })
}

pub(crate) fn text(field: &str, it: &TextIs) -> Value {
    let (op, value) = match it {
        TextIs::Contains(it) => ("contains", it),
        TextIs::NotContains(it) => ("not_contains", it),
        TextIs::StartsWith(it) => ("starts_with", it),
        TextIs::Equals(it) => ("is", it),
    };
    json!({ "field": field, "op": op, "value": value })
}

pub(crate) fn is(field: &str, yes: bool) -> Value {
    json!({ "field": field, "op": "is", "value": yes })
}

pub(crate) fn among(field: &str, is: Is, of: impl Iterator<Item = String>) -> Value {
    let op = if is == Is::AnyOf { "any_of" } else { "none_of" };
    json!({ "field": field, "op": op, "value": of.collect::<Vec<_>>() })
}

pub(crate) fn compare(it: Compare) -> (&'static str, Value) {
    let (op, n) = match it {
        Compare::Is(n) => ("is", n),
        Compare::AtLeast(n) => ("at_least", n),
        Compare::AtMost(n) => ("at_most", n),
    };
    // A whole number stays one.
    match n.fract() == 0.0 && n.abs() < 9e15 {
        true => (op, json!(n as i64)),
        false => (op, json!(n)),
    }
}

fn time(which: Time, it: TimeIs) -> Value {
    let field = match which {
        Time::Created => "created",
        Time::Updated => "updated",
        Time::LastMessage => "last_message",
        Time::WaitingSince => "waiting_since",
    };
    time_of(field, it)
}

/// A test of a time by the name of its field.
pub(crate) fn time_of(field: &str, it: TimeIs) -> Value {
    let moment = |it: Moment| match it {
        Moment::At(it) => it.to_string(),
        Moment::Day(it) => it.to_string(),
    };
    let span = |it: Span| match it {
        Span::Minutes(n) => json!({ "minutes": n }),
        Span::Hours(n) => json!({ "hours": n }),
        Span::Days(n) => json!({ "days": n }),
    };
    match it {
        TimeIs::Before(it) => json!({ "field": field, "op": "before", "value": moment(it) }),
        TimeIs::After(it) => json!({ "field": field, "op": "after", "value": moment(it) }),
        TimeIs::OlderThan(it) => json!({ "field": field, "op": "older_than", "value": span(it) }),
        TimeIs::NewerThan(it) => json!({ "field": field, "op": "newer_than", "value": span(it) }),
        TimeIs::Set => json!({ "field": field, "op": "is_set" }),
        TimeIs::NotSet => json!({ "field": field, "op": "is_not_set" }),
    }
}

pub(crate) fn attribute(it: &AttributeIs) -> (&'static str, Value) {
    match it {
        AttributeIs::Set => ("is_set", Value::Null),
        AttributeIs::NotSet => ("is_not_set", Value::Null),
        AttributeIs::True => ("is_true", Value::Null),
        AttributeIs::NotTrue => ("is_not_true", Value::Null),
        AttributeIs::AnyOf(of) => ("any_of", json!(of)),
        AttributeIs::NoneOf(of) => ("none_of", json!(of)),
        AttributeIs::Contains(it) => ("contains", json!(it)),
        AttributeIs::Number(it) => compare(*it),
        AttributeIs::Before(it) => ("before", json!(it.to_string())),
        AttributeIs::After(it) => ("after", json!(it.to_string())),
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Me => f.write_str("me"),
            Self::Nobody => f.write_str("nobody"),
            Self::Agent(it) => write!(f, "{it}"),
        }
    }
}

impl std::fmt::Display for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mine => f.write_str("mine"),
            Self::Nobody => f.write_str("none"),
            Self::Team(it) => write!(f, "{it}"),
        }
    }
}
