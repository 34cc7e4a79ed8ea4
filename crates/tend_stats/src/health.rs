//! How an account fares, as a probability that is earned: the more outcomes there are, the
//! more is learnt from them, and below that it says that it does not know.
//!
//! Measures are what a company looks at (usage, support, surveys …), each from 0, bad, to 1,
//! good; blanks are NaN. The company's own weights make the rule score, which is not a
//! probability. [`climb`] goes up from it: a curve through the rule score, a line whose weights
//! are drawn towards the rule's, small trees, the mean of both. Each step has to win on accounts
//! that it has not seen.

mod backtest;
mod change;
mod evidence;
mod ladder;
mod model;
mod spread;

use serde::{Deserialize, Serialize};

use crate::matrix::Matrix;
use crate::{Error, Result};

pub use backtest::{Backtest, Origin, backtest};
pub use change::{Change, Reach, nearest_change};
pub use ladder::{
    FOR_CURVE, FOR_LINE, FOR_LINE_ACCOUNTS, FOR_TREES, Known, Rung, Standing, climb,
    may_show_percent,
};
pub use model::{Health, Told, stale_share};
pub use spread::Draw;

/// How a probability is come by, from little evidence to much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The rule score alone: not a probability.
    Rule,
    /// A curve through the rule score.
    Curve,
    /// A line whose weights are drawn towards the rule's.
    Line,
    /// Small trees.
    Trees,
    /// The mean of line and trees.
    Mean,
}

impl Step {
    /// Its name in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Curve => "curve",
            Self::Line => "line",
            Self::Trees => "trees",
            Self::Mean => "mean",
        }
    }
}

/// Accounts at days in the past, and what came of them.
#[derive(Debug, Clone, Copy)]
pub struct Book<'a> {
    /// The names of the measures.
    pub measures: &'a [String],
    /// One row for each account and day: the measures, 0 bad to 1 good, blanks NaN.
    pub x: &'a Matrix,
    /// Whether it left within the horizon after that day.
    pub left: &'a [bool],
    /// The account of each row. Rows of one account are never learnt from to judge each other.
    pub accounts: &'a [u64],
    /// The company's weight of each measure, 0 or more.
    pub rule: &'a [f64],
}

impl Book<'_> {
    fn check(&self) -> Result<()> {
        let n = self.x.rows();
        if self.left.len() != n || self.accounts.len() != n {
            return Err(Error::BadQuestion("There is not one outcome for each row.".into()));
        }
        if self.measures.len() != self.x.columns() || self.rule.len() != self.x.columns() {
            return Err(Error::BadQuestion("There is not one weight for each measure.".into()));
        }
        if self.rule.iter().any(|weight| !weight.is_finite() || *weight < 0.0) {
            return Err(Error::BadQuestion("A weight is a number of 0 or more.".into()));
        }
        if self.rule.iter().sum::<f64>() <= 0.0 {
            return Err(Error::BadQuestion("At least one measure has to have a weight.".into()));
        }
        match (0..n).find(|&row| self.x.row(row).iter().any(|v| v.is_infinite())) {
            Some(row) => Err(Error::cell(row, "measures", "a measure is from 0 to 1, or blank")),
            None => Ok(()),
        }
    }
}

/// The rule score of a row, 0 to 1: the mean of the known measures by their weights. None where
/// nothing is known.
pub fn rule_score(row: &[f64], rule: &[f64]) -> Option<f64> {
    let known = row.iter().zip(rule).filter(|(value, _)| !value.is_nan());
    let (sum, weight) =
        known.fold((0.0, 0.0), |(sum, all), (value, weight)| (sum + value * weight, all + weight));
    (weight > 0.0).then(|| sum / weight)
}

/// What is expected to be lost: the sum of probability × revenue a year, and how sure that is
/// if accounts leave independently of each other (one standard deviation).
pub fn expected_loss(probabilities: &[f64], revenue: &[f64]) -> (f64, f64) {
    let pairs = probabilities.iter().zip(revenue);
    let (sum, variance) = pairs.fold((0.0, 0.0), |(sum, variance), (p, money)| {
        (sum + p * money, variance + p * (1.0 - p) * money * money)
    });
    (sum, variance.sqrt())
}

#[cfg(test)]
pub(crate) mod simulated {
    use super::*;
    use crate::random::Random;
    use crate::special::logistic;

    /// A book with a known truth: four measures, of which the rule overrates the second.
    pub(crate) struct World {
        pub(crate) measures: Vec<String>,
        pub(crate) x: Matrix,
        pub(crate) left: Vec<bool>,
        pub(crate) accounts: Vec<u64>,
        pub(crate) rule: Vec<f64>,
    }

    impl World {
        pub(crate) fn of(n: usize, signal: f64, seed: u64) -> Self {
            let mut random = Random::of_seed(seed);
            let (mut cells, mut left) = (Vec::new(), Vec::new());
            for _ in 0..n {
                let row = [random.unit(), random.unit(), random.unit(), random.unit()];
                let odds = -1.3 - signal * (4.0 * (row[0] - 0.5) + 2.0 * (row[2] - 0.5));
                left.push(random.unit() < logistic(odds));
                let blank = random.unit() < 0.1;
                cells.extend([row[0], row[1], if blank { f64::NAN } else { row[2] }, row[3]]);
            }
            Self {
                measures: ["usage", "survey", "support", "seats"].map(String::from).to_vec(),
                x: Matrix::from_cells(4, cells).expect("four"),
                left,
                accounts: (0..n as u64).collect(),
                rule: vec![0.4, 0.3, 0.2, 0.1],
            }
        }

        pub(crate) fn book(&self) -> Book<'_> {
            Book {
                measures: &self.measures,
                x: &self.x,
                left: &self.left,
                accounts: &self.accounts,
                rule: &self.rule,
            }
        }
    }

    #[test]
    fn a_rule_score_is_the_mean_of_what_is_known() {
        let close =
            |got: Option<f64>, want: f64| assert!((got.expect("known") - want).abs() < 1e-12);
        close(rule_score(&[1.0, 0.0], &[0.75, 0.25]), 0.75);
        close(rule_score(&[f64::NAN, 0.4], &[0.75, 0.25]), 0.4);
        assert_eq!(rule_score(&[f64::NAN, f64::NAN], &[0.75, 0.25]), None);
    }

    #[test]
    fn the_loss_that_is_expected_is_a_sum_over_accounts() {
        let (sum, error) = expected_loss(&[0.5, 0.1], &[1000.0, 100.0]);
        assert!((sum - 510.0).abs() < 1e-9);
        assert!((error - (250_000.0_f64 + 900.0).sqrt()).abs() < 1e-9);
    }
}
