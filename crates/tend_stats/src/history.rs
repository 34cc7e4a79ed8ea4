//! What is known of a customer who buys now and then: how often, how lately, for how long.

use std::collections::HashMap;

use serde::Serialize;

use crate::{Error, Result};

/// A customer's purchases in three numbers, in one unit of time (weeks, say) for all customers.
/// The papers call them (x, t_x, T).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct History {
    /// Purchases after the first one; x. Several on one day are one.
    pub repeats: u64,
    /// The time from the first purchase to the last one; t_x. 0 without repeats.
    pub last: f64,
    /// The time from the first purchase to the end of observation; T.
    pub age: f64,
}

impl History {
    /// A customer with `repeats` repeat purchases, the last one `last` after the first, seen
    /// for `age`.
    pub fn new(repeats: u64, last: f64, age: f64) -> History {
        History { repeats, last, age }
    }

    /// Refuses what no customer's history can be; `row` tells which one it is.
    pub fn check(&self, row: usize) -> Result<()> {
        let bad = |what, why| Err(Error::BadValue { row, what, why });
        if !self.age.is_finite() || self.age < 0.0 {
            return bad("age (T)", "it has to be a number of 0 or more");
        }
        if self.age > 1e12 {
            return bad("age (T)", "it is more than a million million units of time");
        }
        if !self.last.is_finite() || self.last < 0.0 {
            return bad("recency (t_x)", "it has to be a number of 0 or more");
        }
        if self.last > self.age {
            return bad("recency (t_x)", "the last purchase is later than the end (T)");
        }
        if self.repeats == 0 && self.last > 0.0 {
            return bad("recency (t_x)", "without a repeat purchase it has to be 0");
        }
        if self.repeats > 0 && self.last == 0.0 {
            return bad("recency (t_x)", "with repeat purchases it has to be more than 0");
        }
        if self.repeats > 1_000_000_000 {
            return bad("frequency (x)", "it is more than a thousand million");
        }
        Ok(())
    }
}

/// Equal histories, counted once: what the likelihoods walk over.
pub(crate) struct Rows {
    /// Each different history with the number of customers who have it.
    pub rows: Vec<(History, f64)>,
    pub customers: u64,
    /// Mean age: the scale of time.
    pub mean_age: f64,
}

/// Fewer customers than this, and four parameters say nothing.
const FEWEST_CUSTOMERS: usize = 10;
/// Fewer of them buying again, and nothing is known of how they stop.
const FEWEST_REPEATERS: usize = 3;

impl Rows {
    /// Checks all histories and counts equal ones. Refuses what no model can be fitted to.
    pub fn count(histories: &[History]) -> Result<Rows> {
        let mut counts: HashMap<(u64, u64, u64), f64> = HashMap::new();
        let (mut ages, mut repeaters) = (0.0, 0);
        for (row, history) in histories.iter().enumerate() {
            history.check(row)?;
            let key = (history.repeats, history.last.to_bits(), history.age.to_bits());
            *counts.entry(key).or_default() += 1.0;
            ages += history.age;
            repeaters += usize::from(history.repeats > 0);
        }
        enough("customers", histories.len(), FEWEST_CUSTOMERS)?;
        enough("customers who bought again", repeaters, FEWEST_REPEATERS)?;
        if counts.len() == 1 {
            return Err(Error::NoAnswer(
                "All customers are alike: nothing can be learned of how they differ.".to_owned(),
            ));
        }
        // In one order whatever the hashing was, so that sums are the same each time.
        let mut keys: Vec<_> = counts.into_iter().collect();
        keys.sort_unstable_by_key(|(key, _)| *key);
        let row = |((repeats, last, age), n): ((u64, u64, u64), f64)| {
            (History::new(repeats, f64::from_bits(last), f64::from_bits(age)), n)
        };
        let customers = histories.len() as u64;
        let mean_age = ages / histories.len() as f64;
        Ok(Rows { rows: keys.into_iter().map(row).collect(), customers, mean_age })
    }

    /// One row in `every`, each for itself: enough to search near the answer for all of them.
    pub fn thinned(&self, every: usize) -> Rows {
        let rows: Vec<(History, f64)> = self.rows.iter().step_by(every).copied().collect();
        let customers = rows.iter().map(|(_, n)| *n as u64).sum();
        Rows { rows, customers, mean_age: self.mean_age }
    }

    /// How many customers have how many repeats, in the order of the rows.
    pub fn by_repeats(&self) -> Vec<(u64, f64)> {
        let mut all: Vec<(u64, f64)> = Vec::new();
        for (history, n) in &self.rows {
            match all.last_mut() {
                Some((repeats, sum)) if *repeats == history.repeats => *sum += n,
                _ => all.push((history.repeats, *n)),
            }
        }
        all
    }
}

/// Refuses fewer than `needs` of `what`.
pub(crate) fn enough(what: &'static str, has: usize, needs: usize) -> Result<()> {
    if has < needs { Err(Error::NotEnough { what, has, needs }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_with_its_row() {
        let refused = |history: History| history.check(6).expect_err("refused").to_string();
        assert!(refused(History::new(1, 5.0, 4.0)).starts_with("Row 7 has an impossible recency"));
        assert!(refused(History::new(0, 1.0, 4.0)).contains("without a repeat purchase"));
        assert!(refused(History::new(2, 0.0, 4.0)).contains("more than 0"));
        assert!(refused(History::new(0, 0.0, f64::NAN)).contains("age (T)"));
        assert!(History::new(0, 0.0, 0.0).check(0).is_ok());
    }

    #[test]
    fn there_is_no_answer_from_too_few_or_all_alike() {
        let same = vec![History::new(1, 2.0, 3.0); 500];
        assert!(matches!(Rows::count(&same), Err(Error::NoAnswer(_))));
        assert_eq!(
            Rows::count(&same[..1]).err(),
            Some(Error::NotEnough { what: "customers", has: 1, needs: 10 })
        );
        let silent: Vec<_> = (0..99).map(|t| History::new(0, 0.0, f64::from(t))).collect();
        assert!(matches!(Rows::count(&silent), Err(Error::NotEnough { has: 0, needs: 3, .. })));
    }
}
