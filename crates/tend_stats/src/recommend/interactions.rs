//! What customers bought (or used, or asked for), and when.

use crate::history::enough;
use crate::{Error, Result};

/// One row of a list of purchases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interaction {
    /// The number of the customer, from 0.
    pub customer: u32,
    /// The number of the product, from 0.
    pub product: u32,
    /// When, in any unit since any moment, the same for all. Equal times are one order.
    pub time: i64,
    /// How much it says: 1 each, or pieces, or a rating. 0 says nothing.
    pub weight: f64,
}

/// Which part of the past is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Nothing from before this time.
    pub since: Option<i64>,
    /// Nothing from this time on.
    pub before: Option<i64>,
    /// Of each customer no more than this many of the newest rows.
    pub newest: Option<usize>,
}

/// What is known of one interaction beside whose it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// The product.
    pub product: u32,
    /// When.
    pub time: i64,
    /// How much it says; the mean of all is 1.
    pub weight: f32,
}

/// Interactions by customer, each customer's in the order of time. The order of the rows that
/// they came in makes no difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Interactions {
    products: usize,
    starts: Vec<usize>,
    events: Vec<Event>,
}

/// One product in a customer's past.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Past {
    /// The product.
    pub product: u32,
    /// How much it was bought: 1 for once, and less than proportionally more for more.
    pub strength: f32,
    /// How many of the products were bought after its last time: 0 for all of the newest order.
    pub age: u32,
}

impl Interactions {
    /// Sorts rows of `customers` customers and `products` products. Rows of weight 0 are left
    /// out, as are those outside of the window.
    ///
    /// # Errors
    /// A weight that is negative or no number, a customer or product out of range, or nothing
    /// left to learn from.
    pub fn new(
        customers: usize,
        products: usize,
        rows: &[Interaction],
        window: Window,
    ) -> Result<Self> {
        let mut starts = vec![0; customers + 1];
        for (row, it) in rows.iter().enumerate() {
            check(row, it, customers, products)?;
            if window.holds(it) {
                starts[it.customer as usize + 1] += 1;
            }
        }
        for at in 0..customers {
            starts[at + 1] += starts[at];
        }
        let blank = Event { product: 0, time: 0, weight: 0.0 };
        let mut events = vec![blank; starts[customers]];
        let mut next = starts.clone();
        for it in rows.iter().filter(|it| window.holds(it)) {
            let place = &mut next[it.customer as usize];
            // A weight is held in single precision; one beyond that says no more than its most.
            let weight = it.weight.min(f64::from(f32::MAX)) as f32;
            events[*place] = Event { product: it.product, time: it.time, weight };
            *place += 1;
        }
        let mut sorted = Self { products, starts, events };
        sorted.sort();
        if let Some(newest) = window.newest {
            sorted = sorted.map(|_, events| &events[events.len().saturating_sub(newest)..]);
        }
        enough("interactions", sorted.events.len(), 1)?;
        sorted.level_weights();
        Ok(sorted)
    }

    fn sort(&mut self) {
        for customer in 0..self.customers() {
            let own = &mut self.events[self.starts[customer]..self.starts[customer + 1]];
            own.sort_unstable_by(|a, b| {
                (a.time, a.product).cmp(&(b.time, b.product)).then(a.weight.total_cmp(&b.weight))
            });
        }
    }

    /// Makes the mean weight 1, so that it does not matter in what it was counted.
    fn level_weights(&mut self) {
        let sum: f64 = self.events.iter().map(|event| f64::from(event.weight)).sum();
        let mean = sum / self.events.len() as f64;
        for event in &mut self.events {
            event.weight = (f64::from(event.weight) / mean) as f32;
        }
    }

    /// The same customers with a part of the events of each.
    pub(super) fn map<'a>(&'a self, part: impl Fn(usize, &'a [Event]) -> &'a [Event]) -> Self {
        let mut starts = vec![0];
        let mut events = Vec::new();
        for customer in 0..self.customers() {
            events.extend_from_slice(part(customer, self.of(customer)));
            starts.push(events.len());
        }
        Self { products: self.products, starts, events }
    }

    /// The same customers with the events that are wanted.
    pub(super) fn keep(&self, mut wanted: impl FnMut(usize, usize) -> bool) -> Self {
        let mut starts = vec![0];
        let mut events = Vec::new();
        for customer in 0..self.customers() {
            let own = self.of(customer).iter().enumerate();
            events.extend(own.filter(|(at, _)| wanted(customer, *at)).map(|(_, event)| *event));
            starts.push(events.len());
        }
        Self { products: self.products, starts, events }
    }

