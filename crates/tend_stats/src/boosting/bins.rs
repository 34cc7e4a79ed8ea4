//! Values sorted into at most 255 bins, so that a split is found by counting.

use crate::matrix::Matrix;

const MOST_BINS: usize = 254;

/// More rows than this say nothing new about where bins end.
const ENOUGH_ROWS: usize = 200_000;

/// The bin of each cell, column after column. Bin 0 is blank; bin k holds values above edge
/// k − 2 and up to edge k − 1.
pub(super) struct Bins {
    pub(super) rows: usize,
    pub(super) codes: Vec<Vec<u8>>,
    pub(super) edges: Vec<Vec<f64>>,
}

impl Bins {
    pub(super) fn of(x: &Matrix) -> Self {
        let edges: Vec<Vec<f64>> = (0..x.columns()).map(|column| edges(x, column)).collect();
        let codes = edges
            .iter()
            .enumerate()
            .map(|(column, edges)| {
                (0..x.rows()).map(|row| code(x.at(row, column), edges)).collect()
            })
            .collect();
        Self { rows: x.rows(), codes, edges }
    }

    /// How many bins a column has, the blank one included.
    pub(super) fn count(&self, column: usize) -> usize {
        self.edges[column].len() + 2
    }
}

fn code(value: f64, edges: &[f64]) -> u8 {
    if value.is_nan() {
        return 0;
    }
    // At most 254 edges, so this is at most 255.
    u8::try_from(1 + edges.partition_point(|edge| *edge < value)).unwrap_or(u8::MAX)
}

/// Ends between neighbouring values; where there are too many of them, at quantiles.
fn edges(x: &Matrix, column: usize) -> Vec<f64> {
    let step = x.rows().div_ceil(ENOUGH_ROWS).max(1);
    let mut values: Vec<f64> = (0..x.rows())
        .step_by(step)
        .map(|row| x.at(row, column))
        .filter(|value| !value.is_nan())
        .collect();
    values.sort_unstable_by(f64::total_cmp);
    let between = |a: f64, b: f64| {
        let middle = a + (b - a) / 2.0;
        if middle.is_finite() && middle < b { middle } else { a }
    };
    let changes: Vec<usize> = (1..values.len()).filter(|&at| values[at - 1] < values[at]).collect();
    if changes.len() < MOST_BINS {
        return changes.iter().map(|&at| between(values[at - 1], values[at])).collect();
    }
    let mut edges: Vec<f64> = Vec::with_capacity(MOST_BINS);
    for bin in 1..MOST_BINS {
        let at = changes.partition_point(|&at| at < bin * values.len() / MOST_BINS);
        if let Some(&at) = changes.get(at) {
            let edge = between(values[at - 1], values[at]);
            if edges.last().is_none_or(|last| *last < edge) {
                edges.push(edge);
            }
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fall_into_the_bin_of_their_edges() {
        let x = Matrix::from_cells(1, vec![5.0, 1.0, f64::NAN, 5.0, 9.0]).expect("one column");
        let bins = Bins::of(&x);
        assert_eq!(bins.edges[0], vec![3.0, 7.0]);
        assert_eq!(bins.codes[0], vec![2, 1, 0, 2, 3]);
    }

    #[test]
    fn many_values_share_bins_of_like_size() {
        let x = Matrix::from_cells(1, (0..10_000).map(f64::from).collect()).expect("one column");
        let bins = Bins::of(&x);
        assert!(bins.count(0) <= 256 && bins.count(0) > 250);
        let mut counts = vec![0; 256];
        bins.codes[0].iter().for_each(|&code| counts[usize::from(code)] += 1);
        assert!(counts.iter().all(|&count| count < 60));
    }

    #[test]
    fn infinities_are_values_too() {
        let x = Matrix::from_cells(1, vec![f64::NEG_INFINITY, 0.0, f64::INFINITY]).expect("one");
        assert_eq!(Bins::of(&x).codes[0], vec![1, 2, 3]);
    }
}
