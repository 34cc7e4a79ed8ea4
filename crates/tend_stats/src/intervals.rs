//! Intervals around shares and scores.

use serde::{Deserialize, Serialize};

use crate::distribution::z_of_level;
use crate::random::Random;
use crate::{Error, Result};

/// A value and the range that it plausibly lies in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The best single value.
    pub value: f64,
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

/// The share `k`/`n` with Wilson's interval (Wilson 1927) at this level (0.95, say). None if
/// `n` is 0.
pub fn wilson(k: u64, n: u64, level: f64) -> Option<Interval> {
    if n == 0 || k > n {
        return None;
    }
    let (z, n) = (z_of_level(level), n as f64);
    let p = k as f64 / n;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let lower = if k == 0 { 0.0 } else { (middle - half).max(0.0) };
    let upper = if k as f64 == n { 1.0 } else { (middle + half).min(1.0) };
    Some(Interval { value: p, lower, upper })
}

/// A Net Promoter Score, −100 to 100, with intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Nps {
    /// 100 × (share of promoters − share of detractors), and the plain (Wald) interval, which
    /// is too narrow below some hundred answers and can leave −100 to 100.
    pub wald: Interval,
    /// The adjusted Wald interval: as if ¾ of a promoter, ¾ of a detractor and 1½ passives
    /// had answered too (Rocks 2016). Its value is the adjusted one.
    pub adjusted: Interval,
    /// How many answered.
    pub n: u64,
}

/// The Net Promoter Score of so many promoters (9–10), passives and detractors (0–6). None
/// without answers.
pub fn nps(promoters: u64, passives: u64, detractors: u64, level: f64) -> Option<Nps> {
    let n = promoters + passives + detractors;
    if n == 0 {
        return None;
    }
    let z = z_of_level(level);
    let of = |promoters: f64, detractors: f64, n: f64| {
        let (p, d) = (promoters / n, detractors / n);
        let half = z * ((p + d - (p - d).powi(2)).max(0.0) / n).sqrt();
        Interval {
            value: 100.0 * (p - d),
            lower: 100.0 * (p - d - half),
            upper: 100.0 * (p - d + half),
        }
    };
    let (p, d, all) = (promoters as f64, detractors as f64, n as f64);
    Some(Nps { wald: of(p, d, all), adjusted: of(p + 0.75, d + 0.75, all + 3.0), n })
}

/// Settings of a bootstrap.
#[derive(Debug, Clone, Copy)]
pub struct Bootstrap {
    /// How many times to draw; 1,000 is usual.
    pub draws: usize,
    /// The level of the interval, 0.95 say.
    pub level: f64,
    /// Where the draws start.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { draws: 1000, level: 0.95, seed: 1 }
    }
}

/// The percentile bootstrap of a statistic (Efron 1979) over whole clusters: rows of one
/// account come together or not at all, so that many snapshots of few accounts don't look
/// like many accounts. `clusters[i]` names the cluster of row i. The statistic gets row
/// numbers, some of them repeatedly, and says None where it has no value (no event drawn).
///
/// # Errors
/// Fewer than two clusters, or a statistic without value.
pub fn clustered_bootstrap(
    clusters: &[u64],
    settings: Bootstrap,
    statistic: impl Fn(&[usize]) -> Option<f64>,
) -> Result<Interval> {
    let groups = members(clusters);
    if groups.len() < 2 {
        return Err(Error::too_few("independent groups of rows", groups.len(), 2));
    }
    let all: Vec<usize> = (0..clusters.len()).collect();
    let value =
        statistic(&all).ok_or_else(|| Error::NoAnswer("The figure has no value here.".into()))?;
    let mut random = Random::of_seed(settings.seed);
    let mut rows = Vec::with_capacity(clusters.len());
    let mut values = Vec::with_capacity(settings.draws);
    for _ in 0..settings.draws {
        rows.clear();
        for _ in 0..groups.len() {
            rows.extend_from_slice(&groups[random.below(groups.len())]);
        }
        values.extend(statistic(&rows).filter(|value| !value.is_nan()));
    }
    percentiles(value, values, settings.level)
        .ok_or_else(|| Error::NoAnswer("The figure has no value in most resamples.".into()))
}

