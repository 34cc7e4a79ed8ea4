//! How sure a probability of one account is: the same step learned again and again from accounts
//! that were drawn anew (Efron & Tibshirani 1993, ch. 9; whole accounts, so that many days of
//! one don't look like many accounts).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ladder::learn;
use super::{Book, Health, Step};
use crate::boosting::Boosting;
use crate::distribution::z_of_level;
use crate::intervals::Interval;
use crate::logistic::Ridge;
use crate::random::Random;
use crate::special::logistic;

/// Lines are learned again so often …
const LINES: usize = 80;
/// … and trees so often, as they take long.
const TREES: usize = 10;

/// What was learned from accounts drawn anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    /// The line, if the step has one.
    pub line: Option<Ridge>,
    /// The trees, if the step has them.
    pub trees: Option<Boosting>,
}

impl Health {
    /// The probability that an account leaves, and between which two it may be as far as what
    /// was learned from goes. A blank counts as the mean, and adds nothing to the width.
    pub fn interval(&self, row: &[f64], level: f64) -> Interval {
        let centre = self.log_odds(row);
        let value = logistic(centre);
        let n = self.draws.len();
        if n < 2 {
            return Interval { value, lower: 0.0, upper: 1.0 };
        }
        let (filled, share) = (self.filled(row), self.share());
        let told: Vec<f64> = self
            .draws
            .iter()
            .map(|draw| {
                let line = draw.line.as_ref().map_or(0.0, |line| line.log_odds(&filled));
                let trees = draw.trees.as_ref().map_or(0.0, |trees| trees.log_odds(row));
                self.calibration.log_odds(share * (line + trees))
            })
            .collect();
        let mean = told.iter().sum::<f64>() / n as f64;
        let variance = told.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
        // With few draws the spread itself is uncertain; so much wider is Student's interval.
        let freedom = (n - 1) as f64;
        let z = z_of_level(level);
        let wide = z * (1.0 + (z * z + 1.0) / (4.0 * freedom)) * variance.sqrt();
        Interval { value, lower: logistic(centre - wide), upper: logistic(centre + wide) }
    }
}

/// The step learned again. A draw in which it can't be learned, such as one without anybody who
/// left, is left out.
pub(super) fn draws(book: &Book, step: Step, strength: f64) -> Vec<Draw> {
    let mut members: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (row, account) in book.accounts.iter().enumerate() {
        members.entry(*account).or_default().push(row);
    }
    let groups: Vec<Vec<usize>> = members.into_values().collect();
    let times = if matches!(step, Step::Trees | Step::Mean) { TREES } else { LINES };
    let mut random = Random::of_seed(2026);
    let mut rows = Vec::with_capacity(book.left.len());
    let mut all = Vec::with_capacity(times);
    for _ in 0..times {
        rows.clear();
        for _ in 0..groups.len() {
            rows.extend_from_slice(&groups[random.below(groups.len())]);
        }
        if let Ok(health) = learn(book, &rows, step, strength) {
            all.push(Draw { line: health.line, trees: health.trees });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::{climb, simulated::World};
    use super::*;

    /// The truth of [`World`] in a row without blanks.
    fn truth(row: &[f64]) -> f64 {
        logistic(-1.3 - (4.0 * (row[0] - 0.5) + 2.0 * (row[2] - 0.5)))
    }

    fn learned(n: usize, seed: u64) -> Health {
        climb(&World::of(n, 1.0, seed).book()).expect("a standing").health.expect("known")
    }

    const ROWS: [[f64; 4]; 5] = [
        [0.5, 0.5, 0.5, 0.5],
        [0.2, 0.4, 0.7, 0.6],
        [0.8, 0.6, 0.3, 0.4],
        [0.3, 0.5, 0.3, 0.5],
        [0.7, 0.5, 0.8, 0.5],
    ];

    #[test]
    fn the_truth_is_mostly_within() {
        let mut inside = 0;
        for seed in 0..8 {
            let health = learned(300, 70 + seed);
            for row in &ROWS {
                let it = health.interval(row, 0.95);
                assert!(it.lower < it.value && it.value < it.upper);
                inside += usize::from((it.lower..=it.upper).contains(&truth(row)));
            }
        }
        assert!(inside >= 32, "{inside} of 40");
    }

    #[test]
    fn more_accounts_make_it_surer() {
        let width = |n: usize| {
            let health = learned(n, 11);
            let wide = |row| {
                let it = health.interval(row, 0.95);
                it.upper - it.lower
            };
            ROWS.iter().map(|row| wide(row)).sum::<f64>()
        };
        let (few, many) = (width(300), width(3000));
        assert!(few > 1.5 * many, "{few} {many}");
    }
}
