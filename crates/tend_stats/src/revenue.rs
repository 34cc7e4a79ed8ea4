//! Recurring revenue from the start of a period to its end: which movements made the
//! difference, and what share was kept. Money is in minor units of one currency.
//!
//! The definitions are the SaaS Metrics Standards Board's, per account and on those who paid
//! at the start; what ChartMogul and Baremetrics would say stands beside them, since the same
//! ledger gives each of them another number.

use serde::Serialize;

use crate::{
    distribution::z_of_level,
    intervals::{Interval, wilson},
};

/// The recurring revenue of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// At the start, in minor units, converted at the start's rates.
    pub start: i64,
    /// At the end, converted at the same rates, so that rates don't count as growth.
    pub end: i64,
    /// It had paid before the start, whether or not it paid at it.
    pub was_customer: bool,
}

/// What became of an account's recurring revenue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    /// It pays for the first time.
    New,
    /// It pays again, having paid nothing at the start.
    Reactivation,
    /// It pays more.
    Expansion,
    /// It pays less.
    Contraction,
    /// It pays nothing any more.
    Churn,
    /// It pays what it paid.
    Same,
}

impl Span {
    /// What became of it, and the signed amount. Who never paid has no movement: `Same`, 0.
    pub fn movement(&self) -> (Movement, i64) {
        let kind = match (self.start > 0, self.end > 0) {
            (false, false) => Movement::Same,
            (false, true) if self.was_customer => Movement::Reactivation,
            (false, true) => Movement::New,
            (true, false) => Movement::Churn,
            (true, true) if self.end > self.start => Movement::Expansion,
            (true, true) if self.end < self.start => Movement::Contraction,
            (true, true) => Movement::Same,
        };
        match kind {
            Movement::Same => (kind, 0),
            _ => (kind, self.end.max(0) - self.start.max(0)),
        }
    }
}

/// How many accounts moved in one way, and by how much; the amount has no sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub accounts: u64,
    pub amount: i128,
}

impl Moved {
    fn add(&mut self, amount: i64) {
        self.accounts += 1;
        self.amount += i128::from(amount).abs();
    }
}

/// All movements of a period; `start + new + reactivation + expansion − contraction − churn`
/// is `end`, to the minor unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Ledger {
    /// Who paid at the start, and how much.
    pub start: Moved,
    pub new: Moved,
    pub reactivation: Moved,
    pub expansion: Moved,
    pub contraction: Moved,
    pub churn: Moved,
    /// Who pays at the end, and how much.
    pub end: Moved,
    /// Σ min(end, start) over those who paid at the start.
    kept: i128,
    /// What the intervals are made of: Σx², Σxy and Σy² of each ratio Σy/Σx.
    spreads: Spreads,
}

/// The spread of each ratio, account by account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
struct Spreads {
    net: Squares,
    gross: Squares,
    lost: Squares,
    net_lost: Squares,
    quick: Squares,
    named: Squares,
    each: Squares,
}

impl Spreads {
    fn add(&mut self, it: &Span, movement: Movement) {
        let change = it.end - it.start;
        let of = |kinds: [Movement; 2]| if kinds.contains(&movement) { change.abs() } else { 0 };
        let lost = of([Movement::Churn, Movement::Contraction]);
        let back = of([Movement::Expansion, Movement::Reactivation]);
        if it.start > 0 {
            self.net.add(it.start, it.end);
            self.gross.add(it.start, it.end.min(it.start));
            self.lost.add(it.start, lost);
            let named = if movement == Movement::Contraction { it.start } else { it.end };
            self.named.add(it.start, named);
        }
        self.net_lost.add(it.start, lost - back);
        self.quick.add(lost, of([Movement::New, Movement::Expansion]));
        if it.end > 0 {
            self.each.add(1, it.end);
        }
    }
}

/// What the spread of a ratio Σy/Σx is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
struct Squares {
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Squares {
    fn add(&mut self, x: i64, y: i64) {
        let (x, y) = (x as f64, y as f64);
        self.xx += x * x;
        self.xy += x * y;
        self.yy += y * y;
    }
}

/// The ledger of these accounts. Amounts below zero count as nothing.
pub fn ledger(accounts: impl IntoIterator<Item = Span>) -> Ledger {
    let mut all = Ledger::default();
    for it in accounts {
        let it = Span { start: it.start.max(0), end: it.end.max(0), ..it };
        let (movement, amount) = it.movement();
        match movement {
            Movement::New => all.new.add(amount),
            Movement::Reactivation => all.reactivation.add(amount),
            Movement::Expansion => all.expansion.add(amount),
            Movement::Contraction => all.contraction.add(amount),
            Movement::Churn => all.churn.add(amount),
            Movement::Same => {}
        }
        if it.start > 0 {
            all.start.add(it.start);
            all.kept += i128::from(it.end.min(it.start));
        }
        if it.end > 0 {
            all.end.add(it.end);
        }
        all.spreads.add(&it, movement);
    }
    all
}

impl Ledger {
    /// Net revenue retention: of what was paid at the start, how much the same accounts pay at
    /// the end; 1.1 is 110 %. Reactivated accounts are not among them. `None` when nobody paid at
    /// the start.
    ///
    /// The interval of this and of all ratios here takes the accounts for a sample of such
    /// accounts (the ratio estimator's linearised variance, Cochran 1977, 6.4). Of a single account
    /// it goes up to infinity: one tells nothing.
    pub fn net_retention(&self, level: f64) -> Option<Interval> {
        let end =
            self.start.amount + self.expansion.amount - self.contraction.amount - self.churn.amount;
        self.of_start(end, &self.spreads.net, level).map(at_least_nothing)
    }

