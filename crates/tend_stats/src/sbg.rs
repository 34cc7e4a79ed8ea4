//! sBG: at each renewal a customer flips a coin of their own, the same each time. What looks like
//! growing loyalty is that those with bad coins have left.
//!
//! Fader and Hardie (2007), How to Project Customer Retention, Journal of Interactive
//! Marketing 21 (1).

use serde::Serialize;

use crate::{
    Result,
    contractual::{Cohort, Staying},
    fit::{Fit, estimates},
    matrix::Matrix,
    optimise::{Look, maximise},
    rising::Rising,
};

/// sBG. The probability to leave at a renewal is Beta(α, β) among customers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sbg {
    pub alpha: f64,
    pub beta: f64,
}

/// Fits by maximum likelihood.
pub fn fit(cohort: &Cohort) -> Result<Fit<Sbg>> {
    let maximum = maximise(|at| look(cohort, at), &[0.0, 1.0])?;
    let ([alpha, beta], estimates, warnings) = estimates(["alpha", "beta"], &maximum);
    Ok(Fit {
        model: Sbg { alpha, beta },
        log_likelihood: maximum.value,
        customers: cohort.size().round() as u64,
        estimates,
        warnings,
        steps: maximum.steps,
    })
}

fn look(cohort: &Cohort, at: &[f64]) -> Look {
    let (alpha, beta) = (at[0].exp(), at[1].exp());
    let (mut value, mut slope) = (0.0, [0.0; 2]);
    let mut bend = [0.0; 3];
    // P(leaves in period t) = α (β)ₜ₋₁/(α+β)ₜ; P(stays for t) = (β)ₜ/(α+β)ₜ.
    let mut add = |n: f64, stayed: u64, told: u64| {
        let (b, ab) = (Rising::of(beta, stayed), Rising::of(alpha + beta, told));
        value += n * (b.ln - ab.ln);
        slope[0] -= n * ab.slope;
        slope[1] += n * (b.slope - ab.slope);
        bend[0] -= n * ab.bend;
        bend[1] -= n * ab.bend;
        bend[2] += n * (b.bend - ab.bend);
    };
    for (before, left) in (0..).zip(cohort.left()) {
        add(*left, before, before + 1);
    }
    let periods = cohort.left().len() as u64;
    add(cohort.remaining(), periods, periods);
    let left: f64 = cohort.left().iter().sum();
    value += left * alpha.ln();
    slope[0] += left / alpha;
    bend[0] -= left / (alpha * alpha);
    let mut curvature = Matrix::zeros(2, 2);
    curvature.set(0, 0, bend[0]);
    curvature.set(1, 0, bend[1]);
    curvature.set(1, 1, bend[2]);
    Look { value, gradient: slope.to_vec(), curvature: Some(curvature) }
        .in_logarithms(&[alpha, beta])
}

impl Sbg {
    /// The share of a new cohort that leaves at the first renewal.
    pub fn mean_churn(&self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }
}

impl Staying for Sbg {
    fn survival(&self, periods: u32) -> f64 {
        let t = u64::from(periods);
        (Rising::of(self.beta, t).ln - Rising::of(self.alpha + self.beta, t).ln).exp()
    }

    fn retention(&self, period: u32) -> f64 {
        let before = f64::from(period) - 1.0;
        (self.beta + before) / (self.alpha + self.beta + before)
    }
}
