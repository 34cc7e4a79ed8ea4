//! How often the one that left had the higher score: the area under the ROC curve.

use serde::Serialize;

use super::check;
use crate::Result;
use crate::distribution::{log_odds, z_of_level};
use crate::intervals::{Bootstrap, Interval, percentiles};
use crate::random::Random;
use crate::special::logistic;

/// The area with its standard error and interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Auc {
    /// The area, and the interval on the scale of log-odds (Pepe 2003), which stays within 0
    /// and 1 and covers what it says even with few events.
    pub interval: Interval,
    /// The standard error (DeLong, DeLong & Clarke-Pearson 1988).
    pub standard_error: f64,
}

/// The area alone; ties count one half.
///
/// # Errors
/// Only one outcome, or a score that is not a number.
pub fn auc(scores: &[f64], outcomes: &[bool]) -> Result<f64> {
    check(scores, outcomes)?;
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let (mut below, mut events, mut right) = (0.0, 0.0, 0.0);
    for tie in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let hit = tie.iter().filter(|&&row| outcomes[row]).count() as f64;
        let miss = tie.len() as f64 - hit;
        right += hit * (below + 0.5 * miss);
        below += miss;
        events += hit;
    }
    Ok(right / (events * below))
}

/// The area with the interval of DeLong's variance, in the time of a sort (Sun & Xu 2014).
///
/// # Errors
/// Only one outcome, or a score that is not a number.
pub fn auc_delong(scores: &[f64], outcomes: &[bool], level: f64) -> Result<Auc> {
    let value = auc(scores, outcomes)?;
    let placed = Placed::of(scores, outcomes);
    let (m, n) = (placed.events, placed.others);
    let (mut spread_m, mut spread_n) = (0.0, 0.0);
    for (row, &outcome) in outcomes.iter().enumerate() {
        if outcome {
            spread_m += (placed.below(row) / n - value).powi(2);
        } else {
            spread_n += (1.0 - placed.below(row) / m - value).powi(2);
        }
    }
    let part = |spread: f64, k: f64| if k > 1.0 { spread / (k - 1.0) / k } else { spread };
    let standard_error = (part(spread_m, m) + part(spread_n, n)).sqrt();
    Ok(Auc { interval: on_log_odds(value, standard_error, (m, n), level), standard_error })
}

/// Where each row stands among those of the other outcome.
pub(super) struct Placed {
    pub(super) events: f64,
    pub(super) others: f64,
    all: Vec<f64>,
    alike: Vec<f64>,
}

impl Placed {
    pub(super) fn of(scores: &[f64], outcomes: &[bool]) -> Self {
        let all = middle_ranks(scores, |_| true);
        let with = middle_ranks(scores, |row| outcomes[row]);
        let without = middle_ranks(scores, |row| !outcomes[row]);
        let own = |row: usize| if outcomes[row] { with[row] } else { without[row] };
        let events = outcomes.iter().filter(|outcome| **outcome).count() as f64;
        let others = outcomes.len() as f64 - events;
        Self { events, others, all, alike: (0..scores.len()).map(own).collect() }
    }

    /// How many of the other outcome have a lower score; ties count one half.
    pub(super) fn below(&self, row: usize) -> f64 {
        self.all[row] - self.alike[row]
    }
}

/// The interval of an area on the scale of log-odds, of so many events and others.
pub(super) fn on_log_odds(
    value: f64,
    standard_error: f64,
    (m, n): (f64, f64),
    level: f64,
) -> Interval {
    // A perfect order shows no spread. It is as if the rarer outcome had been tried so many
    // times and never failed (Clopper & Pearson 1934).
    let perfect = (0.5 * (1.0 - level)).powf(1.0 / m.min(n).max(1.0));
    if value >= 1.0 {
        return Interval { value, lower: perfect, upper: 1.0 };
    }
    if value <= 0.0 {
        return Interval { value, lower: 0.0, upper: 1.0 - perfect };
    }
    let half = z_of_level(level) * standard_error / (value * (1.0 - value));
    let end = |sign: f64| logistic(log_odds(value) + sign * half);
    Interval { value, lower: end(-1.0), upper: end(1.0) }
}

/// The rank of each row among those that count, ties at their middle.
fn middle_ranks(scores: &[f64], counts: impl Fn(usize) -> bool) -> Vec<f64> {
    let mut order: Vec<usize> = (0..scores.len()).filter(|&row| counts(row)).collect();
    order.sort_unstable_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let mut ranks = vec![0.0; scores.len()];
    let mut before = 0;
    for tie in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let middle = before as f64 + (tie.len() as f64 + 1.0) / 2.0;
        tie.iter().for_each(|&row| ranks[row] = middle);
        before += tie.len();
    }
    ranks
}

