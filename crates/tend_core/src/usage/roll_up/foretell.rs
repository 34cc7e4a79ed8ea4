//! What becomes of each event of a request, said before it is counted.

use std::collections::HashSet;

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{
    Batch,
    chunk::{Heard, key},
    json, window,
};
use crate::{
    Result,
    contacts::{self, IdentityKind},
    usage::{
        SourceId, Trust,
        people::{self, Key},
        seen::{self, Part},
        sources,
        wire::{self, Call, Event, Rejected},
    },
};

/// So many requests of the source that wait to be counted are looked at, and so many events.
const WAITING: i64 = 64;
const WAITING_EVENTS: i64 = 5_000;
/// More bytes of known ids than this are not read for an answer: two million events in a week.
const MOST_KNOWN: i64 = 16 << 20;

/// What becomes of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It will be counted for an account, or says who somebody is.
    Accepted,
    /// It will be counted once it is known to which account its user belongs.
    Held,
    /// It was sent before, and counts once.
    Duplicate,
    /// It can't be taken, and why.
    Rejected(String),
}

/// What becomes of the events of a request, in their order.
#[derive(Clone, Debug)]
pub struct Foretold {
    pub fates: Vec<Fate>,
    /// Whether all was looked at by which duplicates are known. If not, an accepted one may
    /// still turn out to be one.
    pub compared: bool,
}

row! {
    struct Waits {
        id: i64,
        events: i64,
    }
}

/// Says what will become of a request's events if it is taken in now. `None`: there is no such
/// key. It is exact unless the same events are sent by several requests at the same moment.
pub fn foretell(
    tx: &mut Tx,
    key_hash: &str,
    request: &[Result<Event, Rejected>],
) -> Result<Option<Foretold>> {
    let Some(source) = sources::by_key_hash(tx, key_hash)? else { return Ok(None) };
    let trust = tx.scalar("SELECT trust FROM sources WHERE id = $1", &[source.into()])?;
    let from = Origin { source, trust, received: tx.now() };
    let heard: Vec<Option<Heard>> =
        request.iter().map(|it| it.as_ref().ok().map(|it| from.heard(it))).collect();
    let (waiting, all_waiting) = waiting(tx, &from)?;
    let (known, all_known) = known(tx, heard.iter().flatten())?;
    let mut before: HashSet<u64> =
        waiting.iter().filter(|it| has_id(&it.event)).map(|it| it.hash).chain(known).collect();
    let told = told(waiting.iter().chain(heard.iter().flatten()));
    let mut fates = Vec::with_capacity(request.len());
    for (event, heard) in request.iter().zip(&heard) {
        fates.push(match (event, heard) {
            (Err(it), _) => Fate::Rejected(it.reason.clone().into_owned()),
            (Ok(_), Some(it)) if has_id(&it.event) && !before.insert(it.hash) => Fate::Duplicate,
            (Ok(_), Some(it)) if is_held(tx, it, &told)? => Fate::Held,
            _ => Fate::Accepted,
        });
    }
    Ok(Some(Foretold { fates, compared: all_waiting && all_known }))
}

struct Origin {
    source: SourceId,
    trust: Trust,
    received: Timestamp,
}

impl Origin {
    fn heard(&self, event: &Event) -> Heard {
        let batch = Batch {
            id: 0,
            source_id: self.source,
            trust: self.trust,
            received_at: self.received,
            call: String::new(),
            body: Vec::new(),
        };
        Heard::new(&batch, 0, event.clone())
    }
}

/// What has no id is never a duplicate.
fn has_id(it: &Event) -> bool {
    !it.message_id.is_empty()
}

/// What the source sent that is not counted yet, the newest of it, and whether that is all.
fn waiting(tx: &mut Tx, from: &Origin) -> Result<(Vec<Heard>, bool)> {
    let waits: Vec<Waits> = tx.rows(
        "SELECT id, events FROM usage_batches WHERE waits AND source_id = $1
         ORDER BY id DESC LIMIT $2",
        &[from.source.into(), (WAITING + 1).into()],
    )?;
    let (mut all, mut events) = (Vec::new(), 0);
    for (at, it) in waits.iter().enumerate() {
        events += it.events;
        if at as i64 == WAITING || events > WAITING_EVENTS {
            return Ok((all, false));
        }
        let batch: Batch = tx.one(
            "SELECT usage_batches.id, source_id, trust, received_at, call, body
             FROM usage_batches JOIN sources ON sources.id = source_id
             WHERE usage_batches.id = $1",
            &[it.id.into()],
        )?;
        let Ok(request) = wire::read(Call::named(&batch.call), &json(&batch.body)) else {
            continue;
        };
        let events = request.events.into_iter().enumerate();
        all.extend(events.filter_map(|(at, it)| Some(Heard::new(&batch, at, it.ok()?))));
    }
    Ok((all, true))
}

/// Which of these were counted before, and whether all was looked at.
fn known<'a>(
    tx: &mut Tx,
    heard: impl Iterator<Item = &'a Heard> + Clone,
) -> Result<(Vec<u64>, bool)> {
    let parts: HashSet<Part> = heard
        .clone()
        .flat_map(|it| window(it.seen_day, it.received_day).map(move |day| (it.source.raw(), day)))
        .collect();
    let wanted: HashSet<u64> = heard.map(|it| it.hash).collect();
    let (mut found, mut bytes) = (Vec::new(), 0);
    for part in parts {
        bytes += seen::bytes(tx, part)?;
        if bytes > MOST_KNOWN {
            return Ok((found, false));
        }
        found.extend(seen::among(tx, part, &wanted)?);
    }
    Ok((found, true))
}

/// Whom these events give an account: a group is one, and who is identified becomes a contact,
/// each of whom has one.
fn told<'a>(all: impl Iterator<Item = &'a Heard>) -> HashSet<Key> {
    let mut told = HashSet::new();
    for it in all {
        let Some(key) = key(it) else { continue };
        match it.event.call {
            Call::Group => {}
            Call::Identify if matches!(key, Key::User(_)) => {
                told.extend(it.event.anonymous.clone().map(Key::Anonymous));
            }
            _ => continue,
        }
        told.insert(key);
    }
    told
}

/// Use of the product by somebody of whom no account is known.
fn is_held(tx: &mut Tx, it: &Heard, told: &HashSet<Key>) -> Result<bool> {
    let Some(key) = key(it) else { return Ok(false) };
    if !it.event.call.is_use() || it.event.group.is_some() || told.contains(&key) {
        return Ok(false);
    }
    if let Some(known) = people::known(tx, &key)? {
        return Ok(known.account().is_none());
    }
    match &key {
        Key::User(id) => Ok(contacts::by_identity(tx, IdentityKind::External, id)?.is_none()),
        Key::Anonymous(_) => Ok(true),
    }
}
