//! Columns of like size.

use crate::matrix::Matrix;
use crate::{Error, Result};

/// A table whose columns have mean 0 and standard deviation 1.
pub(crate) struct Standard {
    pub(crate) x: Matrix,
    pub(crate) means: Vec<f64>,
    pub(crate) scales: Vec<f64>,
}

impl Standard {
    /// # Errors
    /// A cell that is not a number, or a column that is the same everywhere.
    pub(crate) fn of(x: &Matrix, names: &[String]) -> Result<Self> {
        let n = x.rows();
        let mut standard = x.clone();
        let (mut means, mut scales) = (Vec::new(), Vec::new());
        for (j, name) in names.iter().enumerate() {
            if let Some(row) = (0..n).find(|&row| !x.at(row, j).is_finite()) {
                return Err(Error::cell(row, name, "this is not a number"));
            }
            let (mean, spread) = moments(x, j);
            if same(mean, spread) {
                return Err(Error::NoAnswer(format!(
                    "Column {name} is the same everywhere; leave it out."
                )));
            }
            (0..n).for_each(|row| standard.set(row, j, (x.at(row, j) - mean) / spread));
            means.push(mean);
            scales.push(spread);
        }
        Ok(Self { x: standard, means, scales })
    }
}

/// Whether a column is the same everywhere.
pub(crate) fn is_same(x: &Matrix, column: usize) -> bool {
    let (mean, spread) = moments(x, column);
    same(mean, spread)
}

/// The mean and the standard deviation of a column.
fn moments(x: &Matrix, column: usize) -> (f64, f64) {
    let n = x.rows();
    let mean = (0..n).map(|row| x.at(row, column)).sum::<f64>() / n as f64;
    let spread = (0..n).map(|row| (x.at(row, column) - mean).powi(2)).sum::<f64>() / n as f64;
    (mean, spread.sqrt())
}

fn same(mean: f64, spread: f64) -> bool {
    spread <= 1e-12 * mean.abs().max(1e-300)
}
