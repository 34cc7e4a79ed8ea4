//! Scores that are best when the true probability is said.

/// The mean square of probability − outcome (Brier 1950). NaN of nothing.
pub fn brier(probabilities: &[f64], outcomes: &[bool]) -> f64 {
    let squares =
        probabilities.iter().zip(outcomes).map(|(p, &y)| (p - f64::from(u8::from(y))).powi(2));
    squares.sum::<f64>() / outcomes.len() as f64
}

/// The share of the Brier score of the base rate that is gone: 1 is perfect, 0 knows no more
/// than the base rate, below 0 is worse than that. None if all outcomes are the same.
pub fn skill(probabilities: &[f64], outcomes: &[bool]) -> Option<f64> {
    let rate = outcomes.iter().filter(|y| **y).count() as f64 / outcomes.len() as f64;
    let spread = rate * (1.0 - rate);
    (spread > 0.0).then(|| 1.0 - brier(probabilities, outcomes) / spread)
}

/// The mean of −log(probability of what happened). Probabilities are kept 1e-15 away from 0
/// and 1. NaN of nothing.
pub fn log_loss(probabilities: &[f64], outcomes: &[bool]) -> f64 {
    let logs = probabilities.iter().zip(outcomes).map(|(p, &y)| {
        let p = p.clamp(1e-15, 1.0 - 1e-15);
        if y { -p.ln() } else { -(-p).ln_1p() }
    });
    logs.sum::<f64>() / outcomes.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scores_are_those_of_the_definition() {
        let (p, y) = ([0.9, 0.2, 0.5, 0.0], [true, false, true, false]);
        assert!((brier(&p, &y) - (0.01 + 0.04 + 0.25) / 4.0).abs() < 1e-12);
        assert!((skill(&p, &y).expect("both") - (1.0 - 0.075 / 0.25)).abs() < 1e-12);
        let log = -(0.9_f64.ln() + 0.8_f64.ln() + 0.5_f64.ln()) / 4.0;
        assert!((log_loss(&p, &y) - log).abs() < 1e-12);
        assert_eq!(skill(&[0.1], &[false]), None);
        assert!(log_loss(&[0.0], &[true]).is_finite());
    }
}
