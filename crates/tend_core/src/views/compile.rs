//! Condition → SQL. What a person wrote is in the arguments, never in the text.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use tend_store::Value;

use super::{
    condition::{
        AttributeIs, Compare, Condition, Group, Is, Moment, TagIs, Test, TextIs, Time, TimeIs, Who,
    },
    nullable::among,
};
use crate::{Result, agents::Me, attributes::About, conversations::list::Cond, fold};

/// For one who looks, at a time. The result is never NULL for any conversation.
pub(crate) fn compile(it: &Condition, me: &Me, now: Timestamp) -> Cond {
    let list = |all: &[Condition]| all.iter().map(|it| compile(it, me, now)).collect::<Vec<_>>();
    match it {
        Condition::All(all) => Cond::all(list(all)),
        Condition::Any(all) => Cond::any(list(all)),
        Condition::None(all) => Cond::any(list(all)).not(),
        Condition::Test(it) => test(it, me, now),
    }
}

/// The same for tests of another kind, which may look something up.
pub(crate) fn compile_with<T>(
    it: &Condition<T>,
    test: &mut impl FnMut(&T) -> Result<Cond>,
) -> Result<Cond> {
    let mut list =
        |all: &[Condition<T>]| all.iter().map(|it| compile_with(it, test)).collect::<Result<_>>();
    Ok(match it {
        Condition::All(all) => Cond::all(list(all)?),
        Condition::Any(all) => Cond::any(list(all)?),
        Condition::None(all) => Cond::any(list(all)?).not(),
        Condition::Test(it) => test(it)?,
    })
}

fn test(it: &Test, me: &Me, now: Timestamp) -> Cond {
    match it {
        Test::Active(yes) => Cond::new("conversations.is_active = ?", vec![(*yes).into()]),
        Test::Category(is, of) => among("conversations.category", *is, values(of), false),
        Test::Status(is, of) => among("conversations.status_id", *is, values(of), false),
        Test::Inbox(is, of) => among("conversations.inbox_id", *is, values(of), false),
        Test::Priority(is, of) => among("conversations.priority", *is, values(of), false),
        Test::Contact(is, of) => among("conversations.contact_id", *is, values(of), false),
        Test::Account(is, of) => among("conversations.account_id", *is, values(of), false),
        Test::Assignee(is, of) => assignee(*is, of, me),
        Test::Team(is, of) => team(*is, of, me),
        Test::Channel(is, of) => {
            let marks = vec!["?"; of.len()].join(", ");
            let inboxes = format!(
                "conversations.inbox_id IN (SELECT id FROM inboxes WHERE channel IN ({marks}))"
            );
            let found = Cond::new(inboxes, values(of));
            if *is == Is::AnyOf { found } else { found.not() }
        }
        Test::Tag(is, of) => tag(*is, values(of)),
        Test::Subject(it) => subject(it),
        Test::Time(which, it) => time(*which, *it, me, now),
        Test::Attribute(about, name, it) => attribute(*about, name, it),
        Test::HasAttachment(true) => Cond::plain("conversations.attachment_count > 0"),
        Test::HasAttachment(false) => Cond::plain("conversations.attachment_count = 0"),
        Test::Unread(yes) => {
            let unread = Cond::new(
                "COALESCE((SELECT readings.message_id FROM readings
                     WHERE readings.agent_id = ? AND readings.conversation_id = conversations.id), 0)
                 < COALESCE(conversations.last_message_id, 0)",
                vec![me.id.into()],
            );
            if *yes { unread } else { unread.not() }
        }
        Test::Followed(yes) => {
            let followed = Cond::new(
                "EXISTS (SELECT 1 FROM followers WHERE followers.conversation_id = conversations.id
                     AND followers.agent_id = ?)",
                vec![me.id.into()],
            );
            if *yes { followed } else { followed.not() }
        }
        Test::Messages(it) => {
            let (op, n) = compare(*it);
            Cond::new(
                format!("CAST(conversations.message_count AS DOUBLE PRECISION) {op} ?"),
                vec![n],
            )
        }
    }
}

fn values<T: Copy + Into<Value>>(of: &[T]) -> Vec<Value> {
    of.iter().map(|it| (*it).into()).collect()
}

fn assignee(is: Is, of: &[Who], me: &Me) -> Cond {
    let ids = of.iter().filter_map(|it| match it {
        Who::Me => Some(me.id.into()),
        Who::Agent(it) => Some((*it).into()),
        Who::Nobody => None,
    });
    among("conversations.assignee_id", is, ids.collect(), of.contains(&Who::Nobody))
}

fn team(is: Is, of: &[Group], me: &Me) -> Cond {
    let mut ids: Vec<Value> = Vec::new();
    for it in of {
        match it {
            Group::Mine => ids.extend(me.teams.iter().map(|it| Value::from(*it))),
            Group::Team(it) => ids.push((*it).into()),
            Group::Nobody => {}
        }
    }
    among("conversations.team_id", is, ids, of.contains(&Group::Nobody))
}

fn tag(is: TagIs, of: Vec<Value>) -> Cond {
    tag_on("conversations.id", is, of)
}

/// Tags on what has this id.
pub(crate) fn tag_on(id: &'static str, is: TagIs, of: Vec<Value>) -> Cond {
    let on = |marks: &str, of: Vec<Value>| {
        Cond::new(
            format!(
                "EXISTS (SELECT 1 FROM taggings WHERE taggings.subject_id = {id}
                     AND taggings.tag_id IN ({marks}))"
            ),
            of,
        )
    };
    let marks = vec!["?"; of.len()].join(", ");
    match is {
        TagIs::AnyOf => on(&marks, of),
        TagIs::NoneOf => on(&marks, of).not(),
        TagIs::AllOf => Cond::all(of.into_iter().map(|it| on("?", vec![it])).collect()),
    }
}

