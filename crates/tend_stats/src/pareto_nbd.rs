//! Pareto/NBD: purchases at random at a customer's own rate, until the end of a lifetime that is
//! exponential at a rate of the customer's own.
//!
//! Schmittlein, Morrison and Colombo (1987), Counting Your Customers: Who Are They and What Will
//! They Do Next?, Management Science 33 (1). Fader and Hardie (2005), A Note on Deriving the
//! Pareto/NBD Model and Related Expressions; (2014), note on the computation of DERT.

mod integral;
mod likelihood;

use serde::Serialize;

use crate::{
    Result,
    buying::Buying,
    fit::{Fit, estimates},
    history::{History, Rows},
    optimise::{Maximum, maximise},
    rising::Rising,
    special::ln_add_exp,
};
use integral::Tail;

/// Pareto/NBD. Rates of purchase are Gamma(r, α) among customers, rates of stopping Gamma(s, β).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ParetoNbd {
    pub r: f64,
    /// In the unit of time of the histories.
    pub alpha: f64,
    pub s: f64,
    /// In the unit of time of the histories.
    pub beta: f64,
}

/// Fits by maximum likelihood. Errors: an impossible history, fewer than ten customers, fewer
/// than three who bought again, all customers alike.
pub fn fit(histories: &[History]) -> Result<Fit<ParetoNbd>> {
    fit_near(histories, None)
}

/// The same from the fit to similar data, which saves time.
pub fn fit_near(histories: &[History], near: Option<&ParetoNbd>) -> Result<Fit<ParetoNbd>> {
    let rows = Rows::count(histories)?;
    let scale = rows.mean_age.max(1e-9);
    let start = near.map_or([1.0, scale, 1.0, scale], |m| [m.r, m.alpha, m.s, m.beta]);
    let mut start = start.map(f64::ln).to_vec();
    // Most of the way can be gone with a part of a large customer base.
    if rows.rows.len() > 2 * PART {
        let part = rows.thinned(rows.rows.len() / PART);
        if let Ok(maximum) = highest(&part, &start) {
            start = maximum.at;
        }
    }
    let maximum = highest(&rows, &start)?;
    let names = ["r", "alpha", "s", "beta"];
    let ([r, alpha, s, beta], estimates, warnings) = estimates(names, &maximum);
    Ok(Fit {
        model: ParetoNbd { r, alpha, s, beta },
        log_likelihood: maximum.value,
        customers: rows.customers,
        estimates,
        warnings,
        steps: maximum.steps,
    })
}

/// So many different histories show where to search.
const PART: usize = 10_000;

fn highest(rows: &Rows, start: &[f64]) -> Result<Maximum> {
    let by_repeats = rows.by_repeats();
    maximise(|at| likelihood::look(rows, &by_repeats, at), start)
}

impl ParetoNbd {
    /// The logarithms of the two ways to have this history, up to what they share: stopped since
    /// the last purchase, and alive still.
    fn ways(&self, of: &History) -> (f64, f64) {
        let power = self.r + of.repeats as f64;
        // ∫ s (α+t)^−(r+x) (β+t)^−(s+1) dt from t_x to T is the difference of two tails; the
        // sum of both ways is one tail of that kind and one of the other, without a difference.
        let since = Tail::of(power, self.s + 1.0, self.alpha + of.last, self.beta + of.last);
        let beyond = Tail::of(power + 1.0, self.s, self.alpha + of.age, self.beta + of.age);
        let all = ln_add_exp(self.s.ln() + since.ln, power.ln() + beyond.ln);
        let alive = -power * (self.alpha + of.age).ln() - self.s * (self.beta + of.age).ln();
        (all, alive)
    }

    /// Discounted expected residual transactions: the purchases of all the future, each
    /// discounted continuously at `rate` a unit of time (above 0). Fader, Hardie and Lee (2005),
    /// RFM and CLV: Using Iso-Value Curves for Customer Base Analysis, JMR 42 (4), equation 2.
    pub fn dert(&self, of: &History, rate: f64) -> f64 {
        let power = self.r + of.repeats as f64;
        let now = self.beta + of.age;
        self.alive(of) * power / (self.alpha + of.age) * now * integral::laplace(self.s, rate * now)
    }
}

impl Buying for ParetoNbd {
    fn ln_likelihood(&self, of: &History) -> f64 {
        let shared =
            Rising::of(self.r, of.repeats).ln + self.r * self.alpha.ln() + self.s * self.beta.ln();
        shared + self.ways(of).0
    }

    fn alive(&self, of: &History) -> f64 {
        let (all, alive) = self.ways(of);
        (alive - all).exp().min(1.0)
    }

    fn expected_new(&self, time: f64) -> f64 {
        self.r / self.alpha * lived(self.s, self.beta, time)
    }

    fn expected_if_alive(&self, of: &History, time: f64) -> f64 {
        let rate = (self.r + of.repeats as f64) / (self.alpha + of.age);
        rate * lived(self.s, self.beta + of.age, time)
    }
}

/// The expected part of the next `time` that is lived: β/(s−1)·[1 − (β/(β+t))^(s−1)], and its
/// limit β·ln(1+t/β) at s = 1.
fn lived(s: f64, beta: f64, time: f64) -> f64 {
    let ln = (time / beta).ln_1p();
    let power = (s - 1.0) * ln;
    let factor = if power.abs() < 1e-12 { ln } else { -(-power).exp_m1() / (s - 1.0) };
    beta * factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_lived_passes_smoothly_through_its_limit() {
        let at = |s: f64| lived(s, 11.0, 39.0);
        assert!((at(1.0) - 0.5 * (at(1.0 - 1e-5) + at(1.0 + 1e-5))).abs() < 1e-8);
        assert!((lived(1e-9, 11.0, 39.0) - 39.0).abs() < 1e-6);
    }
}
