//! How often Shopify lets itself be asked: a bucket that leaks.

use std::time::Instant;

/// A bucket of so many calls that leaks two of them a second. Each answer says how full it is
/// (`X-Shopify-Shop-Api-Call-Limit: 39/40`); a call that does not fit is answered with 429 and
/// `Retry-After`, and counts for nothing.
#[derive(Clone, Debug)]
pub struct Bucket {
    holds: f64,
    level: f64,
    /// None before the first call.
    seen: Option<Instant>,
    /// How many calls did not fit.
    pub refused: usize,
    /// How many came before the time that they were told to wait for was over.
    pub impatient: usize,
    until: Option<Instant>,
}

/// Calls a second.
const LEAKS: f64 = 2.0;

impl Bucket {
    /// Empty, of so many calls; a shop's usual one holds 40.
    pub fn new(holds: u32) -> Self {
        let holds = f64::from(holds);
        Self { holds, level: 0.0, seen: None, refused: 0, impatient: 0, until: None }
    }

    /// Other programs of the shop filled it.
    pub fn full(mut self) -> Self {
        self.level = self.holds;
        self
    }

    /// A call: how full it is then, or how many seconds to wait.
    pub fn call(&mut self) -> Result<String, f64> {
        let now = Instant::now();
        let passed = self.seen.replace(now).map_or(0.0, |it| now.duration_since(it).as_secs_f64());
        self.level = (self.level - passed * LEAKS).max(0.0);
        if self.until.take().is_some_and(|it| now < it) {
            self.impatient += 1;
        }
        if self.level + 1.0 > self.holds {
            self.refused += 1;
            // As Shopify does, a little more than what is needed.
            let wait = (self.level + 1.0 - self.holds) / LEAKS;
            self.until = Some(now + std::time::Duration::from_secs_f64(wait));
            return Err(wait + 0.05);
        }
        self.level += 1.0;
        Ok(format!("{:.0}/{:.0}", self.level.ceil(), self.holds))
    }
}
