//! NBD: purchases at random at a customer's own rate, and nobody ever stops. The baseline that
//! shows what a model with an end gains.
//!
//! Ehrenberg (1959), The Pattern of Consumer Purchases, Applied Statistics 8 (1); as the special
//! case in Fader, Hardie and Lee (2005), Marketing Science 24 (2).

use serde::Serialize;

use crate::{
    Result,
    buying::Buying,
    fit::{Fit, estimates},
    history::{History, Rows},
    matrix::Matrix,
    optimise::{Look, maximise},
    rising::Rising,
};

/// NBD. Rates of purchase are Gamma(r, α) among customers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Nbd {
    pub r: f64,
    /// In the unit of time of the histories.
    pub alpha: f64,
}

/// Fits by maximum likelihood, to when purchases were made, as BG/NBD and Pareto/NBD are, so
/// that the likelihoods compare.
pub fn fit(histories: &[History]) -> Result<Fit<Nbd>> {
    let rows = Rows::count(histories)?;
    let by_repeats = rows.by_repeats();
    let maximum =
        maximise(|at| look(&rows, &by_repeats, at), &[0.0, rows.mean_age.max(1e-9).ln()])?;
    let ([r, alpha], estimates, warnings) = estimates(["r", "alpha"], &maximum);
    Ok(Fit {
        model: Nbd { r, alpha },
        log_likelihood: maximum.value,
        customers: rows.customers,
        estimates,
        warnings,
        steps: maximum.steps,
    })
}

fn look(rows: &Rows, by_repeats: &[(u64, f64)], at: &[f64]) -> Look {
    let (r, alpha) = (at[0].exp(), at[1].exp());
    let (mut value, mut slope, mut bend) = (0.0, [0.0; 2], [0.0; 3]);
    for &(repeats, n) in by_repeats {
        let bought = Rising::of(r, repeats);
        value += n * bought.ln;
        slope[0] += n * bought.slope;
        bend[0] += n * bought.bend;
    }
    for (history, n) in &rows.rows {
        let (x, end) = (history.repeats as f64, alpha + history.age);
        let ln = (history.age / alpha).ln_1p();
        value -= n * (r * ln + x * end.ln());
        slope[0] -= n * ln;
        slope[1] += n * (r / alpha - (r + x) / end);
        bend[1] += n * (1.0 / alpha - 1.0 / end);
        bend[2] += n * ((r + x) / (end * end) - r / (alpha * alpha));
    }
    let mut curvature = Matrix::zeros(2, 2);
    curvature.set(0, 0, bend[0]);
    curvature.set(1, 0, bend[1]);
    curvature.set(1, 1, bend[2]);
    Look { value, gradient: slope.to_vec(), curvature: Some(curvature) }.in_logarithms(&[r, alpha])
}

impl Buying for Nbd {
    fn ln_likelihood(&self, of: &History) -> f64 {
        Rising::of(self.r, of.repeats).ln
            - self.r * (of.age / self.alpha).ln_1p()
            - of.repeats as f64 * (self.alpha + of.age).ln()
    }

    /// Always 1: nobody stops.
    fn alive(&self, _: &History) -> f64 {
        1.0
    }

    fn expected_new(&self, time: f64) -> f64 {
        self.r * time / self.alpha
    }

    fn expected_if_alive(&self, of: &History, time: f64) -> f64 {
        (self.r + of.repeats as f64) * time / (self.alpha + of.age)
    }
}
