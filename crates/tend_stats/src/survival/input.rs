//! What was seen of each customer: for how long, and whether it ended.

use crate::{Error, Result};

/// What was seen of customers, checked and in the order of time.
#[derive(Debug, Clone)]
pub struct Lives {
    /// How long each was seen, ascending.
    pub(super) times: Vec<f64>,
    /// Whether it ended then (true), or was merely seen no longer.
    pub(super) ended: Vec<bool>,
    /// The place of each in what was given.
    pub(super) order: Vec<usize>,
}

impl Lives {
    /// Times (any unit, from 0) and whether the event happened at that time (true) or the
    /// customer was still there (false, censored).
    ///
    /// # Errors
    /// No rows, lists of different length, a time that is negative or not a number.
    pub fn new(times: &[f64], ended: &[bool]) -> Result<Self> {
        if times.is_empty() {
            return Err(Error::too_few("rows", 0, 1));
        }
        if times.len() != ended.len() {
            return Err(Error::BadQuestion("There are not as many times as events.".into()));
        }
        if let Some(row) = times.iter().position(|time| !time.is_finite() || *time < 0.0) {
            return Err(Error::cell(row, "time", "a time is a number of 0 or more"));
        }
        let mut order: Vec<usize> = (0..times.len()).collect();
        order.sort_by(|&a, &b| times[a].total_cmp(&times[b]).then(a.cmp(&b)));
        Ok(Self {
            times: order.iter().map(|&row| times[row]).collect(),
            ended: order.iter().map(|&row| ended[row]).collect(),
            order,
        })
    }

    /// How many customers.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Never true: there is at least one customer.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// How many of them ended.
    pub fn events(&self) -> usize {
        self.ended.iter().filter(|ended| **ended).count()
    }

    /// The ranges of equal times, ascending.
    pub(super) fn moments(&self) -> impl DoubleEndedIterator<Item = std::ops::Range<usize>> + '_ {
        let mut start = 0;
        self.times
            .chunk_by(|a, b| a == b)
            .map(move |same| {
                let range = start..start + same.len();
                start = range.end;
                range
            })
            .collect::<Vec<_>>()
            .into_iter()
    }
}
