//! Which events were seen before: the hashes of their ids, a day of a source at a time.
//!
//! 64 bits of SHA-256 of source and id. Of ten million events in one window one is taken for
//! another by chance with a probability of some millionths. The pieces of a day are sorted;
//! small ones are put together as they come, so that each hash is written three times at most.
//! Only filters of 3 bytes an id stay in memory; what they don't rule out is looked up.

use std::collections::{HashMap, HashSet};

use aws_lc_rs::digest::{Context, SHA256};
use tend_store::{Tx, row};

use crate::Result;

/// A source and a day.
pub type Part = (i64, i64);

/// So many pieces of a level are put together to one of the next.
const TOGETHER: usize = 8;
/// Pieces of this level stay as they are.
const LAST_LEVEL: i64 = 2;
/// A piece has at most so many hashes: 1 MB.
const LARGEST: usize = 131_072;
const BITS_EACH: usize = 24;
const PROBES: u64 = 8;

/// The filters of the parts that were loaded.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    parts: HashMap<Part, Vec<Piece>>,
}

#[derive(Clone, Debug)]
struct Piece {
    id: i64,
    level: i64,
    first: u64,
    last: u64,
    filter: Filter,
}

/// A part as the database has it.
#[derive(Clone, Debug)]
pub struct Loaded {
    part: Part,
    pieces: Vec<Piece>,
}

/// A piece that was written.
#[derive(Clone, Debug)]
pub struct Written {
    part: Part,
    piece: Piece,
}

row! {
    struct Kept {
        id: i64,
        level: i64,
        ids: Vec<u8>,
    }
}

/// The hash of an event's id.
pub fn hash(source: i64, message_id: &str) -> u64 {
    let mut context = Context::new(&SHA256);
    context.update(&source.to_le_bytes());
    context.update(message_id.as_bytes());
    let digest = context.finish();
    let bytes = digest.as_ref().first_chunk::<8>().copied().unwrap_or_default();
    u64::from_le_bytes(bytes)
}

/// Reads parts, to be [added](Seen::add).
pub fn load(tx: &mut Tx, parts: &[Part]) -> Result<Vec<Loaded>> {
    let mut all = Vec::new();
    for part in parts {
        let kept: Vec<Kept> = tx.rows(
            "SELECT id, level, ids FROM usage_seen WHERE source_id = $1 AND day = $2",
            &[part.0.into(), part.1.into()],
        )?;
        let piece = |it: &Kept| Piece::new(it.id, it.level, &numbers(&it.ids));
        all.push(Loaded { part: *part, pieces: kept.iter().map(piece).collect() });
    }
    Ok(all)
}

impl Seen {
    /// Whether a part was loaded.
    pub fn knows(&self, part: Part) -> bool {
        self.parts.contains_key(&part)
    }

    pub fn add(&mut self, loaded: Vec<Loaded>) {
        self.parts.extend(loaded.into_iter().map(|it| (it.part, it.pieces)));
    }

    /// Forgets the parts for which nobody asked.
    pub fn keep_only(&mut self, wanted: &HashSet<Part>) {
        self.parts.retain(|it, _| wanted.contains(it));
    }

    /// The pieces that may have it.
    pub fn may_have(&self, source: i64, days: impl Iterator<Item = i64>, hash: u64) -> Vec<i64> {
        let mut found = Vec::new();
        for day in days {
            for piece in self.parts.get(&(source, day)).into_iter().flatten() {
                if (piece.first..=piece.last).contains(&hash) && piece.filter.may_have(hash) {
                    found.push(piece.id);
                }
            }
        }
        found
    }

    /// What was written since.
    pub fn note(&mut self, written: Vec<Written>) {
        for it in written {
            self.parts.entry(it.part).or_default().push(it.piece);
        }
    }

    /// A part that has many small pieces, and which.
    pub fn untidy(&self) -> Option<(Part, i64, Vec<i64>)> {
        self.parts.iter().find_map(|(part, pieces)| {
            (0..LAST_LEVEL).find_map(|level| {
                let of_level = pieces.iter().filter(|it| it.level == level).map(|it| it.id);
                let ids: Vec<i64> = of_level.collect();
                (ids.len() >= TOGETHER).then_some((*part, level, ids))
            })
        })
    }

    /// After [`tidy`].
    pub fn tidied(&mut self, gone: &[i64], written: Vec<Written>) {
        for pieces in self.parts.values_mut() {
            pieces.retain(|it| !gone.contains(&it.id));
        }
        self.note(written);
    }
}

/// The hashes of some pieces, to look closer.
pub(super) fn closer(tx: &mut Tx, pieces: &HashSet<i64>) -> Result<HashMap<i64, Vec<u64>>> {
    let mut all = HashMap::new();
    for id in pieces {
        let ids: Option<Vec<u8>> =
            tx.maybe_scalar("SELECT ids FROM usage_seen WHERE id = $1", &[(*id).into()])?;
        all.insert(*id, numbers(&ids.unwrap_or_default()));
    }
    Ok(all)
}

