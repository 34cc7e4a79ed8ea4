//! JSON → condition, with an error for each place that is wrong.

use std::{borrow::Cow, str::FromStr};

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

use super::condition::{
    AttributeIs, Compare, Condition, Group, Is, Moment, Span, TagIs, Test, TextIs, Time, TimeIs,
    Who,
};
use crate::{Error, Result, attributes::About, error::FieldError, tags::TagId};

const MOST_DEEP: usize = 5;
const MOST_TESTS: usize = 50;
const MOST_VALUES: usize = 100;
const MOST_CHARACTERS: usize = 200;

/// Reads a condition. [`Error::Invalid`] names each wrong place: `conditions.all[1].value`.
pub fn read(json: &Value) -> Result<Condition> {
    read_with(json, Reader::test)
}

/// How one test is read: its JSON, and where it stands.
pub(crate) type ReadTest<T> = fn(&mut Reader, &Value, &str) -> Option<T>;

/// The same with tests of another kind.
pub(crate) fn read_with<T>(json: &Value, test: ReadTest<T>) -> Result<Condition<T>> {
    let mut reader = Reader { problems: Vec::new(), tests: 0 };
    let read = reader.condition(json, "conditions", 0, test);
    if reader.tests > MOST_TESTS {
        reader.wrong::<()>("conditions", "There are too many conditions; 50 are the most.");
    }
    match (read, reader.problems.is_empty()) {
        (Some(it), true) => Ok(it),
        _ => Err(Error::Invalid(reader.problems)),
    }
}

/// What was found wrong so far.
pub(crate) struct Reader {
    problems: Vec<FieldError>,
    tests: usize,
}

impl Reader {
    pub(crate) fn wrong<T>(
        &mut self,
        path: &str,
        problem: impl Into<Cow<'static, str>>,
    ) -> Option<T> {
        if self.problems.len() < 20 {
            let field = path.to_owned().into();
            self.problems.push(FieldError { field, problem: problem.into() });
        }
        None
    }

    fn condition<T>(
        &mut self,
        json: &Value,
        path: &str,
        depth: usize,
        test: ReadTest<T>,
    ) -> Option<Condition<T>> {
        let Some(object) = json.as_object() else {
            return self.wrong(path, "A condition is an object.");
        };
        if depth >= MOST_DEEP {
            return self.wrong(path, "The conditions are nested too deeply.");
        }
        for (word, make) in [
            ("all", Condition::All as fn(Vec<Condition<T>>) -> Condition<T>),
            ("any", Condition::Any),
            ("none", Condition::None),
        ] {
            if let Some(list) = object.get(word) {
                if object.len() > 1 {
                    return self.wrong(path, "all, any and none stand alone.");
                }
                return self.list(list, &format!("{path}.{word}"), depth, test).map(make);
            }
        }
        self.tests += 1;
        let known = ["field", "op", "value", "of", "name"];
        if let Some(odd) = object.keys().find(|it| !known.contains(&it.as_str())) {
            return self.wrong(&format!("{path}.{odd}"), "There is no such part of a condition.");
        }
        test(self, json, path).map(Condition::Test)
    }

    fn list<T>(
        &mut self,
        json: &Value,
        path: &str,
        depth: usize,
        test: ReadTest<T>,
    ) -> Option<Vec<Condition<T>>> {
        let Some(list) = json.as_array() else {
            return self.wrong(path, "This is a list of conditions.");
        };
        if list.len() > MOST_TESTS {
            return self.wrong(path, "There are too many conditions; 50 are the most.");
        }
        let read: Vec<_> = list
            .iter()
            .enumerate()
            .map(|(n, it)| self.condition(it, &format!("{path}[{n}]"), depth + 1, test))
            .collect();
        read.into_iter().collect()
    }

    fn test(&mut self, json: &Value, path: &str) -> Option<Test> {
        let field = json.get("field").and_then(Value::as_str).unwrap_or_default();
        match field {
            "active" => self.yes(json, path).map(Test::Active),
            "has_attachment" => self.yes(json, path).map(Test::HasAttachment),
            "unread" => self.yes(json, path).map(Test::Unread),
            "followed" => self.yes(json, path).map(Test::Followed),
            "category" => self.among(json, path).map(|(is, of)| Test::Category(is, of)),
            "status" => self.among(json, path).map(|(is, of)| Test::Status(is, of)),
            "assignee" => self.among(json, path).map(|(is, of)| Test::Assignee(is, of)),
            "team" => self.among(json, path).map(|(is, of)| Test::Team(is, of)),
            "inbox" => self.among(json, path).map(|(is, of)| Test::Inbox(is, of)),
            "channel" => self.among(json, path).map(|(is, of)| Test::Channel(is, of)),
            "contact" => self.among(json, path).map(|(is, of)| Test::Contact(is, of)),
            "account" => self.among(json, path).map(|(is, of)| Test::Account(is, of)),
            "priority" => self.among(json, path).map(|(is, of)| Test::Priority(is, of)),
            "tag" => self.tag(json, path).map(|(is, of)| Test::Tag(is, of)),
            "subject" => self.text(json, path).map(Test::Subject),
            "created" => self.time(json, path).map(|it| Test::Time(Time::Created, it)),
            "updated" => self.time(json, path).map(|it| Test::Time(Time::Updated, it)),
            "last_message" => self.time(json, path).map(|it| Test::Time(Time::LastMessage, it)),
            "waiting_since" => self.time(json, path).map(|it| Test::Time(Time::WaitingSince, it)),
            "messages" => self.compare(json, path).map(Test::Messages),
            "attribute" => self.attribute(json, path),
            _ => self.wrong(&format!("{path}.field"), "There is no such field."),
        }
    }

