//! Logistic regression with weights drawn towards given ones (le Cessie & van Houwelingen
//! 1992; towards zero it is the usual ridge).

use serde::{Deserialize, Serialize};

use super::likelihood::{gradient, information, log_likelihood, log_odds};
use crate::matrix::{Cholesky, Matrix, dot};
use crate::special;
use crate::{Error, Result};

const MOST_STEPS: usize = 200;

/// How strongly weights are held, and where.
#[derive(Debug, Clone, Copy)]
pub struct Shrinkage<'a> {
    /// λ: the penalty is λ/2 Σ (w − target)². The intercept is free.
    pub strength: f64,
    /// Where each weight is drawn; zero if absent.
    pub towards: Option<&'a [f64]>,
}

/// A fitted ridge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ridge {
    /// The log-odds of a row of zeros.
    pub intercept: f64,
    /// The weight of each column.
    pub weights: Vec<f64>,
}

impl Ridge {
    /// The log-odds of a row.
    pub fn log_odds(&self, row: &[f64]) -> f64 {
        self.intercept + dot(row, &self.weights)
    }

    /// The probability of a row.
    pub fn probability(&self, row: &[f64]) -> f64 {
        special::logistic(self.log_odds(row))
    }
}

/// Fits the model. Columns should have like spreads, as all are held equally. `start` (from a
/// neighbouring strength) only saves time.
///
/// The information matrix costs most and changes little from step to step, so it is computed
/// anew only when steps with the old one get slow.
///
/// # Errors
/// Lengths that don't fit, a strength that is not positive, only one outcome, a cell that is
/// not a number.
pub fn ridge(x: &Matrix, y: &[bool], shrink: Shrinkage, start: Option<&Ridge>) -> Result<Ridge> {
    let p = x.columns();
    let zero = vec![0.0; p];
    let towards = shrink.towards.unwrap_or(&zero);
    check(x, y, shrink.strength, towards)?;
    let ones = y.iter().filter(|y| **y).count() as f64;
    let mut beta = match start {
        Some(it) => std::iter::once(it.intercept).chain(it.weights.iter().copied()).collect(),
        None => {
            let mut beta = vec![0.0; p + 1];
            beta[1..].copy_from_slice(towards);
            beta[0] = (ones / (y.len() as f64 - ones)).ln();
            beta
        }
    };
    let held = |beta: &[f64]| -> f64 {
        let off = beta[1..].iter().zip(towards).map(|(b, t)| (b - t).powi(2));
        0.5 * shrink.strength * off.sum::<f64>()
    };
    let mut odds = log_odds(x, &beta);
    let mut value = log_likelihood(&odds, y) - held(&beta);
    let mut cholesky: Option<Cholesky> = None;
    let mut last_gain = f64::INFINITY;
    for _ in 0..MOST_STEPS {
        let mut slope = gradient(x, y, &odds);
        for ((g, b), t) in slope[1..].iter_mut().zip(&beta[1..]).zip(towards) {
            *g -= shrink.strength * (b - t);
        }
        let fresh = cholesky.is_none();
        let known = match cholesky.take() {
            Some(known) => known,
            None => penalised(x, &odds, shrink.strength)?,
        };
        let step = known.solve(&slope);
        let gain = dot(&step, &slope);
        if gain < 1e-10 * (1.0 + value.abs()) && (fresh || gain < 1e-13 * (1.0 + value.abs())) {
            break;
        }
        if !fresh && gain > 0.1 * last_gain {
            last_gain = f64::INFINITY;
            continue;
        }
        let Some(next) = along(x, y, &beta, &step, value, &held) else {
            if fresh {
                break;
            }
            continue;
        };
        (beta, odds, value) = next;
        last_gain = gain;
        cholesky = Some(known);
    }
    Ok(Ridge { intercept: beta[0], weights: beta[1..].to_vec() })
}

type Place = (Vec<f64>, Vec<f64>, f64);

/// The first of step, half a step, a quarter … that loses nothing.
fn along(
    x: &Matrix,
    y: &[bool],
    beta: &[f64],
    step: &[f64],
    value: f64,
    held: &impl Fn(&[f64]) -> f64,
) -> Option<Place> {
    let mut part = 1.0;
    while part > 1e-6 {
        let next: Vec<f64> = beta.iter().zip(step).map(|(b, s)| b + part * s).collect();
        let odds = log_odds(x, &next);
        let there = log_likelihood(&odds, y) - held(&next);
        if there >= value - 1e-13 * value.abs() {
            return Some((next, odds, there));
        }
        part *= 0.5;
    }
    None
}

