//! Lifetimes whose risk rises or falls steadily (Weibull 1951), by maximum likelihood.

use serde::Serialize;

use super::Lives;
use crate::{Error, Result};

/// S(t) = exp(−(t/scale)^shape).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Weibull {
    /// λ: the time by which 63 % are gone.
    pub scale: f64,
    /// ρ: above 1 the risk rises with time, below 1 it falls.
    pub shape: f64,
    /// The logarithm of the likelihood.
    pub log_likelihood: f64,
}

impl Weibull {
    /// The share that is still there at this time.
    pub fn survival(&self, time: f64) -> f64 {
        (-(time / self.scale).powf(self.shape)).exp()
    }
}

/// Fits the two parameters. The scale follows from the shape, whose equation has one root.
///
/// # Errors
/// A time of 0, fewer than two events, or events all at the last time.
pub fn weibull(lives: &Lives) -> Result<Weibull> {
    if let Some(place) = lives.times.iter().position(|time| *time <= 0.0) {
        return Err(Error::cell(lives.order[place], "time", "a lifetime is longer than 0"));
    }
    let events = lives.events();
    if events < 2 {
        return Err(Error::too_few("events", events, 2));
    }
    // In units of the longest time nothing overflows.
    let unit = lives.times[lives.len() - 1];
    let logs: Vec<f64> = lives.times.iter().map(|time| (time / unit).ln()).collect();
    let ended = logs.iter().zip(&lives.ended).filter(|(_, ended)| **ended).map(|(log, _)| log);
    let mean = ended.sum::<f64>() / events as f64;
    if mean > -1e-12 {
        return Err(Error::NoAnswer(
            "All events are at the last time, so there is no spread to fit a shape to.".into(),
        ));
    }
    let excess = |shape: f64| {
        let (sum, weighted) = logs.iter().fold((0.0, 0.0), |(sum, weighted), log| {
            let power = (shape * log).exp();
            (sum + power, weighted + power * log)
        });
        weighted / sum - 1.0 / shape - mean
    };
    // The excess rises with the shape: halve the range, on a scale of ratios.
    let (mut low, mut high) = (1e-6_f64, 1e6_f64);
    for _ in 0..200 {
        let middle = (low * high).sqrt();
        if excess(middle) > 0.0 { high = middle } else { low = middle }
    }
    let shape = (low * high).sqrt();
    let (d, sum) = (events as f64, logs.iter().map(|log| (shape * log).exp()).sum::<f64>());
    let scale = unit * (sum / d).powf(1.0 / shape);
    let log_likelihood =
        d * (shape.ln() - shape * scale.ln()) + (shape - 1.0) * d * (mean + unit.ln()) - d;
    Ok(Weibull { scale, shape, log_likelihood })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_what_it_was_made_from() {
        let mut random = crate::random::Random::of_seed(11);
        let times: Vec<f64> =
            (0..20_000).map(|_| 7.0 * (-(1.0 - random.unit()).ln()).powf(1.0 / 1.6)).collect();
        let ended: Vec<bool> = times.iter().map(|time| *time < 9.0).collect();
        let seen: Vec<f64> = times.iter().map(|time| time.min(9.0)).collect();
        let fit = weibull(&Lives::new(&seen, &ended).expect("20,000")).expect("a fit");
        assert!((fit.scale - 7.0).abs() < 0.1 && (fit.shape - 1.6).abs() < 0.03, "{fit:?}");
        assert!((fit.survival(7.0) - (-1.0_f64).exp()).abs() < 0.02);
    }

    #[test]
    fn without_spread_there_is_a_sentence() {
        for (times, ended) in [([2.0, 2.0], [true, true]), ([0.0, 2.0], [true, true])] {
            assert!(weibull(&Lives::new(&times, &ended).expect("two")).is_err());
        }
    }
}
