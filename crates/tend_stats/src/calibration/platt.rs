//! A logistic curve through scores (Platt 1999).

use serde::{Deserialize, Serialize};

use crate::distribution::log_odds;
use crate::special;
use crate::{Error, Result};

/// log-odds = intercept + slope × score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Platt {
    /// The log-odds at a score of 0.
    pub intercept: f64,
    /// The log-odds per unit of score.
    pub slope: f64,
}

impl Platt {
    /// The log-odds of a score.
    pub fn log_odds(&self, score: f64) -> f64 {
        self.intercept + self.slope * score
    }

    /// The probability of a score.
    pub fn probability(&self, score: f64) -> f64 {
        special::logistic(self.log_odds(score))
    }
}

/// Fits the curve. As in Platt's paper, outcomes are drawn a little inwards, to
/// (events + 1)/(events + 2) and 1/(others + 2), so that scores that tell without exception
/// don't give certainty. Scores of events should be out of fold.
///
/// # Errors
/// Only one outcome, or a score that is not finite. Scores that are all the same give the
/// base rate with a slope of 0.
pub fn platt(scores: &[f64], outcomes: &[bool]) -> Result<Platt> {
    if scores.len() != outcomes.len() {
        return Err(Error::BadQuestion("There are not as many scores as outcomes.".into()));
    }
    if let Some(row) = scores.iter().position(|score| !score.is_finite()) {
        return Err(Error::cell(row, "score", "this is not a number"));
    }
    let n = scores.len() as f64;
    let events = outcomes.iter().filter(|y| **y).count() as f64;
    if events == 0.0 || events == n {
        return Err(Error::NoAnswer("All outcomes are the same, so no curve fits them.".into()));
    }
    let (high, low) = ((events + 1.0) / (events + 2.0), 1.0 / (n - events + 2.0));
    let mean = scores.iter().sum::<f64>() / n;
    let spread = (scores.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / n).sqrt();
    if spread <= 1e-12 * mean.abs().max(1e-300) {
        return Ok(Platt { intercept: log_odds(events / n), slope: 0.0 });
    }
    let rows: Vec<(f64, f64)> = scores
        .iter()
        .zip(outcomes)
        .map(|(s, &y)| ((s - mean) / spread, if y { high } else { low }))
        .collect();
    let [a, b] = climb(&rows, log_odds(events / n));
    Ok(Platt { intercept: a - b * mean / spread, slope: b / spread })
}

/// Newton's method with halved steps on targets between 0 and 1, where the optimum is finite
/// (Lin, Lin & Weng 2007).
fn climb(rows: &[(f64, f64)], start: f64) -> [f64; 2] {
    let loss = |[a, b]: [f64; 2]| -> f64 {
        rows.iter().map(|&(s, t)| special::softplus(a + b * s) - t * (a + b * s)).sum()
    };
    let mut here = [start, 0.0];
    let mut value = loss(here);
    for _ in 0..100 {
        let (mut g, mut h) = ([0.0; 2], [1e-12, 0.0, 1e-12]);
        for &(s, t) in rows {
            let p = special::logistic(here[0] + here[1] * s);
            let w = p * (1.0 - p);
            g = [g[0] + (t - p), g[1] + (t - p) * s];
            h = [h[0] + w, h[1] + w * s, h[2] + w * s * s];
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        let step =
            [(h[2] * g[0] - h[1] * g[1]) / determinant, (h[0] * g[1] - h[1] * g[0]) / determinant];
        let mut part = 1.0;
        let next = loop {
            let next = [here[0] + part * step[0], here[1] + part * step[1]];
            if loss(next) <= value || part < 1e-9 {
                break next;
            }
            part *= 0.5;
        };
        let gained = value - loss(next);
        if gained.is_nan() || gained < 0.0 {
            break;
        }
        (here, value) = (next, value - gained);
        if gained < 1e-12 * (1.0 + value.abs()) {
            break;
        }
    }
    here
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn it_finds_the_curve_that_made_the_outcomes() {
        let mut random = Random::of_seed(1);
        let scores: Vec<f64> = (0..20_000).map(|_| 50.0 + 10.0 * random.normal()).collect();
        let outcomes: Vec<bool> =
            scores.iter().map(|s| random.unit() < special::logistic(4.0 - 0.1 * s)).collect();
        let fit = platt(&scores, &outcomes).expect("a curve");
        assert!((fit.slope + 0.1).abs() < 0.006 && (fit.intercept - 4.0).abs() < 0.3, "{fit:?}");
    }

    #[test]
    fn extremes_stay_finite() {
        let split = platt(&[1.0, 2.0, 3.0, 4.0], &[false, false, true, true]).expect("a curve");
        assert!(split.probability(4.0) < 0.9 && split.probability(4.0) > 0.6, "{split:?}");
        let same = platt(&[7.0; 4], &[false, false, true, false]).expect("the base rate");
        assert!((same.probability(7.0) - 0.25).abs() < 1e-12);
        assert!(platt(&[1.0, 2.0], &[true, true]).is_err());
    }
}
