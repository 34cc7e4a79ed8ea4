//! What waits is counted: read, without what was seen before, under those whom it speaks of.

mod chunk;
mod foretell;
mod write;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, row};

pub use chunk::{Chunk, Meant};
pub use foretell::{Fate, Foretold, foretell};
pub use write::{Rolled, roll_up};

use super::{
    KNOWN_AGAIN_DAYS, LARGEST_BATCH, SourceId, Trust, day_of,
    names::{self, Name},
    seen::{self, Part, Seen},
};
use crate::{Result, leases};

/// One at a time does it, whoever has this lease.
pub const LEASE: &str = "usage";
/// So many events at once are counted well.
pub const AT_ONCE: i64 = 6_000;
/// So many while others wait to write, so that they don't wait for long.
pub const AT_ONCE_BETWEEN: i64 = 1_500;
const REQUESTS_AT_ONCE: i64 = 2_000;
/// How long the lease is kept from one chunk to the next.
const KEEP: SignedDuration = SignedDuration::from_secs(10);

row! {
    struct Waiting {
        id: i64,
        events: i64,
    }
}

row! {
    pub(super) struct Batch {
        pub id: i64,
        pub source_id: SourceId,
        pub trust: Trust,
        pub received_at: Timestamp,
        pub call: String,
        pub body: Vec<u8>,
    }
}

/// What waits, as it came.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    pub(super) batches: Vec<Batch>,
    pub(super) names: HashMap<i64, Name>,
}

impl Gathered {
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }
}

/// Takes the lease, or goes on holding it: the number that says so.
pub fn take_lease(tx: &mut Tx, holder: &str) -> Result<Option<i64>> {
    leases::take(tx, LEASE, holder, KEEP)
}

/// Reads a part of what waits, the oldest first: some `at_once` events.
pub fn gather(tx: &mut Tx, at_once: i64) -> Result<Gathered> {
    let waiting: Vec<Waiting> = tx.rows(
        "SELECT id, events FROM usage_batches WHERE waits ORDER BY id LIMIT $1",
        &[REQUESTS_AT_ONCE.into()],
    )?;
    let (mut batches, mut events) = (Vec::new(), 0);
    for it in waiting {
        batches.push(tx.one(
            "SELECT usage_batches.id, source_id, trust, received_at, call, body
             FROM usage_batches JOIN sources ON sources.id = source_id
             WHERE usage_batches.id = $1",
            &[it.id.into()],
        )?);
        events += it.events;
        if events >= at_once {
            break;
        }
    }
    let names = if batches.is_empty() { HashMap::new() } else { names::all(tx)? };
    Ok(Gathered { batches, names })
}

/// The days in which an event may have been seen before.
fn window(day: i64, received: i64) -> impl Iterator<Item = i64> {
    let recent = received - KNOWN_AGAIN_DAYS..=received + 1;
    let own = (!recent.contains(&day)).then_some(day);
    recent.chain(own)
}

/// Rolls up, and remembers what was seen from one time to the next. A new holder of the lease
/// begins with a new one.
#[derive(Debug, Default)]
pub struct Roller {
    seen: Seen,
}

/// How one step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Events that were counted.
    pub events: usize,
    /// Events that had been counted before.
    pub repeated: usize,
    pub rejected: usize,
}

impl Roller {
    /// What has to be [loaded](seen::load) for it first.
    pub fn missing(&mut self, chunk: &Chunk) -> Vec<Part> {
        let wanted: HashSet<Part> = chunk.parts().collect();
        self.seen.keep_only(&wanted);
        wanted.into_iter().filter(|it| !self.seen.knows(*it)).collect()
    }

    /// Makes it ready to be [written](roll_up).
    pub fn plan(&mut self, chunk: Chunk, loaded: Vec<seen::Loaded>) -> Arc<Meant> {
        self.seen.add(loaded);
        Arc::new(chunk.compare(&self.seen))
    }

    /// After it was written.
    pub fn note(&mut self, rolled: Rolled) -> Step {
        self.seen.note(rolled.written);
        rolled.step
    }

    /// What has to be [put together](seen::tidy).
    pub fn untidy(&self) -> Option<(Part, i64, Vec<i64>)> {
        self.seen.untidy()
    }

    /// After that was done.
    pub fn tidied(&mut self, gone: &[i64], written: Vec<seen::Written>) {
        self.seen.tidied(gone, written);
    }
}

/// The JSON of a request that was kept; empty if it can't be read any more.
pub(super) fn json(body: &[u8]) -> Vec<u8> {
    super::unpack(body, LARGEST_BATCH).unwrap_or_default()
}

fn day_seen(original: Option<Timestamp>, received: Timestamp) -> i64 {
    let (day, received) = (original.map(day_of), day_of(received));
    day.filter(|it| *it <= received + 1).unwrap_or(received)
}
