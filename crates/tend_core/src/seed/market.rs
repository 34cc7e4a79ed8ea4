//! Made-up customers whose truth is known: companies that use, ask, pay, renew and leave.
//!
//! Each has a satisfaction that nobody sees. It wanders over five levels, a step each 30 days,
//! and decides how likely the customer leaves in that step; where a term ends, more so. So the
//! chance that it leaves within some steps is known exactly, by adding up over all ways that the
//! satisfaction can take ([`Market::chance`]). What can be seen (who uses it, how much, how often
//! they ask, whether they pay in time, what they answer) follows from the satisfaction as far as
//! the [`Wish::signal`] says; with a signal of 0 it follows from nothing.
//!
//! Claims of the scoreboard are tested against this, and the demo tells it by the verbs.

mod life;
mod truth;

pub use life::{Customer, Leaving, Month};

use tend_stats::random::Random;

/// So many days are a step.
pub const STEP: i64 = 30;
/// So many steps are a term.
pub const TERM: usize = 12;
/// Satisfaction, from the worst to the best.
pub(crate) const LEVELS: usize = 5;

/// How a market is to be.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    pub customers: usize,
    /// How many steps are told, each [`STEP`] days.
    pub steps: usize,
    /// From 0, what can be seen tells nothing of who leaves, to 1, it tells as much as it can.
    pub signal: f64,
    /// Another number, another market.
    pub seed: u64,
}

/// All customers, from the first step to the last.
#[derive(Clone, Debug)]
pub struct Market {
    pub wish: Wish,
    pub customers: Vec<Customer>,
}

/// A customer at the end of a step, as a learner sees it, and what is known only here.
#[derive(Clone, Debug)]
pub struct Look {
    /// The place of the customer.
    pub customer: usize,
    /// The step that is over.
    pub step: usize,
    /// [`MEASURES`], each from 0, bad, to 1, good; NaN where nothing is known.
    pub measures: [f64; 7],
    /// The true chance that it leaves within the horizon.
    pub chance: f64,
    /// Whether it did.
    pub left: bool,
    /// What it pays a year, minor units.
    pub arr: i64,
}

/// What can be seen of a customer.
pub const MEASURES: [&str; 7] =
    ["active users", "change of use", "breadth", "support", "champion", "paid in time", "survey"];
/// What a company without outcomes would believe: it trusts its survey too much.
pub const RULE: [f64; 7] = [0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3];

impl Market {
    /// The same market for the same wish, each time.
    pub fn of(wish: Wish) -> Self {
        let customers = (0..wish.customers)
            .map(|n| {
                let seed = wish.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n as u64;
                Customer::live(&mut Random::of_seed(seed), &wish)
            })
            .collect();
        Self { wish, customers }
    }

    /// The true chance that a customer who is there at the end of a step leaves within so many
    /// steps after it.
    pub fn chance(&self, customer: usize, step: usize, ahead: usize) -> f64 {
        let it = &self.customers[customer];
        truth::chance(it.level_at(step), it.age_at(step), ahead)
    }

    /// Everybody who is there at the end of each of these steps, with what came within `ahead`
    /// steps after it. Steps of which that is not over are left out.
    pub fn looks(&self, steps: std::ops::Range<usize>, ahead: usize) -> Vec<Look> {
        let known = steps.start..steps.end.min(self.wish.steps.saturating_sub(ahead));
        let mut all = Vec::new();
        for step in known {
            for (customer, it) in self.customers.iter().enumerate() {
                if !it.is_there_after(step) {
                    continue;
                }
                let left = it.leaves.is_some_and(|leaves| leaves.step <= step + ahead);
                let chance = self.chance(customer, step, ahead);
                let measures = it.measures(step);
                all.push(Look { customer, step, measures, chance, left, arr: it.arr });
            }
        }
        all
    }
}

#[cfg(test)]
mod tests;