/// How a positive figure that a model gives is resampled.
#[derive(Debug, Clone, Copy)]
pub struct Resampling {
    /// How many it was learned from.
    pub n: usize,
    /// So many are drawn at most: refitting a model to all of them would take long.
    pub most: usize,
    pub draws: usize,
    pub level: f64,
    pub seed: u64,
}

/// The interval of a positive figure by learning it anew from resamples of `m` of the `n`
/// (m out of n bootstrap: Bickel, Götze & van Zwet 1997), symmetric in its logarithm, with the
/// spread brought from `m` to `n`. `learn` gets `m` and draws as many; it says None where it has
/// no answer. None when fewer than four of five resamples have one.
pub fn resampled(
    value: f64,
    how: Resampling,
    mut learn: impl FnMut(&mut Random, usize) -> Option<f64>,
) -> Option<Interval> {
    let m = how.n.min(how.most);
    let mut random = Random::of_seed(how.seed);
    let logs: Vec<f64> = (0..how.draws)
        .filter_map(|_| learn(&mut random, m))
        .filter(|it| it.is_finite() && *it > 0.0)
        .map(f64::ln)
        .collect();
    let enough = logs.len() >= 2 && logs.len() * 5 >= how.draws * 4;
    if !enough || value <= 0.0 || m < 2 {
        return None;
    }
    let count = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / count;
    let variance = logs.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let half = z_of_level(how.level) * (variance * m as f64 / how.n as f64).sqrt();
    Some(Interval { value, lower: value * (-half).exp(), upper: value * half.exp() })
}

/// The interval between the quantiles of draws. None without draws.
pub(crate) fn percentiles(value: f64, mut draws: Vec<f64>, level: f64) -> Option<Interval> {
    if draws.is_empty() {
        return None;
    }
    draws.sort_by(f64::total_cmp);
    let tail = (1.0 - level) / 2.0;
    Some(Interval { value, lower: quantile(&draws, tail), upper: quantile(&draws, 1.0 - tail) })
}

/// The quantile of sorted values, linear between neighbours. NaN of none.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    if sorted.is_empty() {
        return f64::NAN;
    }
    let place = share.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let (low, part) = (place.floor() as usize, place.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + part * (sorted[high] - sorted[low])
}