/// The area with its percentile bootstrap. Rows are sorted once; a draw only counts.
///
/// # Errors
/// Only one outcome, or a score that is not a number.
pub fn auc_bootstrap(scores: &[f64], outcomes: &[bool], settings: Bootstrap) -> Result<Interval> {
    let value = auc(scores, outcomes)?;
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let mut random = Random::of_seed(settings.seed);
    let mut times = vec![0u32; scores.len()];
    let mut draws = Vec::with_capacity(settings.draws);
    for _ in 0..settings.draws {
        times.fill(0);
        (0..scores.len()).for_each(|_| times[random.below(scores.len())] += 1);
        let (mut below, mut events, mut right) = (0.0, 0.0, 0.0);
        for tie in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
            let (mut hit, mut miss) = (0.0, 0.0);
            for &row in tie {
                *(if outcomes[row] { &mut hit } else { &mut miss }) += f64::from(times[row]);
            }
            right += hit * (below + 0.5 * miss);
            below += miss;
            events += hit;
        }
        if events > 0.0 && below > 0.0 {
            draws.push(right / (events * below));
        }
    }
    let alone = Interval { value, lower: value, upper: value };
    Ok(percentiles(value, draws, settings.level).unwrap_or(alone))
}

/// The standard error that an area will have with so many events and others (Hanley & McNeil
/// 1982): what a book of this size can tell at all.
pub fn hanley_mcneil(area: f64, events: f64, others: f64) -> f64 {
    let square = area * area;
    let (q1, q2) = (area / (2.0 - area), 2.0 * square / (1.0 + area));
    let sum = area * (1.0 - area) + (events - 1.0) * (q1 - square) + (others - 1.0) * (q2 - square);
    (sum / (events * others)).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_counts_pairs() {
        let scores = [0.1, 0.4, 0.35, 0.8, 0.4];
        let outcomes = [false, false, true, true, true];
        assert!((auc(&scores, &outcomes).expect("both") - 4.5 / 6.0).abs() < 1e-12);
        assert_eq!(auc(&[1.0; 4], &[true, false, true, false]).expect("both"), 0.5);
        assert!(auc(&[1.0, 2.0], &[true, true]).is_err());
        assert!(auc(&[1.0, f64::NAN], &[true, false]).is_err());
    }

    #[test]
    fn the_error_of_an_area_of_point_eight_is_as_printed() {
        let printed = [
            (5.0, 95.0, 0.121),
            (10.0, 190.0, 0.085),
            (20.0, 280.0, 0.061),
            (50.0, 450.0, 0.039),
            (100.0, 900.0, 0.027),
            (554.0, 1558.0, 0.012),
        ];
        for (events, others, error) in printed {
            let got = hanley_mcneil(0.8, events, others);
            assert!((got - error).abs() < 6e-4, "{events}: {got}");
        }
    }

    #[test]
    fn the_interval_covers_what_it_says_at_twenty_churned_of_three_hundred() {
        // Two normal distributions this far apart have an area of 0.8.
        let apart = std::f64::consts::SQRT_2 * crate::distribution::normal_quantile(0.8);
        let mut random = Random::of_seed(6);
        let outcomes: Vec<bool> = (0..300).map(|row| row < 20).collect();
        let rounds = 3000;
        let covered = (0..rounds)
            .filter(|_| {
                let scores: Vec<f64> = (0..300)
                    .map(|row| random.normal() + if row < 20 { apart } else { 0.0 })
                    .collect();
                let Interval { lower, upper, .. } =
                    auc_delong(&scores, &outcomes, 0.95).expect("both").interval;
                lower <= 0.8 && 0.8 <= upper
            })
            .count();
        let share = covered as f64 / f64::from(rounds);
        assert!((0.93..=0.97).contains(&share), "{share}");
    }

    #[test]
    fn both_intervals_agree_where_there_is_much_to_see() {
        let mut random = Random::of_seed(8);
        let outcomes: Vec<bool> = (0..1500).map(|row| row % 4 == 0).collect();
        let scores: Vec<f64> =
            outcomes.iter().map(|&y| random.normal() + if y { 1.0 } else { 0.0 }).collect();
        let delong = auc_delong(&scores, &outcomes, 0.95).expect("both").interval;
        let drawn = auc_bootstrap(&scores, &outcomes, Bootstrap::default()).expect("both");
        assert!((delong.lower - drawn.lower).abs() < 0.004, "{delong:?} {drawn:?}");
        assert!((delong.upper - drawn.upper).abs() < 0.004, "{delong:?} {drawn:?}");
    }

    #[test]
    fn a_perfect_order_is_not_called_certain() {
        let outcomes: Vec<bool> = (0..12).map(|row| row >= 8).collect();
        let scores: Vec<f64> = (0..12).map(f64::from).collect();
        let interval = auc_delong(&scores, &outcomes, 0.95).expect("both").interval;
        assert_eq!((interval.value, interval.upper), (1.0, 1.0));
        assert!((0.2..0.9).contains(&interval.lower), "{interval:?}");
    }
}
