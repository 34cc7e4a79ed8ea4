//! Unregularised logistic regression with standard errors, by Newton's method, which for this
//! model is the same as iteratively reweighted least squares (McCullagh & Nelder 1989).

use serde::Serialize;

use super::likelihood::{gradient, information, log_likelihood, log_odds};
use crate::distribution::two_sided;
use crate::matrix::{Cholesky, Matrix, dot};
use crate::special;
use crate::standard::Standard;
use crate::{Error, Result};

const MOST_STEPS: usize = 50;

/// A standard error this large, per standard deviation of a column, means that the
/// likelihood goes on rising for ever (Albert & Anderson 1984).
const UNBOUNDED: f64 = 20.0;

/// One coefficient.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coefficient {
    /// The column, or `(intercept)`.
    pub name: String,
    /// The change of the log-odds per unit.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The value in standard errors.
    pub z: f64,
    /// How likely so large a z is without any effect.
    pub p: f64,
}

/// A logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Logistic {
    /// How many rows.
    pub n: usize,
    /// The intercept, then each column as given.
    pub coefficients: Vec<Coefficient>,
    /// The logarithm of the likelihood.
    pub log_likelihood: f64,
    /// The same with the intercept alone.
    pub null_log_likelihood: f64,
}

impl Logistic {
    /// The log-odds of a row.
    pub fn log_odds(&self, row: &[f64]) -> f64 {
        let slopes = &self.coefficients[1..];
        self.coefficients[0].value + row.iter().zip(slopes).map(|(v, c)| v * c.value).sum::<f64>()
    }

    /// The probability of a row.
    pub fn probability(&self, row: &[f64]) -> f64 {
        special::logistic(self.log_odds(row))
    }
}

/// Fits the model. `names` are the columns of `x`; an intercept is added.
///
/// # Errors
/// Only one outcome, a column that is constant or follows from others, a cell that is not a
/// number, or columns that tell the outcome without exception. The sentence names the column.
pub fn logistic(x: &Matrix, y: &[bool], names: &[String]) -> Result<Logistic> {
    let n = x.rows();
    if y.len() != n || names.len() != x.columns() {
        return Err(Error::BadQuestion("The table has not one row for each outcome.".into()));
    }
    let ones = y.iter().filter(|y| **y).count();
    if ones == 0 || ones == n {
        return Err(Error::NoAnswer("All rows have the same outcome.".into()));
    }
    let Standard { x: standard, means, scales } = Standard::of(x, names)?;
    let base = (ones as f64 / (n - ones) as f64).ln();
    let mut beta = vec![0.0; names.len() + 1];
    beta[0] = base;
    let null = log_likelihood(&vec![base; n], y);
    let log = climb(&standard, y, &mut beta, names)?;
    let odds = log_odds(&standard, &beta);
    let variance = cholesky(&information(&standard, &odds), names)?.inverse();
    let widest = (1..beta.len())
        .max_by(|&a, &b| variance.at(a, a).total_cmp(&variance.at(b, b)))
        .filter(|&j| variance.at(j, j).sqrt() > UNBOUNDED || log > -1e-6 * n as f64);
    if let Some(j) = widest {
        return Err(separated(&names[j - 1]));
    }
    Ok(Logistic {
        n,
        coefficients: back(&beta, &variance, &means, &scales, names),
        log_likelihood: log,
        null_log_likelihood: null,
    })
}

fn climb(x: &Matrix, y: &[bool], beta: &mut Vec<f64>, names: &[String]) -> Result<f64> {
    let mut odds = log_odds(x, beta);
    let mut log = log_likelihood(&odds, y);
    for _ in 0..MOST_STEPS {
        let slope = gradient(x, y, &odds);
        let Ok(cholesky) = cholesky(&information(x, &odds), names) else {
            // The information vanishes only where every probability is 0 or 1, unless a column
            // follows from others, which shows at the start too.
            return match log > -1e-3 * y.len() as f64 {
                true => Err(separated(names.first().map_or("", String::as_str))),
                false => self::cholesky(&information(x, &odds), names).map(|_| log),
            };
        };
        let step = cholesky.solve(&slope);
        if dot(&step, &slope) < 1e-15 * (1.0 + log.abs()) {
            beta.iter_mut().zip(&step).for_each(|(b, s)| *b += s);
            return Ok(log_likelihood(&log_odds(x, beta), y));
        }
        let mut part = 1.0;
        loop {
            let next: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + part * s).collect();
            let there = log_odds(x, &next);
            let gained = log_likelihood(&there, y);
            if gained >= log - 1e-12 * log.abs() {
                (*beta, odds, log) = (next, there, gained);
                break;
            }
            part *= 0.5;
            if part < 1e-6 {
                return Ok(log);
            }
        }
    }
    Ok(log)
}

