//! Whether of those with "30 %" three in ten leave.

use serde::{Deserialize, Serialize};

use super::falling;
use crate::distribution::{log_odds, z_of_level};
use crate::intervals::{Interval, wilson};
use crate::logistic::logistic;
use crate::matrix::Matrix;
use crate::{Error, Result};

/// Rows with like probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// How many rows.
    pub n: u64,
    /// How many events among them.
    pub events: u64,
    /// The mean of their probabilities.
    pub predicted: f64,
    /// The share of events, with Wilson's interval.
    pub observed: Interval,
}

/// Bins of equal count, lowest probability first; fewer if there are fewer rows.
pub fn reliability(
    probabilities: &[f64],
    outcomes: &[bool],
    bins: usize,
    level: f64,
) -> Vec<ReliabilityBin> {
    let n = probabilities.len().min(outcomes.len());
    let mut order = falling(&probabilities[..n]);
    order.reverse();
    let bins = bins.clamp(1, n.max(1));
    (0..bins)
        .filter_map(|bin| {
            let part = &order[bin * n / bins..(bin + 1) * n / bins];
            let events = part.iter().filter(|&&row| outcomes[row]).count() as u64;
            let sum: f64 = part.iter().map(|&row| probabilities[row]).sum();
            let n = part.len() as u64;
            let observed = wilson(events, n, level)?;
            Some(ReliabilityBin { n, events, predicted: sum / n as f64, observed })
        })
        .collect()
}

/// The expected calibration error: the mean distance of predicted and observed over the bins,
/// weighed by their size.
pub fn expected_error(bins: &[ReliabilityBin]) -> f64 {
    let all: u64 = bins.iter().map(|bin| bin.n).sum();
    let off = bins.iter().map(|bin| bin.n as f64 * (bin.predicted - bin.observed.value).abs());
    off.sum::<f64>() / all as f64
}

/// What [`expected_error`] would come to in the mean if each probability were true: so many rows
/// in so many bins are off by chance alone (the mean distance of a normal variable from its mean).
pub fn error_by_chance(probabilities: &[f64], bins: usize) -> f64 {
    let n = probabilities.len();
    let mut sorted = probabilities.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let bins = bins.clamp(1, n.max(1));
    let off = (0..bins).map(|bin| {
        let part = &sorted[bin * n / bins..(bin + 1) * n / bins];
        part.iter().map(|p| p * (1.0 - p)).sum::<f64>().sqrt()
    });
    std::f64::consts::FRAC_2_PI.sqrt() * off.sum::<f64>() / n.max(1) as f64
}

/// The line of outcomes over log-odds (Cox 1958).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// 1 is right; below, probabilities are too extreme; above, too timid.
    pub slope: Interval,
    /// The intercept beside this slope.
    pub intercept: f64,
}

/// The slope and intercept of a logistic regression of outcomes on the log-odds.
///
/// # Errors
/// Only one outcome, or probabilities that are all the same or tell without exception.
pub fn calibration(probabilities: &[f64], outcomes: &[bool], level: f64) -> Result<Calibration> {
    super::check(probabilities, outcomes)?;
    let odds: Vec<f64> = probabilities.iter().map(|p| log_odds(*p)).collect();
    let fit = logistic(&Matrix::from_cells(1, odds)?, outcomes, &["probability".into()])?;
    let [intercept, slope] = fit.coefficients.as_slice() else {
        return Err(Error::NoAnswer("There is no line.".into()));
    };
    let half = z_of_level(level) * slope.standard_error;
    let (lower, upper) = (slope.value - half, slope.value + half);
    Ok(Calibration {
        slope: Interval { value: slope.value, lower, upper },
        intercept: intercept.value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::special;

    fn sample(stretch: f64) -> (Vec<f64>, Vec<bool>) {
        let mut random = Random::of_seed(12);
        (0..20_000)
            .map(|_| {
                let odds = random.normal() - 1.0;
                (special::logistic(stretch * odds), random.unit() < special::logistic(odds))
            })
            .unzip()
    }

    #[test]
    fn true_probabilities_lie_on_the_diagonal() {
        let (p, y) = sample(1.0);
        let line = calibration(&p, &y, 0.95).expect("a line");
        assert!((line.slope.value - 1.0).abs() < 0.05 && line.intercept.abs() < 0.05, "{line:?}");
        let bins = reliability(&p, &y, 10, 0.95);
        assert_eq!((bins.len(), bins.iter().map(|bin| bin.n).sum::<u64>()), (10, 20_000));
        assert!(expected_error(&bins) < 0.012);
    }

    #[test]
    fn probabilities_that_are_too_extreme_have_a_slope_below_one() {
        let (p, y) = sample(2.0);
        let line = calibration(&p, &y, 0.95).expect("a line");
        assert!((line.slope.value - 0.5).abs() < 0.03);
        assert!(expected_error(&reliability(&p, &y, 10, 0.95)) > 0.05);
    }

    #[test]
    fn how_far_true_probabilities_are_off_by_chance_is_known() {
        let mut random = Random::of_seed(13);
        let p: Vec<f64> = (0..800).map(|_| random.unit().powi(2)).collect();
        let errors: f64 = (0..200)
            .map(|_| {
                let y: Vec<bool> = p.iter().map(|p| random.unit() < *p).collect();
                expected_error(&reliability(&p, &y, 10, 0.95))
            })
            .sum();
        let (mean, told) = (errors / 200.0, error_by_chance(&p, 10));
        assert!((mean / told - 1.0).abs() < 0.05, "{mean} {told}");
    }

    #[test]
    fn few_rows_have_few_bins() {
        assert_eq!(reliability(&[0.1, 0.9], &[false, true], 10, 0.95).len(), 2);
        assert!(reliability(&[], &[], 10, 0.95).is_empty());
        assert!(calibration(&[0.3; 4], &[true, false, true, false], 0.95).is_err());
    }
}