    /// How many customers there are, with and without events.
    pub fn customers(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many products there are, bought or not.
    pub fn products(&self) -> usize {
        self.products
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// A customer's events in the order of time.
    pub fn of(&self, customer: usize) -> &[Event] {
        &self.events[self.starts[customer]..self.starts[customer + 1]]
    }

    /// All events.
    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }

    /// The first and the last time there is.
    pub fn span(&self) -> (i64, i64) {
        let times = || self.events.iter().map(|event| event.time);
        (times().min().unwrap_or_default(), times().max().unwrap_or_default())
    }

    /// How many different products the middle one of the customers with any has.
    pub fn median_products(&self) -> usize {
        let mut counts: Vec<usize> =
            (0..self.customers()).map(|it| past(self.of(it)).len()).filter(|n| *n > 0).collect();
        counts.sort_unstable();
        counts.get(counts.len() / 2).copied().unwrap_or_default()
    }
}

impl Window {
    fn holds(&self, it: &Interaction) -> bool {
        it.weight > 0.0
            && self.since.is_none_or(|since| it.time >= since)
            && self.before.is_none_or(|before| it.time < before)
    }
}

fn check(row: usize, it: &Interaction, customers: usize, products: usize) -> Result<()> {
    let bad = |what, why| Err(Error::BadValue { row, what, why });
    if !it.weight.is_finite() {
        return bad("weight", "it is not a number");
    }
    if it.weight < 0.0 {
        return bad("weight", "it is negative");
    }
    if it.customer as usize >= customers {
        return bad("customer", "there are not so many");
    }
    if it.product as usize >= products {
        return bad("product", "there are not so many");
    }
    Ok(())
}

/// A customer's events as a past: each product once, the newest first.
pub fn past(events: &[Event]) -> Vec<Past> {
    let mut products: Vec<(u32, i64, f32)> =
        events.iter().map(|event| (event.product, event.time, event.weight)).collect();
    products.sort_unstable_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1)).then(a.2.total_cmp(&b.2)));
    let mut past: Vec<(i64, Past)> = products
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| {
            let weight: f32 = same.iter().map(|it| it.2).sum();
            let strength = (weight.ln_1p() / std::f32::consts::LN_2).min(MOST_STRENGTH);
            (same[0].1, Past { product: same[0].0, strength, age: 0 })
        })
        .collect();
    past.sort_unstable_by_key(|(time, it)| (std::cmp::Reverse(*time), it.product));
    let mut age = 0;
    for at in 1..past.len() {
        if past[at].0 != past[at - 1].0 {
            age = at as u32;
        }
        past[at].1.age = age;
    }
    past.into_iter().map(|(_, it)| it).collect()
}

/// What is bought beyond all measure counts as this many single purchases.
const MOST_STRENGTH: f32 = 5.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn row(customer: u32, product: u32, time: i64, weight: f64) -> Interaction {
        Interaction { customer, product, time, weight }
    }

    #[test]
    fn a_past_has_each_product_once_with_the_newest_first() {
        let rows = [row(0, 2, 5, 1.0), row(0, 1, 9, 1.0), row(0, 0, 9, 1.0), row(0, 2, 1, 1.0)];
        let all = Interactions::new(1, 3, &rows, Window::default()).expect("four");
        let past = past(all.of(0));
        let seen: Vec<_> = past.iter().map(|it| (it.product, it.age)).collect();
        assert_eq!(seen, [(0, 0), (1, 0), (2, 2)]);
        assert_eq!(past[0].strength, 1.0);
        assert!((past[2].strength - 3.0_f32.log2()).abs() < 1e-6);
    }

    #[test]
    fn the_window_is_what_is_looked_at() {
        let rows: Vec<_> = (0..10).map(|t| row(0, t, i64::from(t), 1.0)).collect();
        let window = Window { since: Some(2), before: Some(9), newest: Some(3) };
        let seen = Interactions::new(1, 10, &rows, window).expect("three");
        let products: Vec<_> = seen.of(0).iter().map(|event| event.product).collect();
        assert_eq!(products, [6, 7, 8]);
        assert_eq!(seen.span(), (6, 8));
    }

    #[test]
    fn an_impossible_row_is_named() {
        let rows = [row(0, 0, 0, 1.0), row(0, 0, 0, f64::NAN)];
        let error = Interactions::new(1, 1, &rows, Window::default()).expect_err("no number");
        assert_eq!(error.to_string(), "Row 2 has an impossible weight: it is not a number.");
        assert!(Interactions::new(1, 1, &[row(0, 1, 0, 1.0)], Window::default()).is_err());
        assert!(Interactions::new(1, 1, &[row(1, 0, 0, 1.0)], Window::default()).is_err());
        assert!(Interactions::new(1, 1, &[row(0, 0, 0, -1.0)], Window::default()).is_err());
        assert!(Interactions::new(1, 1, &[row(0, 0, 0, 0.0)], Window::default()).is_err());
        assert!(Interactions::new(0, 0, &[], Window::default()).is_err());
    }
}