/// Coefficients and errors in the units that were given.
fn back(
    beta: &[f64],
    variance: &Matrix,
    means: &[f64],
    scales: &[f64],
    names: &[String],
) -> Vec<Coefficient> {
    // The intercept is a sum of parameters: 1 times the first, −mean/scale times each other.
    let shift: Vec<f64> =
        std::iter::once(1.0).chain(means.iter().zip(scales).map(|(m, s)| -m / s)).collect();
    let one = |name: &str, value: f64, variance: f64| {
        let standard_error = variance.sqrt();
        let z = value / standard_error;
        Coefficient { name: name.to_owned(), value, standard_error, z, p: two_sided(z) }
    };
    let spread = dot(&variance.times(&shift), &shift);
    let mut all = vec![one("(intercept)", dot(beta, &shift), spread)];
    for (j, name) in names.iter().enumerate() {
        let variance = variance.at(j + 1, j + 1) / (scales[j] * scales[j]);
        all.push(one(name, beta[j + 1] / scales[j], variance));
    }
    all
}

fn cholesky(information: &Matrix, names: &[String]) -> Result<Cholesky> {
    Cholesky::of(information).map_err(|at| match at.checked_sub(1) {
        Some(column) => Error::NoAnswer(format!(
            "Column {} follows from the columns before it; leave it out.",
            names[column]
        )),
        None => Error::NoAnswer("All rows have the same outcome.".into()),
    })
}

fn separated(name: &str) -> Error {
    Error::NoAnswer(format!(
        "Column {name}, perhaps together with others, tells the outcome without exception, so \
         its effect has no bound; leave it out, or fit with shrinkage."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(rows: &[[f64; 2]], y: &[bool]) -> Result<Logistic> {
        logistic(&Matrix::from_rows(rows)?, y, &["a".into(), "b".into()])
    }

    #[test]
    fn a_single_yes_or_no_column_has_the_closed_form() {
        // 30 of 100 against 60 of 120: the slope is the log of the odds ratio.
        let mut rows = Vec::new();
        let mut y = Vec::new();
        for (group, ones, n) in [(0.0, 30, 100), (1.0, 60, 120)] {
            for i in 0..n {
                rows.push([group]);
                y.push(i < ones);
            }
        }
        let x = Matrix::from_rows(&rows).expect("one column");
        let fit = logistic(&x, &y, &["group".into()]).expect("a fit");
        let (odds, slope) = (fit.coefficients[0].value, fit.coefficients[1].clone());
        assert!((odds - (30.0_f64 / 70.0).ln()).abs() < 1e-10);
        assert!((slope.value - (70.0_f64 / 30.0).ln()).abs() < 1e-10);
        let error = (1.0 / 30.0 + 1.0 / 70.0 + 2.0 / 60.0_f64).sqrt();
        assert!((slope.standard_error - error).abs() < 1e-9);
        assert!((fit.probability(&[1.0]) - 0.5).abs() < 1e-10);
    }

    #[test]
    fn what_has_no_answer_says_which_column() {
        let rows: Vec<[f64; 2]> = (0..60).map(|i| [f64::from(i * 7 % 13), f64::from(i)]).collect();
        let split: Vec<bool> = (0..60).map(|i| i >= 30).collect();
        let mixed: Vec<bool> = (0..60).map(|i| i % 3 == 0).collect();
        assert!(fit(&rows, &split).expect_err("separated").to_string().contains("Column b"));
        let quasi: Vec<[f64; 2]> =
            (0..60).map(|i| [f64::from(i * 7 % 13), f64::from(u8::from(i % 6 == 0))]).collect();
        assert!(fit(&quasi, &mixed).expect_err("quasi").to_string().contains("Column b"));
        let same: Vec<[f64; 2]> = rows.iter().map(|[a, _]| [*a, 1.0 - a]).collect();
        assert!(fit(&same, &mixed).expect_err("collinear").to_string().contains("Column b"));
        let flat: Vec<[f64; 2]> = rows.iter().map(|[a, _]| [*a, 5.0]).collect();
        assert!(fit(&flat, &mixed).expect_err("constant").to_string().contains("Column b"));
        assert!(fit(&rows, &[true; 60]).is_err());
    }
}