    /// Gross revenue retention: the same, each account counting at most what it paid at the
    /// start, so at most 1.
    pub fn gross_retention(&self, level: f64) -> Option<Interval> {
        let it = at_least_nothing(self.of_start(self.kept, &self.spreads.gross, level)?);
        Some(Interval { upper: it.upper.min(1.0), ..it })
    }

    /// The share of paying accounts that left, with Wilson's interval.
    pub fn logo_churn(&self, level: f64) -> Option<Interval> {
        wilson(self.churn.accounts, self.start.accounts, level)
    }

    /// What the start lost by accounts that left or pay less.
    pub fn gross_churn(&self, level: f64) -> Option<Interval> {
        let lost = self.churn.amount + self.contraction.amount;
        self.of_start(lost, &self.spreads.lost, level).map(at_least_nothing)
    }

    /// ChartMogul's: the same, less expansion and reactivation; below 0 when more was won.
    pub fn net_churn(&self, level: f64) -> Option<Interval> {
        let lost = self.churn.amount + self.contraction.amount;
        let lost = lost - self.expansion.amount - self.reactivation.amount;
        let n = self.start.accounts + self.reactivation.accounts;
        ratio(lost, self.start.amount, &self.spreads.net_lost, n, level)
    }

    /// What came in for each unit that was lost: (new + expansion) / (churn + contraction).
    /// `None` when nothing was lost.
    pub fn quick_ratio(&self, level: f64) -> Option<Interval> {
        let lost = self.churn.amount + self.contraction.amount;
        let won = self.new.amount + self.expansion.amount;
        let moved = [self.new, self.expansion, self.churn, self.contraction];
        let n = moved.iter().map(|it| it.accounts).sum();
        ratio(won, lost, &self.spreads.quick, n, level).map(at_least_nothing)
    }

    /// Net revenue retention as Baremetrics' text defines it: it names no contraction.
    pub fn net_retention_without_contraction(&self, level: f64) -> Option<Interval> {
        let end = self.start.amount + self.expansion.amount - self.churn.amount;
        self.of_start(end, &self.spreads.named, level).map(at_least_nothing)
    }

    /// Revenue of an account that pays, at the end.
    pub fn revenue_per_account(&self, level: f64) -> Option<Interval> {
        let n = self.end.accounts;
        ratio(self.end.amount, i128::from(n), &self.spreads.each, n, level).map(at_least_nothing)
    }

