//! What every model of customers who buy until they stop can say.

use crate::history::History;

/// A fitted model of customers who buy now and then and, one day unseen, stop for good.
/// Times are in the unit the model was fitted in.
pub trait Buying {
    /// The log-likelihood of one history.
    fn ln_likelihood(&self, of: &History) -> f64;

    /// The probability that the customer has not stopped by the end of observation.
    fn alive(&self, of: &History) -> f64;

    /// The expected number of repeat purchases of a new customer in the first `time`.
    fn expected_new(&self, time: f64) -> f64;

    /// The expected number of purchases in the next `time` after the end of observation, of a
    /// customer with this history who has not stopped by then.
    fn expected_if_alive(&self, of: &History, time: f64) -> f64;

    /// The expected number of purchases in the next `time` after the end of observation.
    fn expected(&self, of: &History, time: f64) -> f64 {
        self.alive(of) * self.expected_if_alive(of, time)
    }

    /// The probability of no purchase at all in the next `time`: the likelihood of having been
    /// silent until then, against that of having been silent until now.
    fn silent(&self, of: &History, time: f64) -> f64 {
        let later = History { age: of.age + time, ..*of };
        (self.ln_likelihood(&later) - self.ln_likelihood(of)).exp().min(1.0)
    }
}
