//! What is gained by looking at the highest scores first.

use super::{check, falling};
use crate::Result;

/// The mean of the precision at each event, from the highest score down; equal scores are one
/// step (the area under the precision–recall curve without interpolation).
///
/// # Errors
/// Only one outcome, or a score that is not a number.
pub fn average_precision(scores: &[f64], outcomes: &[bool]) -> Result<f64> {
    check(scores, outcomes)?;
    let (mut seen, mut hit, mut sum) = (0.0, 0.0, 0.0);
    for tie in falling(scores).chunk_by(|&a, &b| scores[a] == scores[b]) {
        let here = tie.iter().filter(|&&row| outcomes[row]).count() as f64;
        seen += tie.len() as f64;
        hit += here;
        sum += here * hit / seen;
    }
    Ok(sum / hit)
}

/// How many times the base rate of events the highest scores have: `share` 0.1 is the lift of
/// the top tenth. A tie at the edge counts in proportion.
///
/// # Errors
/// Only one outcome, a score that is not a number, or a share outside of 0 to 1.
pub fn lift(scores: &[f64], outcomes: &[bool], share: f64) -> Result<f64> {
    check(scores, outcomes)?;
    if !(share > 0.0 && share <= 1.0) {
        return Err(crate::Error::BadQuestion("A share lies between 0 and 1.".into()));
    }
    let wanted = (share * scores.len() as f64).round().max(1.0);
    let (mut seen, mut hit) = (0.0, 0.0);
    for tie in falling(scores).chunk_by(|&a, &b| scores[a] == scores[b]) {
        let part = ((wanted - seen) / tie.len() as f64).min(1.0);
        hit += part * tie.iter().filter(|&&row| outcomes[row]).count() as f64;
        seen += part * tie.len() as f64;
        if seen >= wanted {
            break;
        }
    }
    let rate = outcomes.iter().filter(|y| **y).count() as f64 / outcomes.len() as f64;
    Ok(hit / wanted / rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_of_the_definition() {
        let (s, y) = ([0.9, 0.8, 0.7, 0.6, 0.5], [true, false, true, false, false]);
        assert!((average_precision(&s, &y).expect("both") - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
        assert!((lift(&s, &y, 0.2).expect("both") - 2.5).abs() < 1e-12);
        assert!((lift(&s, &y, 1.0).expect("both") - 1.0).abs() < 1e-12);
        assert!((lift(&[1.0; 5], &y, 0.2).expect("both") - 1.0).abs() < 1e-12);
        assert!(lift(&s, &y, 0.0).is_err());
    }
}
