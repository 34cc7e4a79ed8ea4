//! Gradient boosting of small trees (Friedman 2001) with second-order steps (Chen & Guestrin
//! 2016) on histograms, the best leaf first (Ke et al. 2017). Logistic loss; blanks are
//! values of their own. The same rows give the same trees, bit for bit.
//!
//! It is our own because of what it is for: some thousand customers, small leaves, slow
//! learning, contributions that add up. `docs/decisions` has the measurements.

mod bins;
mod grow;
mod shapley;
mod tree;

use serde::{Deserialize, Serialize};

use crate::distribution::log_odds;
use crate::matrix::Matrix;
use crate::random::Random;
use crate::special;
use crate::{Error, Result};
use bins::Bins;
use grow::Grower;
pub use tree::{Node, Tree};

/// How trees are grown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settings {
    /// How many trees at most.
    pub rounds: usize,
    /// How many leaves a tree has at most.
    pub leaves: usize,
    /// How much of each tree is believed.
    pub learning_rate: f64,
    /// How many rows a leaf has at least.
    pub least_rows: usize,
    /// The L2 penalty of a leaf's value.
    pub ridge: f64,
    /// The share of columns that a tree sees.
    pub column_share: f64,
    /// The share of rows that a tree sees.
    pub row_share: f64,
    /// Where the choice of columns and rows starts.
    pub seed: u64,
}

impl Default for Settings {
    /// Small and slow, for some thousand rows.
    fn default() -> Self {
        Self {
            rounds: 300,
            leaves: 7,
            learning_rate: 0.03,
            least_rows: 20,
            ridge: 1.0,
            column_share: 1.0,
            row_share: 1.0,
            seed: 1,
        }
    }
}

/// A sum of trees on the scale of log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Boosting {
    /// The log-odds of the base rate.
    pub base: f64,
    /// The trees, in the order of their growing.
    pub trees: Vec<Tree>,
    /// How many columns there are.
    pub columns: usize,
}

/// What the columns of a row add to its log-odds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contributions {
    /// The mean log-odds of the training rows.
    pub expected: f64,
    /// What each column adds. The sum with `expected` is the row's log-odds.
    pub columns: Vec<f64>,
}

impl Boosting {
    /// Grows trees on rows `x` (blanks are NaN) with outcomes `y`.
    ///
    /// # Errors
    /// Only one outcome, lists of different length, settings out of range.
    pub fn fit(x: &Matrix, y: &[bool], settings: Settings) -> Result<Self> {
        Self::fit_watched(x, y, settings, |_| true)
    }

    /// The same, showing each tree to `watch` as it is done; growing ends when that says so.
    ///
    /// # Errors
    /// As [`Boosting::fit`].
    pub fn fit_watched(
        x: &Matrix,
        y: &[bool],
        settings: Settings,
        mut watch: impl FnMut(&Tree) -> bool,
    ) -> Result<Self> {
        check(x, y, settings)?;
        let bins = Bins::of(x);
        let ones = y.iter().filter(|y| **y).count() as f64;
        let base = log_odds(ones / y.len() as f64);
        let mut odds = vec![base; y.len()];
        let mut random = Random::of_seed(settings.seed);
        let mut grower = Grower::new(&bins, settings);
        let mut boosting = Self { base, trees: Vec::new(), columns: x.columns() };
        for _ in 0..settings.rounds {
            for (row, (&l, &y)) in odds.iter().zip(y).enumerate() {
                let p = special::logistic(l);
                grower.slope[row] = p - f64::from(u8::from(y));
                grower.curve[row] = p * (1.0 - p);
            }
            let rows = some(y.len(), settings.row_share, &mut random);
            let columns = some(x.columns(), settings.column_share, &mut random);
            let tree = grower.grow(rows, &columns);
            if tree.nodes.len() == 1 && settings.column_share >= 1.0 && settings.row_share >= 1.0 {
                break;
            }
            for (row, l) in odds.iter_mut().enumerate() {
                *l += tree.value(x.row(row));
            }
            let go_on = watch(&tree);
            boosting.trees.push(tree);
            if !go_on {
                break;
            }
        }
        Ok(boosting)
    }

    /// The log-odds of a row.
    pub fn log_odds(&self, row: &[f64]) -> f64 {
        self.base + self.trees.iter().map(|tree| tree.value(row)).sum::<f64>()
    }

    /// The probability of a row.
    pub fn probability(&self, row: &[f64]) -> f64 {
        special::logistic(self.log_odds(row))
    }

    /// What each column adds to the log-odds of a row: its Shapley value (Lundberg et al.
    /// 2020), which adds up to the row's log-odds.
    pub fn contributions(&self, row: &[f64]) -> Contributions {
        let mut columns = vec![0.0; self.columns];
        let mut expected = self.base;
        for tree in &self.trees {
            expected += tree.expected();
            shapley::add(tree, row, &mut columns);
        }
        Contributions { expected, columns }
    }
}

