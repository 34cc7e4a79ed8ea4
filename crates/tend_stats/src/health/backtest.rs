//! What would have been known then: at each day in the past, learnt from what was known by
//! that day alone.

use serde::Serialize;

use super::evidence::Evidence;
use super::ladder::{FOR_CURVE, learn};
use super::{Book, Step, rule_score};
use crate::Result;
use crate::intervals::{Bootstrap, Interval, clustered_bootstrap};
use crate::metrics::{auc, skill};

/// One day from which was looked ahead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Origin {
    /// The day.
    pub day: i64,
    /// From how many rows was learnt, all with their outcome known by that day.
    pub learnt_from: usize,
    /// How many accounts were foretold.
    pub n: usize,
    /// How many of them left.
    pub left: usize,
    /// The AUC; None if all had the same outcome.
    pub auc: Option<f64>,
    /// The same of the rule score, turned so that a low score is a high risk.
    pub rule_auc: Option<f64>,
}

/// All days together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Backtest {
    /// Each day that could be looked ahead from.
    pub origins: Vec<Origin>,
    /// The row of each foretelling in the book, and its probability.
    pub foretold: Vec<(usize, f64)>,
    /// The AUC of all of them, drawn by account; None without both outcomes.
    pub auc: Option<Interval>,
    /// The Brier skill of all of them against their base rate.
    pub skill: Option<f64>,
}

/// Goes through the days of the book in order. `days[i]` is the day of row i; its outcome is
/// known `horizon` days later.
///
/// # Errors
/// Lists that don't fit.
pub fn backtest(book: &Book, days: &[i64], horizon: i64, step: Step) -> Result<Backtest> {
    book.check()?;
    if days.len() != book.left.len() {
        return Err(crate::Error::BadQuestion("There is not one day for each row.".into()));
    }
    let mut origins = Vec::new();
    let mut foretold: Vec<(usize, f64)> = Vec::new();
    let mut distinct = days.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    for day in distinct {
        let train: Vec<usize> = (0..days.len()).filter(|&row| days[row] + horizon <= day).collect();
        let test: Vec<usize> = (0..days.len()).filter(|&row| days[row] == day).collect();
        if Evidence::of(book, train.iter().copied()).least() < FOR_CURVE {
            continue;
        }
        let health = learn(book, &train, step, 10.0)?;
        let told: Vec<f64> = test.iter().map(|&row| health.probability(book.x.row(row))).collect();
        let outcomes: Vec<bool> = test.iter().map(|&row| book.left[row]).collect();
        let rule: Vec<f64> = test
            .iter()
            .map(|&row| -rule_score(book.x.row(row), book.rule).unwrap_or(0.5))
            .collect();
        origins.push(Origin {
            day,
            learnt_from: train.len(),
            n: test.len(),
            left: outcomes.iter().filter(|left| **left).count(),
            auc: auc(&told, &outcomes).ok(),
            rule_auc: auc(&rule, &outcomes).ok(),
        });
        foretold.extend(test.into_iter().zip(told));
    }
    let outcomes: Vec<bool> = foretold.iter().map(|(row, _)| book.left[*row]).collect();
    let told: Vec<f64> = foretold.iter().map(|(_, probability)| *probability).collect();
    let accounts: Vec<u64> = foretold.iter().map(|(row, _)| book.accounts[*row]).collect();
    let settings = Bootstrap { draws: 400, ..Bootstrap::default() };
    let pooled = clustered_bootstrap(&accounts, settings, |rows| {
        let told: Vec<f64> = rows.iter().map(|&row| told[row]).collect();
        let outcomes: Vec<bool> = rows.iter().map(|&row| outcomes[row]).collect();
        auc(&told, &outcomes).ok()
    });
    Ok(Backtest { skill: skill(&told, &outcomes), auc: pooled.ok(), origins, foretold })
}

#[cfg(test)]
mod tests {
    use super::super::simulated::World;
    use super::*;

    #[test]
    fn nothing_is_learnt_from_what_was_not_known_yet() {
        let world = World::of(1200, 1.0, 6);
        let days: Vec<i64> = (0..1200).map(|row| 90 * (row / 200)).collect();
        let test = backtest(&world.book(), &days, 180, Step::Line).expect("a backtest");
        let days: Vec<i64> = test.origins.iter().map(|origin| origin.day).collect();
        assert_eq!(days, [180, 270, 360, 450]);
        let learnt: Vec<usize> = test.origins.iter().map(|origin| origin.learnt_from).collect();
        assert_eq!(learnt, [200, 400, 600, 800]);
        assert!(test.auc.expect("both outcomes").lower > 0.6, "{:?}", test.auc);
        assert!(test.skill.expect("both outcomes") > 0.05);
        assert_eq!(test.foretold.len(), 800);
    }
}
