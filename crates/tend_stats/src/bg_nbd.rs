//! BG/NBD and MBG/NBD: purchases at random at a customer's own rate, and after each purchase a
//! coin that decides whether it was the last.
//!
//! Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the
//! Pareto/NBD Model, Marketing Science 24 (2). The modified model, in which the coin is thrown
//! after the first purchase too: Batislam, Denizel and Filiztekin (2007), International Journal
//! of Research in Marketing 24 (3); Hoppe and Wagner (2007), Marketing JRM 3.

mod expected;
mod likelihood;

use serde::Serialize;

use crate::{
    Result,
    buying::Buying,
    fit::{Fit, estimates},
    history::{History, Rows},
    optimise::maximise,
    rising::Rising,
    special::{ln_add_exp, logistic, softplus},
};

/// When a customer may stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stops {
    /// After each repeat purchase: BG/NBD. Who never bought again cannot have stopped.
    AfterRepeats,
    /// After each purchase, the first too: MBG/NBD.
    AfterEach,
}

/// BG/NBD or MBG/NBD. Rates of purchase are Gamma(r, α) among customers; the probability of
/// stopping is Beta(a, b).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BgNbd {
    pub r: f64,
    /// In the unit of time of the histories.
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
    pub stops: Stops,
}

/// Fits by maximum likelihood. Errors: an impossible history, fewer than ten customers, fewer
/// than three who bought again, all customers alike.
pub fn fit(histories: &[History], stops: Stops) -> Result<Fit<BgNbd>> {
    let rows = likelihood::Data::new(Rows::count(histories)?, stops);
    let start = [0.0, rows.mean_age.max(1e-9).ln(), 0.0, 1.0];
    let maximum = maximise(|at| rows.look(at), &start)?;
    let names = ["r", "alpha", "a", "b"];
    let ([r, alpha, a, b], estimates, warnings) = estimates(names, &maximum);
    Ok(Fit {
        model: BgNbd { r, alpha, a, b, stops },
        log_likelihood: maximum.value,
        customers: rows.customers,
        estimates,
        warnings,
        steps: maximum.steps,
    })
}

impl BgNbd {
    /// How often the coin was thrown in this history without ending it, or may have ended it
    /// just now.
    fn throws(&self, repeats: u64) -> u64 {
        match self.stops {
            Stops::AfterRepeats => repeats,
            Stops::AfterEach => repeats + 1,
        }
    }

    /// The log-odds of having stopped at the last purchase, given the silence since.
    fn stopped_odds(&self, of: &History) -> f64 {
        let throws = self.throws(of.repeats);
        if throws == 0 {
            return f64::NEG_INFINITY;
        }
        let silence = ((of.age - of.last) / (self.alpha + of.last)).ln_1p();
        self.a.ln() - (self.b + throws as f64 - 1.0).ln() + (self.r + of.repeats as f64) * silence
    }
}

impl Buying for BgNbd {
    fn ln_likelihood(&self, of: &History) -> f64 {
        let throws = self.throws(of.repeats);
        let stayed = Rising::of(self.b, throws).ln - Rising::of(self.a + self.b, throws).ln;
        let x = of.repeats as f64;
        let bought = Rising::of(self.r, of.repeats).ln
            - self.r * (of.age / self.alpha).ln_1p()
            - x * (self.alpha + of.age).ln();
        bought + stayed + softplus(self.stopped_odds(of))
    }

    fn alive(&self, of: &History) -> f64 {
        logistic(-self.stopped_odds(of))
    }

    fn expected_new(&self, time: f64) -> f64 {
        let (bought, first) = match self.stops {
            Stops::AfterRepeats => (0.0, 1.0),
            Stops::AfterEach => (1.0, self.b / (self.a + self.b)),
        };
        first * expected::purchases(self.r, self.alpha, self.a, self.b + bought, time)
    }

    fn expected_if_alive(&self, of: &History, time: f64) -> f64 {
        let (r, alpha) = (self.r + of.repeats as f64, self.alpha + of.age);
        let b = self.b + self.throws(of.repeats) as f64;
        expected::purchases(r, alpha, self.a, b, time)
    }

    fn silent(&self, of: &History, time: f64) -> f64 {
        // Stopped already, or alive and not a single purchase in that time.
        let odds = self.stopped_odds(of);
        let quiet = -(self.r + of.repeats as f64) * (time / (self.alpha + of.age)).ln_1p();
        (ln_add_exp(odds, quiet) - softplus(odds)).exp()
    }
}
