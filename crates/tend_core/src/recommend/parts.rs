//! The pieces of a version, as they are kept: numbers of four bytes (ids of eight), the smallest
//! byte first.

use tend_stats::recommend::Weight;
use tend_store::{Tx, Value, placeholders, row};

use super::VersionId;
use crate::Result;

/// The ids of all products by their number in the version.
pub const PRODUCTS: &str = "products";
/// How popular each product is.
pub const POPULARITY: &str = "popularity";
/// How many customers bought each product.
pub const BUYERS: &str = "buyers";
/// What ALS keeps beside its vectors.
pub const FRAME: &str = "frame";
/// The vectors of ALS, [`AT_ONCE`] products in each part.
pub const VECTORS: &str = "vectors";
/// What the purchase of one product says of others.
pub const WEIGHTS: &str = "weights";
/// What was bought by the same customers as one product, the best first.
pub const PAIRS: &str = "pairs";
/// Products in one part of vectors.
pub const AT_ONCE: usize = 1024;

/// One piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub part: &'static str,
    pub number: i64,
    pub data: Vec<u8>,
}

pub(super) fn of_ids(them: impl Iterator<Item = i64>) -> Vec<u8> {
    them.flat_map(i64::to_le_bytes).collect()
}

pub(super) fn of_floats(them: &[f32]) -> Vec<u8> {
    them.iter().flat_map(|it| it.to_le_bytes()).collect()
}

pub(super) fn of_counts(them: impl Iterator<Item = u32>) -> Vec<u8> {
    them.flat_map(u32::to_le_bytes).collect()
}

pub(super) fn of_weights(them: &[Weight]) -> Vec<u8> {
    let one = |it: &Weight| {
        [it.product.to_le_bytes(), it.weight.to_le_bytes(), it.customers.to_le_bytes()]
    };
    them.iter().flat_map(|it| one(it).into_iter().flatten()).collect()
}

pub(super) fn ids(data: &[u8]) -> Vec<i64> {
    data.as_chunks::<8>().0.iter().map(|it| i64::from_le_bytes(*it)).collect()
}

pub(super) fn floats(data: &[u8]) -> Vec<f32> {
    data.as_chunks::<4>().0.iter().map(|it| f32::from_le_bytes(*it)).collect()
}

pub(super) fn counts(data: &[u8]) -> Vec<u32> {
    data.as_chunks::<4>().0.iter().map(|it| u32::from_le_bytes(*it)).collect()
}

pub(super) fn weights(data: &[u8]) -> Vec<Weight> {
    let words = data.as_chunks::<4>().0;
    let one = |it: &[[u8; 4]; 3]| Weight {
        product: u32::from_le_bytes(it[0]),
        weight: f32::from_le_bytes(it[1]),
        customers: u32::from_le_bytes(it[2]),
    };
    words.as_chunks::<3>().0.iter().map(one).collect()
}

row! {
    struct Stored {
        number: i64,
        data: Vec<u8>,
    }
}

/// One part of which there is one.
pub(super) fn one(tx: &mut Tx, version: VersionId, part: &'static str) -> Result<Vec<u8>> {
    Ok(some(tx, version, part, &[0])?.pop().map(|it| it.1).unwrap_or_default())
}

/// Those of some numbers that are there.
pub(super) fn some(
    tx: &mut Tx,
    version: VersionId,
    part: &'static str,
    numbers: &[i64],
) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = format!(
        "SELECT number, data FROM recommend_parts
         WHERE version_id = $1 AND part = $2 AND number IN ({})",
        placeholders(3, numbers.len())
    );
    let mut args: Vec<Value> = vec![version.into(), part.into()];
    args.extend(numbers.iter().map(|it| Value::from(*it)));
    let rows: Vec<Stored> = tx.rows(&sql, &args)?;
    Ok(rows.into_iter().map(|it| (it.number, it.data)).collect())
}

/// All of one kind, in their order.
pub(super) fn all(tx: &mut Tx, version: VersionId, part: &'static str) -> Result<Vec<Vec<u8>>> {
    Ok(tx.column(
        "SELECT data FROM recommend_parts WHERE version_id = $1 AND part = $2 ORDER BY number",
        &[version.into(), part.into()],
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let all = [
            Weight { product: 7, weight: -0.25, customers: 41 },
            Weight { product: 4_000_000_000, weight: 1.5, customers: 0 },
        ];
        assert_eq!(weights(&of_weights(&all)), all);
        assert_eq!(ids(&of_ids([5, -1, i64::MAX].into_iter())), [5, -1, i64::MAX]);
        assert_eq!(floats(&of_floats(&[0.5, -2.0])), [0.5, -2.0]);
        assert_eq!(counts(&of_counts([3, u32::MAX].into_iter())), [3, u32::MAX]);
        assert_eq!(weights(&[1, 2, 3]), []);
    }
}