/// How many bytes the hashes of a part take.
pub(super) fn bytes(tx: &mut Tx, part: Part) -> Result<i64> {
    Ok(tx.scalar(
        "SELECT CAST(COALESCE(SUM(LENGTH(ids)), 0) AS BIGINT) AS n FROM usage_seen
         WHERE source_id = $1 AND day = $2",
        &[part.0.into(), part.1.into()],
    )?)
}

/// Which of these a part has.
pub(super) fn among(tx: &mut Tx, part: Part, wanted: &HashSet<u64>) -> Result<Vec<u64>> {
    let kept: Vec<Kept> = tx.rows(
        "SELECT id, level, ids FROM usage_seen WHERE source_id = $1 AND day = $2",
        &[part.0.into(), part.1.into()],
    )?;
    let pieces: Vec<Vec<u64>> = kept.iter().map(|it| numbers(&it.ids)).collect();
    let has = |it: &&u64| pieces.iter().any(|ids| ids.binary_search(it).is_ok());
    Ok(wanted.iter().filter(has).copied().collect())
}

/// Writes the hashes of new events down.
pub(super) fn write(tx: &mut Tx, new: HashMap<Part, Vec<u64>>) -> Result<Vec<Written>> {
    let mut written = Vec::new();
    for (part, mut ids) in new {
        ids.sort_unstable();
        insert(tx, part, 0, &ids, &mut written)?;
    }
    Ok(written)
}

/// Puts pieces together.
pub fn tidy(tx: &mut Tx, part: Part, level: i64, pieces: &[i64]) -> Result<Vec<Written>> {
    let wanted = pieces.iter().copied().collect();
    let mut all: Vec<u64> = closer(tx, &wanted)?.into_values().flatten().collect();
    all.sort_unstable();
    all.dedup();
    for id in pieces {
        tx.execute("DELETE FROM usage_seen WHERE id = $1", &[(*id).into()])?;
    }
    let mut written = Vec::new();
    insert(tx, part, level + 1, &all, &mut written)?;
    Ok(written)
}

fn insert(tx: &mut Tx, part: Part, level: i64, ids: &[u64], out: &mut Vec<Written>) -> Result<()> {
    for some in ids.chunks(LARGEST) {
        let (id, now) = (tx.next_id(), tx.now());
        let bytes: Vec<u8> = some.iter().flat_map(|it| it.to_le_bytes()).collect();
        tx.execute(
            "INSERT INTO usage_seen (id, source_id, day, level, written_at, ids)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[id.into(), part.0.into(), part.1.into(), level.into(), now.into(), bytes.into()],
        )?;
        out.push(Written { part, piece: Piece::new(id, level, some) });
    }
    Ok(())
}

fn numbers(bytes: &[u8]) -> Vec<u64> {
    let (whole, _) = bytes.as_chunks::<8>();
    whole.iter().map(|it| u64::from_le_bytes(*it)).collect()
}

impl Piece {
    fn new(id: i64, level: i64, ids: &[u64]) -> Self {
        let mut filter = Filter { bits: vec![0; (ids.len() * BITS_EACH).div_ceil(64).max(1)] };
        ids.iter().for_each(|it| filter.add(*it));
        let (first, last) = (ids.first().copied(), ids.last().copied());
        Self { id, level, first: first.unwrap_or(1), last: last.unwrap_or(0), filter }
    }
}

/// A Bloom filter: 24 bits an id and 8 probes, so that 4 in 100,000 strangers pass.
#[derive(Clone, Debug)]
struct Filter {
    bits: Vec<u64>,
}

impl Filter {
    fn places(&self, hash: u64) -> impl Iterator<Item = (usize, u64)> + use<> {
        let size = self.bits.len() as u64 * 64;
        let step = hash.rotate_left(32).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        (0..PROBES).map(move |n| {
            let place = hash.wrapping_add(step.wrapping_mul(n)) % size;
            ((place / 64) as usize, 1 << (place % 64))
        })
    }

    fn add(&mut self, hash: u64) {
        for (word, bit) in self.places(hash) {
            self.bits[word] |= bit;
        }
    }

    fn may_have(&self, hash: u64) -> bool {
        self.places(hash).all(|(word, bit)| self.bits[word] & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_lets_all_of_its_own_and_few_strangers_pass() {
        let own: Vec<u64> = (0..10_000).map(|it| hash(1, &format!("m-{it}"))).collect();
        let piece = Piece::new(1, 0, &own);
        assert!(own.iter().all(|it| piece.filter.may_have(*it)));
        let strangers =
            (0..100_000).filter(|it| piece.filter.may_have(hash(2, &format!("m-{it}"))));
        let passed = strangers.count();
        assert!(passed < 30, "{passed}");
    }
}