fn penalised(x: &Matrix, odds: &[f64], strength: f64) -> Result<Cholesky> {
    let mut matrix = information(x, odds);
    for j in 1..matrix.columns() {
        matrix.add(j, j, strength);
    }
    // The intercept is held by the data alone; this much keeps it in place where they don't.
    matrix.add(0, 0, 1e-9);
    Cholesky::of(&matrix)
        .map_err(|_| Error::NoAnswer("The columns differ too much in size to be weighed.".into()))
}

fn check(x: &Matrix, y: &[bool], strength: f64, towards: &[f64]) -> Result<()> {
    if x.rows() != y.len() || towards.len() != x.columns() {
        return Err(Error::BadQuestion("The table has not one row for each outcome.".into()));
    }
    if !(strength > 0.0 && strength.is_finite()) {
        return Err(Error::BadQuestion("The strength of a shrinkage is above 0.".into()));
    }
    if y.iter().all(|y| *y) || !y.iter().any(|y| *y) {
        return Err(Error::NoAnswer("All rows have the same outcome.".into()));
    }
    match (0..x.rows()).find(|&row| x.row(row).iter().any(|v| !v.is_finite())) {
        Some(row) => Err(Error::cell(row, "any", "a cell is not a number")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn sample(n: usize) -> (Matrix, Vec<bool>) {
        let mut random = Random::of_seed(9);
        let mut cells = Vec::new();
        let mut y = Vec::new();
        for _ in 0..n {
            let row = [random.normal(), random.normal(), random.normal()];
            y.push(random.unit() < special::logistic(-1.0 + row[0] - 0.5 * row[1]));
            cells.extend(row);
        }
        (Matrix::from_cells(3, cells).expect("three"), y)
    }

    #[test]
    fn almost_without_shrinkage_it_is_the_exact_fit() {
        let (x, y) = sample(3000);
        let names: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
        let exact = super::super::logistic(&x, &y, &names).expect("a fit");
        let loose = Shrinkage { strength: 1e-9, towards: None };
        let ridge = ridge(&x, &y, loose, None).expect("a fit");
        for (w, c) in ridge.weights.iter().zip(&exact.coefficients[1..]) {
            assert!((w - c.value).abs() < 1e-6);
        }
    }

    #[test]
    fn held_firmly_it_stays_where_it_is_drawn() {
        let (x, y) = sample(500);
        let towards = [0.2, 0.4, -0.6];
        let firm = Shrinkage { strength: 1e9, towards: Some(&towards) };
        let ridge = ridge(&x, &y, firm, None).expect("a fit");
        for (w, t) in ridge.weights.iter().zip(towards) {
            assert!((w - t).abs() < 1e-6);
        }
        let mean: f64 = (0..500).map(|row| ridge.probability(x.row(row))).sum::<f64>() / 500.0;
        let share = y.iter().filter(|y| **y).count() as f64 / 500.0;
        assert!((mean - share).abs() < 1e-6, "the intercept is free");
    }

    #[test]
    fn the_slope_is_zero_where_it_stops_whatever_the_start() {
        let (x, y) = sample(400);
        let shrink = Shrinkage { strength: 3.0, towards: None };
        let cold = ridge(&x, &y, shrink, None).expect("a fit");
        let far = Ridge { intercept: 2.0, weights: vec![-3.0, 3.0, 1.0] };
        let warm = ridge(&x, &y, shrink, Some(&far)).expect("a fit");
        for (a, b) in cold.weights.iter().zip(&warm.weights) {
            assert!((a - b).abs() < 1e-5, "{a} {b}");
        }
    }

    #[test]
    fn separation_is_no_trouble_and_one_outcome_is() {
        let rows: Vec<[f64; 1]> = (0..40).map(|i| [f64::from(i) / 20.0 - 1.0]).collect();
        let x = Matrix::from_rows(&rows).expect("one column");
        let y: Vec<bool> = (0..40).map(|i| i >= 20).collect();
        let shrink = Shrinkage { strength: 1.0, towards: None };
        assert!(ridge(&x, &y, shrink, None).expect("a fit").weights[0] > 1.0);
        assert!(ridge(&x, &[true; 40], shrink, None).is_err());
        assert!(ridge(&x, &y, Shrinkage { strength: 0.0, towards: None }, None).is_err());
    }
}