    pub(crate) fn op<'j>(&mut self, json: &'j Value) -> &'j str {
        json.get("op").and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn wrong_op<T>(&mut self, path: &str, ops: &str) -> Option<T> {
        self.wrong(&format!("{path}.op"), format!("This field can be compared by {ops}."))
    }

    pub(crate) fn yes(&mut self, json: &Value, path: &str) -> Option<bool> {
        match (self.op(json), json.get("value").and_then(Value::as_bool)) {
            ("is", Some(it)) => Some(it),
            ("is", None) => self.wrong(&format!("{path}.value"), "This is true or false."),
            _ => self.wrong_op(path, "is"),
        }
    }

    pub(crate) fn among<T: FromStr<Err = &'static str>>(
        &mut self,
        json: &Value,
        path: &str,
    ) -> Option<(Is, Vec<T>)> {
        let is = match self.op(json) {
            "any_of" => Is::AnyOf,
            "none_of" => Is::NoneOf,
            _ => return self.wrong_op(path, "any_of and none_of"),
        };
        Some((is, self.values(json, path)?))
    }

    pub(crate) fn tag(&mut self, json: &Value, path: &str) -> Option<(TagIs, Vec<TagId>)> {
        let is = match self.op(json) {
            "any_of" => TagIs::AnyOf,
            "all_of" => TagIs::AllOf,
            "none_of" => TagIs::NoneOf,
            _ => return self.wrong_op(path, "any_of, all_of and none_of"),
        };
        Some((is, self.values(json, path)?))
    }

    fn values<T: FromStr<Err = &'static str>>(
        &mut self,
        json: &Value,
        path: &str,
    ) -> Option<Vec<T>> {
        let at = format!("{path}.value");
        let Some(list) = json.get("value").and_then(Value::as_array) else {
            return self.wrong(&at, "This is a list.");
        };
        if list.is_empty() || list.len() > MOST_VALUES {
            return self.wrong(&at, "Choose at least one, and at most 100.");
        }
        let read: Vec<Option<T>> = list
            .iter()
            .enumerate()
            .map(|(n, it)| match it.as_str().map(T::from_str) {
                Some(Ok(it)) => Some(it),
                Some(Err(why)) => self.wrong(&format!("{at}[{n}]"), sentence(why)),
                None => self.wrong(&format!("{at}[{n}]"), "This is a text."),
            })
            .collect();
        read.into_iter().collect()
    }

    pub(crate) fn string(&mut self, json: &Value, path: &str) -> Option<String> {
        match json.get("value").and_then(Value::as_str).map(str::trim) {
            Some(it) if !it.is_empty() && it.chars().count() <= MOST_CHARACTERS => {
                Some(it.to_owned())
            }
            _ => self.wrong(&format!("{path}.value"), "This is a text of at most 200 characters."),
        }
    }

    pub(crate) fn text(&mut self, json: &Value, path: &str) -> Option<TextIs> {
        let make = match self.op(json) {
            "contains" => TextIs::Contains,
            "not_contains" => TextIs::NotContains,
            "starts_with" => TextIs::StartsWith,
            "is" => TextIs::Equals,
            _ => return self.wrong_op(path, "contains, not_contains, starts_with and is"),
        };
        self.string(json, path).map(make)
    }

    pub(crate) fn compare(&mut self, json: &Value, path: &str) -> Option<Compare> {
        let make = match self.op(json) {
            "is" => Compare::Is,
            "at_least" => Compare::AtLeast,
            "at_most" => Compare::AtMost,
            _ => return self.wrong_op(path, "is, at_least and at_most"),
        };
        match json.get("value").and_then(Value::as_f64) {
            Some(it) if it.is_finite() => Some(make(it)),
            _ => self.wrong(&format!("{path}.value"), "This is a number."),
        }
    }

    pub(crate) fn time(&mut self, json: &Value, path: &str) -> Option<TimeIs> {
        match self.op(json) {
            "before" => self.moment(json, path).map(TimeIs::Before),
            "after" => self.moment(json, path).map(TimeIs::After),
            "older_than" => self.span(json, path).map(TimeIs::OlderThan),
            "newer_than" => self.span(json, path).map(TimeIs::NewerThan),
            "is_set" => Some(TimeIs::Set),
            "is_not_set" => Some(TimeIs::NotSet),
            _ => {
                self.wrong_op(path, "before, after, older_than, newer_than, is_set and is_not_set")
            }
        }
    }

    fn moment(&mut self, json: &Value, path: &str) -> Option<Moment> {
        let text = json.get("value").and_then(Value::as_str).unwrap_or_default();
        if let Ok(it) = text.parse::<Timestamp>() {
            return Some(Moment::At(it));
        }
        match text.parse::<Date>() {
            Ok(it) => Some(Moment::Day(it)),
            Err(_) => {
                let text = "This is a day or a time, such as 2026-11-20 or 2026-11-20T09:00:00Z.";
                self.wrong(&format!("{path}.value"), text)
            }
        }
    }

    fn span(&mut self, json: &Value, path: &str) -> Option<Span> {
        let value = json.get("value").and_then(Value::as_object);
        let only = value.filter(|it| it.len() == 1).and_then(|it| it.iter().next());
        let read = only.and_then(|(unit, n)| {
            let n = n.as_i64().filter(|n| (1..=100_000).contains(n))?;
            match unit.as_str() {
                "minutes" => Some(Span::Minutes(n)),
                "hours" => Some(Span::Hours(n)),
                "days" => Some(Span::Days(n)),
                _ => None,
            }
        });
        let at = format!("{path}.value");
        read.or_else(|| self.wrong(&at, "This is a length of time, such as {\"hours\": 4}."))
    }

    fn attribute(&mut self, json: &Value, path: &str) -> Option<Test> {
        let (about, name, is) = self.any_attribute(json, path)?;
        Some(Test::Attribute(about, name, is))
    }

    pub(crate) fn any_attribute(
        &mut self,
        json: &Value,
        path: &str,
    ) -> Option<(About, String, AttributeIs)> {
        let about = match json.get("of").and_then(Value::as_str).map(About::from_str) {
            Some(Ok(it)) => it,
            _ => {
                let text = "An attribute belongs to a contact, an account or a conversation.";
                return self.wrong(&format!("{path}.of"), text);
            }
        };
        let name = json.get("name").and_then(Value::as_str).unwrap_or_default();
        let fine = |it: char| it.is_ascii_alphanumeric() || it == '_';
        if name.is_empty() || name.len() > 100 || !name.chars().all(fine) {
            return self.wrong(&format!("{path}.name"), "This is not the name of an attribute.");
        }
        let is = self.attribute_is(json, path)?;
        Some((about, name.to_owned(), is))
    }

    pub(crate) fn attribute_is(&mut self, json: &Value, path: &str) -> Option<AttributeIs> {
        match self.op(json) {
            "is_set" => Some(AttributeIs::Set),
            "is_not_set" => Some(AttributeIs::NotSet),
            "is_true" => Some(AttributeIs::True),
            "is_not_true" => Some(AttributeIs::NotTrue),
            "any_of" => self.texts(json, path).map(AttributeIs::AnyOf),
            "none_of" => self.texts(json, path).map(AttributeIs::NoneOf),
            "contains" => self.string(json, path).map(AttributeIs::Contains),
            "is" | "at_least" | "at_most" => self.compare(json, path).map(AttributeIs::Number),
            "before" => self.day(json, path).map(AttributeIs::Before),
            "after" => self.day(json, path).map(AttributeIs::After),
            _ => self.wrong_op(
                path,
                "is_set, is_not_set, is_true, is_not_true, any_of, none_of, contains, is, \
                 at_least, at_most, before and after",
            ),
        }
    }

    fn texts(&mut self, json: &Value, path: &str) -> Option<Vec<String>> {
        let at = format!("{path}.value");
        let list = json.get("value").and_then(Value::as_array);
        let Some(list) = list.filter(|it| (1..=MOST_VALUES).contains(&it.len())) else {
            return self.wrong(&at, "This is a list of one to 100 texts.");
        };
        let text = |it: &Value| {
            it.as_str().filter(|it| it.chars().count() <= MOST_CHARACTERS).map(str::to_owned)
        };
        match list.iter().map(text).collect::<Option<Vec<_>>>() {
            Some(it) => Some(it),
            None => self.wrong(&at, "Each is a text of at most 200 characters."),
        }
    }

    fn day(&mut self, json: &Value, path: &str) -> Option<Date> {
        match json.get("value").and_then(Value::as_str).map(str::parse) {
            Some(Ok(it)) => Some(it),
            _ => self.wrong(&format!("{path}.value"), "This is a day, such as 2026-11-20."),
        }
    }
}

/// What a parser says, as a sentence.
fn sentence(why: &'static str) -> Cow<'static, str> {
    match why.ends_with('.') {
        true => why.into(),
        false => format!("This is {why}.").into(),
    }
}

impl FromStr for Who {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "me" => Ok(Self::Me),
            "nobody" => Ok(Self::Nobody),
            id => id.parse().map(Self::Agent).map_err(|_| "This is me, nobody, or an agent's id."),
        }
    }
}

impl FromStr for Group {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "mine" => Ok(Self::Mine),
            "none" => Ok(Self::Nobody),
            id => id.parse().map(Self::Team).map_err(|_| "This is mine, none, or a team's id."),
        }
    }
}
