//! What alerts were worth: of the money that left, how much had been pointed at; of those
//! pointed at, how many left.

use serde::Serialize;

use super::falling;
use crate::intervals::{Interval, wilson};
use crate::{Error, Result};

/// What share of the revenue that left was among so many of the highest scores. None if no
/// revenue left.
///
/// # Errors
/// Lists of different length, or a negative revenue.
pub fn revenue_recall(
    scores: &[f64],
    outcomes: &[bool],
    revenue: &[f64],
    alerts: usize,
) -> Result<Option<f64>> {
    if scores.len() != outcomes.len() || scores.len() != revenue.len() {
        return Err(Error::BadQuestion("There is not one revenue for each outcome.".into()));
    }
    if let Some(row) = revenue.iter().position(|r| !r.is_finite() || *r < 0.0) {
        return Err(Error::cell(row, "revenue", "a revenue is a number of 0 or more"));
    }
    let lost = |rows: &[usize]| -> f64 {
        rows.iter().filter(|&&row| outcomes[row]).map(|&row| revenue[row]).sum()
    };
    let order = falling(scores);
    let all = lost(&order);
    Ok((all > 0.0).then(|| lost(&order[..alerts.min(order.len())]) / all))
}

/// Of so many alerts, how many came true.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Precision {
    /// How many alerts there were.
    pub alerts: u64,
    /// After how many of them the customer left.
    pub right: u64,
    /// The share, with Wilson's interval; None without alerts.
    pub share: Option<Interval>,
}

/// The precision of alerts whose outcomes are known.
pub fn alert_precision(came_true: &[bool], level: f64) -> Precision {
    let alerts = came_true.len() as u64;
    let right = came_true.iter().filter(|it| **it).count() as u64;
    Precision { alerts, right, share: wilson(right, alerts, level) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recall_weighs_by_money() {
        let scores = [0.9, 0.8, 0.2, 0.1];
        let left = [true, false, true, false];
        let revenue = [100.0, 900.0, 300.0, 50.0];
        let of = |alerts| revenue_recall(&scores, &left, &revenue, alerts).expect("fits");
        assert_eq!(of(1), Some(0.25));
        assert_eq!(of(3), Some(1.0));
        assert_eq!(of(99), Some(1.0));
        assert_eq!(revenue_recall(&scores, &[false; 4], &revenue, 2).expect("fits"), None);
        assert!(revenue_recall(&scores, &left, &[-1.0; 4], 2).is_err());
    }

    #[test]
    fn precision_has_an_interval() {
        let precision = alert_precision(&[true, true, true, true, false], 0.95);
        let share = precision.share.expect("five alerts");
        assert!((share.lower - 0.3755).abs() < 5e-5 && precision.right == 4);
        assert_eq!(alert_precision(&[], 0.95).share, None);
    }
}
