//! Making a recipe from training rows.

use super::super::field::Values;
use super::super::folds::deal;
use super::{Part, Recipe, Style, seen, turned};
use crate::distribution::log_odds;
use crate::intervals::quantile;
use crate::matrix::Matrix;

/// Texts of more kinds than this are rates for trees, which would need many splits otherwise.
const FEW_FOR_TREES: usize = 12;

/// Texts of more frequent kinds than this are rates for a line too.
const FEW_FOR_LINES: usize = 60;

/// A rate counts as if so many rows of the base rate had been seen before.
const PRIOR_ROWS: f64 = 20.0;

/// How many columns are used at most.
fn most(style: Style) -> usize {
    if style == Style::Trees { 1000 } else { 400 }
}

/// A recipe from all rows of these values, and the columns that it makes of them. Rates are
/// those of the other rows there, so that no row sees its own outcome.
pub(in super::super) fn learn(values: &[Values], y: &[bool], style: Style) -> (Recipe, Matrix) {
    let parts: Vec<Part> = values
        .iter()
        .map(|values| match values {
            Values::Numbers(_) if style == Style::Trees => Part::Plain,
            Values::Numbers(values) => scaled(values, style),
            Values::Codes(codes) => coded(codes, y, style),
        })
        .collect();
    let sources: Vec<usize> = parts
        .iter()
        .enumerate()
        .flat_map(|(field, part)| std::iter::repeat_n(field, part.width()))
        .collect();
    let mut recipe = Recipe { used: (0..sources.len()).collect(), parts, sources };
    let mut matrix = recipe.apply(values, 0..y.len());
    own_rates(&recipe, values, y, &mut matrix);
    if recipe.used.len() > most(style) {
        let used = telling_columns(&matrix, y, most(style));
        let mut narrow = Matrix::zeros(matrix.rows(), used.len());
        for row in 0..matrix.rows() {
            let from = matrix.row(row);
            narrow.row_mut(row).iter_mut().zip(&used).for_each(|(cell, &at)| *cell = from[at]);
        }
        recipe.sources = used.iter().map(|&at| recipe.sources[at]).collect();
        recipe.used = used;
        matrix = narrow;
    }
    (recipe, matrix)
}

fn scaled(values: &[f64], style: Style) -> Part {
    let known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let log = known.iter().all(|value| *value >= 0.0) && skewed(&known);
    let mut turned: Vec<f64> = known.iter().map(|value| turned(*value, log)).collect();
    let (mean, spread) = moments(&turned);
    let spread = if spread > 1e-12 * mean.abs().max(1e-300) { spread } else { 1.0 };
    let mut bends = Vec::new();
    if style == Style::Bent {
        turned.iter_mut().for_each(|value| *value = (*value - mean) / spread);
        turned.sort_unstable_by(f64::total_cmp);
        let different = turned.chunk_by(|a, b| a == b).count();
        if different > 8 {
            bends = [0.1, 0.3, 0.5, 0.7, 0.9].map(|share| quantile(&turned, share)).to_vec();
            bends.dedup();
        }
    }
    let blank = known.len() < values.len();
    Part::Scaled { log, mean, spread, blank, bends }
}

fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt())
}

/// Whether few values are far above the others.
fn skewed(values: &[f64]) -> bool {
    let (mean, spread) = moments(values);
    let third = values.iter().map(|value| ((value - mean) / spread).powi(3)).sum::<f64>();
    spread > 0.0 && third / values.len() as f64 > 2.0
}

fn coded(codes: &[u32], y: &[bool], style: Style) -> Part {
    let size = codes.iter().filter(|code| seen(**code)).max().map_or(0, |most| *most as usize + 1);
    let mut counts = vec![0_usize; size];
    codes.iter().filter(|code| seen(**code)).for_each(|&code| counts[code as usize] += 1);
    let least = 5.max(codes.len() / 500);
    let frequent: Vec<usize> = (0..size).filter(|&code| counts[code] >= least).collect();
    let few = if style == Style::Trees { FEW_FOR_TREES } else { FEW_FOR_LINES };
    if frequent.len() <= few {
        let mut place = vec![None; size];
        frequent.iter().enumerate().for_each(|(at, &code)| place[code] = Some(at));
        return Part::Levels { place, width: frequent.len() + 1 };
    }
    let rates = rates(codes, y, size, |_| true);
    let counts = (style == Style::Trees)
        .then(|| counts.iter().map(|&count| (count as f64).ln_1p()).collect());
    Part::Rates { rates, counts }
}

