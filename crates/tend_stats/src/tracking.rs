//! Predicted against actual repeat purchases as time goes by: the picture that shows whether a
//! model is right about a whole customer base.

use serde::Serialize;

use crate::{
    Buying, Error, Result,
    rfm::{Purchase, Window, by_customer},
};

/// Repeat purchases up to a number of moments, of the customers who first bought by the end of
/// the calibration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tracking {
    /// The moments, in units of time since the first purchase of all; each ends a day.
    pub time: Vec<f64>,
    /// The moment the calibration ended: what is later was forecast.
    pub calibrated: f64,
    /// All repeat purchases up to each moment.
    pub actual: Vec<u64>,
    /// What the model expects up to each moment.
    pub predicted: Vec<f64>,
}

/// Moments beyond this many are not a picture.
const MOST_MOMENTS: i64 = 10_000;

/// Tracks a model over its calibration and what came after, at the end of each unit of time.
/// The window needs an end of observation.
pub fn tracking<K: Ord + Clone>(
    purchases: &[Purchase<K>],
    window: &Window,
    model: &dyn Buying,
) -> Result<Tracking> {
    let Some(observed) = window.observation_end else {
        return Err(Error::BadQuestion("To track, an end of observation is needed.".to_owned()));
    };
    let customers = by_customer(purchases)?;
    let cohort: Vec<_> =
        customers.iter().filter(|c| c.days[0].0 <= window.calibration_end).collect();
    let Some(first) = cohort.iter().map(|c| c.days[0].0).min() else {
        return Err(Error::NotEnough { what: "customers", has: 0, needs: 1 });
    };
    let units = (window.between(first, observed + 1)).floor() as i64;
    if units > MOST_MOMENTS {
        return Err(Error::BadQuestion(format!("{units} moments are too many to track.")));
    }
    let mut births: Vec<i64> = cohort.iter().map(|c| c.days[0].0).collect();
    births.sort_unstable();
    let births: Vec<(i64, f64)> =
        births.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64)).collect();
    let mut repeats: Vec<i64> =
        cohort.iter().flat_map(|c| c.days[1..].iter().map(|day| day.0)).collect();
    repeats.sort_unstable();
    let ends: Vec<i64> = (1..=units)
        .map(|unit| first + (unit as f64 * window.unit_days).round() as i64 - 1)
        .collect();
    let expected = |end: &i64| {
        let born = births.iter().take_while(|(birth, _)| birth < end);
        born.map(|(birth, n)| n * model.expected_new(window.between(*birth, *end))).sum()
    };
    Ok(Tracking {
        time: (1..=units).map(|unit| unit as f64).collect(),
        calibrated: window.between(first, window.calibration_end + 1),
        actual: ends.iter().map(|end| repeats.partition_point(|day| day <= end) as u64).collect(),
        predicted: ends.iter().map(expected).collect(),
    })
}
