//! The same figures of rows that belong together: many days of one account say less than as
//! many accounts. Each row's influence on a figure is known in a formula; influences are added
//! up by account before they are squared (Obuchowski 1997 for the area, the sandwich of Liang &
//! Zeger 1986 for the rest), so that a million rows take the time of a sort and no resampling.

use std::collections::HashMap;

use super::{Calibration, auc, auc::Placed, calibration, check, falling, skill};
use crate::distribution::{log_odds, z_of_level};
use crate::intervals::{Interval, wilson};
use crate::special::logistic;
use crate::{Error, Result};

/// The area under the ROC curve, with an interval on the scale of log-odds.
///
/// # Errors
/// Only one outcome, a score that is not a number, or fewer than two accounts.
pub fn auc_clustered(
    scores: &[f64],
    outcomes: &[bool],
    accounts: &[u64],
    level: f64,
) -> Result<Interval> {
    let (value, influence) = auc_with_influence(scores, outcomes)?;
    let error = variance(influence.into_iter(), accounts)?.sqrt();
    // What an area can be known to is bounded by the accounts, not by the rows.
    let (m, n) = (those(accounts, outcomes, true), those(accounts, outcomes, false));
    Ok(super::auc::on_log_odds(value, error, (m, n), level))
}

/// The area, and how much each row moves it (DeLong, DeLong and Clarke-Pearson 1988).
fn auc_with_influence(scores: &[f64], outcomes: &[bool]) -> Result<(f64, Vec<f64>)> {
    let value = auc(scores, outcomes)?;
    let placed = Placed::of(scores, outcomes);
    let (m, n) = (placed.events, placed.others);
    let of = |row: usize| match outcomes[row] {
        true => (placed.below(row) / n - value) / m,
        false => (1.0 - placed.below(row) / m - value) / n,
    };
    Ok((value, (0..scores.len()).map(of).collect()))
}

/// The area of `ours` less that of `theirs` on the same rows, with the interval of the paired
/// difference (DeLong, DeLong and Clarke-Pearson 1988, added up by account).
///
/// # Errors
/// As [`auc_clustered`].
pub fn auc_difference_clustered(
    ours: &[f64],
    theirs: &[f64],
    outcomes: &[bool],
    accounts: &[u64],
    level: f64,
) -> Result<Interval> {
    let (a, of_a) = auc_with_influence(ours, outcomes)?;
    let (b, of_b) = auc_with_influence(theirs, outcomes)?;
    let paired = of_a.iter().zip(&of_b).map(|(a, b)| a - b);
    let half = z_of_level(level) * variance(paired, accounts)?.sqrt();
    let value = a - b;
    Ok(Interval { value, lower: value - half, upper: value + half })
}

/// The Brier skill against the base rate of these rows, with its interval.
///
/// # Errors
/// As [`auc_clustered`].
pub fn skill_clustered(
    probabilities: &[f64],
    outcomes: &[bool],
    accounts: &[u64],
    level: f64,
) -> Result<Interval> {
    check(probabilities, outcomes)?;
    let value = skill(probabilities, outcomes).ok_or_else(no_answer)?;
    let n = outcomes.len() as f64;
    let rate = share(outcomes);
    let spread = rate * (1.0 - rate);
    let square = |row: usize| (probabilities[row] - number(outcomes[row])).powi(2);
    let brier = (1.0 - value) * spread;
    let influence = (0..outcomes.len()).map(|row| {
        let of_rate = (number(outcomes[row]) - rate) / n;
        let of_brier = (square(row) - brier) / n;
        (brier * (1.0 - 2.0 * rate) * of_rate / spread - of_brier) / spread
    });
    let half = z_of_level(level) * variance(influence, accounts)?.sqrt();
    Ok(Interval { value, lower: value - half, upper: value + half })
}

