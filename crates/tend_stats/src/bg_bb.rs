//! BG/BB: at each of a known number of opportunities (a yearly appeal, a cruise, a conference) a
//! customer who is still there takes part or not.
//!
//! Fader, Hardie and Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual
//! Setting, Marketing Science 29 (6).

use std::collections::HashMap;

use serde::Serialize;

use crate::{
    Error, Result,
    fit::{Fit, estimates},
    history::enough,
    optimise::{Look, maximise},
    special::ln_sum_exp,
};

/// What a customer did at the opportunities since the first time: (x, t_x, n) of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Turns {
    /// At how many the customer took part; x.
    pub taken: u32,
    /// The number of the last one taken, from 1; 0 if none; t_x.
    pub last: u32,
    /// How many there were; n.
    pub given: u32,
}

/// BG/BB. The chance to take part is Beta(α, β) among customers, that to stop before each
/// opportunity Beta(γ, δ).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BgBb {
    pub alpha: f64,
    pub beta: f64,
    pub gamma: f64,
    pub delta: f64,
}

/// More opportunities than this are a matter for BG/NBD, in continuous time.
const MOST_GIVEN: u32 = 1_000;
/// Sums of this many terms are computed in one look; beyond, a fit would take minutes.
const MOST_TERMS: u64 = 4_000_000;

/// Fits by maximum likelihood to customers, each row with the number of customers it stands for.
/// Errors: impossible turns, more than a thousand opportunities, fewer than ten customers, fewer
/// than three who took part, all customers alike.
pub fn fit(rows: &[(Turns, u64)]) -> Result<Fit<BgBb>> {
    let cells = count(rows)?;
    let maximum = maximise(|at| look(&cells, at), &[0.0, 0.0, 0.0, 0.0])?;
    let names = ["alpha", "beta", "gamma", "delta"];
    let ([alpha, beta, gamma, delta], estimates, warnings) = estimates(names, &maximum);
    Ok(Fit {
        model: BgBb { alpha, beta, gamma, delta },
        log_likelihood: maximum.value,
        customers: cells.iter().map(|(_, n)| *n as u64).sum(),
        estimates,
        warnings,
        steps: maximum.steps,
    })
}

/// Checks, and counts equal turns once.
fn count(rows: &[(Turns, u64)]) -> Result<Vec<(Turns, f64)>> {
    let mut counts: HashMap<Turns, u64> = HashMap::new();
    let (mut customers, mut active) = (0_u64, 0_u64);
    for (row, (turns, n)) in rows.iter().enumerate() {
        turns.check(row)?;
        *counts.entry(*turns).or_default() += n;
        customers = customers.saturating_add(*n);
        active = active.saturating_add(if turns.taken > 0 { *n } else { 0 });
    }
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    enough("customers", size(customers), 10)?;
    enough("customers who took part again", size(active), 3)?;
    let mut cells: Vec<(Turns, f64)> =
        counts.into_iter().filter(|(_, n)| *n > 0).map(|(turns, n)| (turns, n as f64)).collect();
    cells.sort_unstable_by_key(|(turns, _)| *turns);
    if cells.len() == 1 {
        return Err(Error::NoAnswer(
            "All customers are alike: nothing can be learned of how they differ.".to_owned(),
        ));
    }
    if cells.iter().map(|(t, _)| u64::from(t.given - t.last)).sum::<u64>() > MOST_TERMS {
        return Err(Error::BadQuestion(
            "These are too many opportunities for a model that counts each: use BG/NBD.".to_owned(),
        ));
    }
    Ok(cells)
}

impl Turns {
    fn check(&self, row: usize) -> Result<()> {
        let bad = |what, why| Err(Error::BadValue { row, what, why });
        if self.given == 0 || self.given > MOST_GIVEN {
            return bad("number of opportunities", "it has to be from 1 to 1000");
        }
        if self.last > self.given {
            return bad("last opportunity taken", "it is later than the last one given");
        }
        if self.taken > self.last || (self.taken == 0 && self.last > 0) {
            return bad("number of opportunities taken", "it does not fit the last one taken");
        }
        Ok(())
    }
}

/// ln (a)ₖ and its derivative for k = 0, 1, …
struct Table {
    ln: Vec<f64>,
    slope: Vec<f64>,
}

impl Table {
    fn of(a: f64, most: u32) -> Table {
        let (mut ln, mut slope) = (vec![0.0], vec![0.0]);
        for k in 0..most as usize {
            let factor = a + k as f64;
            ln.push(ln[k] + factor.ln());
            slope.push(slope[k] + 1.0 / factor);
        }
        Table { ln, slope }
    }
}

/// All that the likelihood of some parameters is looked up in.
struct Tables {
    alpha: Table,
    beta: Table,
    alpha_beta: Table,
    delta: Table,
    gamma_delta: Table,
    gamma: f64,
}

impl Tables {
    fn of(model: &BgBb, most: u32) -> Tables {
        Tables {
            alpha: Table::of(model.alpha, most),
            beta: Table::of(model.beta, most),
            alpha_beta: Table::of(model.alpha + model.beta, most + 1),
            delta: Table::of(model.delta, most),
            gamma_delta: Table::of(model.gamma + model.delta, most + 1),
            gamma: model.gamma,
        }
    }

