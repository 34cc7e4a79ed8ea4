//! Which accounts: nested conditions over what is known of them.

use serde_json::{Value, json};
use tend_store::Tx;

use super::{Meaning, PersonRole, SegmentId, StageId, words};
use crate::{
    Result,
    accounts::AccountId,
    attributes::About,
    tags::TagId,
    views::{
        self, AttributeIs, Compare, Group, Is, TagIs, TextIs, TimeIs, Who,
        read::{Reader, read_with},
        show,
    },
};

/// Which accounts.
pub type Condition = views::Condition<AccountTest>;

/// How many days ahead something lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// Within so many days from today; what is past is not among them.
    Within(i64),
    /// Later than that.
    Beyond(i64),
    /// Its day is over.
    Past,
    Set,
    NotSet,
}

/// How often an event happened within some days.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// The event's name.
    pub event: String,
    pub days: i64,
    pub times: Compare,
}

/// A value of any of these, by the word of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnyValue {
    /// A year, in whole units of the home currency.
    Arr,
    /// Active conversations.
    Open,
    Contacts,
    /// Per cent, against the 30 days before.
    Trend,
    /// Days in its stage.
    InStage,
    /// Tasks that are overdue.
    Overdue,
    /// Money at risk: probability × a year, in whole units of the home currency.
    Risk,
    /// The probability that it leaves, in per cent: the one that counts, which is an agent's as
    /// long as it holds.
    Leaving,
    /// The one that was foretold last, whatever anybody believes.
    LeavingForetold,
    /// The rule score, 0 to 100, as it was last written down.
    RuleScore,
    /// Invoices that are late.
    Late,
    /// Products that it pays for.
    Products,
}

/// A stage by what it means.
pub type Means = Meaning;

/// One thing that holds of an account or does not.
#[derive(Clone, Debug, PartialEq)]
pub enum AccountTest {
    Name(TextIs),
    Owner(Is, Vec<Who>),
    /// A team of the owner.
    Team(Is, Vec<Group>),
    Stage(Is, Vec<StageId>),
    Means(Is, Vec<Means>),
    Tag(TagIs, Vec<TagId>),
    /// It is a part of one of these.
    Parent(Is, Vec<AccountId>),
    HasParent(bool),
    Number(AnyValue, Compare),
    Renewal(Ahead),
    Created(TimeIs),
    /// The last message or note.
    LastTouch(TimeIs),
    /// The last day of any usage.
    LastUsed(TimeIs),
    Usage(Counted),
    /// It has a key person of such a role who is there.
    Role(Is, Vec<PersonRole>),
    /// A key person left, or fell silent.
    PersonLeft(bool),
    PersonSilent(bool),
    Segment(Is, Vec<SegmentId>),
    Attribute(String, AttributeIs),
}

/// Reads a condition; Invalid names each wrong place: `conditions.all[1].value`.
pub fn read(json: &Value) -> Result<Condition> {
    read_with(json, test)
}

/// The condition in words.
pub fn sentence(tx: &mut Tx, it: &Condition) -> Result<String> {
    views::sentence::sentence_with(tx, it, words::test)
}

impl Condition {
    /// As it is stored and as the API shows it.
    pub fn to_json(&self) -> Value {
        show::show(self, shown)
    }
}

fn test(reader: &mut Reader, json: &Value, path: &str) -> Option<AccountTest> {
    use AccountTest as T;
    let field = json.get("field").and_then(Value::as_str).unwrap_or_default();
    match field {
        "name" => reader.text(json, path).map(T::Name),
        "owner" => reader.among(json, path).map(|(is, of)| T::Owner(is, of)),
        "team" => reader.among(json, path).map(|(is, of)| T::Team(is, of)),
        "stage" => reader.among(json, path).map(|(is, of)| T::Stage(is, of)),
        "means" => reader.among(json, path).map(|(is, of)| T::Means(is, of)),
        "tag" => reader.tag(json, path).map(|(is, of)| T::Tag(is, of)),
        "parent" => reader.among(json, path).map(|(is, of)| T::Parent(is, of)),
        "has_parent" => reader.yes(json, path).map(T::HasParent),
        "arr" => reader.compare(json, path).map(|it| T::Number(AnyValue::Arr, it)),
        "open" => reader.compare(json, path).map(|it| T::Number(AnyValue::Open, it)),
        "contacts" => reader.compare(json, path).map(|it| T::Number(AnyValue::Contacts, it)),
        "trend" => reader.compare(json, path).map(|it| T::Number(AnyValue::Trend, it)),
        "in_stage" => reader.compare(json, path).map(|it| T::Number(AnyValue::InStage, it)),
        "overdue" => reader.compare(json, path).map(|it| T::Number(AnyValue::Overdue, it)),
        "risk" => reader.compare(json, path).map(|it| T::Number(AnyValue::Risk, it)),
        "leaving" => reader.compare(json, path).map(|it| T::Number(AnyValue::Leaving, it)),
        "leaving_foretold" => {
            reader.compare(json, path).map(|it| T::Number(AnyValue::LeavingForetold, it))
        }
        "rule_score" => reader.compare(json, path).map(|it| T::Number(AnyValue::RuleScore, it)),
        "late_invoices" => reader.compare(json, path).map(|it| T::Number(AnyValue::Late, it)),
        "products" => reader.compare(json, path).map(|it| T::Number(AnyValue::Products, it)),
        "renewal" => ahead(reader, json, path).map(T::Renewal),
        "created" => reader.time(json, path).map(T::Created),
        "last_touch" => reader.time(json, path).map(T::LastTouch),
        "last_used" => reader.time(json, path).map(T::LastUsed),
        "usage" => usage(reader, json, path).map(T::Usage),
        "role" => reader.among(json, path).map(|(is, of)| T::Role(is, of)),
        "person_left" => reader.yes(json, path).map(T::PersonLeft),
        "person_silent" => reader.yes(json, path).map(T::PersonSilent),
        "segment" => reader.among(json, path).map(|(is, of)| T::Segment(is, of)),
        "attribute" => {
            let (about, name, is) = reader.any_attribute(json, path)?;
            match about {
                About::Account => Some(T::Attribute(name, is)),
                _ => reader.wrong(&format!("{path}.of"), "This is an attribute of an account."),
            }
        }
        _ => reader.wrong(&format!("{path}.field"), "There is no such field."),
    }
}

