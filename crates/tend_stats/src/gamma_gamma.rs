//! Gamma-Gamma: what a customer spends at a time, which does not depend on how often.
//!
//! Fader, Hardie and Lee (2005), RFM and CLV: Using Iso-Value Curves for Customer Base Analysis,
//! Journal of Marketing Research 42 (4); Fader and Hardie (2013), The Gamma-Gamma Model of
//! Monetary Value.

use serde::Serialize;

use crate::{
    Error, Result,
    fit::{Fit, estimates},
    history::enough,
    matrix::Matrix,
    optimise::{Look, maximise},
    special::{digamma, ln_gamma, trigamma},
};

/// What one customer spent: the mean over `purchases` purchases.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spend {
    /// Over how many purchases the mean was taken; x. By convention the repeat purchases.
    pub purchases: u64,
    /// The mean value of one of them; z̄. In one currency for all customers.
    pub mean: f64,
}

/// Gamma-Gamma. Each purchase of a customer is Gamma(p, ν); ν is Gamma(q, v) among customers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GammaGamma {
    pub p: f64,
    pub q: f64,
    /// In the currency of the spends.
    pub v: f64,
    /// The correlation of how often and how much. The model takes it to be none: well above 0.3
    /// its forecasts of value are not to be trusted.
    pub correlation: f64,
}

/// Customers with at least one purchase; fewer say nothing about three parameters.
const FEWEST: usize = 10;

/// Fits by maximum likelihood to the customers who have purchases; those with none, or only ones
/// that were worth nothing, are left out. Errors: a mean below 0, fewer than ten such customers, all means alike.
pub fn fit(spends: &[Spend]) -> Result<Fit<GammaGamma>> {
    for (row, spend) in spends.iter().enumerate() {
        if spend.purchases > 0 && !(spend.mean.is_finite() && spend.mean >= 0.0) {
            let why = "with purchases it has to be a number of 0 or more";
            return Err(Error::BadValue { row, what: "mean spend", why });
        }
    }
    let given_away = spends.iter().filter(|s| s.purchases > 0 && s.mean == 0.0).count();
    let mut bought: Vec<Spend> =
        spends.iter().copied().filter(|s| s.purchases > 0 && s.mean > 0.0).collect();
    enough("customers with a repeat purchase", bought.len(), FEWEST)?;
    if bought.iter().all(|spend| spend.mean == bought[0].mean) {
        return Err(Error::NoAnswer(
            "All customers spend the same: that is the forecast, and there is nothing to learn."
                .to_owned(),
        ));
    }
    bought.sort_unstable_by(|a, b| a.purchases.cmp(&b.purchases).then(a.mean.total_cmp(&b.mean)));
    let start = start(&bought);
    let maximum = maximise(|at| look(&bought, at), &start)?;
    let ([p, q, v], estimates, warnings) = estimates(["p", "q", "v"], &maximum);
    let correlation = correlation(&bought);
    let mut fit = Fit {
        model: GammaGamma { p, q, v, correlation },
        log_likelihood: maximum.value,
        customers: bought.len() as u64,
        estimates,
        warnings,
        steps: maximum.steps,
    };
    fit.warn(given_away);
    Ok(fit)
}

impl Fit<GammaGamma> {
    fn warn(&mut self, given_away: usize) {
        if given_away > 0 {
            self.warnings.push(format!(
                "Left out: {given_away} whose purchases were worth nothing on the mean."
            ));
        }
        if self.model.correlation.abs() > 0.3 {
            self.warnings.push(format!(
                "How often and how much customers buy go together (correlation {:.2}): the model \
                 takes them to be independent, and its values are off in that direction.",
                self.model.correlation
            ));
        }
        if self.model.q <= 1.0 {
            self.warnings.push(
                "Spending is so uneven that the population has no mean (q is 1 or less)."
                    .to_owned(),
            );
        }
    }
}

impl GammaGamma {
    /// The expected spend at a time of a customer of whom nothing is known: p·v/(q−1). None where
    /// it is infinite (q ≤ 1).
    pub fn mean(&self) -> Option<f64> {
        (self.q > 1.0).then(|| self.p * self.v / (self.q - 1.0))
    }

    /// The expected spend at a time of this customer: between their own mean and that of all.
    /// None where it is infinite (p·x + q ≤ 1).
    pub fn expected(&self, spend: &Spend) -> Option<f64> {
        let x = spend.purchases as f64;
        let total = if spend.purchases == 0 { 0.0 } else { x * spend.mean };
        let weight = self.p * x + self.q - 1.0;
        (weight > 0.0).then(|| self.p * (self.v + total) / weight)
    }
}

/// From the moments: a mean value with the spread that was seen.
fn start(bought: &[Spend]) -> [f64; 3] {
    let mean = bought.iter().map(|s| s.mean / bought.len() as f64).sum::<f64>();
    [1.0, 1.0, mean.max(1e-300).ln()]
}

/// At the logarithms of p, q, v. The spends are in the order of their purchases.
fn look(bought: &[Spend], at: &[f64]) -> Look {
    let (p, q, v) = (at[0].exp(), at[1].exp(), at[2].exp());
    let n = bought.len() as f64;
    let mut value = n * (q * v.ln() - ln_gamma(q));
    let mut slope = [0.0, n * (v.ln() - digamma(q)), n * q / v];
    // pp, qp, qq, vp, vq, vv
    let mut bend = [0.0, 0.0, -n * trigamma(q), 0.0, n / v, -n * q / (v * v)];
    for same in bought.chunk_by(|a, b| a.purchases == b.purchases) {
        let (x, m) = (same[0].purchases as f64, same.len() as f64);
        let (all, own) = (p * x + q, p * x);
        value += m * (ln_gamma(all) - ln_gamma(own));
        let (psi, psi_own) = (digamma(all), digamma(own));
        slope[0] += m * x * (psi - psi_own);
        slope[1] += m * psi;
        let (three, three_own) = (trigamma(all), trigamma(own));
        bend[0] += m * x * x * (three - three_own);
        bend[1] += m * x * three;
        bend[2] += m * three;
        for spend in same {
            let total = x * spend.mean;
            let (ln, ln_total) = ((total + v).ln(), total.ln());
            let inverse = 1.0 / (total + v);
            value += own * (ln_total - ln) - spend.mean.ln() - q * ln;
            slope[0] += x * (ln_total - ln);
            slope[1] -= ln;
            slope[2] -= all * inverse;
            bend[3] -= x * inverse;
            bend[4] -= inverse;
            bend[5] += all * inverse * inverse;
        }
    }
    let mut curvature = Matrix::zeros(3, 3);
    for (place, (i, j)) in [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)].into_iter().enumerate()
    {
        curvature.set(i, j, bend[place]);
    }
    Look { value, gradient: slope.to_vec(), curvature: Some(curvature) }.in_logarithms(&[p, q, v])
}

/// Pearson's, of purchases and mean spend.
fn correlation(bought: &[Spend]) -> f64 {
    let pairs: Vec<(f64, f64)> = bought.iter().map(|s| (s.purchases as f64, s.mean)).collect();
    crate::hold_out::correlation(&pairs)
}
