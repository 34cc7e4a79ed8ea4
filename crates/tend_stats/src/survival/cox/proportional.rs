//! Whether an effect is the same at all times (Grambsch & Therneau 1994, on ranks).

use serde::Serialize;

use super::likelihood::Sorted;
use crate::distribution::chi_squared_above;
use crate::matrix::{Matrix, dot};

/// The test of one column.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Proportionality {
    /// Chi-squared with one degree of freedom if the effect is the same at all times.
    pub statistic: f64,
    /// How likely so large a statistic is then.
    pub p: f64,
}

/// Correlates the scaled Schoenfeld residuals with the rank of their time. Events at the same
/// time rank in the order of their rows, as in the Python package `lifelines`, whose printed
/// results this meets.
pub(super) fn check(sorted: &Sorted, beta: &[f64], variance: &Matrix) -> Vec<Proportionality> {
    let residuals = sorted.residuals(beta);
    let d = residuals.len() as f64;
    let middle = (d - 1.0) / 2.0;
    let spread: f64 = (0..residuals.len()).map(|rank| (rank as f64 - middle).powi(2)).sum();
    let mut slope = vec![0.0; beta.len()];
    for (rank, row) in residuals.iter().enumerate() {
        slope.iter_mut().zip(row).for_each(|(s, r)| *s += (rank as f64 - middle) * r);
    }
    (0..beta.len())
        .map(|j| {
            let scaled = d * dot(variance.row(j), &slope);
            let statistic = scaled * scaled / (d * variance.at(j, j) * spread);
            let statistic = if statistic.is_finite() { statistic } else { 0.0 };
            Proportionality { statistic, p: chi_squared_above(statistic, 1) }
        })
        .collect()
}