fn members(clusters: &[u64]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..clusters.len()).collect();
    order.sort_by_key(|&row| (clusters[row], row));
    order.chunk_by(|&a, &b| clusters[a] == clusters[b]).map(<[usize]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(interval: Interval, value: f64, lower: f64, upper: f64, by: f64) {
        let Interval { value: v, lower: l, upper: u } = interval;
        let near = (v - value).abs() < by && (l - lower).abs() < by && (u - upper).abs() < by;
        assert!(near, "{interval:?} is not {value} [{lower}, {upper}]");
    }

    #[test]
    fn wilson_gives_the_published_intervals() {
        let of = |k, n| wilson(k, n, 0.95).expect("there are answers");
        close(of(4, 5), 0.8, 0.3755, 0.9638, 5e-5);
        close(of(2, 40), 0.05, 0.0138, 0.1650, 5e-5);
        close(of(0, 10), 0.0, 0.0, 0.2775, 5e-5);
        close(of(18, 20), 0.9, 0.699, 0.972, 5e-4);
        close(of(4, 4), 1.0, 0.510, 1.0, 5e-4);
        assert_eq!(wilson(0, 0, 0.95), None);
        assert_eq!(wilson(3, 2, 0.95), None);
    }

    #[test]
    fn nps_gives_the_published_intervals() {
        let of = |p, a, d| nps(p, a, d, 0.95).expect("there are answers");
        close(of(50, 30, 20).wald, 30.0, 14.69, 45.31, 0.005);
        close(of(50, 30, 20).adjusted, 29.13, 14.05, 44.20, 0.005);
        close(of(500, 300, 200).wald, 30.0, 25.16, 34.84, 0.005);
        close(of(500, 300, 200).adjusted, 29.91, 25.08, 34.74, 0.005);
        close(of(7, 2, 1).wald, 60.0, 18.89, 101.11, 0.005);
        close(of(7, 2, 1).adjusted, 46.15, 7.04, 85.27, 0.005);
        close(of(1, 0, 0).wald, 100.0, 100.0, 100.0, 1e-9);
        close(of(1, 0, 0).adjusted, 25.0, -48.5, 98.5, 0.05);
        assert_eq!(nps(0, 0, 0, 0.95), None);
    }

    #[test]
    fn rows_of_one_account_are_drawn_together() {
        let clusters: Vec<u64> = (0..400).map(|row| row / 20).collect();
        let mean = |rows: &[usize]| {
            let ones = rows.iter().filter(|&&row| (row / 20) % 2 == 0).count();
            Some(ones as f64 / rows.len() as f64)
        };
        let settings = Bootstrap::default();
        let together = clustered_bootstrap(&clusters, settings, mean).expect("20 accounts");
        let apart: Vec<u64> = (0..400).collect();
        let apart = clustered_bootstrap(&apart, settings, mean).expect("400 rows");
        assert_eq!(together.value, 0.5);
        assert!(together.upper - together.lower > 3.0 * (apart.upper - apart.lower));
        assert_eq!(clustered_bootstrap(&clusters, settings, mean).expect("again"), together);
        assert!(clustered_bootstrap(&[1; 5], settings, mean).is_err());
    }

    #[test]
    fn the_adjusted_interval_covers_what_it_says() {
        let mut random = Random::of_seed(5);
        let mut covered = 0;
        for _ in 0..4000 {
            let (mut p, mut a, mut d) = (0, 0, 0);
            for _ in 0..20 {
                match random.unit() {
                    u if u < 0.6 => p += 1,
                    u if u < 0.9 => a += 1,
                    _ => d += 1,
                }
            }
            let adjusted = nps(p, a, d, 0.95).expect("20 answers").adjusted;
            covered += usize::from(adjusted.lower <= 50.0 && 50.0 <= adjusted.upper);
        }
        let share = covered as f64 / 4000.0;
        assert!((0.945..0.972).contains(&share), "{share}");
    }

    #[test]
    fn a_resampled_mean_is_about_as_sure_as_theory_says_from_few_as_from_all() {
        let mut random = Random::of_seed(3);
        let seen: Vec<f64> = (0..4000).map(|_| 1.0 - (1.0 - random.unit()).ln()).collect();
        let mean = seen.iter().sum::<f64>() / 4000.0;
        for most in [4000, 500] {
            let how = Resampling { n: 4000, most, draws: 400, level: 0.95, seed: 5 };
            let it = resampled(mean, how, |random, m| {
                Some((0..m).map(|_| seen[random.below(4000)]).sum::<f64>() / m as f64)
            });
            let it = it.expect("an interval");
            // An exponential distribution beyond 1: standard deviation 1, mean 2.
            let half = 1.96 / 4000.0_f64.sqrt();
            assert!(((it.upper - it.lower) / 2.0 / half - 1.0).abs() < 0.15, "{most}: {it:?}");
        }
        let how = Resampling { n: 9, most: 9, draws: 10, level: 0.95, seed: 5 };
        let mut turn = 0;
        let seldom = resampled(1.0, how, |_, _| {
            turn += 1;
            (turn % 2 == 0).then_some(1.0)
        });
        assert_eq!(seldom, None, "half of the resamples have no answer");
    }
}
