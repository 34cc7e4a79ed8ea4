//! A condition as people read it: "assigned to me, and either tagged vip or waiting for 4 hours".

use tend_store::{Tx, Value};

use super::condition::{
    AttributeIs, Compare, Condition, Group, Is, Moment, Span, TagIs, Test, TextIs, Time, TimeIs,
    Who,
};
use crate::{Result, attributes::About, tags::TagId};

/// The condition in words. Names that are gone are said to be so.
pub fn sentence(tx: &mut Tx, it: &Condition) -> Result<String> {
    sentence_with(tx, it, test)
}

/// How one test is said.
pub(crate) type SayTest<T> = fn(&mut Tx, &T) -> Result<String>;

/// The same with tests of another kind.
pub(crate) fn sentence_with<T>(tx: &mut Tx, it: &Condition<T>, test: SayTest<T>) -> Result<String> {
    let text = said(tx, it, false, test)?;
    let mut chars = text.chars();
    let capital = chars.next().map_or(String::new(), |it| it.to_uppercase().chain(chars).collect());
    Ok(format!("{capital}."))
}

fn said<T>(tx: &mut Tx, it: &Condition<T>, inside: bool, test: SayTest<T>) -> Result<String> {
    let (all, word, of_nothing) = match it {
        Condition::Test(it) => return test(tx, it),
        Condition::All(all) => (all, "and", "everything"),
        Condition::Any(all) => (all, "or", "nothing"),
        Condition::None(all) => (all, "nor", "everything"),
    };
    let parts: Vec<String> =
        all.iter().map(|it| said(tx, it, true, test)).collect::<Result<_>>()?;
    let negative = matches!(it, Condition::None(_));
    let text = match parts.len() {
        0 => return Ok(of_nothing.to_owned()),
        1 if negative => format!("not {}", parts[0]),
        1 => return Ok(parts[0].clone()),
        _ if negative => format!("neither {}", parts.join(" nor ")),
        _ if word == "or" => format!("either {}", parts.join(" or ")),
        _ => parts.join(&format!(", {word} ")),
    };
    Ok(if inside && parts.len() > 1 { format!("({text})") } else { text })
}

fn test(tx: &mut Tx, it: &Test) -> Result<String> {
    Ok(match it {
        Test::Active(true) => "still to be done".to_owned(),
        Test::Active(false) => "done".to_owned(),
        Test::HasAttachment(yes) => {
            format!("{} an attachment", if *yes { "with" } else { "without" })
        }
        Test::Unread(yes) => if *yes { "unread" } else { "read" }.to_owned(),
        Test::Followed(yes) => format!("{} by me", if *yes { "followed" } else { "not followed" }),
        Test::Category(is, of) => {
            let names = of.iter().map(|it| it.label().to_lowercase()).collect();
            among("the status means", *is, names)
        }
        Test::Priority(is, of) => {
            among("the priority is", *is, of.iter().map(|it| it.word().to_owned()).collect())
        }
        Test::Channel(is, of) => {
            among("the channel is", *is, of.iter().map(|it| it.word().to_owned()).collect())
        }
        Test::Status(is, of) => {
            let names = names(tx, "SELECT name FROM statuses WHERE id = $1", of)?;
            among("the status is", *is, names)
        }
        Test::Inbox(is, of) => {
            among("in", *is, names(tx, "SELECT name FROM inboxes WHERE id = $1", of)?)
        }
        Test::Contact(is, of) => {
            among("from", *is, names(tx, "SELECT name FROM contacts WHERE id = $1", of)?)
        }
        Test::Account(is, of) => {
            among("of", *is, names(tx, "SELECT name FROM accounts WHERE id = $1", of)?)
        }
        Test::Assignee(is, of) => among("assigned to", *is, who(tx, of)?),
        Test::Team(is, of) => among("with", *is, groups(tx, of)?),
        Test::Tag(is, of) => tagged(tx, *is, of)?,
        Test::Subject(it) => text("the subject", it),
        Test::Time(which, it) => time(*which, *it),
        Test::Messages(it) => format!("the number of messages {}", compare(*it)),
        Test::Attribute(about, name, it) => attribute(tx, *about, name, it)?,
    })
}

pub(crate) fn tagged(tx: &mut Tx, is: TagIs, of: &[TagId]) -> Result<String> {
    let names = names(tx, "SELECT name FROM tags WHERE id = $1", of)?;
    Ok(match is {
        TagIs::AnyOf => format!("tagged {}", listed(&names, "or")),
        TagIs::AllOf => format!("tagged {}", listed(&names, "and")),
        TagIs::NoneOf => format!("not tagged {}", listed(&names, "or")),
    })
}

pub(crate) fn text(what: &str, it: &TextIs) -> String {
    match it {
        TextIs::Contains(it) => format!("{what} contains “{it}”"),
        TextIs::NotContains(it) => format!("{what} does not contain “{it}”"),
        TextIs::StartsWith(it) => format!("{what} starts with “{it}”"),
        TextIs::Equals(it) => format!("{what} is “{it}”"),
    }
}

