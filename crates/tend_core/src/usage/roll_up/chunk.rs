use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{Batch, Gathered, day_seen, json, window};
use crate::usage::{
    SourceId, Trust, correct, day_of,
    names::Name,
    people::Key,
    seen::{self, Part, Seen},
    wire::{self, Call, Event, Rejected},
};

/// What was gathered, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    batches: Vec<i64>,
    sources: HashMap<SourceId, Timestamp>,
    names: HashMap<i64, Name>,
    events: Vec<Heard>,
    rejected: Vec<(SourceId, Timestamp, Rejected)>,
}

/// One event, and how it came.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub source: SourceId,
    pub trust: Trust,
    pub event: Event,
    pub at: Timestamp,
    pub day: i64,
    /// Under which day its id is kept, and what of it.
    pub seen_day: i64,
    pub received_day: i64,
    pub hash: u64,
}

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Meant {
    pub(super) batches: Vec<i64>,
    pub(super) sources: HashMap<SourceId, Timestamp>,
    pub(super) names: HashMap<i64, Name>,
    /// Each once.
    pub(super) events: Vec<Heard>,
    pub(super) rejected: Vec<(SourceId, Timestamp, Rejected)>,
    /// Of which event a piece may know, by its place in the list.
    pub(super) doubts: HashMap<usize, Vec<i64>>,
    pub(super) repeated: usize,
}

impl Chunk {
    /// Reads what was gathered: outside of any transaction, since it takes a processor.
    pub fn read(gathered: Gathered) -> Self {
        let mut it = Self { names: gathered.names, ..Self::default() };
        for batch in &gathered.batches {
            it.batches.push(batch.id);
            it.sources.insert(batch.source_id, batch.received_at);
            it.take(batch);
        }
        it
    }

    fn take(&mut self, batch: &Batch) {
        // It was read when it came; what can't be read now was harmed on the disk.
        let Ok(request) = wire::read(Call::named(&batch.call), &json(&batch.body)) else {
            return;
        };
        for (at, event) in request.events.into_iter().enumerate() {
            match event {
                Ok(event) => self.events.push(Heard::new(batch, at, event)),
                Err(it) => self.rejected.push((batch.source_id, batch.received_at, it)),
            }
        }
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = Part> {
        let days: HashSet<(i64, i64, i64)> =
            self.events.iter().map(|it| (it.source.raw(), it.seen_day, it.received_day)).collect();
        days.into_iter().flat_map(|it| window(it.1, it.2).map(move |day| (it.0, day)))
    }

    pub(super) fn compare(self, seen: &Seen) -> Meant {
        let (mut own, mut events, mut doubts) = (HashSet::new(), Vec::new(), HashMap::new());
        let mut repeated = 0;
        for it in self.events {
            if !own.insert((it.source, it.hash)) {
                repeated += 1;
                continue;
            }
            let days = window(it.seen_day, it.received_day);
            let pieces = seen.may_have(it.source.raw(), days, it.hash);
            if !pieces.is_empty() {
                doubts.insert(events.len(), pieces);
            }
            events.push(it);
        }
        let Self { batches, sources, names, rejected, .. } = Self { events: Vec::new(), ..self };
        Meant { batches, sources, names, events, rejected, doubts, repeated }
    }
}

impl Heard {
    pub(super) fn new(batch: &Batch, place: usize, event: Event) -> Self {
        let time = correct(event.original, event.sent, batch.received_at);
        let source = batch.source_id;
        // What has no id is told apart by where it came in.
        let hash = match event.message_id.as_str() {
            "" => seen::hash(source.raw(), &format!("{} {place}", batch.id)),
            id => seen::hash(source.raw(), id),
        };
        Self {
            source,
            trust: batch.trust,
            at: time.at,
            day: day_of(time.at),
            seen_day: day_seen(event.original, batch.received_at),
            received_day: day_of(batch.received_at),
            hash,
            event,
        }
    }
}

/// Who did it, as the client calls them.
pub(super) fn key(it: &Heard) -> Option<Key> {
    let user = it.event.user.clone().map(Key::User);
    user.or_else(|| it.event.anonymous.clone().map(Key::Anonymous))
}
