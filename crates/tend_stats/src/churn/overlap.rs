//! Test rows that were trained on: figures from them would be too good.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use serde::Serialize;

use super::table::Table;
use crate::Result;

/// How many test rows are among the training rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overlap {
    /// How many test rows.
    pub rows: usize,
    /// How many of them stand in the training rows too, cell by cell.
    pub found: usize,
    /// How many would be by chance, judging by how often training rows repeat each other.
    pub by_chance: f64,
    /// Set where there are more than chance explains: a sentence.
    pub warning: Option<String>,
}

/// Looks for the test rows in the training rows, over the columns that both have.
///
/// # Errors
/// No column in common.
pub fn overlap(train: &Table, test: &Table) -> Result<Overlap> {
    let common: Vec<(usize, usize)> = train
        .names()
        .iter()
        .enumerate()
        .filter_map(|(at, name)| test.position(name).map(|there| (at, there)))
        .collect();
    if common.is_empty() {
        return Err(crate::Error::BadQuestion("The two tables have no column in common.".into()));
    }
    let hasher = RandomState::new();
    let of = |table: &Table, row: usize, columns: &mut dyn Iterator<Item = usize>| {
        hasher.hash_one(columns.map(|column| table.cell(row, column)).collect::<Vec<_>>())
    };
    let mut known: HashMap<u64, usize> = HashMap::new();
    for row in 0..train.rows() {
        *known.entry(of(train, row, &mut common.iter().map(|it| it.0))).or_default() += 1;
    }
    let found = (0..test.rows())
        .filter(|&row| known.contains_key(&of(test, row, &mut common.iter().map(|it| it.1))))
        .count();
    let repeated: usize = known.values().filter(|count| **count > 1).sum();
    let by_chance = test.rows() as f64 * repeated as f64 / train.rows().max(1) as f64;
    let far = 3.0 * by_chance.sqrt() + 0.01 * test.rows() as f64;
    let warning = (found as f64 > by_chance + far.max(2.0)).then(|| {
        format!(
            "{found} of {} test rows stand in the training rows too: figures from them are better \
             than the truth.",
            test.rows()
        )
    });
    Ok(Overlap { rows: test.rows(), found, by_chance, warning })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: std::ops::Range<i32>) -> Table {
        let mut table = Table::new(&["id", "a"]).expect("two columns");
        for row in rows {
            let (id, a) = (format!("c{row}"), (row % 7).to_string());
            table.push([id.as_str(), a.as_str()]).expect("two cells");
        }
        table
    }

    #[test]
    fn rows_that_were_trained_on_are_found() {
        let leak = overlap(&table(0..100), &table(50..90)).expect("columns in common");
        assert_eq!(leak.found, 40);
        assert!(leak.warning.expect("a warning").contains("40 of 40"));
        let clean = overlap(&table(0..100), &table(100..140)).expect("columns in common");
        assert_eq!((clean.found, clean.warning), (0, None));
    }
}
