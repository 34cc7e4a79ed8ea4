//! The logistic likelihood and its slopes. Parameter 0 is the intercept.

use crate::matrix::{Matrix, dot};
use crate::special::{logistic, softplus};

/// Log-odds of each row: intercept first, then one weight for each column.
pub(super) fn log_odds(x: &Matrix, beta: &[f64]) -> Vec<f64> {
    (0..x.rows()).map(|row| beta[0] + dot(x.row(row), &beta[1..])).collect()
}

/// The log-likelihood of log-odds.
pub(super) fn log_likelihood(log_odds: &[f64], y: &[bool]) -> f64 {
    log_odds.iter().zip(y).map(|(&l, &y)| if y { -softplus(-l) } else { -softplus(l) }).sum()
}

/// The gradient of the log-likelihood.
pub(super) fn gradient(x: &Matrix, y: &[bool], log_odds: &[f64]) -> Vec<f64> {
    let mut gradient = vec![0.0; x.columns() + 1];
    for (row, (&l, &y)) in log_odds.iter().zip(y).enumerate() {
        let residual = f64::from(u8::from(y)) - logistic(l);
        gradient[0] += residual;
        gradient[1..].iter_mut().zip(x.row(row)).for_each(|(g, v)| *g += residual * v);
    }
    gradient
}

/// The information, lower triangle: Σ p(1−p) x xᵀ.
pub(super) fn information(x: &Matrix, log_odds: &[f64]) -> Matrix {
    let size = x.columns() + 1;
    let mut information = Matrix::zeros(size, size);
    let mut row_with_one = vec![1.0; size];
    for (row, &l) in log_odds.iter().enumerate() {
        let p = logistic(l);
        row_with_one[1..].copy_from_slice(x.row(row));
        information.add_outer(p * (1.0 - p), &row_with_one);
    }
    information
}