pub(crate) fn among(what: &str, is: Is, names: Vec<String>) -> String {
    let list = listed(&names, "or");
    match is {
        Is::AnyOf => format!("{what} {list}"),
        Is::NoneOf if what.ends_with("is") || what.ends_with("means") => {
            format!("{what} not {list}")
        }
        Is::NoneOf => format!("not {what} {list}"),
    }
}

fn listed(names: &[String], word: &str) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {word} {last}", most.join(", ")),
    }
}

pub(crate) fn names<T: Copy + Into<Value>>(
    tx: &mut Tx,
    sql: &str,
    of: &[T],
) -> Result<Vec<String>> {
    let name = |tx: &mut Tx, it: T| -> Result<String> {
        let found: Option<String> = tx.maybe_scalar(sql, &[it.into()])?;
        Ok(found.unwrap_or_else(|| "something that is gone".to_owned()))
    };
    of.iter().map(|it| name(tx, *it)).collect()
}

pub(crate) fn who(tx: &mut Tx, of: &[Who]) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for it in of {
        match it {
            Who::Me => out.push("me".to_owned()),
            Who::Nobody => out.push("nobody".to_owned()),
            Who::Agent(id) => {
                out.extend(names(tx, "SELECT name FROM agents WHERE id = $1", &[*id])?)
            }
        }
    }
    Ok(out)
}

pub(crate) fn groups(tx: &mut Tx, of: &[Group]) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for it in of {
        match it {
            Group::Mine => out.push("one of my teams".to_owned()),
            Group::Nobody => out.push("no team".to_owned()),
            Group::Team(id) => {
                out.extend(names(tx, "SELECT name FROM teams WHERE id = $1", &[*id])?)
            }
        }
    }
    Ok(out)
}

fn time(which: Time, it: TimeIs) -> String {
    let what = match which {
        Time::Created => "opened",
        Time::Updated => "changed",
        Time::LastMessage => "with the last message",
        Time::WaitingSince => "with the customer waiting since",
    };
    match it {
        TimeIs::Set if which == Time::WaitingSince => "with the customer waiting".to_owned(),
        TimeIs::NotSet if which == Time::WaitingSince => "with nobody waiting".to_owned(),
        it => time_of(what, it),
    }
}

/// A time, behind the words of what it is.
pub(crate) fn time_of(what: &str, it: TimeIs) -> String {
    let moment = |it: Moment| match it {
        Moment::At(it) => it.to_string(),
        Moment::Day(it) => it.to_string(),
    };
    match it {
        TimeIs::Before(at) => format!("{what} before {}", moment(at)),
        TimeIs::After(at) => format!("{what} on or after {}", moment(at)),
        TimeIs::OlderThan(it) => format!("{what} more than {} ago", span(it)),
        TimeIs::NewerThan(it) => format!("{what} less than {} ago", span(it)),
        TimeIs::Set => format!("{what} at all"),
        TimeIs::NotSet => format!("not {what} at all"),
    }
}

fn span(it: Span) -> String {
    let (n, unit) = match it {
        Span::Minutes(n) => (n, "minute"),
        Span::Hours(n) => (n, "hour"),
        Span::Days(n) => (n, "day"),
    };
    if n == 1 { format!("1 {unit}") } else { format!("{n} {unit}s") }
}

pub(crate) fn compare(it: Compare) -> String {
    match it {
        Compare::Is(n) => format!("is {n}"),
        Compare::AtLeast(n) => format!("is at least {n}"),
        Compare::AtMost(n) => format!("is at most {n}"),
    }
}

pub(crate) fn attribute(tx: &mut Tx, about: About, name: &str, it: &AttributeIs) -> Result<String> {
    let label: Option<String> = tx.maybe_scalar(
        "SELECT label FROM attribute_definitions WHERE subject_kind = $1 AND name = $2",
        &[about.into(), name.into()],
    )?;
    let what = format!("the {}’s {}", about.word(), label.unwrap_or_else(|| name.to_owned()));
    Ok(match it {
        AttributeIs::Set => format!("{what} is known"),
        AttributeIs::NotSet => format!("{what} is not known"),
        AttributeIs::AnyOf(of) => format!("{what} is {}", listed(of, "or")),
        AttributeIs::NoneOf(of) => format!("{what} is not {}", listed(of, "or")),
        AttributeIs::Contains(it) => format!("{what} contains “{it}”"),
        AttributeIs::Number(it) => format!("{what} {}", compare(*it)),
        AttributeIs::Before(it) => format!("{what} is before {it}"),
        AttributeIs::After(it) => format!("{what} is {it} or later"),
        AttributeIs::True => format!("{what} is yes"),
        AttributeIs::NotTrue => format!("{what} is not yes"),
    })
}
