//! What was done on one day by the people of one account: event × person × count, packed.
//!
//! Up to [`EXACT`] people an event are known one by one. Beyond that they are counted by a
//! HyperLogLog sketch of 2,048 registers, whose standard error is 1.04/√2048 = 2.3 %
//! (Flajolet, Fusy, Gandouet, Meunier 2007). Counts of events are exact always.

use std::collections::{BTreeMap, HashSet};

/// So many people of one event and day are known one by one.
pub const EXACT: usize = 1_000;
const REGISTERS: usize = 2_048;
const VERSION: u8 = 1;

/// One day of one account, or of one person who has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// By the number of the name.
    pub names: BTreeMap<i64, Entry>,
}

/// One event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    pub count: u64,
    pub who: Who,
}

/// The people of one event.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    /// Each with how often.
    Exact(BTreeMap<i64, u64>),
    Sketch(Sketch),
}

impl Default for Who {
    fn default() -> Self {
        Self::Exact(BTreeMap::new())
    }
}

impl Tally {
    /// A person did something so often.
    pub fn add(&mut self, name: i64, person: i64, count: u64) {
        let entry = self.names.entry(name).or_default();
        entry.count += count;
        entry.who.add(person, count);
    }

    /// Both together.
    pub fn merge(&mut self, other: &Self) {
        for (name, theirs) in &other.names {
            let entry = self.names.entry(*name).or_default();
            entry.count += theirs.count;
            match &theirs.who {
                Who::Exact(all) => all.iter().for_each(|it| entry.who.add(*it.0, *it.1)),
                Who::Sketch(it) => entry.who.sketch().merge(it),
            }
        }
    }

    /// The same, where one person turned out to be another.
    pub fn renamed(&self, change: impl Fn(i64) -> i64) -> Self {
        let mut out = Self::default();
        for (name, entry) in &self.names {
            let to = out.names.entry(*name).or_default();
            to.count = entry.count;
            match &entry.who {
                Who::Exact(all) => all.iter().for_each(|it| to.who.add(change(*it.0), *it.1)),
                Who::Sketch(it) => to.who = Who::Sketch(it.clone()),
            }
        }
        out
    }

    /// How many events of those names that count.
    pub fn events(&self, counts: impl Fn(i64) -> bool) -> u64 {
        self.names.iter().filter(|it| counts(*it.0)).map(|it| it.1.count).sum()
    }

    /// The people of those names that count.
    pub fn people(&self, counts: impl Fn(i64) -> bool) -> Distinct {
        let mut all = Distinct::default();
        self.names.iter().filter(|it| counts(*it.0)).for_each(|it| all.add(&it.1.who));
        all
    }

    /// As it is kept.
    pub fn encode(&self) -> Vec<u8> {
        let mut people: Vec<i64> = Vec::new();
        for entry in self.names.values() {
            if let Who::Exact(all) = &entry.who {
                people.extend(all.keys());
            }
        }
        people.sort_unstable();
        people.dedup();
        let mut out = vec![VERSION];
        put(&mut out, people.len() as u64);
        put_rising(&mut out, people.iter().map(|it| *it as u64));
        put(&mut out, self.names.len() as u64);
        let mut before = 0;
        for (name, entry) in &self.names {
            put(&mut out, (*name - before) as u64);
            before = *name;
            put(&mut out, entry.count);
            match &entry.who {
                Who::Exact(all) => {
                    out.push(0);
                    put(&mut out, all.len() as u64);
                    let place = |it: &i64| people.binary_search(it).unwrap_or_default() as u64;
                    put_rising(&mut out, all.keys().map(place));
                    all.values().for_each(|it| put(&mut out, *it));
                }
                Who::Sketch(it) => {
                    out.push(1);
                    out.extend_from_slice(&it.registers);
                }
            }
        }
        out
    }

    /// What [`encode`](Self::encode) made; what it did not make is nothing.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader { bytes };
        if from.byte()? != VERSION {
            return None;
        }
        let count = from.number()?;
        let people = from.rising(count)?;
        let mut out = Self::default();
        let mut name = 0;
        for _ in 0..from.number()? {
            name += from.number()? as i64;
            let count = from.number()?;
            let who = match from.byte()? {
                0 => from.exact(&people)?,
                _ => Who::Sketch(Sketch { registers: from.take(REGISTERS)?.to_vec() }),
            };
            out.names.insert(name, Entry { count, who });
        }
        Some(out)
    }
}

