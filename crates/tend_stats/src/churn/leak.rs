//! The leak guard: columns that know the outcome because they were written after it.

use serde::{Deserialize, Serialize};

use super::field::Values;
use crate::Result;
use crate::matrix::Matrix;
use crate::metrics::auc;
use crate::random::Random;

/// A single column that tells this well is taken for one written afterwards.
pub(super) const CERTAIN: f64 = 0.985;

/// One that tells this well is looked at with suspicion.
pub(super) const SUSPICIOUS: f64 = 0.93;

/// A column that knows more than it should.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leak {
    /// The place of the column, from 0.
    pub column: usize,
    /// Its name.
    pub name: String,
    /// How well it tells alone, out of fold.
    pub auc: f64,
    /// Whether it should be rejected; otherwise somebody should look at it.
    pub certain: bool,
}

/// Which of these features (blanks are NaN) know the outcome.
///
/// # Errors
/// Only one outcome.
pub fn leaks(x: &Matrix, names: &[String], y: &[bool]) -> Result<Vec<Leak>> {
    let mut found = Vec::new();
    for (column, name) in names.iter().enumerate() {
        let values: Vec<f64> = (0..x.rows()).map(|row| x.at(row, column)).collect();
        let auc = telling(&Values::Numbers(values), y)?;
        if auc >= SUSPICIOUS {
            found.push(Leak { column, name: name.clone(), auc, certain: auc >= CERTAIN });
        }
    }
    Ok(found)
}

/// How well a column tells the outcome alone: the area under the curve of its rates, each row
/// being judged by the rates of the other half.
pub(super) fn telling(values: &Values, y: &[bool]) -> Result<f64> {
    let codes = match values {
        Values::Codes(codes) => codes.clone(),
        Values::Numbers(values) => binned(values),
    };
    let most = codes.iter().copied().filter(|code| *code != u32::MAX).max().unwrap_or(0) as usize;
    let place = |code: u32| (code as usize).min(most + 1);
    let mut random = Random::of_seed(3);
    let half: Vec<usize> = (0..y.len()).map(|_| random.below(2)).collect();
    let mut sums = [vec![(0.0, 0.0); most + 2], vec![(0.0, 0.0); most + 2]];
    let mut totals = [(0.0_f64, 0.0_f64); 2];
    for ((&code, &y), &half) in codes.iter().zip(y).zip(&half) {
        let cell = &mut sums[half][place(code)];
        let y = f64::from(u8::from(y));
        *cell = (cell.0 + y, cell.1 + 1.0);
        totals[half] = (totals[half].0 + y, totals[half].1 + 1.0);
    }
    let scores: Vec<f64> = codes
        .iter()
        .zip(&half)
        .map(|(&code, half)| {
            let other = 1 - half;
            let (events, n) = sums[other][place(code)];
            // Judged by how far it is from the other half's base rate, so that being in one
            // half or the other tells nothing.
            let base = totals[other].0 / totals[other].1.max(1.0);
            // Rounded, so that what is equal but for the last bit is a tie.
            (((events + 2.0 * base) / (n + 2.0) - base) * 1e9).round()
        })
        .collect();
    auc(&scores, y)
}

/// Numbers in up to 50 bins of like size; blanks are a bin of their own.
fn binned(values: &[f64]) -> Vec<u32> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut edges: Vec<f64> = Vec::new();
    if !sorted.is_empty() {
        edges.extend((1..50).map(|bin| sorted[bin * sorted.len() / 50]));
        edges.dedup();
    }
    let code = |value: &f64| match value.is_nan() {
        true => 0,
        false => 1 + u32::try_from(edges.partition_point(|edge| edge <= value)).unwrap_or(0),
    };
    values.iter().map(code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_written_after_the_outcome_is_found_and_an_honest_one_is_not() {
        let mut random = Random::of_seed(5);
        let n = 600;
        let y: Vec<bool> = (0..n).map(|_| random.unit() < 0.2).collect();
        let mut cells = Vec::new();
        for &y in &y {
            let reason = if y { random.below(5) as f64 } else { f64::NAN };
            let honest = random.normal() + if y { 1.0 } else { 0.0 };
            cells.extend([reason, honest, random.normal()]);
        }
        let x = Matrix::from_cells(3, cells).expect("three");
        let names: Vec<String> = ["reason", "honest", "noise"].map(String::from).to_vec();
        let found = leaks(&x, &names, &y).expect("both");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].name == "reason" && found[0].certain);
    }

    #[test]
    fn nothing_tells_nothing() {
        let y: Vec<bool> = (0..400).map(|row| row % 3 == 0).collect();
        let blank = telling(&Values::Numbers(vec![f64::NAN; 400]), &y).expect("both");
        assert!((blank - 0.5).abs() < 1e-9, "{blank}");
        let own = telling(&Values::Codes((0..400).collect()), &y).expect("both");
        assert!((own - 0.5).abs() < 0.1, "{own}");
    }
}