/// How many times the base rate of events the rows between two shares of the order have, the
/// highest score first: 0.0 and 0.1 is the lift of the top tenth. With its interval.
///
/// # Errors
/// As [`auc_clustered`]; or shares out of order.
pub fn lift_clustered(
    scores: &[f64],
    outcomes: &[bool],
    accounts: &[u64],
    (from, to): (f64, f64),
    level: f64,
) -> Result<Interval> {
    check(scores, outcomes)?;
    if !(0.0 <= from && from < to && to <= 1.0) {
        return Err(Error::BadQuestion("Shares lie between 0 and 1, the lower one first.".into()));
    }
    let n = outcomes.len();
    let place = |share: f64| (share * n as f64).round() as usize;
    let part = &falling(scores)[place(from)..place(to).max(place(from) + 1).min(n)];
    let mut inside = vec![false; n];
    part.iter().for_each(|&row| inside[row] = true);
    let (rate, size) = (share(outcomes), part.len() as f64);
    let hits = part.iter().filter(|&&row| outcomes[row]).count();
    let here = hits as f64 / size;
    let value = here / rate;
    if hits == 0 || hits == part.len() {
        let alone = wilson(hits as u64, part.len() as u64, level).ok_or_else(no_answer)?;
        return Ok(Interval { value, lower: alone.lower / rate, upper: alone.upper / rate });
    }
    let influence = (0..n).map(|row| {
        let y = number(outcomes[row]);
        let of_part = if inside[row] { (y - here) / size / here } else { 0.0 };
        of_part - (y - rate) / n as f64 / rate
    });
    let half = z_of_level(level) * variance(influence, accounts)?.sqrt();
    Ok(Interval { value, lower: value * (-half).exp(), upper: value * half.exp() })
}

/// Slope and intercept of the calibration; the slope's interval knows the accounts.
///
/// # Errors
/// As [`calibration`], and with fewer than two accounts.
pub fn calibration_clustered(
    probabilities: &[f64],
    outcomes: &[bool],
    accounts: &[u64],
    level: f64,
) -> Result<Calibration> {
    let line = calibration(probabilities, outcomes, level)?;
    let (a, b) = (line.intercept, line.slope.value);
    let (mut h11, mut h12, mut h22) = (0.0, 0.0, 0.0);
    for p in probabilities {
        let x = log_odds(*p);
        let mu = logistic(a + b * x);
        let w = mu * (1.0 - mu);
        (h11, h12, h22) = (h11 + w, h12 + w * x, h22 + w * x * x);
    }
    let determinant = h11 * h22 - h12 * h12;
    if determinant <= 0.0 {
        return Err(no_answer());
    }
    let influence = probabilities.iter().zip(outcomes).map(|(p, &y)| {
        let x = log_odds(*p);
        let off = number(y) - logistic(a + b * x);
        (h11 * x - h12) * off / determinant
    });
    let half = z_of_level(level) * variance(influence, accounts)?.sqrt();
    let slope = Interval { value: b, lower: b - half, upper: b + half };
    Ok(Calibration { slope, intercept: a })
}

/// The variance of a figure from what each row adds to it, rows of an account together.
pub(crate) fn variance(influence: impl Iterator<Item = f64>, accounts: &[u64]) -> Result<f64> {
    let mut sums: HashMap<u64, f64> = HashMap::new();
    for (account, it) in accounts.iter().zip(influence) {
        *sums.entry(*account).or_default() += it;
    }
    let groups = sums.len() as f64;
    if sums.len() < 2 {
        return Err(Error::too_few("independent groups of rows", sums.len(), 2));
    }
    Ok(sums.values().map(|it| it * it).sum::<f64>() * groups / (groups - 1.0))
}

/// How many accounts have rows of this outcome.
fn those(accounts: &[u64], outcomes: &[bool], wanted: bool) -> f64 {
    let some = accounts.iter().zip(outcomes).filter(|(_, outcome)| **outcome == wanted);
    some.map(|(account, _)| account).collect::<std::collections::HashSet<_>>().len() as f64
}

fn number(outcome: bool) -> f64 {
    f64::from(u8::from(outcome))
}

fn share(outcomes: &[bool]) -> f64 {
    outcomes.iter().filter(|it| **it).count() as f64 / outcomes.len() as f64
}

