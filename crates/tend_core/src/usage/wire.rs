//! What a client says, as Segment's tracking API has it.

use std::{borrow::Cow, fmt};

use jiff::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{LARGEST_EVENT, MOST_EVENTS, TOO_MANY, json, time};

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    Identify,
    Track,
    Page,
    Screen,
    Group,
    Alias,
}

impl Call {
    /// The word in tables, paths and the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Track => "track",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
        }
    }

    /// From its word, as `type` has it.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Identify, Self::Track, Self::Page, Self::Screen, Self::Group, Self::Alias]
            .into_iter()
            .find(|it| it.word().eq_ignore_ascii_case(word))
    }

    /// Whether it is use of the product; the others say who somebody is.
    pub fn is_use(self) -> bool {
        matches!(self, Self::Track | Self::Page | Self::Screen)
    }
}

/// One event, read and found good.
#[derive(Clone, Debug)]
pub struct Event {
    pub call: Call,
    /// What the client calls it; empty if it said nothing.
    pub message_id: String,
    pub user: Option<String>,
    pub anonymous: Option<String>,
    /// `groupId`, of the call or of its context.
    pub group: Option<String>,
    pub previous: Option<String>,
    /// Of a track call its event; of a page or screen its name.
    pub name: String,
    pub original: Option<Timestamp>,
    pub sent: Option<Timestamp>,
    /// It said when it happened, and nobody can read it: it counts as of now.
    pub time_is_unread: bool,
    /// Of identify and group.
    pub traits: Map<String, Value>,
}

/// An event that can't be taken, and why.
#[derive(Clone, Debug)]
pub struct Rejected {
    pub call: String,
    pub event: String,
    pub message_id: String,
    /// A whole sentence.
    pub reason: Cow<'static, str>,
    /// Its start.
    pub sample: String,
}

/// A whole request.
#[derive(Debug, Default)]
pub struct Request {
    pub write_key: Option<String>,
    /// In their order.
    pub events: Vec<Result<Event, Rejected>>,
}

/// The request is not JSON of the right shape: nothing of it can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl From<json::NotJson> for Unreadable {
    fn from(_: json::NotJson) -> Self {
        Self
    }
}

/// Reads a request: one event, or for `None` a batch of them.
///
/// # Errors
/// When it is not JSON, or a batch without a list of events.
pub fn read(call: Option<Call>, body: &[u8]) -> Result<Request, Unreadable> {
    let Some(call) = call else { return batch(body) };
    let write_key = envelope(body)?.write_key.text();
    Ok(Request { write_key, events: vec![event(Some(call), body, &Envelope::default())?] })
}

fn batch(body: &[u8]) -> Result<Request, Unreadable> {
    let (mut shared, mut items) = (Envelope::default(), None);
    for (name, value) in json::members(body)? {
        match name {
            b"batch" => items = Some(json::elements(value)?),
            b"writeKey" => shared.write_key = part(value)?,
            b"sentAt" => shared.sent = part(value)?,
            b"context" => shared.context = part(value)?,
            _ => {
                part::<IgnoredAny>(value)?;
            }
        }
    }
    let mut events = Vec::new();
    for (at, item) in items.ok_or(Unreadable)?.into_iter().enumerate() {
        let read = event(None, item, &shared)?;
        events.push(match at < MOST_EVENTS {
            true => read,
            false => Err(rejected(item, TOO_MANY)),
        });
    }
    Ok(Request { write_key: shared.write_key.text(), events })
}

/// A syntax that is wrong is an error of the whole; a type that is wrong is nothing.
fn part<'a, T: Deserialize<'a> + Default>(text: &'a [u8]) -> Result<T, Unreadable> {
    match serde_json::from_slice(text) {
        Ok(it) => Ok(it),
        Err(error) if error.is_data() => Ok(T::default()),
        Err(_) => Err(Unreadable),
    }
}

fn envelope(body: &[u8]) -> Result<Envelope<'_>, Unreadable> {
    part(body)
}

fn event(
    call: Option<Call>,
    text: &[u8],
    shared: &Envelope<'_>,
) -> Result<Result<Event, Rejected>, Unreadable> {
    let item: Item<'_> = match serde_json::from_slice(text) {
        Ok(it) => it,
        Err(error) if error.is_data() => {
            return Ok(Err(rejected(text, "An event is a JSON object.")));
        }
        Err(_) => return Err(Unreadable),
    };
    let kind = item.kind.text().unwrap_or_default();
    let call = call.or_else(|| Call::named(&kind));
    let made = match call {
        _ if text.len() > LARGEST_EVENT => Err("The event is larger than 32 KB.".into()),
        None if kind.is_empty() => Err("It has no type.".into()),
        None => Err("Its type is none of track, page, screen, identify, group, alias.".into()),
        Some(call) => made(call, &item, text, shared),
    };
    Ok(made.map_err(|reason| Rejected {
        call: call.map_or(kind, |it| it.word().to_owned()),
        event: item.event.text().or(item.name.text()).unwrap_or_default(),
        message_id: item.message_id.text().unwrap_or_default(),
        reason,
        sample: sample(text),
    }))
}

