//! How times spread.

use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn add(&mut self, it: Duration) {
        self.0.push(it);
    }

    /// In milliseconds, of the nearest rank: `share` 0.5 is the median, 0.99 the p99.
    pub fn at(&self, share: f64) -> f64 {
        let mut all = self.0.clone();
        all.sort();
        let rank = (share * all.len() as f64).ceil() as usize;
        all.get(rank.clamp(1, all.len().max(1)) - 1).map_or(f64::NAN, |it| it.as_secs_f64() * 1e3)
    }
}

/// The middle one.
pub fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let mut times = Times::default();
        (1..=200).for_each(|n| times.add(Duration::from_millis(n)));
        assert_eq!((times.at(0.5), times.at(0.99), times.at(1.0)), (100.0, 198.0, 200.0));
        assert!(Times::default().at(0.5).is_nan());
    }
}