fn no_answer() -> Error {
    Error::NoAnswer("The figure has no value here.".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intervals::{Bootstrap, clustered_bootstrap};
    use crate::random::Random;

    /// Accounts with a risk of their own, each looked at on six days.
    fn book(accounts: u64, seed: u64) -> (Vec<f64>, Vec<bool>, Vec<u64>) {
        let mut random = Random::of_seed(seed);
        let (mut p, mut y, mut who) = (Vec::new(), Vec::new(), Vec::new());
        for account in 0..accounts {
            let odds = random.normal() - 1.5;
            // One fate for all six days.
            let left = random.unit() < logistic(odds);
            for _ in 0..6 {
                p.push(logistic(odds + 0.1 * random.normal()));
                y.push(left);
                who.push(account);
            }
        }
        (p, y, who)
    }

    #[test]
    fn the_formulas_agree_with_drawing_accounts() {
        let (p, y, who) = book(400, 3);
        let pick = |rows: &[usize]| -> (Vec<f64>, Vec<bool>) {
            rows.iter().map(|&row| (p[row], y[row])).unzip()
        };
        type Figure = fn(&[f64], &[bool]) -> Option<f64>;
        let figures: [(Figure, Interval); 4] = [
            (|p, y| auc(p, y).ok(), auc_clustered(&p, &y, &who, 0.95).expect("both")),
            (|p, y| skill(p, y), skill_clustered(&p, &y, &who, 0.95).expect("both")),
            (
                |p, y| super::super::lift(p, y, 0.1).ok(),
                lift_clustered(&p, &y, &who, (0.0, 0.1), 0.95).expect("both"),
            ),
            (
                |p, y| calibration(p, y, 0.95).ok().map(|it| it.slope.value),
                calibration_clustered(&p, &y, &who, 0.95).expect("a line").slope,
            ),
        ];
        for (figure, formula) in figures {
            let drawn = clustered_bootstrap(&who, Bootstrap::default(), |rows| {
                let (p, y) = pick(rows);
                figure(&p, &y)
            });
            let drawn = drawn.expect("400 accounts");
            let (wide, of) = (formula.upper - formula.lower, drawn.upper - drawn.lower);
            assert!((formula.value - drawn.value).abs() < 1e-9, "{formula:?} {drawn:?}");
            assert!((0.8..1.25).contains(&(wide / of)), "{formula:?} {drawn:?}");
        }
    }

    #[test]
    fn many_days_of_an_account_are_not_many_accounts() {
        let (p, y, who) = book(150, 4);
        let apart: Vec<u64> = (0..who.len() as u64).collect();
        let wide = |it: Interval| it.upper - it.lower;
        let together = wide(auc_clustered(&p, &y, &who, 0.95).expect("both"));
        let alone = wide(auc_clustered(&p, &y, &apart, 0.95).expect("both"));
        assert!(together > 2.0 * alone, "{together} {alone}");
        assert!(auc_clustered(&p, &y, &vec![1; y.len()], 0.95).is_err());
    }

    #[test]
    fn the_slope_of_true_probabilities_holds_one() {
        let held = (0..60)
            .filter(|seed| {
                let (p, y, who) = book(300, 100 + seed);
                let slope = calibration_clustered(&p, &y, &who, 0.95).expect("a line").slope;
                slope.lower <= 1.0 && 1.0 <= slope.upper
            })
            .count();
        assert!(held >= 53, "{held} of 60");
    }

    #[test]
    fn a_tenth_in_which_nobody_left_has_an_upper_end_all_the_same() {
        let (p, y): (Vec<f64>, Vec<bool>) =
            (0..100).map(|row| (f64::from(row) / 100.0, row >= 80)).unzip();
        let who: Vec<u64> = (0..100).collect();
        let last = lift_clustered(&p, &y, &who, (0.9, 1.0), 0.95).expect("both");
        assert_eq!((last.value, last.lower), (0.0, 0.0));
        assert!(last.upper > 0.5, "{last:?}");
        let first = lift_clustered(&p, &y, &who, (0.0, 0.1), 0.95).expect("both");
        assert!((first.value - 5.0).abs() < 1e-9 && first.lower > 3.0, "{first:?}");
        assert!(lift_clustered(&p, &y, &who, (0.5, 0.2), 0.95).is_err());
    }
}
