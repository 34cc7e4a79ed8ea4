//! The share that is still there (Kaplan & Meier 1958).

use serde::Serialize;

use super::Lives;
use crate::distribution::z_of_level;
use crate::intervals::Interval;
use crate::{Error, Result};

/// The estimate at one time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// When.
    pub time: f64,
    /// How many were under observation just before.
    pub at_risk: usize,
    /// How many ended then.
    pub events: usize,
    /// How many were seen no longer.
    pub censored: usize,
    /// The share that is still there after this time.
    pub survival: f64,
    /// Lower end of the log-log interval (Kalbfleisch & Prentice 1980).
    pub lower: f64,
    /// Upper end of it.
    pub upper: f64,
}

/// The time by which half are gone. None is "not reached".
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Median {
    /// The first time at which at most half are still there.
    pub value: Option<f64>,
    /// Lower end of its interval (Brookmeyer & Crowley 1982).
    pub lower: Option<f64>,
    /// Upper end of it.
    pub upper: Option<f64>,
}

/// A survival curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// How many customers.
    pub n: usize,
    /// How many of them ended.
    pub events: usize,
    /// The level of the intervals.
    pub level: f64,
    /// The median.
    pub median: Median,
    /// The estimate after each time that occurs, ascending.
    pub points: Vec<Point>,
}

impl Curve {
    /// The share still there after this time, with its interval. The last value holds on
    /// behind the last time; see `points` for how far there is anything to be known.
    pub fn at(&self, time: f64) -> Interval {
        let after = self.points.partition_point(|point| point.time <= time);
        match after.checked_sub(1).map(|place| &self.points[place]) {
            None => Interval { value: 1.0, lower: 1.0, upper: 1.0 },
            Some(point) => {
                Interval { value: point.survival, lower: point.lower, upper: point.upper }
            }
        }
    }

    /// The first time at which the share still there is at most this, with its interval.
    pub fn time_at(&self, share: f64) -> Median {
        let first = |of: fn(&Point) -> f64| {
            self.points.iter().find(|point| of(point) <= share).map(|point| point.time)
        };
        Median {
            value: first(|point| point.survival),
            lower: first(|point| point.lower),
            upper: first(|point| point.upper),
        }
    }
}

/// The Kaplan–Meier curve with log-log intervals at this level (0.95, say).
///
/// # Errors
/// A level outside of 0 to 1.
pub fn kaplan_meier(lives: &Lives, level: f64) -> Result<Curve> {
    if !(level > 0.0 && level < 1.0) {
        return Err(Error::BadQuestion("The level of an interval lies between 0 and 1.".into()));
    }
    let z = z_of_level(level);
    let n = lives.len();
    let (mut survival, mut spread) = (1.0, 0.0);
    let mut points = Vec::new();
    for moment in lives.moments() {
        let at_risk = n - moment.start;
        let events = lives.ended[moment.clone()].iter().filter(|ended| **ended).count();
        let (d, r) = (events as f64, at_risk as f64);
        survival *= 1.0 - d / r;
        if events < at_risk {
            spread += d / (r * (r - d));
        }
        let (lower, upper) = log_log(survival, spread, z);
        points.push(Point {
            time: lives.times[moment.start],
            at_risk,
            events,
            censored: moment.len() - events,
            survival,
            lower,
            upper,
        });
    }
    let median = Median { value: None, lower: None, upper: None };
    let mut curve = Curve { n, events: lives.events(), level, median, points };
    curve.median = curve.time_at(0.5);
    Ok(curve)
}

/// The interval of a share on the scale of log(−log): it stays within 0 and 1. Where all are
/// still there, or nobody is, there is no spread to be seen.
fn log_log(survival: f64, spread: f64, z: f64) -> (f64, f64) {
    if survival >= 1.0 || survival <= 0.0 {
        return (survival, survival);
    }
    let log = survival.ln();
    let half = z * spread.sqrt() / log.abs();
    (survival.powf(half.exp()), survival.powf((-half).exp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_textbook_is_met() {
        // Remission of leukaemia under 6-MP (Freireich et al. 1963), as in Cox & Oakes 1984.
        let times = [
            6., 6., 6., 6., 7., 9., 10., 10., 11., 13., 16., 17., 19., 20., 22., 23., 25., 32.,
            32., 34., 35.,
        ];
        let ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0].map(|e| e == 1);
        let lives = Lives::new(&times, &ended).expect("21 patients");
        let curve = kaplan_meier(&lives, 0.95).expect("a level");
        for (time, share) in [(6.0, 0.857), (10.0, 0.753), (16.0, 0.627), (23.0, 0.448)] {
            assert!((curve.at(time).value - share).abs() < 5e-4, "{time}");
        }
        assert_eq!(curve.at(5.9).value, 1.0);
        assert_eq!(curve.median.value, Some(23.0));
        assert_eq!(curve.median.lower, Some(13.0));
        assert_eq!(curve.median.upper, None);
        assert_eq!((curve.n, curve.events), (21, 9));
    }

    #[test]
    fn extremes_have_an_answer_or_a_sentence() {
        assert!(Lives::new(&[], &[]).is_err());
        assert!(Lives::new(&[1.0, -1.0], &[true, true]).is_err());
        assert!(Lives::new(&[f64::NAN], &[true]).is_err());
        let one = Lives::new(&[3.0], &[true]).expect("one customer");
        let curve = kaplan_meier(&one, 0.95).expect("a level");
        assert_eq!(curve.median.value, Some(3.0));
        assert!(kaplan_meier(&one, 1.0).is_err());
        let still = Lives::new(&[0.0; 9], &[false; 9]).expect("nine");
        assert_eq!(kaplan_meier(&still, 0.95).expect("a level").median.value, None);
    }
}