    /// The logarithm of the chance of taking `x` given ones of `n` opportunities while there.
    fn took(&self, x: usize, n: usize) -> f64 {
        self.alpha.ln[x] + self.beta.ln[n - x] - self.alpha_beta.ln[n]
    }

    /// … of being there for `n` opportunities and gone before the next.
    fn left_after(&self, n: usize) -> f64 {
        self.gamma.ln() + self.delta.ln[n] - self.gamma_delta.ln[n + 1]
    }

    /// … of being there for at least `n`.
    fn there(&self, n: usize) -> f64 {
        self.delta.ln[n] - self.gamma_delta.ln[n]
    }

    /// The logarithm of each way these turns can have come about; the first is that the customer
    /// is still there.
    fn ways(&self, of: &Turns) -> Vec<f64> {
        let (x, last, n) = (of.taken as usize, of.last as usize, of.given as usize);
        let alive = self.took(x, n) + self.there(n);
        let gone = (last..n).map(|k| self.took(x, k) + self.left_after(k));
        std::iter::once(alive).chain(gone).collect()
    }
}

/// At the logarithms of α, β, γ, δ.
fn look(cells: &[(Turns, f64)], at: &[f64]) -> Look {
    let p: Vec<f64> = at.iter().map(|v| v.exp()).collect();
    let model = BgBb { alpha: p[0], beta: p[1], gamma: p[2], delta: p[3] };
    let most = cells.iter().map(|(turns, _)| turns.given).max().unwrap_or(0);
    let t = Tables::of(&model, most);
    let (mut value, mut slope) = (0.0, [0.0; 4]);
    for (turns, customers) in cells {
        let ways = t.ways(turns);
        let all = ln_sum_exp(&ways);
        value += customers * all;
        let (x, last) = (turns.taken as usize, turns.last as usize);
        for (way, ln) in ways.iter().enumerate() {
            let share = customers * (ln - all).exp();
            // The opportunities the customer was there for, and those the end is told by.
            let n = if way == 0 { turns.given as usize } else { last + way - 1 };
            let told = n + usize::from(way > 0);
            slope[0] += share * (t.alpha.slope[x] - t.alpha_beta.slope[n]);
            slope[1] += share * (t.beta.slope[n - x] - t.alpha_beta.slope[n]);
            slope[2] -= share * t.gamma_delta.slope[told];
            slope[2] += if way > 0 { share / model.gamma } else { 0.0 };
            slope[3] += share * (t.delta.slope[n] - t.gamma_delta.slope[told]);
        }
    }
    Look { value, gradient: slope.to_vec(), curvature: None }.in_logarithms(&p)
}

impl BgBb {
    /// The log-likelihood of one customer's turns. Equation 6 of the paper.
    pub fn ln_likelihood(&self, of: &Turns) -> f64 {
        ln_sum_exp(&Tables::of(self, of.given).ways(of))
    }

    /// The probability of being there at the next opportunity after those given. Equation 11.
    pub fn alive(&self, of: &Turns) -> f64 {
        let ways = Tables::of(self, of.given).ways(of);
        let n = f64::from(of.given);
        let next = (self.delta + n) / (self.gamma + self.delta + n);
        next * (ways[0] - ln_sum_exp(&ways)).exp()
    }

    /// The expected number taken of the first `n` opportunities by a new customer. Equation 8.
    pub fn expected_new(&self, n: u32) -> f64 {
        self.alpha / (self.alpha + self.beta) * self.present(0, n).sum::<f64>()
    }

    /// The expected number taken of the `next` opportunities after those given. Equation 13.
    pub fn expected(&self, of: &Turns, next: u32) -> f64 {
        self.taking(of) * self.present(of.given, next).sum::<f64>()
    }

    /// Discounted expected residual transactions: all future opportunities, the next one
    /// undiscounted by `rate` once, the one after twice, and so on. Equation 14. `rate` is for
    /// the time between two opportunities and above 0.
    pub fn dert(&self, of: &Turns, rate: f64) -> Result<f64> {
        crate::contractual::check_rate(rate)?;
        let terms = (40.0 / rate.ln_1p()).ceil() as u32;
        let discounted = self.present(of.given, terms).zip(1..);
        let sum: f64 =
            discounted.map(|(there, k)| there * (-rate.ln_1p() * f64::from(k)).exp()).sum();
        Ok(self.taking(of) * sum)
    }

    /// The chance to take an opportunity, and to have been there for all that were given.
    fn taking(&self, of: &Turns) -> f64 {
        let ways = Tables::of(self, of.given).ways(of);
        let (taken, given) = (f64::from(of.taken), f64::from(of.given));
        let chance = (self.alpha + taken) / (self.alpha + self.beta + given);
        chance * (ways[0] - ln_sum_exp(&ways)).exp()
    }

    /// The probabilities of being there at each of the `next` opportunities, having been there
    /// for the first `given`.
    fn present(&self, given: u32, next: u32) -> impl Iterator<Item = f64> {
        let (gamma, delta) = (self.gamma, self.delta);
        (0..next).scan(1.0, move |there, k| {
            let n = f64::from(given + k);
            *there *= (delta + n) / (gamma + delta + n);
            Some(*there)
        })
    }
}
