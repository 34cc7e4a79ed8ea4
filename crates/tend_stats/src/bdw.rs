//! BdW: like sBG, but a customer's own inclination to stay may grow or fade with time.
//!
//! Fader, Hardie, Liu, Davin and Steenburgh (2018), "How to Project Customer Retention"
//! Revisited: The Role of Duration Dependence, Journal of Interactive Marketing 43.

use serde::Serialize;

use crate::{
    Result,
    contractual::{Cohort, Staying},
    fit::{Fit, estimates},
    optimise::{Look, maximise},
    special::{digamma, ln_beta},
};

/// BdW, a beta mixture of discrete Weibulls: S(t) = B(a, b+tᶜ)/B(a, b). With c = 1 it is sBG;
/// above, a customer's own risk to leave grows with time; below, it falls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bdw {
    pub a: f64,
    pub b: f64,
    pub c: f64,
}

/// Fits by maximum likelihood. Three parameters need three periods.
pub fn fit(cohort: &Cohort) -> Result<Fit<Bdw>> {
    crate::history::enough("periods", cohort.left().len(), 3)?;
    let maximum = maximise(|at| look(cohort, at), &[0.0, 1.0, 0.0])?;
    let ([a, b, c], estimates, warnings) = estimates(["a", "b", "c"], &maximum);
    Ok(Fit {
        model: Bdw { a, b, c },
        log_likelihood: maximum.value,
        customers: cohort.size().round() as u64,
        estimates,
        warnings,
        steps: maximum.steps,
    })
}

/// ln S(t) and its derivatives in a, b and c.
#[derive(Clone, Copy)]
struct Share {
    ln: f64,
    slope: [f64; 3],
}

impl Share {
    fn of(model: &Bdw, t: f64) -> Share {
        let Bdw { a, b, c } = *model;
        if t == 0.0 {
            return Share { ln: 0.0, slope: [0.0; 3] };
        }
        let far = b + t.powf(c);
        let (all, all_far) = (digamma(a + b), digamma(a + far));
        let by_far = digamma(far) - all_far;
        Share {
            ln: ln_beta(a, far) - ln_beta(a, b),
            slope: [all - all_far, by_far - digamma(b) + all, by_far * t.powf(c) * t.ln()],
        }
    }
}

fn look(cohort: &Cohort, at: &[f64]) -> Look {
    let p: Vec<f64> = at.iter().map(|v| v.exp()).collect();
    let model = Bdw { a: p[0], b: p[1], c: p[2] };
    let (mut value, mut slope) = (0.0, [0.0; 3]);
    let mut before = Share::of(&model, 0.0);
    for (t, left) in (1..).zip(cohort.left()) {
        let now = Share::of(&model, f64::from(t));
        if *left > 0.0 {
            // ln(S(t−1) − S(t)) = ln S(t−1) + ln(1 − e^d)
            let d = now.ln - before.ln;
            let gone = -d.exp_m1();
            value += left * (before.ln + gone.ln());
            let stayed = d.exp() / gone;
            for (i, sum) in slope.iter_mut().enumerate() {
                let change = now.slope[i] - before.slope[i];
                *sum += left * (before.slope[i] - stayed * change);
            }
        }
        before = now;
    }
    value += cohort.remaining() * before.ln;
    for (i, sum) in slope.iter_mut().enumerate() {
        *sum += cohort.remaining() * before.slope[i];
    }
    Look { value, gradient: slope.to_vec(), curvature: None }.in_logarithms(&p)
}

impl Staying for Bdw {
    fn survival(&self, periods: u32) -> f64 {
        Share::of(self, f64::from(periods)).ln.exp()
    }
}
