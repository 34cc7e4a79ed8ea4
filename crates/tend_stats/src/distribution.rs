//! Distributions that tests and intervals are read from.

use statrs::function::erf::{erfc, erfc_inv};
use statrs::function::gamma::checked_gamma_ur;

/// P(Z ≤ z) of the standard normal distribution.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}

/// The z with P(Z ≤ z) = `p`; infinite at 0 and 1.
pub fn normal_quantile(p: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p)
}

/// P(|Z| ≥ |z|): the two-sided p-value of a z-score.
pub fn two_sided(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The z that a two-sided interval of this level (0.95, say) reaches to either side.
pub fn z_of_level(level: f64) -> f64 {
    normal_quantile(0.5 + level / 2.0)
}

/// P(X ≥ x) of the chi-squared distribution: the p-value of a likelihood-ratio or score test.
pub fn chi_squared_above(x: f64, degrees: usize) -> f64 {
    if x.is_nan() || degrees == 0 {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    checked_gamma_ur(degrees as f64 / 2.0, x / 2.0).unwrap_or(f64::NAN)
}

/// Probability to log-odds. Kept within ±30, so that 0 and 1 stay finite.
pub fn log_odds(p: f64) -> f64 {
    crate::special::logit(p).clamp(-30.0, 30.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::logistic;

    #[test]
    fn the_normal_distribution_is_that_of_the_tables() {
        assert!((z_of_level(0.95) - 1.959_963_984_540_054).abs() < 1e-12);
        let one = normal_cdf(1.0);
        assert!((one - 0.841_344_746_068_542_9).abs() < 1e-10, "{one}");
        assert!((normal_quantile(0.1) + 1.281_551_565_544_600_4).abs() < 1e-12);
        assert!((two_sided(1.96) - 0.049_995_790_296_440_87).abs() < 1e-10);
    }

    #[test]
    fn chi_squared_is_that_of_the_tables() {
        assert!((chi_squared_above(3.841_458_820_694_124, 1) - 0.05).abs() < 1e-10);
        assert!((chi_squared_above(14.067_140_449_340_169, 7) - 0.05).abs() < 1e-10);
        assert_eq!(chi_squared_above(0.0, 3), 1.0);
    }

    #[test]
    fn log_odds_go_there_and_back() {
        for p in [1e-9, 0.2, 0.5, 0.999] {
            assert!((logistic(log_odds(p)) - p).abs() < 1e-12);
        }
        assert_eq!(log_odds(0.0), -30.0);
        assert_eq!(log_odds(1.0), 30.0);
    }
}
