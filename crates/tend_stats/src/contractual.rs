//! What models of contracts have in common: customers who renew or leave at known dates.

use serde::Serialize;

use crate::{Error, Result};

/// How many customers of one cohort were left at each renewal: what sBG and BdW are fitted to.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    /// Who left in period 1, 2, …
    left: Vec<f64>,
    /// Who was still there at the end.
    remaining: f64,
}

impl Cohort {
    /// From the number of customers at the start and after each period: it may fall or stay, not
    /// rise. At least two periods, and somebody has to have left.
    pub fn new(customers: &[f64]) -> Result<Cohort> {
        for (row, pair) in customers.windows(2).enumerate() {
            if pair[1].is_nan() || pair[1] > pair[0] {
                let why = "it is more than in the period before";
                return Err(Error::BadValue { row: row + 1, what: "number of customers", why });
            }
        }
        for (row, n) in customers.iter().enumerate() {
            if !n.is_finite() || *n < 0.0 {
                let why = "it has to be a number of 0 or more";
                return Err(Error::BadValue { row, what: "number of customers", why });
            }
        }
        crate::history::enough("periods", customers.len().saturating_sub(1), 2)?;
        let left: Vec<f64> = customers.windows(2).map(|pair| pair[0] - pair[1]).collect();
        let remaining = *customers.last().expect("there are at least three");
        if left.iter().all(|n| *n == 0.0) {
            return Err(Error::NoAnswer(
                "Nobody has left yet: nothing can be learned of when they do.".to_owned(),
            ));
        }
        if left.iter().filter(|n| **n > 0.0).count() == 1 && remaining == 0.0 {
            return Err(Error::NoAnswer(
                "All customers left in the same period: nothing can be learned of how they \
                 differ."
                    .to_owned(),
            ));
        }
        Ok(Cohort { left, remaining })
    }

    /// Who left in period 1, 2, …
    pub fn left(&self) -> &[f64] {
        &self.left
    }

    /// Who was still there at the end.
    pub fn remaining(&self) -> f64 {
        self.remaining
    }

    /// How many there were at the start.
    pub fn size(&self) -> f64 {
        self.left.iter().sum::<f64>() + self.remaining
    }

    /// The share that leaves in a period if all customers were alike and always the same:
    /// the baseline that both models are better than.
    pub fn constant_churn(&self) -> f64 {
        let mut at_risk = self.size();
        let mut periods = 0.0;
        for left in &self.left {
            periods += at_risk;
            at_risk -= left;
        }
        self.left.iter().sum::<f64>() / periods
    }
}

/// A model of how many customers are left after so many periods.
pub trait Staying {
    /// The share of a new cohort that is left after `periods` renewals: S(t), 1 at 0.
    fn survival(&self, periods: u32) -> f64;

    /// The share of those who are there that renews at the `period`th renewal, from 1.
    fn retention(&self, period: u32) -> f64 {
        self.survival(period) / self.survival(period - 1)
    }

    /// S(0), S(1), … S(periods).
    fn curve(&self, periods: u32) -> Vec<f64> {
        (0..=periods).map(|t| self.survival(t)).collect()
    }

    /// Discounted expected lifetime of a new customer, in periods, each paid at its start:
    /// Σ S(t)/(1+rate)ᵗ. Fader and Hardie (2010), Customer-Base Valuation in a Contractual
    /// Setting: The Perils of Ignoring Heterogeneity, Marketing Science 29 (1).
    fn del(&self, rate: f64) -> Result<f64> {
        discounted(rate, |t| self.survival(t))
    }

    /// Discounted expected residual lifetime of a customer who has renewed `renewals` times,
    /// just before the next decision, in periods: Σ S(n+1+k)/S(n)/(1+rate)ᵏ. The same paper,
    /// equation 5.
    fn derl(&self, renewals: u32, rate: f64) -> Result<f64> {
        let now = self.survival(renewals);
        discounted(rate, |k| self.survival(renewals + 1 + k) / now)
    }
}

/// A customer base in which each period the same share leaves: what `Cohort::constant_churn`
/// finds, and what most calculations of lifetime value take for granted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConstantChurn {
    /// The share that leaves in a period.
    pub churn: f64,
}

impl Staying for ConstantChurn {
    fn survival(&self, periods: u32) -> f64 {
        (f64::from(periods) * (-self.churn).ln_1p()).exp()
    }
}

/// Refuses a discount rate that is not one.
pub(crate) fn check_rate(rate: f64) -> Result<()> {
    if rate.is_finite() && (1e-5..=100.0).contains(&rate) {
        return Ok(());
    }
    Err(Error::BadQuestion(format!(
        "{rate} is not a discount rate for one period: 0.1 stands for 10 %, and it has to be more \
         than 0."
    )))
}

/// Σ f(t)/(1+rate)ᵗ over t = 0, 1, … for an f that does not rise.
fn discounted(rate: f64, f: impl Fn(u32) -> f64) -> Result<f64> {
    check_rate(rate)?;
    let (mut sum, mut factor) = (0.0, 1.0);
    for t in 0.. {
        let term = f(t) * factor;
        sum += term;
        // What is left is at most a geometric series with this term.
        if term * (1.0 + 1.0 / rate) < 1e-12 * sum {
            break;
        }
        factor /= 1.0 + rate;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cohorts_that_cannot_be_are_refused() {
        let refused = |n: &[f64]| Cohort::new(n).expect_err("refused").to_string();
        assert!(refused(&[10.0, 8.0, 9.0]).starts_with("Row 3 has an impossible number"));
        assert!(refused(&[10.0, f64::NAN, 9.0]).starts_with("Row 2"));
        assert!(refused(&[10.0, 8.0]).contains("not enough periods"));
        assert!(refused(&[]).contains("not enough periods"));
        assert!(refused(&[10.0, 10.0, 10.0]).contains("Nobody has left"));
        assert!(refused(&[10.0, 0.0, 0.0]).contains("same period"));
    }

    #[test]
    fn constant_churn_has_its_closed_forms() {
        let churn = ConstantChurn { churn: 0.2 };
        assert!((churn.del(0.1).expect("a value") - 1.1 / 0.3).abs() < 1e-10);
        assert!((churn.derl(5, 0.1).expect("a value") - 0.8 * 1.1 / 0.3).abs() < 1e-10);
        assert!(churn.del(0.0).is_err());
    }
}
