//! Newton's method on the partial likelihood, which has a summit or rises for ever.

use super::likelihood::{Likelihood, Sorted};
use super::proportional::{self, Proportionality};
use crate::matrix::{Cholesky, Matrix, dot};
use crate::{Error, Result};

const MOST_STEPS: usize = 100;

/// The share of the likelihood that is still to be gained where a summit is reached …
const REACHED: f64 = 1e-14;
/// … and where it is enough to see that there is none.
const NEAR: f64 = 1e-9;

/// Where steps gain more than this share of the step before, they don't shrink by squares …
const SLOW: f64 = 0.05;
/// … and if so many in turn do, there is no summit.
const PATIENCE: usize = 3;

/// A standard error of the log of the risk, from one end of a column to the other, with which
/// nothing is known.
const VAGUE: f64 = 300.0;

/// Where it ended, per standard deviation of each column.
pub(super) struct Top {
    pub(super) beta: Vec<f64>,
    pub(super) end: Likelihood,
    /// The inverse of the information: of those with a bound in the limit.
    pub(super) variance: Matrix,
    /// Whether each effect is the same at all times.
    pub(super) checks: Vec<Proportionality>,
    /// The standard deviation of each column.
    pub(super) scale: Vec<f64>,
    /// Columns along which the likelihood rises for ever.
    pub(super) unbounded: Vec<usize>,
}

/// Climbs from where nothing has an effect.
pub(super) fn summit(sorted: &Sorted) -> Result<Top> {
    let (beta, end, mut unbounded) = climb(sorted)?;
    let variance = cholesky(&end.information)?.inverse();
    if !unbounded.is_empty() {
        // Where the likelihood rises for ever, nothing may be left to be known of others too.
        let vague = |at: &usize| variance.at(*at, *at).sqrt() * sorted.reach(*at) > VAGUE;
        unbounded.extend((0..beta.len()).filter(vague));
        unbounded.sort_unstable();
        unbounded.dedup();
    }
    Ok(Top {
        checks: proportional::check(sorted, &beta, &variance),
        beta,
        end,
        variance,
        scale: sorted.scale.clone(),
        unbounded,
    })
}

/// A step that loses likelihood is halved. Towards a summit, steps gain less by squares. Where the
/// likelihood rises for ever, each gains about a third of the one before, and goes along the
/// columns that have no bound while the others stand still.
fn climb(sorted: &Sorted) -> Result<(Vec<f64>, Likelihood, Vec<usize>)> {
    let mut beta = vec![0.0; sorted.scale.len()];
    let mut here = sorted.likelihood(&beta);
    let (mut before, mut slow) = (f64::INFINITY, 0);
    for _ in 0..MOST_STEPS {
        let step = cholesky(&here.information)?.solve(&here.gradient);
        let gain = dot(&step, &here.gradient);
        slow = if gain > SLOW * before { slow + 1 } else { 0 };
        before = gain;
        let whole = 1.0 + here.log.abs();
        if slow >= PATIENCE && gain < NEAR * whole {
            let unbounded = along(sorted, &step);
            return Ok((beta, here, unbounded));
        }
        if gain < REACHED * whole {
            let last: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + s).collect();
            let there = sorted.likelihood(&last);
            return Ok((last, there, Vec::new()));
        }
        let mut part = 1.0;
        loop {
            let next: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + part * s).collect();
            let there = sorted.likelihood(&next);
            if there.log.is_finite() && there.log >= here.log - 1e-12 * here.log.abs() {
                (beta, here) = (next, there);
                break;
            }
            part *= 0.5;
            if part < 1e-6 {
                return Ok((beta, here, Vec::new()));
            }
        }
    }
    Err(Error::NoAnswer("The columns don't settle on an effect; leave some of them out.".into()))
}

/// The columns that this step moves, by how far they reach from end to end.
fn along(sorted: &Sorted, step: &[f64]) -> Vec<usize> {
    let moved: Vec<f64> = (0..step.len()).map(|at| step[at].abs() * sorted.reach(at)).collect();
    let most = moved.iter().copied().fold(0.0, f64::max);
    (0..step.len()).filter(|&at| moved[at] > 1e-3 * most).collect()
}

fn cholesky(information: &Matrix) -> Result<Cholesky> {
    Cholesky::within(information, 1e-15).map_err(|_| {
        Error::NoAnswer("The columns tell too much alike to be told apart; leave some out.".into())
    })
}