/// `%` and `_` mean themselves.
fn pattern(before: &str, text: &str, after: &str) -> Value {
    let quoted = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("{before}{quoted}{after}").into()
}

fn subject(it: &TextIs) -> Cond {
    text_in("conversations.subject_folded", it)
}

/// A text in a folded column.
pub(crate) fn text_in(column: &'static str, it: &TextIs) -> Cond {
    let like = |it: Value| Cond::new(format!("{column} LIKE ? ESCAPE '\\'"), vec![it]);
    match it {
        TextIs::Contains(it) => like(pattern("%", &fold::fold(it), "%")),
        TextIs::NotContains(it) => like(pattern("%", &fold::fold(it), "%")).not(),
        TextIs::StartsWith(it) => like(pattern("", &fold::fold(it), "%")),
        TextIs::Equals(it) => Cond::new(format!("{column} = ?"), vec![fold::fold(it).into()]),
    }
}

fn time(which: Time, it: TimeIs, me: &Me, now: Timestamp) -> Cond {
    let column = match which {
        Time::Created => "conversations.opened_at",
        Time::Updated => "conversations.changed_at",
        Time::LastMessage => "conversations.last_message_at",
        Time::WaitingSince => "conversations.waiting_since",
    };
    time_in(column, it, me, now)
}

/// A time in a column.
pub(crate) fn time_in(column: &str, it: TimeIs, me: &Me, now: Timestamp) -> Cond {
    let ago = |minutes: i64| {
        let span = SignedDuration::from_mins(minutes);
        now.checked_sub(span).unwrap_or(Timestamp::UNIX_EPOCH)
    };
    let is = |op: &str, at: Timestamp| {
        Cond::new(format!("({column} IS NOT NULL AND {column} {op} ?)"), vec![at.into()])
    };
    match it {
        TimeIs::Before(at) => is("<", moment(at, me)),
        TimeIs::After(at) => is(">=", moment(at, me)),
        TimeIs::OlderThan(span) => is("<", ago(span.minutes())),
        TimeIs::NewerThan(span) => is(">=", ago(span.minutes())),
        TimeIs::Set => Cond::plain(&format!("{column} IS NOT NULL")),
        TimeIs::NotSet => Cond::plain(&format!("{column} IS NULL")),
    }
}

fn moment(it: Moment, me: &Me) -> Timestamp {
    match it {
        Moment::At(it) => it,
        Moment::Day(day) => {
            let zone = TimeZone::get(&me.time_zone).unwrap_or(TimeZone::UTC);
            day.to_zoned(zone).map_or(Timestamp::UNIX_EPOCH, |it| it.timestamp())
        }
    }
}

pub(crate) fn compare(it: Compare) -> (&'static str, Value) {
    match it {
        Compare::Is(n) => ("=", n.into()),
        Compare::AtLeast(n) => (">=", n.into()),
        Compare::AtMost(n) => ("<=", n.into()),
    }
}

fn attribute(about: About, name: &str, it: &AttributeIs) -> Cond {
    let subject = match about {
        About::Contact => "conversations.contact_id",
        About::Account => "conversations.account_id",
        About::Conversation => "conversations.id",
    };
    attribute_of(subject, about, name, it)
}

/// An attribute of what has this id.
pub(crate) fn attribute_of(
    subject: &'static str,
    about: About,
    name: &str,
    it: &AttributeIs,
) -> Cond {
    let known = |condition: &str, args: Vec<Value>| {
        let text = format!(
            "EXISTS (SELECT 1 FROM attribute_values
                 JOIN attribute_definitions
                     ON attribute_definitions.id = attribute_values.definition_id
                 WHERE attribute_values.subject_id = {subject}
                     AND attribute_definitions.subject_kind = ?
                     AND attribute_definitions.name = ? AND {condition})"
        );
        let own = vec![about.into(), name.into()];
        Cond::new(text, own.into_iter().chain(args).collect())
    };
    let text = |of: &[String]| {
        let marks = vec!["?"; of.len()].join(", ");
        let args = of.iter().map(|it| it.as_str().into()).collect();
        known(&format!("attribute_values.text_value IN ({marks})"), args)
    };
    let number = |op: &str, n: Value| {
        known(
            &format!(
                "attribute_values.number_value IS NOT NULL AND attribute_values.number_value {op} ?"
            ),
            vec![n],
        )
    };
    match it {
        AttributeIs::Set => known("TRUE", Vec::new()),
        AttributeIs::NotSet => known("TRUE", Vec::new()).not(),
        AttributeIs::AnyOf(of) => text(of),
        AttributeIs::NoneOf(of) => text(of).not(),
        AttributeIs::Contains(it) => known(
            "lower(attribute_values.text_value) LIKE ? ESCAPE '\\'",
            vec![pattern("%", &it.to_ascii_lowercase(), "%")],
        ),
        AttributeIs::Number(it) => {
            let (op, n) = compare(*it);
            number(op, n)
        }
        AttributeIs::Before(day) => number("<", midnight(*day)),
        AttributeIs::After(day) => number(">=", midnight(*day)),
        AttributeIs::True => number("=", 1.0.into()),
        AttributeIs::NotTrue => number("=", 1.0.into()).not(),
    }
}

/// Days are kept as their midnight in UTC.
fn midnight(day: Date) -> Value {
    let at = day.to_zoned(TimeZone::UTC).map_or(0, |it| it.timestamp().as_microsecond());
    (at as f64).into()
}