fn made(
    call: Call,
    item: &Item<'_>,
    text: &[u8],
    shared: &Envelope<'_>,
) -> Result<Event, Cow<'static, str>> {
    let (user, anonymous) = (item.user.text(), item.anonymous.text());
    if user.is_none() && anonymous.is_none() && call != Call::Alias {
        return Err("It has neither a userId nor an anonymousId.".into());
    }
    let name = match call {
        Call::Track => item.event.text().ok_or("A track call needs the name of its event.")?,
        Call::Page | Call::Screen => item.name.text().or(item.category.text()).unwrap_or_default(),
        _ => String::new(),
    };
    let of_context = item.context.group.text().or(shared.context.group.text());
    let group = match call {
        Call::Group => Some(item.group.text().ok_or("A group call needs a groupId.")?),
        _ => item.group.text().or(of_context),
    };
    let previous = item.previous.text();
    if call == Call::Alias && (previous.is_none() || (user.is_none() && anonymous.is_none())) {
        return Err("An alias call needs a previousId and a userId.".into());
    }
    let has_traits = matches!(call, Call::Identify | Call::Group);
    let traits: Traits = match has_traits {
        true => serde_json::from_slice(text).unwrap_or_default(),
        false => Traits::default(),
    };
    let moment = |it: &Text<'_>| it.text().and_then(|it| time::read(&it));
    let original = moment(&item.original).or_else(|| moment(&item.timestamp));
    if original.is_some_and(|it| it.as_second() < 946_684_800) {
        return Err("It says that it happened before the year 2000.".into());
    }
    let said = item.original.text().or_else(|| item.timestamp.text());
    Ok(Event {
        call,
        time_is_unread: said.is_some() && original.is_none(),
        message_id: item.message_id.text().unwrap_or_default(),
        user,
        anonymous,
        group,
        previous,
        name: crate::fold::one_line(&name, 200),
        original,
        sent: moment(&item.sent).or_else(|| moment(&shared.sent)),
        traits: traits.traits.0,
    })
}

fn rejected(text: &[u8], reason: &'static str) -> Rejected {
    let item: Item<'_> = serde_json::from_slice(text).unwrap_or_default();
    Rejected {
        call: item.kind.text().unwrap_or_default(),
        event: item.event.text().unwrap_or_default(),
        message_id: item.message_id.text().unwrap_or_default(),
        reason: reason.into(),
        sample: sample(text),
    }
}

fn sample(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    crate::fold::shorten(&text.replace('\0', ""), 2_000)
}

/// What stands around the events of a batch, or beside those of one.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Envelope<'a> {
    #[serde(rename = "writeKey")]
    write_key: Text<'a>,
    #[serde(rename = "sentAt")]
    sent: Text<'a>,
    context: Context<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Item<'a> {
    #[serde(rename = "type")]
    kind: Text<'a>,
    #[serde(rename = "messageId")]
    message_id: Text<'a>,
    #[serde(rename = "userId")]
    user: Text<'a>,
    #[serde(rename = "anonymousId")]
    anonymous: Text<'a>,
    #[serde(rename = "groupId")]
    group: Text<'a>,
    #[serde(rename = "previousId")]
    previous: Text<'a>,
    event: Text<'a>,
    name: Text<'a>,
    category: Text<'a>,
    timestamp: Text<'a>,
    #[serde(rename = "originalTimestamp")]
    original: Text<'a>,
    #[serde(rename = "sentAt")]
    sent: Text<'a>,
    context: Context<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Traits {
    traits: Object,
}

#[derive(Debug, Default)]
struct Object(Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            Value::Object(it) => Ok(Self(it)),
            _ => Ok(Self::default()),
        }
    }
}

/// `context.groupId`; what else is said there is not ours.
#[derive(Debug, Default)]
struct Context<'a> {
    group: Text<'a>,
}

/// A text or a number that is not empty; anything else is nothing.
#[derive(Debug, Default)]
struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// At most 300 characters: no id and no name is longer.
    fn text(&self) -> Option<String> {
        let trimmed = self.0.trim();
        if trimmed.is_empty() {
            return None;
        }
        let text: String = trimmed.chars().filter(|it| *it != '\0').take(300).collect();
        Some(text)
    }
}

macro_rules! nothing_else {
    () => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
            while all.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_borrowed_str<E>(self, it: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(it)))
    }
    fn visit_str<E>(self, it: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(it.to_owned())))
    }
    fn visit_u64<E>(self, it: u64) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(it.to_string())))
    }
    fn visit_i64<E>(self, it: i64) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(it.to_string())))
    }
    fn visit_f64<E>(self, it: f64) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(it.to_string())))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Text<'de>, A::Error> {
        while all.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }
    nothing_else!();
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextVisitor)
    }
}

struct ContextVisitor;

impl<'de> Visitor<'de> for ContextVisitor {
    type Value = Context<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_str<E>(self, _: &str) -> Result<Context<'de>, E> {
        Ok(Context::default())
    }
    fn visit_u64<E>(self, _: u64) -> Result<Context<'de>, E> {
        Ok(Context::default())
    }
    fn visit_i64<E>(self, _: i64) -> Result<Context<'de>, E> {
        Ok(Context::default())
    }
    fn visit_f64<E>(self, _: f64) -> Result<Context<'de>, E> {
        Ok(Context::default())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Context<'de>, A::Error> {
        let mut found = Context::default();
        while let Some(name) = all.next_key::<Cow<'de, str>>()? {
            match name.as_ref() {
                "groupId" => found.group = all.next_value()?,
                _ => drop(all.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
    nothing_else!();
}

impl<'de: 'a, 'a> Deserialize<'de> for Context<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ContextVisitor)
    }
}

#[cfg(test)]
mod tests;