    fn of_start(&self, amount: i128, squares: &Squares, level: f64) -> Option<Interval> {
        ratio(amount, self.start.amount, squares, self.start.accounts, level)
    }
}

/// Σy/Σx of `n` accounts. `None` when Σx is nothing.
fn ratio(y: i128, x: i128, squares: &Squares, n: u64, level: f64) -> Option<Interval> {
    let value = (x > 0).then(|| y as f64 / x as f64)?;
    let n = n as f64;
    if n < 2.0 {
        return Some(Interval { value, lower: f64::NEG_INFINITY, upper: f64::INFINITY });
    }
    let spread = squares.yy - 2.0 * value * squares.xy + value * value * squares.xx;
    let error = (spread.max(0.0) * n / (n - 1.0)).sqrt() / x as f64;
    let half = z_of_level(level) * error;
    Some(Interval { value, lower: value - half, upper: value + half })
}

/// Of what can't be below nothing.
fn at_least_nothing(it: Interval) -> Interval {
    Interval { lower: it.lower.max(0.0), ..it }
}

/// What it costs to win a customer: spend / new customers. `None` without new customers.
pub fn acquisition_cost(spend: i64, customers: u64) -> Option<f64> {
    (customers > 0).then(|| spend as f64 / customers as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: i64, end: i64) -> Span {
        Span { start, end, was_customer: start > 0 }
    }

    fn close(a: Option<f64>, b: f64) {
        let a = a.expect("a value");
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn the_ledger_of_five_accounts() {
        let accounts = [(1000, 1000), (2000, 3000), (500, 0), (1500, 1200), (5000, 5000)];
        let it =
            ledger(accounts.map(|(start, end)| span(start, end)).into_iter().chain([span(0, 700)]));
        close(it.net_retention(0.95).map(|it| it.value), 1.02);
        close(it.gross_retention(0.95).map(|it| it.value), 0.92);
        close(it.logo_churn(0.95).map(|it| it.value), 0.2);
        close(Some(it.churn.amount as f64 / it.start.amount as f64), 0.05);
        close(it.gross_churn(0.95).map(|it| it.value), 0.08);
        close(it.net_churn(0.95).map(|it| it.value), -0.02);
        close(it.quick_ratio(0.95).map(|it| it.value), 2.125);
        close(it.revenue_per_account(0.95).map(|it| it.value), 2180.0);
        close(it.net_retention_without_contraction(0.95).map(|it| it.value), 1.05);
        assert_eq!((it.new.accounts, it.new.amount, it.end.amount), (1, 700, 10_900));
    }

    #[test]
    fn the_ledger_that_vitally_documents() {
        let start = 1_000_000_i64;
        // 65 accounts stay as they are; the others make the movements.
        let mut all = vec![span(10_000, 10_000); 65];
        all.extend(vec![span(2_500, 0); 10]);
        all.extend(vec![span(10_000, 17_500); 20]);
        all.extend(vec![span(10_000, 5_000); 5]);
        let paid: i64 = all.iter().map(|it| it.start).sum();
        all.push(span(start - paid, start - paid));
        all.swap_remove(0);
        let rest = start - all.iter().map(|it| it.start).sum::<i64>();
        all[0] = span(all[0].start + rest, all[0].end + rest);
        let it = ledger(all);
        assert_eq!((it.start.accounts, it.start.amount), (100, 1_000_000));
        close(it.net_retention(0.95).map(|it| it.value), 1.10);
        close(it.gross_retention(0.95).map(|it| it.value), 0.95);
        close(it.logo_churn(0.95).map(|it| it.value), 0.10);
        close(it.net_retention_without_contraction(0.95).map(|it| it.value), 1.125);
    }

    #[test]
    fn movements_add_up_and_returning_is_not_new() {
        let back = Span { start: 0, end: 40, was_customer: true };
        assert_eq!(back.movement(), (Movement::Reactivation, 40));
        assert_eq!(span(0, 40).movement(), (Movement::New, 40));
        assert_eq!(span(0, 0).movement(), (Movement::Same, 0));
        let it = ledger([back, span(0, 7), span(10, 3), span(5, 0), span(2, 9), span(-4, 0)]);
        let sum = it.start.amount + it.new.amount + it.reactivation.amount + it.expansion.amount
            - it.contraction.amount
            - it.churn.amount;
        assert_eq!(sum, it.end.amount);
        close(it.net_retention(0.95).map(|it| it.value), 12.0 / 17.0);
    }

    #[test]
    fn nothing_is_said_where_nobody_paid() {
        let it = ledger([span(0, 100), span(0, 0)]);
        assert_eq!(
            (it.net_retention(0.95), it.gross_churn(0.95), it.quick_ratio(0.95)),
            (None, None, None)
        );
        assert_eq!(acquisition_cost(100, 0), None);
        let one = ledger([span(10, 12)]).net_retention(0.95).expect("a value");
        assert_eq!((one.lower, one.upper), (0.0, f64::INFINITY), "one account tells nothing");
    }

    #[test]
    fn the_intervals_cover_the_truth_about_as_often_as_they_say() {
        type Of = fn(&Ledger) -> Option<Interval>;
        // Mean start 5,500; of ten accounts one leaves, one halves, three pay half as much again,
        // one is new and one returns; each with its own amount.
        let figures: [(Of, f64); 6] = [
            (|it| it.net_retention(0.95), 1.0),
            (|it| it.gross_churn(0.95), 1.5 / 8.0),
            (|it| it.net_churn(0.95), (1.5 - 1.5 - 1.0) / 8.0),
            (|it| it.quick_ratio(0.95), 2.5 / 1.5),
            (|it| it.net_retention_without_contraction(0.95), 8.5 / 8.0),
            (|it| it.revenue_per_account(0.95), 5499.5 * 10.0 / 9.0),
        ];
        let mut random = crate::random::Random::of_seed(7);
        let rounds = 2000;
        let mut covered = [0; 6];
        for _ in 0..rounds {
            let accounts = (0..400).map(|_| {
                let amount = 1000 + random.below(9000) as i64;
                match random.below(10) {
                    0 => span(amount, 0),
                    1 => span(amount, amount / 2),
                    2..=4 => span(amount, amount + amount / 2),
                    5..=7 => span(amount, amount),
                    8 => span(0, amount),
                    _ => Span { start: 0, end: amount, was_customer: true },
                }
            });
            let it = ledger(accounts.collect::<Vec<_>>());
            for (n, (figure, truth)) in figures.iter().enumerate() {
                let it = figure(&it).expect("a value");
                covered[n] += u32::from(it.lower <= *truth && *truth <= it.upper);
            }
        }
        for (n, covered) in covered.into_iter().enumerate() {
            let share = f64::from(covered) / f64::from(rounds);
            assert!((0.93..=0.97).contains(&share), "figure {n}: {share}");
        }
    }
}