/// The log-odds of each code less those of the base rate, by the rows that count.
fn rates(codes: &[u32], y: &[bool], size: usize, counts: impl Fn(usize) -> bool) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); size];
    let (mut events, mut n) = (0.0, 0.0);
    for (row, (&code, &y)) in codes.iter().zip(y).enumerate() {
        if counts(row) && seen(code) {
            let y = f64::from(u8::from(y));
            let cell = &mut sums[code as usize];
            *cell = (cell.0 + y, cell.1 + 1.0);
            (events, n) = (events + y, n + 1.0);
        }
    }
    let base = (events + 0.5) / (n + 1.0);
    sums.iter()
        .map(|(events, n)| {
            log_odds((events + PRIOR_ROWS * base) / (n + PRIOR_ROWS)) - log_odds(base)
        })
        .collect()
}

/// Writes into the columns of rates what the other folds say.
fn own_rates(recipe: &Recipe, values: &[Values], y: &[bool], matrix: &mut Matrix) {
    const FOLDS: usize = 5;
    let fold = deal(y, FOLDS, 17);
    let mut column = 0;
    for (part, values) in recipe.parts.iter().zip(values) {
        if let (Part::Rates { rates: all, .. }, Values::Codes(codes)) = (part, values) {
            for f in 0..FOLDS {
                let others = rates(codes, y, all.len(), |row| fold[row] != f);
                for row in (0..y.len()).filter(|&row| fold[row] == f) {
                    let rate = others.get(codes[row] as usize).copied().unwrap_or(0.0);
                    matrix.set(row, column, rate);
                }
            }
        }
        column += part.width();
    }
}

/// The columns that go most with the outcome, in their order.
fn telling_columns(matrix: &Matrix, y: &[bool], most: usize) -> Vec<usize> {
    let mut strength: Vec<(f64, usize)> = (0..matrix.columns())
        .map(|column| {
            let known = (0..y.len()).filter(|&row| !matrix.at(row, column).is_nan());
            let (mut n, mut sx, mut sxx, mut sy, mut sxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for row in known {
                let (x, y) = (matrix.at(row, column), f64::from(u8::from(y[row])));
                n += 1.0;
                sx += x;
                sxx += x * x;
                sy += y;
                sxy += x * y;
            }
            let together: f64 = sxy - sx * sy / n;
            let spread = sxx - sx * sx / n;
            let strength = if spread > 0.0 { together * together / spread } else { 0.0 };
            (if strength.is_finite() { strength } else { 0.0 }, column)
        })
        .collect();
    strength.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut used: Vec<usize> = strength[..most].iter().map(|(_, column)| *column).collect();
    used.sort_unstable();
    used
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn numbers_are_scaled_and_texts_have_columns() {
        let y: Vec<bool> = (0..100).map(|row| row % 4 == 0).collect();
        let mut numbers: Vec<f64> = (0..100).map(f64::from).collect();
        numbers[7] = f64::NAN;
        let codes: Vec<u32> =
            (0..100).map(|row| if row < 97 { row % 3 } else { 3 + row }).collect();
        let values = [Values::Numbers(numbers), Values::Codes(codes)];
        let (recipe, matrix) = learn(&values, &y, Style::Line);
        assert_eq!(recipe.sources, [0, 0, 1, 1, 1, 1]);
        let mean: f64 = (0..100).map(|row| matrix.at(row, 0)).sum();
        assert!(mean.abs() < 1e-9 && matrix.at(7, 1) == 1.0 && matrix.at(8, 1) == 0.0);
        assert_eq!(&matrix.row(4)[2..], [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(&matrix.row(98)[2..], [0.0, 0.0, 0.0, 1.0]);
        let (_, plain) = learn(&values, &y, Style::Trees);
        assert!(plain.at(7, 0).is_nan() && plain.at(8, 0) == 8.0);
    }

    #[test]
    fn rates_don_t_know_the_outcome_of_their_own_row() {
        let mut random = Random::of_seed(2);
        let y: Vec<bool> = (0..2000).map(|_| random.unit() < 0.3).collect();
        let codes: Vec<u32> = (0..2000).map(|_| random.below(200) as u32).collect();
        let (_, matrix) = learn(&[Values::Codes(codes)], &y, Style::Trees);
        let rates: Vec<f64> = (0..2000).map(|row| matrix.at(row, 0)).collect();
        let area = crate::metrics::auc(&rates, &y).expect("both");
        assert!((area - 0.5).abs() < 0.04, "{area}");
    }

    #[test]
    fn of_many_columns_the_telling_ones_are_used() {
        let mut random = Random::of_seed(3);
        let y: Vec<bool> = (0..200).map(|_| random.unit() < 0.5).collect();
        let mut values: Vec<Values> = (0..450)
            .map(|_| Values::Numbers((0..200).map(|_| random.normal()).collect()))
            .collect();
        let told = y.iter().map(|&y| random.normal() + if y { 2.0 } else { 0.0 }).collect();
        values.push(Values::Numbers(told));
        let (recipe, matrix) = learn(&values, &y, Style::Line);
        assert_eq!(matrix.columns(), 400);
        assert!(recipe.sources.contains(&450));
    }
}