fn check(x: &Matrix, y: &[bool], settings: Settings) -> Result<()> {
    if x.rows() != y.len() {
        return Err(Error::BadQuestion("The table has not one row for each outcome.".into()));
    }
    if y.iter().all(|y| *y) || !y.iter().any(|y| *y) {
        return Err(Error::NoAnswer("All rows have the same outcome.".into()));
    }
    let share = |share: f64| share > 0.0 && share <= 1.0;
    let fine = settings.leaves >= 2
        && settings.leaves <= 4096
        && settings.learning_rate > 0.0
        && settings.learning_rate <= 1.0
        && settings.ridge >= 0.0
        && share(settings.column_share)
        && share(settings.row_share);
    match fine {
        true => Ok(()),
        false => Err(Error::BadQuestion("A setting of the boosting is out of its range.".into())),
    }
}

/// So many of 0..n, ascending: all, or a share of them without repetition.
fn some(n: usize, share: f64, random: &mut Random) -> Vec<u32> {
    let all = 0..u32::try_from(n).unwrap_or(u32::MAX);
    if share >= 1.0 {
        return all.collect();
    }
    let mut wanted = ((n as f64 * share).round() as usize).clamp(1, n);
    all.filter(|&at| {
        let left = n - at as usize;
        let taken = random.below(left) < wanted;
        wanted -= usize::from(taken);
        taken
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An interaction, a blank that means something, and a column that means nothing.
    pub(super) fn sample(n: usize) -> (Matrix, Vec<bool>) {
        let mut random = Random::of_seed(21);
        let mut cells = Vec::new();
        let mut y = Vec::new();
        for _ in 0..n {
            let (a, b, c) = (random.unit(), random.unit(), random.normal());
            let blank = random.unit() < 0.2;
            let crossed = (a > 0.5) != (b > 0.5);
            let odds = if crossed { 1.5 } else { -1.5 } + if blank { 1.0 } else { 0.0 };
            y.push(random.unit() < special::logistic(odds));
            cells.extend([a, b, if blank { f64::NAN } else { c }]);
        }
        (Matrix::from_cells(3, cells).expect("three"), y)
    }

    #[test]
    fn what_no_line_can_tell_is_found() {
        let (x, y) = sample(4000);
        let (test, truth) = (x.pick(&(3000..4000).collect::<Vec<_>>()), &y[3000..]);
        let train = x.pick(&(0..3000).collect::<Vec<_>>());
        let fit = Boosting::fit(&train, &y[..3000], Settings::default()).expect("a fit");
        let scores: Vec<f64> = (0..1000).map(|row| fit.probability(test.row(row))).collect();
        let area = crate::metrics::auc(&scores, truth).expect("both");
        // Who knew the true probabilities would reach 0.82; a line reaches 0.6.
        assert!(area > 0.80, "{area}");
    }

    #[test]
    fn the_same_rows_give_the_same_trees() {
        let (x, y) = sample(800);
        let settings = Settings { column_share: 0.7, row_share: 0.8, ..Settings::default() };
        let fit = || Boosting::fit(&x, &y, settings).expect("a fit");
        assert_eq!(fit(), fit());
    }

    #[test]
    fn contributions_add_up_and_nothing_adds_nothing() {
        let (x, y) = sample(1500);
        let mut wide = Vec::new();
        (0..x.rows()).for_each(|row| wide.extend(x.row(row).iter().copied().chain([5.0])));
        let x = Matrix::from_cells(4, wide).expect("four");
        let fit = Boosting::fit(&x, &y, Settings::default()).expect("a fit");
        for row in (0..x.rows()).step_by(50) {
            let parts = fit.contributions(x.row(row));
            let sum = parts.expected + parts.columns.iter().sum::<f64>();
            assert!((sum - fit.log_odds(x.row(row))).abs() < 1e-9);
            assert_eq!(parts.columns[3], 0.0);
        }
    }

    #[test]
    fn extremes_have_an_answer_or_a_sentence() {
        let flat = Matrix::from_cells(1, vec![3.0; 50]).expect("one column");
        let y: Vec<bool> = (0..50).map(|row| row % 5 == 0).collect();
        let fit = Boosting::fit(&flat, &y, Settings::default()).expect("the base rate");
        assert!((fit.probability(&[3.0]) - 0.2).abs() < 1e-12 && fit.trees.is_empty());
        assert!(Boosting::fit(&flat, &[true; 50], Settings::default()).is_err());
        let blank = Matrix::from_cells(1, vec![f64::NAN; 50]).expect("one column");
        assert!(Boosting::fit(&blank, &y, Settings::default()).is_ok());
        let wild = Settings { leaves: 0, ..Settings::default() };
        assert!(Boosting::fit(&flat, &y, wild).is_err());
    }
}