impl Who {
    fn add(&mut self, person: i64, count: u64) {
        match self {
            Self::Exact(all) => {
                *all.entry(person).or_default() += count;
                if all.len() > EXACT {
                    self.sketch();
                }
            }
            Self::Sketch(it) => it.add(person),
        }
    }

    fn sketch(&mut self) -> &mut Sketch {
        if let Self::Exact(all) = self {
            let mut sketch = Sketch::default();
            all.keys().for_each(|it| sketch.add(*it));
            *self = Self::Sketch(sketch);
        }
        match self {
            Self::Sketch(it) => it,
            Self::Exact(_) => unreachable!("it was made a sketch above"),
        }
    }
}

/// A HyperLogLog sketch.
#[derive(Clone, Debug, PartialEq)]
pub struct Sketch {
    registers: Vec<u8>,
}

impl Default for Sketch {
    fn default() -> Self {
        Self { registers: vec![0; REGISTERS] }
    }
}

impl Sketch {
    pub fn add(&mut self, person: i64) {
        let hash = mix(person as u64);
        let register = &mut self.registers[(hash >> 53) as usize];
        *register = (*register).max((hash << 11 | 1 << 10).leading_zeros() as u8 + 1);
    }

    pub fn merge(&mut self, other: &Self) {
        for (own, theirs) in self.registers.iter_mut().zip(&other.registers) {
            *own = (*own).max(*theirs);
        }
    }

    /// About how many.
    pub fn count(&self) -> u64 {
        let size = REGISTERS as f64;
        let sum: f64 = self.registers.iter().map(|it| 0.5_f64.powi(i32::from(*it))).sum();
        let raw = 0.7213 / (1.0 + 1.079 / size) * size * size / sum;
        let empty = self.registers.iter().filter(|it| **it == 0).count();
        let best = match empty > 0 && raw <= 2.5 * size {
            true => size * (size / empty as f64).ln(),
            false => raw,
        };
        best.round() as u64
    }
}

/// Different people over several events, days or accounts.
#[derive(Clone, Debug, Default)]
pub struct Distinct {
    known: HashSet<i64>,
    sketch: Option<Sketch>,
}

impl Distinct {
    pub fn add(&mut self, who: &Who) {
        match who {
            Who::Exact(all) => self.known.extend(all.keys()),
            Who::Sketch(it) => self.sketch.get_or_insert_default().merge(it),
        }
    }

    /// As [`add`](Self::add), under the names of those whom people turned out to be.
    pub fn add_as(&mut self, who: &Who, change: impl Fn(i64) -> i64) {
        match who {
            Who::Exact(all) => self.known.extend(all.keys().map(|it| change(*it))),
            Who::Sketch(_) => self.add(who),
        }
    }

    /// One person.
    pub fn add_one(&mut self, person: i64) {
        self.known.insert(person);
    }

    /// Those of a sketch.
    pub fn add_sketch(&mut self, it: &Sketch) {
        self.sketch.get_or_insert_default().merge(it);
    }

    /// Those of the sketch of others.
    pub fn merge_sketch_of(&mut self, other: &Self) {
        other.sketch.iter().for_each(|it| self.add_sketch(it));
    }

    /// Those who are known one by one.
    pub fn known(&self) -> impl Iterator<Item = i64> {
        self.known.iter().copied()
    }

    pub fn merge(&mut self, other: &Self) {
        self.known.extend(&other.known);
        if let Some(it) = &other.sketch {
            self.sketch.get_or_insert_default().merge(it);
        }
    }

    pub fn count(&self) -> u64 {
        let Some(sketch) = &self.sketch else { return self.known.len() as u64 };
        let mut all = sketch.clone();
        self.known.iter().for_each(|it| all.add(*it));
        all.count()
    }

    /// Whether each is known; else the count is within some per cent.
    pub fn is_exact(&self) -> bool {
        self.sketch.is_none()
    }
}