fn ahead(reader: &mut Reader, json: &Value, path: &str) -> Option<Ahead> {
    let days = json.pointer("/value/days").and_then(Value::as_i64);
    let days = days.filter(|it| (0..=36_500).contains(it));
    let op = reader.op(json);
    match (op, days) {
        ("past", _) => Some(Ahead::Past),
        ("is_set", _) => Some(Ahead::Set),
        ("is_not_set", _) => Some(Ahead::NotSet),
        ("within", Some(days)) => Some(Ahead::Within(days)),
        ("beyond", Some(days)) => Some(Ahead::Beyond(days)),
        ("within" | "beyond", None) => {
            let text = "This is a number of days, such as {\"days\": 60}.";
            reader.wrong(&format!("{path}.value"), text)
        }
        _ => reader.wrong_op(path, "within, beyond, past, is_set and is_not_set"),
    }
}

/// `{"field": "usage", "name": "Report exported", "op": "at_least", "value": {"times": 3, "days": 30}}`.
fn usage(reader: &mut Reader, json: &Value, path: &str) -> Option<Counted> {
    let event = json.get("name").and_then(Value::as_str).unwrap_or_default().trim();
    if event.is_empty() || event.chars().count() > 200 {
        return reader.wrong(&format!("{path}.name"), "This is the name of an event.");
    }
    let times = json.pointer("/value/times").and_then(Value::as_i64);
    let days = json.pointer("/value/days").and_then(Value::as_i64);
    let (Some(times @ 0..=1_000_000_000), Some(days @ 1..=400)) = (times, days) else {
        let text = "This is a number of times within 1 to 400 days: {\"times\": 3, \"days\": 30}.";
        return reader.wrong(&format!("{path}.value"), text);
    };
    let n = times as f64;
    let times = match reader.op(json) {
        "is" => Compare::Is(n),
        "at_least" => Compare::AtLeast(n),
        "at_most" => Compare::AtMost(n),
        _ => return reader.wrong_op(path, "is, at_least and at_most"),
    };
    Some(Counted { event: event.to_owned(), days, times })
}

fn shown(it: &AccountTest) -> Value {
    use AccountTest as T;
    match it {
        T::Name(it) => show::text("name", it),
        T::Owner(is, of) => show::among("owner", *is, texts(of)),
        T::Team(is, of) => show::among("team", *is, texts(of)),
        T::Stage(is, of) => show::among("stage", *is, texts(of)),
        T::Means(is, of) => show::among("means", *is, texts(of)),
        T::Tag(is, of) => show::tag(*is, of),
        T::Parent(is, of) => show::among("parent", *is, texts(of)),
        T::HasParent(yes) => show::is("has_parent", *yes),
        T::Number(what, it) => {
            let (op, n) = show::compare(*it);
            json!({ "field": what.word(), "op": op, "value": n })
        }
        T::Renewal(it) => match it {
            Ahead::Within(days) => days_ahead("within", *days),
            Ahead::Beyond(days) => days_ahead("beyond", *days),
            Ahead::Past => json!({ "field": "renewal", "op": "past" }),
            Ahead::Set => json!({ "field": "renewal", "op": "is_set" }),
            Ahead::NotSet => json!({ "field": "renewal", "op": "is_not_set" }),
        },
        T::Created(it) => show::time_of("created", *it),
        T::LastTouch(it) => show::time_of("last_touch", *it),
        T::LastUsed(it) => show::time_of("last_used", *it),
        T::Usage(it) => {
            let (op, n) = show::compare(it.times);
            json!({ "field": "usage", "name": it.event, "op": op,
                    "value": { "times": n, "days": it.days } })
        }
        T::Role(is, of) => show::among("role", *is, texts(of)),
        T::PersonLeft(yes) => show::is("person_left", *yes),
        T::PersonSilent(yes) => show::is("person_silent", *yes),
        T::Segment(is, of) => show::among("segment", *is, texts(of)),
        T::Attribute(name, it) => {
            let (op, value) = show::attribute(it);
            let mut out = json!({ "field": "attribute", "of": "account", "name": name, "op": op });
            if !value.is_null() {
                out["value"] = value;
            }
            out
        }
    }
}

fn days_ahead(op: &str, days: i64) -> Value {
    json!({ "field": "renewal", "op": op, "value": { "days": days } })
}

fn texts<T: ToString>(of: &[T]) -> impl Iterator<Item = String> {
    of.iter().map(ToString::to_string)
}

impl AnyValue {
    /// Only for those who may see money.
    pub(super) fn is_money(self) -> bool {
        matches!(self, Self::Arr | Self::Risk | Self::Late | Self::Products)
    }

    /// The word of the field.
    pub fn word(self) -> &'static str {
        match self {
            Self::Arr => "arr",
            Self::Open => "open",
            Self::Contacts => "contacts",
            Self::Trend => "trend",
            Self::InStage => "in_stage",
            Self::Overdue => "overdue",
            Self::Risk => "risk",
            Self::Leaving => "leaving",
            Self::LeavingForetold => "leaving_foretold",
            Self::RuleScore => "rule_score",
            Self::Late => "late_invoices",
            Self::Products => "products",
        }
    }
}
