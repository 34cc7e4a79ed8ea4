//! The inputs of a snapshot, packed: each measure by its number, with its value and age.

use std::collections::HashMap;

use tend_store::{Tx, row};

use super::{Input, Measure};
use crate::Result;

const VERSION: u8 = 1;
/// How a value is written.
const BLANK: u8 = 0;
const WHOLE: u8 = 1;
const FRACTION: u8 = 2;

/// Measures and the numbers by which snapshots call them.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    by_number: HashMap<i64, Measure>,
    by_measure: HashMap<Measure, i64>,
}

/// Those that were ever given.
pub(super) fn numbers(tx: &mut Tx) -> Result<Numbers> {
    row! {
        struct Kept {
            id: i64,
            key: String,
        }
    }
    let mut all = Numbers::default();
    for it in tx.rows::<Kept>("SELECT id, key FROM health_measures", &[])? {
        if let Some(measure) = Measure::read(&it.key) {
            all.by_measure.insert(measure.clone(), it.id);
            all.by_number.insert(it.id, measure);
        }
    }
    Ok(all)
}

/// The same, with a number for each of these.
pub(super) fn numbers_for(tx: &mut Tx, wanted: &[Measure]) -> Result<Numbers> {
    let mut all = numbers(tx)?;
    for it in wanted {
        if all.by_measure.contains_key(it) {
            continue;
        }
        let id: i64 = tx.scalar(
            "INSERT INTO health_measures (key) VALUES ($1)
             ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING id",
            &[it.key().into()],
        )?;
        all.by_measure.insert(it.clone(), id);
        all.by_number.insert(id, it.clone());
    }
    Ok(all)
}

/// As it is kept. A measure without a number is left out.
pub(super) fn pack(of: &[Input], numbers: &Numbers) -> Vec<u8> {
    let mut out = vec![VERSION];
    for it in of {
        let Some(number) = numbers.by_measure.get(&it.measure) else { continue };
        put(&mut out, *number as u64);
        match it.value {
            None => out.push(BLANK),
            Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
                out.push(WHOLE);
                let whole = value as i64;
                put(&mut out, ((whole << 1) ^ (whole >> 63)) as u64);
            }
            Some(value) => {
                out.push(FRACTION);
                out.extend_from_slice(&value.to_le_bytes());
            }
        }
        put(&mut out, it.age.max(0) as u64);
    }
    out
}

/// What [`pack`] made; nothing of what it did not make.
pub(super) fn unpack(bytes: &[u8], numbers: &Numbers) -> Option<Vec<Input>> {
    let (version, mut rest) = bytes.split_first()?;
    if *version != VERSION {
        return None;
    }
    let mut all = Vec::new();
    while !rest.is_empty() {
        let number = take(&mut rest)?;
        let (how, more) = rest.split_first()?;
        rest = more;
        let value = match *how {
            BLANK => None,
            WHOLE => {
                let it = take(&mut rest)?;
                Some(((it >> 1) as i64 ^ -((it & 1) as i64)) as f64)
            }
            FRACTION => {
                let (eight, more) = rest.split_first_chunk::<8>()?;
                rest = more;
                Some(f64::from_le_bytes(*eight))
            }
            _ => return None,
        };
        let age = take(&mut rest)? as i64;
        if let Some(measure) = numbers.by_number.get(&(number as i64)) {
            all.push(Input { measure: measure.clone(), value, age });
        }
    }
    Some(all)
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take(from: &mut &[u8]) -> Option<u64> {
    let mut out = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        out |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some(out);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::Kind;

    #[test]
    fn what_is_packed_comes_back_to_the_last_bit() {
        let mut numbers = Numbers::default();
        let mut all = Vec::new();
        let values = [Some(-37.0), None, Some(1.0 / 3.0), Some(0.0), Some(1e300), Some(4096.0)];
        for (n, (kind, value)) in Kind::ALL.iter().zip(values).enumerate() {
            let measure = Measure::of(*kind);
            numbers.by_measure.insert(measure.clone(), 120 + n as i64);
            numbers.by_number.insert(120 + n as i64, measure.clone());
            all.push(Input { measure, value, age: 200 * n as i64 });
        }
        let bytes = pack(&all, &numbers);
        assert!(bytes.len() < 48, "{}", bytes.len());
        assert_eq!(unpack(&bytes, &numbers), Some(all));
        assert_eq!(unpack(&bytes[..4], &numbers), None, "cut off within a measure");
        assert_eq!(unpack(&[], &numbers), None);
    }
}