/// Which names that count a packed day holds, and who did them, without unpacking it: many
/// thousand days are looked through so. Nothing of what [`Tally::encode`] did not make.
pub(crate) fn skim(
    bytes: &[u8],
    counts: impl Fn(i64) -> bool,
    mut named: impl FnMut(i64),
    mut did: impl FnMut(i64),
    mut sketched: impl FnMut(Sketch),
) -> Option<()> {
    let mut from = Reader { bytes };
    if from.byte()? != VERSION {
        return None;
    }
    let count = from.number()?;
    let people = from.rising(count)?;
    let mut name = 0;
    for _ in 0..from.number()? {
        name += from.number()? as i64;
        from.number()?;
        let holds = counts(name);
        if holds {
            named(name);
        }
        if from.byte()? != 0 {
            let registers = from.take(REGISTERS)?.to_vec();
            if holds {
                sketched(Sketch { registers });
            }
            continue;
        }
        let many = from.number()?;
        let mut place = 0_u64;
        for _ in 0..many {
            place = place.checked_add(from.number()?)?;
            let who = people.get(place as usize)?;
            if holds {
                did(*who as i64);
            }
        }
        for _ in 0..many {
            from.number()?;
        }
    }
    Some(())
}

fn mix(it: u64) -> u64 {
    let mut it = it.wrapping_add(0x9E37_79B9_7F4A_7C15);
    it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    it ^ (it >> 31)
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_rising(out: &mut Vec<u8>, all: impl Iterator<Item = u64>) {
    let mut before = 0;
    for it in all {
        put(out, it - before);
        before = it;
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u64> {
        let mut out = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            out |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(out);
            }
        }
        None
    }

    fn rising(&mut self, count: u64) -> Option<Vec<u64>> {
        let mut before = 0_u64;
        let mut one = || {
            before = before.checked_add(self.number()?)?;
            Some(before)
        };
        (0..count).map(|_| one()).collect()
    }

    fn exact(&mut self, people: &[u64]) -> Option<Who> {
        let count = self.number()?;
        let places = self.rising(count)?;
        let mut all = BTreeMap::new();
        for place in places {
            all.insert(*people.get(place as usize)? as i64, self.number()?);
        }
        Some(Who::Exact(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_kept_small_and_comes_back_whole() {
        let mut tally = Tally::default();
        for n in 0..100 {
            tally.add(n % 7, 4_611_686_018_427_387_904 + (n / 10) * 1_000_003, 1 + n as u64 % 3);
        }
        let bytes = tally.encode();
        assert!(bytes.len() < 250, "{}", bytes.len());
        assert_eq!(Tally::decode(&bytes), Some(tally.clone()));
        assert_eq!(tally.people(|_| true).count(), 10);
        for cut in 0..bytes.len() {
            assert_eq!(Tally::decode(&bytes[..cut]), None);
        }
        let mut twice = tally.clone();
        twice.merge(&tally);
        assert_eq!(twice.events(|_| true), 2 * tally.events(|_| true));
        assert_eq!(twice.people(|_| true).count(), 10);
        assert_eq!(tally.renamed(|_| 1).people(|_| true).count(), 1);
        let (mut names, mut people) = (Vec::new(), Distinct::default());
        let odd = |it| it % 2 == 1;
        skim(&bytes, odd, |it| names.push(it), |it| people.add_one(it), |_| {}).expect("packed");
        assert_eq!((names, people.count()), (vec![1, 3, 5], tally.people(odd).count()));
    }

    #[test]
    fn very_many_people_are_counted_within_the_stated_error() {
        for many in [1_001_i64, 5_000, 100_000] {
            let mut tally = Tally::default();
            (0..many).for_each(|it| tally.add(1, it * 4096 + 7, 2));
            let found = tally.people(|_| true);
            assert!(!found.is_exact());
            let error = (found.count() as f64 - many as f64).abs() / many as f64;
            assert!(error < 3.0 * 0.023, "{many}: {error}");
            assert_eq!(tally.events(|_| true), 2 * many as u64, "events are exact");
            let bytes = tally.encode();
            assert!(bytes.len() < 2_100);
            assert_eq!(Tally::decode(&bytes), Some(tally));
        }
    }
}
