//! How good a forecast was, once the time it was for has passed.

use serde::Serialize;

use crate::{Error, Result, history::enough};

/// Forecasts against what came.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HoldOut {
    pub customers: usize,
    /// The sum of all forecasts.
    pub predicted: f64,
    /// The sum of what came.
    pub actual: f64,
    /// (predicted − actual) / actual; none if nothing came.
    pub bias: Option<f64>,
    /// The mean absolute error of one customer's forecast.
    pub mean_absolute_error: f64,
    /// The root of the mean squared error.
    pub root_mean_square_error: f64,
    /// Pearson's correlation of forecast and actual; none if either does not vary.
    pub correlation: Option<f64>,
    /// By how often customers had bought before: 0, 1, … and 7 or more.
    pub by_repeats: Vec<Group>,
}

/// The customers with one number of earlier repeat purchases.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    pub repeats: u64,
    pub customers: usize,
    /// The mean forecast.
    pub predicted: f64,
    /// The mean of what came.
    pub actual: f64,
}

/// The last group holds all from here on.
const LAST_GROUP: u64 = 7;

/// Compares forecasts with what came; `repeats` are the purchases before. All three have one
/// value for each customer.
pub fn hold_out(repeats: &[u64], predicted: &[f64], actual: &[f64]) -> Result<HoldOut> {
    if repeats.len() != predicted.len() || predicted.len() != actual.len() {
        return Err(Error::BadQuestion(format!(
            "Each customer needs a forecast and an actual: there are {} customers, {} forecasts \
             and {} actuals.",
            repeats.len(),
            predicted.len(),
            actual.len()
        )));
    }
    enough("customers", repeats.len(), 1)?;
    let n = repeats.len() as f64;
    let pairs: Vec<(f64, f64)> = predicted.iter().copied().zip(actual.iter().copied()).collect();
    let mean =
        |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|(p, a)| of(*p, *a)).sum::<f64>() / n;
    let (predicted_sum, actual_sum) = (mean(&|p, _| p) * n, mean(&|_, a| a) * n);
    let correlation = correlation(&pairs);
    Ok(HoldOut {
        customers: repeats.len(),
        predicted: predicted_sum,
        actual: actual_sum,
        bias: (actual_sum != 0.0).then(|| (predicted_sum - actual_sum) / actual_sum),
        mean_absolute_error: mean(&|p, a| (p - a).abs()),
        root_mean_square_error: mean(&|p, a| (p - a).powi(2)).sqrt(),
        correlation: correlation.is_finite().then_some(correlation),
        by_repeats: groups(repeats, &pairs),
    })
}

fn groups(repeats: &[u64], pairs: &[(f64, f64)]) -> Vec<Group> {
    let group = |of: u64| {
        let own = || repeats.iter().zip(pairs).filter(move |(x, _)| (**x).min(LAST_GROUP) == of);
        let customers = own().count();
        let n = customers as f64;
        Group {
            repeats: of,
            customers,
            predicted: own().map(|(_, (p, _))| p).sum::<f64>() / n,
            actual: own().map(|(_, (_, a))| a).sum::<f64>() / n,
        }
    };
    (0..=LAST_GROUP).map(group).filter(|group| group.customers > 0).collect()
}

/// Pearson's correlation; not a number if either side does not vary.
pub(crate) fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for pair in pairs {
        let (dx, dy) = (pair.0 - x, pair.1 - y);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    xy / (xx * yy).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_forecast_is_judged_by_hand() {
        let report = hold_out(&[0, 9, 7], &[1.0, 2.0, 6.0], &[0.0, 4.0, 8.0]).expect("a report");
        assert_eq!(report.bias, Some(-0.25));
        assert!((report.mean_absolute_error - 5.0 / 3.0).abs() < 1e-12);
        assert!((report.root_mean_square_error - 3.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(report.by_repeats.len(), 2);
        assert_eq!(report.by_repeats[1].customers, 2);
        assert_eq!(report.by_repeats[1].predicted, 4.0);
        let flat = hold_out(&[0, 0], &[1.0, 1.0], &[0.0, 0.0]).expect("a report");
        assert_eq!((flat.bias, flat.correlation), (None, None));
        assert!(hold_out(&[0], &[1.0], &[]).is_err());
        assert!(hold_out(&[], &[], &[]).is_err());
    }
}
