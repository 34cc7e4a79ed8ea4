//! A rising staircase through scores, by pooling neighbours (Ayer et al. 1955).

use serde::Serialize;

use crate::{Error, Result};

/// A rising curve: linear between its corners, flat outside of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Isotonic {
    /// Score and probability of each corner, scores ascending.
    pub corners: Vec<(f64, f64)>,
}

impl Isotonic {
    /// The probability of a score.
    pub fn probability(&self, score: f64) -> f64 {
        let after = self.corners.partition_point(|(s, _)| *s <= score);
        match (after.checked_sub(1).map(|at| self.corners[at]), self.corners.get(after)) {
            (Some((s0, p0)), Some(&(s1, p1))) => p0 + (p1 - p0) * (score - s0) / (s1 - s0),
            (Some((_, p)), None) | (None, Some(&(_, p))) => p,
            (None, None) => f64::NAN,
        }
    }
}

/// Fits the curve with least squares.
///
/// # Errors
/// No rows, lists of different length, a score that is not finite.
pub fn isotonic(scores: &[f64], outcomes: &[bool]) -> Result<Isotonic> {
    if scores.len() != outcomes.len() {
        return Err(Error::BadQuestion("There are not as many scores as outcomes.".into()));
    }
    if scores.is_empty() {
        return Err(Error::too_few("rows", 0, 1));
    }
    if let Some(row) = scores.iter().position(|score| !score.is_finite()) {
        return Err(Error::cell(row, "score", "this is not a number"));
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let mut pools: Vec<Pool> = Vec::new();
    for tie in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let score = scores[tie[0]];
        let sum = tie.iter().filter(|&&row| outcomes[row]).count() as f64;
        let mut pool = Pool { first: score, last: score, sum, n: tie.len() as f64 };
        while let Some(before) = pools.pop_if(|before| before.mean() >= pool.mean()) {
            pool = Pool {
                first: before.first,
                last: pool.last,
                sum: before.sum + pool.sum,
                n: before.n + pool.n,
            };
        }
        pools.push(pool);
    }
    let mut corners = Vec::new();
    for pool in pools {
        corners.push((pool.first, pool.mean()));
        if pool.last > pool.first {
            corners.push((pool.last, pool.mean()));
        }
    }
    Ok(Isotonic { corners })
}

struct Pool {
    first: f64,
    last: f64,
    sum: f64,
    n: f64,
}

impl Pool {
    fn mean(&self) -> f64 {
        self.sum / self.n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_the_wrong_order_are_pooled() {
        let fit = isotonic(&[1.0, 2.0, 3.0, 4.0, 5.0], &[false, true, false, true, true])
            .expect("a curve");
        let close = |score: f64, p: f64| assert!((fit.probability(score) - p).abs() < 1e-12);
        close(0.0, 0.0);
        close(1.5, 0.25);
        close(2.0, 0.5);
        close(3.0, 0.5);
        close(3.5, 0.75);
        close(9.0, 1.0);
    }

    #[test]
    fn the_curve_rises_and_keeps_the_mean() {
        let mut random = crate::random::Random::of_seed(2);
        let scores: Vec<f64> = (0..500).map(|_| random.below(90) as f64).collect();
        let outcomes: Vec<bool> = scores.iter().map(|s| random.unit() * 90.0 < *s).collect();
        let fit = isotonic(&scores, &outcomes).expect("a curve");
        assert!(fit.corners.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1));
        let mean = scores.iter().map(|s| fit.probability(*s)).sum::<f64>();
        assert!((mean - outcomes.iter().filter(|y| **y).count() as f64).abs() < 1e-9);
        assert!(isotonic(&[], &[]).is_err());
    }
}
