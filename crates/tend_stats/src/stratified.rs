//! The difference of two shares when like is compared with like.

use crate::{difference::Difference, distribution::z_of_level};

/// People who are alike but for what was done: of how many it came true, each (`k`, `n`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stratum {
    /// Those for whom it was done.
    pub first: (u64, u64),
    /// The others.
    pub second: (u64, u64),
}

/// The share of the first less that of the second, over all strata that have both: the risk
/// difference of Mantel and Haenszel with the variance of Sato (1989, Biometrics 45:1323–1324),
/// which holds for a few large strata and for many small ones. None if no stratum has both.
pub fn difference(strata: &[Stratum], level: f64) -> Option<Difference> {
    let (mut weights, mut sum, mut p, mut q) = (0.0, 0.0, 0.0, 0.0);
    for it in strata {
        let [x1, n1, x0, n0] =
            [it.first.0, it.first.1, it.second.0, it.second.1].map(|it| it as f64);
        if n1 == 0.0 || n0 == 0.0 {
            continue;
        }
        let n = n1 + n0;
        weights += n1 * n0 / n;
        sum += (x1 * n0 - x0 * n1) / n;
        p += (n1 * n1 * x0 - n0 * n0 * x1 + n1 * n0 * (n0 - n1) / 2.0) / (n * n);
        q += (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2.0 * n);
    }
    if weights == 0.0 {
        return None;
    }
    let value = sum / weights;
    let half = z_of_level(level) * (value * p + q).max(0.0).sqrt() / weights;
    Some(Difference { value, lower: (value - half).max(-1.0), upper: (value + half).min(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(first: (u64, u64), second: (u64, u64)) -> Stratum {
        Stratum { first, second }
    }

    /// The variance of Greenland and Robins (1985, Biometrics 41:55–68), which is right where
    /// strata are large.
    fn greenland_and_robins(strata: &[Stratum]) -> f64 {
        let (mut up, mut down) = (0.0, 0.0);
        for it in strata {
            let [x1, n1, x0, n0] =
                [it.first.0, it.first.1, it.second.0, it.second.1].map(|it| it as f64);
            let n = n1 + n0;
            up += (x1 * (n1 - x1) * n0.powi(3) + x0 * (n0 - x0) * n1.powi(3)) / (n1 * n0 * n * n);
            down += n1 * n0 / n;
        }
        up / (down * down)
    }

    #[test]
    fn one_stratum_is_the_plain_difference() {
        let it = difference(&[stratum((56, 70), (48, 80))], 0.95).expect("has people");
        assert!((it.value - 0.2).abs() < 1e-12, "{it:?}");
        let half = z_of_level(0.95) * greenland_and_robins(&[stratum((56, 70), (48, 80))]).sqrt();
        assert!((it.upper - it.value - half).abs() < 0.005, "{it:?} {half}");
    }

    /// Charig et al. (1986), British Medical Journal 292:879–882: open surgery is better for small
    /// stones and for large ones, and looks worse when both are thrown together.
    #[test]
    fn what_looks_worse_all_together_is_better_in_each_stratum() {
        let strata = [stratum((81, 87), (234, 270)), stratum((192, 263), (55, 80))];
        let it = difference(&strata, 0.95).expect("has people");
        let together = 273.0 / 350.0 - 289.0 / 350.0;
        assert!(together < 0.0 && it.value > 0.05 && it.value < 0.065, "{it:?}");
        let half = z_of_level(0.95) * greenland_and_robins(&strata).sqrt();
        assert!((it.value - it.lower - half).abs() < 0.003, "{it:?} {half}");
    }

    #[test]
    fn a_stratum_without_others_says_nothing() {
        assert_eq!(difference(&[stratum((3, 9), (0, 0)), stratum((0, 0), (1, 2))], 0.95), None);
        let all = [stratum((3, 9), (0, 0)), stratum((5, 10), (5, 10))];
        assert_eq!(difference(&all, 0.95).map(|it| it.value), Some(0.0));
    }
}
