//! How sure sums and ratios over accounts are, by drawing the accounts anew.
//!
//! Accounts are drawn whole, so that several rows of one don't look like several accounts. The
//! draws begin at a fixed seed: the same accounts give the same interval.

use crate::{
    intervals::{Interval, percentiles},
    random::Random,
};

/// So many, and fewer of many accounts: no figure takes more than some tenths of a second.
fn draws(n: usize) -> usize {
    (3_000_000 / n.max(1)).clamp(200, 1000)
}

/// Σy/Σx over accounts with the percentile bootstrap (Efron 1979); `accounts` are x and y of each.
///
/// `None` where Σx is nothing. The interval is `None` of fewer than two accounts, and where all of
/// them say the same: then nothing is known of how else it might have come.
pub fn ratio(accounts: &[(f64, f64)], level: f64) -> Option<(f64, Option<Interval>)> {
    let sum = |it: (f64, f64), of: (f64, f64)| (it.0 + of.0, it.1 + of.1);
    let (x, y) = accounts.iter().copied().fold((0.0, 0.0), sum);
    let value = (x > 0.0).then(|| y / x)?;
    let mut random = Random::of_seed(1);
    let n = accounts.len();
    let all = if n < 2 { 0 } else { draws(n) };
    let drawn = (0..all).filter_map(|_| {
        let (x, y) = (0..n).map(|_| accounts[random.below(n)]).fold((0.0, 0.0), sum);
        (x > 0.0).then(|| y / x)
    });
    let drawn: Vec<f64> = drawn.collect();
    let interval = percentiles(value, drawn, level).filter(|it| it.upper > it.lower);
    Some((value, interval))
}

/// What accounts that came by chance come to, such as the new customers of a year: each counts
/// 0, 1, 2 … times, once in the mean, apart from the others (the Poisson bootstrap: Hanley &
/// MacGibbon 2006), so that how many came is unsure, too. `None` of nobody.
pub fn total(values: &[f64], level: f64) -> Option<Interval> {
    let value: f64 = values.iter().sum();
    let mut random = Random::of_seed(1);
    let all = if values.is_empty() { 0 } else { draws(values.len()) };
    let drawn =
        (0..all).map(|_| values.iter().map(|it| it * times(&mut random)).sum::<f64>()).collect();
    percentiles(value, drawn, level)
}

/// A number of a Poisson distribution of mean 1, by inversion.
fn times(random: &mut Random) -> f64 {
    let (mut left, mut p, mut k) = (random.unit(), (-1.0_f64).exp(), 0.0);
    while left >= p && k < 20.0 {
        left -= p;
        k += 1.0;
        p /= k;
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_of_how_sure_one_account_or_equal_ones_are() {
        assert_eq!(ratio(&[(0.0, 5.0)], 0.95), None);
        assert_eq!(ratio(&[(10.0, 5.0)], 0.95), Some((0.5, None)));
        assert_eq!(ratio(&[(10.0, 10.0); 40], 0.95), Some((1.0, None)));
        assert_eq!(total(&[], 0.95), None);
        let it = ratio(&[(10.0, 5.0), (10.0, 10.0), (20.0, 30.0)], 0.95).expect("a value");
        assert_eq!(ratio(&[(10.0, 5.0), (10.0, 10.0), (20.0, 30.0)], 0.95), Some(it), "again");
    }

    #[test]
    fn the_intervals_cover_the_truth_about_as_often_as_they_say() {
        let mut random = Random::of_seed(11);
        let (mut of_ratio, mut of_total, rounds) = (0, 0, 400);
        for _ in 0..rounds {
            // Of ten accounts one leaves and two pay half as much again: 1.1 in the mean.
            let accounts: Vec<(f64, f64)> = (0..120)
                .map(|_| {
                    let x = 1000.0 + random.below(4000) as f64;
                    let kept = match random.below(10) {
                        0 => 0.0,
                        1..=4 => 1.5,
                        _ => 1.0,
                    };
                    (x, x * kept)
                })
                .collect();
            let it = ratio(&accounts, 0.95).and_then(|it| it.1).expect("an interval");
            of_ratio += u32::from(it.lower <= 1.1 && 1.1 <= it.upper);
            // Forty come in the mean, each worth 100 in the mean.
            let mut came = 0.0;
            for _ in 0..40 {
                came += times(&mut random);
            }
            let worth: Vec<f64> = (0..came as usize).map(|_| 200.0 * random.unit()).collect();
            let it = total(&worth, 0.95).expect("an interval");
            of_total += u32::from(it.lower <= 4000.0 && 4000.0 <= it.upper);
        }
        for covered in [of_ratio, of_total] {
            let share = f64::from(covered) / f64::from(rounds);
            assert!((0.91..=0.98).contains(&share), "{share}");
        }
    }
}
