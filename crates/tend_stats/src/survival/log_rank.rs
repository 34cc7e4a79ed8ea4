//! Whether groups stay equally long (Mantel 1966; Peto & Peto 1972).

use serde::Serialize;

use super::Lives;
use crate::distribution::chi_squared_above;
use crate::matrix::{Cholesky, Matrix};
use crate::{Error, Result};

/// More groups than this are no comparison any more.
const MOST_GROUPS: usize = 200;

/// What happened in one group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GroupTally {
    /// The number of the group, as given.
    pub group: usize,
    /// How many customers.
    pub n: usize,
    /// How many events there were.
    pub observed: f64,
    /// How many there would be if all groups were alike.
    pub expected: f64,
}

/// The comparison of groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogRank {
    /// The test statistic, chi-squared under equality.
    pub statistic: f64,
    /// Its degrees of freedom: comparable groups − 1.
    pub degrees: usize,
    /// How likely so large a statistic is if groups are alike.
    pub p: f64,
    /// Each group.
    pub groups: Vec<GroupTally>,
}

/// The log-rank test. `groups[i]` is the group of customer i (in the order that `lives` was
/// made from), counted from 0.
///
/// # Errors
/// Fewer than two groups, more than 200, no event at all, or no time at which two groups can
/// be compared.
pub fn log_rank(lives: &Lives, groups: &[usize]) -> Result<LogRank> {
    if groups.len() != lives.len() {
        return Err(Error::BadQuestion("There are not as many groups as times.".into()));
    }
    let k = groups.iter().max().map_or(0, |most| most + 1);
    if k < 2 {
        return Err(Error::too_few("groups", k, 2));
    }
    if k > MOST_GROUPS {
        return Err(Error::BadQuestion(format!(
            "{k} groups can't be compared, at most {MOST_GROUPS}."
        )));
    }
    if lives.events() == 0 {
        return Err(Error::too_few("events", 0, 1));
    }
    let (tallies, variance) = tally(lives, groups, k);
    let (statistic, degrees) = quadratic(&tallies, &variance);
    if degrees == 0 {
        return Err(Error::NoAnswer(
            "At no time were two groups under observation together.".into(),
        ));
    }
    Ok(LogRank { statistic, degrees, p: chi_squared_above(statistic, degrees), groups: tallies })
}

fn tally(lives: &Lives, groups: &[usize], k: usize) -> (Vec<GroupTally>, Matrix) {
    let mut at_risk = vec![0.0; k];
    let mut tallies: Vec<GroupTally> =
        (0..k).map(|group| GroupTally { group, n: 0, observed: 0.0, expected: 0.0 }).collect();
    for &group in groups {
        at_risk[group] += 1.0;
        tallies[group].n += 1;
    }
    let mut variance = Matrix::zeros(k, k);
    for moment in lives.moments() {
        let mut left = vec![0.0; k];
        let mut events = 0.0;
        for place in moment.clone() {
            let group = groups[lives.order[place]];
            left[group] += 1.0;
            if lives.ended[place] {
                events += 1.0;
                tallies[group].observed += 1.0;
            }
        }
        let all = (lives.len() - moment.start) as f64;
        if events > 0.0 {
            let scale = if all > 1.0 { events * (all - events) / (all - 1.0) } else { 0.0 };
            for i in 0..k {
                let share = at_risk[i] / all;
                tallies[i].expected += events * share;
                for (j, other) in at_risk.iter().enumerate().take(i + 1) {
                    let same = if i == j { 1.0 } else { 0.0 };
                    variance.add(i, j, scale * share * (same - other / all));
                }
            }
        }
        for (risk, left) in at_risk.iter_mut().zip(left) {
            *risk -= left;
        }
    }
    (tallies, variance)
}

/// zᵀ V⁻¹ z over as many groups as are free: the differences add up to zero, so at least one
/// follows from the others, and more do where groups were never under observation together.
fn quadratic(tallies: &[GroupTally], variance: &Matrix) -> (f64, usize) {
    let most = (0..tallies.len()).map(|i| variance.at(i, i)).fold(0.0, f64::max);
    let mut free: Vec<usize> =
        (0..tallies.len()).filter(|&i| variance.at(i, i) > 1e-12 * most).collect();
    free.pop();
    while !free.is_empty() {
        let mut part = Matrix::zeros(free.len(), free.len());
        for (a, &i) in free.iter().enumerate() {
            for (b, &j) in free.iter().enumerate().take(a + 1) {
                part.set(a, b, variance.at(i, j));
            }
        }
        match Cholesky::of(&part) {
            Ok(cholesky) => {
                let off: Vec<f64> =
                    free.iter().map(|&i| tallies[i].observed - tallies[i].expected).collect();
                return (crate::matrix::dot(&off, &cholesky.solve(&off)), free.len());
            }
            Err(follows) => {
                free.remove(follows);
            }
        }
    }
    (0.0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_are_alike_don_t_differ_and_others_do() {
        let times: Vec<f64> = (0..200).map(|row| f64::from(1 + row / 4)).collect();
        let lives = Lives::new(&times, &[true; 200]).expect("200 customers");
        let alike: Vec<usize> = (0..200).map(|row| row % 2).collect();
        assert!(log_rank(&lives, &alike).expect("two groups").p > 0.9);
        let early: Vec<usize> = (0..200).map(|row| row / 100).collect();
        assert!(log_rank(&lives, &early).expect("two groups").p < 1e-9);
    }

    #[test]
    fn what_can_t_be_compared_has_a_sentence() {
        let lives = Lives::new(&[1.0, 2.0], &[true, false]).expect("two");
        assert!(log_rank(&lives, &[0, 0]).is_err());
        assert!(log_rank(&lives, &[0]).is_err());
        assert!(log_rank(&lives, &[0, 900]).is_err());
        let nobody = Lives::new(&[1.0, 2.0], &[false, false]).expect("two");
        assert!(log_rank(&nobody, &[0, 1]).is_err());
    }

    #[test]
    fn an_empty_group_changes_nothing() {
        let times: Vec<f64> = (0..50).map(|row| f64::from((row * 37) % 50)).collect();
        let lives = Lives::new(&times, &[true; 50]).expect("50");
        let two: Vec<usize> = (0..50).map(|row| row % 2).collect();
        let gap: Vec<usize> = two.iter().map(|group| group * 2).collect();
        let (a, b) = (log_rank(&lives, &two).expect("2"), log_rank(&lives, &gap).expect("2"));
        assert!((a.statistic - b.statistic).abs() < 1e-12);
        assert_eq!(a.degrees, b.degrees);
    }
}
