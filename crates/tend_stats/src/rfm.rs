//! From a list of purchases to what the models are fitted to: how often, how lately, for how
//! long and for how much each customer bought.
//!
//! By the conventions of the literature and of the Python package `lifetimes`: several purchases
//! of a customer on one day are one, of their sum; the first one starts the clock, and counts
//! neither as a repeat nor in the mean value.

use serde::Serialize;

use crate::{Error, History, Result, history::enough};

/// One purchase. Days are counted from any one day, the same for all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Purchase<K> {
    pub customer: K,
    pub day: i64,
    /// In one currency for all; none if values are not known.
    pub value: Option<f64>,
}

/// Up to when is learned from, and up to when that is held against what came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// The last day that is learned from.
    pub calibration_end: i64,
    /// The last day there are purchases of, if what came after the calibration is to be counted.
    pub observation_end: Option<i64>,
    /// How many days a unit of time has: 7 for weeks.
    pub unit_days: f64,
}

/// One customer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary<K> {
    pub customer: K,
    /// The day of the first purchase.
    pub first_day: i64,
    #[serde(flatten)]
    pub history: History,
    /// The mean value of a day with repeat purchases; none without such, or without values.
    pub mean_value: Option<f64>,
    /// What came after the calibration; none if the window has no end of observation.
    pub held_out: Option<HeldOut>,
}

/// What a customer bought after the calibration.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HeldOut {
    /// Days with purchases.
    pub purchases: u64,
    /// Their total value; none without values.
    pub value: Option<f64>,
}

impl Window {
    /// All that there is, without anything held out.
    pub fn up_to(day: i64, unit_days: f64) -> Window {
        Window { calibration_end: day, observation_end: None, unit_days }
    }

    fn check(&self) -> Result<()> {
        if !(self.unit_days.is_finite() && self.unit_days > 0.0) {
            let why = "A unit of time has to have more than 0 days.";
            return Err(Error::BadQuestion(why.to_owned()));
        }
        if self.observation_end.is_some_and(|end| end <= self.calibration_end) {
            let why = "The end of observation has to be later than the end of calibration.";
            return Err(Error::BadQuestion(why.to_owned()));
        }
        Ok(())
    }

    pub(crate) fn between(&self, from: i64, to: i64) -> f64 {
        (to - from) as f64 / self.unit_days
    }
}

/// The days on which one customer bought, in order, each with its sum.
pub(crate) struct Days<K> {
    pub customer: K,
    pub days: Vec<(i64, Option<f64>)>,
}

/// Purchases by customer, in the order of the customers, one a day.
pub(crate) fn by_customer<K: Ord + Clone>(purchases: &[Purchase<K>]) -> Result<Vec<Days<K>>> {
    if let Some(row) = purchases.iter().position(|p| p.value.is_some_and(|v| !v.is_finite())) {
        return Err(Error::BadValue { row, what: "value", why: "it has to be a number" });
    }
    let mut order: Vec<&Purchase<K>> = purchases.iter().collect();
    order.sort_by(|a, b| a.customer.cmp(&b.customer).then(a.day.cmp(&b.day)));
    let days = |own: &[&Purchase<K>]| Days {
        customer: own[0].customer.clone(),
        days: own.chunk_by(|a, b| a.day == b.day).map(|day| (day[0].day, sum(day))).collect(),
    };
    Ok(order.chunk_by(|a, b| a.customer == b.customer).map(days).collect())
}

fn sum<K>(day: &[&Purchase<K>]) -> Option<f64> {
    day.iter().map(|purchase| purchase.value).sum()
}

/// Each customer who first bought by the end of the calibration, in the order of the customers.
/// Errors: a value that is no number, a window that cannot be, nobody who bought by its end.
pub fn transactions_to_rfm<K: Ord + Clone>(
    purchases: &[Purchase<K>],
    window: &Window,
) -> Result<Vec<Summary<K>>> {
    window.check()?;
    let customers = by_customer(purchases)?;
    let all: Vec<Summary<K>> = customers.iter().filter_map(|c| summary(c, window)).collect();
    enough("customers who bought by the end of the calibration", all.len(), 1)?;
    Ok(all)
}

fn summary<K: Clone>(of: &Days<K>, window: &Window) -> Option<Summary<K>> {
    let end = window.calibration_end;
    let first_day = of.days[0].0;
    if first_day > end {
        return None;
    }
    let known = of.days.partition_point(|(day, _)| *day <= end);
    let repeats = &of.days[1..known];
    let last_day = of.days[known - 1].0;
    let history = History {
        repeats: repeats.len() as u64,
        last: window.between(first_day, last_day),
        age: window.between(first_day, end),
    };
    // An empty sum of floats is −0.
    let total =
        |days: &[(i64, Option<f64>)]| Some(days.iter().map(|d| d.1).sum::<Option<f64>>()? + 0.0);
    let held_out = window.observation_end.map(|observed| {
        let later = &of.days[known..];
        let later = &later[..later.partition_point(|(day, _)| *day <= observed)];
        HeldOut { purchases: later.len() as u64, value: total(later) }
    });
    let mean = |sum: f64| sum / repeats.len() as f64;
    let mean_value = total(repeats).filter(|_| !repeats.is_empty()).map(mean);
    Some(Summary { customer: of.customer.clone(), first_day, history, mean_value, held_out })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bought(customer: &str, day: i64, value: f64) -> Purchase<&str> {
        Purchase { customer, day, value: Some(value) }
    }

    #[test]
    fn a_day_is_one_purchase_and_the_first_starts_the_clock() {
        let purchases = [
            bought("b", 21, 7.0),
            bought("a", 0, 100.0),
            bought("a", 14, 10.0),
            bought("a", 14, 20.0),
            bought("a", 28, 50.0),
            bought("a", 35, 5.0),
            bought("c", 29, 5.0),
            bought("a", 99, 5.0),
        ];
        let window = Window { calibration_end: 28, observation_end: Some(40), unit_days: 7.0 };
        let all = transactions_to_rfm(&purchases, &window).expect("a summary");
        assert_eq!(all.len(), 2, "c came after the calibration");
        assert_eq!(all[0].history, History::new(2, 4.0, 4.0));
        assert_eq!(all[0].mean_value, Some(40.0));
        assert_eq!(all[0].held_out, Some(HeldOut { purchases: 1, value: Some(5.0) }));
        assert_eq!(all[1].history, History::new(0, 0.0, 1.0));
        assert_eq!(all[1].mean_value, None);
        assert_eq!(all[1].held_out, Some(HeldOut { purchases: 0, value: Some(0.0) }));
    }

    #[test]
    fn windows_and_values_that_cannot_be_are_refused() {
        let one = [bought("a", 5, 1.0)];
        let window = |calibration_end, observation_end, unit_days| Window {
            calibration_end,
            observation_end,
            unit_days,
        };
        assert!(transactions_to_rfm(&one, &window(5, Some(5), 7.0)).is_err());
        assert!(transactions_to_rfm(&one, &window(5, None, 0.0)).is_err());
        assert!(transactions_to_rfm(&one, &window(4, None, 7.0)).is_err());
        assert!(transactions_to_rfm(&one, &window(5, None, 7.0)).is_ok());
        let bad = [bought("a", 5, 1.0), bought("a", 6, f64::NAN)];
        let error = transactions_to_rfm(&bad, &window(9, None, 1.0)).expect_err("no number");
        assert!(error.to_string().starts_with("Row 2 has an impossible value"));
    }
}
