//! A past cut in two: what is learned from, and what is to be foretold.

use super::interactions::{Event, Interactions};
use crate::history::enough;
use crate::random::Random;
use crate::{Error, Result};

/// Customers whose next products are known, and what may be known of everyone before.
#[derive(Debug, Clone)]
pub struct Split {
    /// What is learned from, and what each customer's list is made from.
    pub train: Interactions,
    /// What is to be foretold.
    pub targets: Vec<Target>,
}

/// What one customer bought that was new to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The number of the customer.
    pub customer: u32,
    /// The products, ascending; at least one, and none that is in the customer's past.
    pub products: Vec<u32>,
}

impl Split {
    fn new(train: Interactions, targets: Vec<Target>) -> Result<Self> {
        enough("customers who bought something new later", targets.len(), 2)?;
        enough("interactions to learn from", train.len(), 1)?;
        Ok(Self { train, targets })
    }

    /// Keeps so many targets at most, chosen as if by chance and always the same ones.
    pub fn sampled(mut self, most: usize) -> Self {
        if self.targets.len() > most {
            Random::of_seed(7).shuffle(&mut self.targets);
            self.targets.truncate(most);
            self.targets.sort_unstable_by_key(|it| it.customer);
        }
        self
    }
}

/// Of each customer, a quarter of the products, drawn at random, is to be foretold from the
/// others: the protocol of most published tables. Time plays no part in it.
///
/// # Errors
/// Fewer than two customers with two products.
pub fn random_quarter(events: &Interactions, seed: u64) -> Result<Split> {
    let mut random = Random::of_seed(seed);
    let mut targets = Vec::new();
    let mut held_out: Vec<Vec<u32>> = Vec::with_capacity(events.customers());
    for customer in 0..events.customers() {
        let mut products: Vec<u32> = events.of(customer).iter().map(|it| it.product).collect();
        products.sort_unstable();
        products.dedup();
        let quarter = (products.len() as f64 / 4.0).round() as usize;
        random.shuffle(&mut products);
        products.truncate(quarter);
        products.sort_unstable();
        if quarter > 0 {
            targets.push(Target { customer: customer as u32, products: products.clone() });
        }
        held_out.push(products);
    }
    let wanted = |customer: usize, at: usize| {
        held_out[customer].binary_search(&events.of(customer)[at].product).is_err()
    };
    Split::new(events.keep(wanted), targets)
}

/// Of each customer, the last product that was new to them is to be foretold from all before
/// it. What was bought again after it is not looked at. Of several products at one time the
/// one of the highest number is foretold.
///
/// # Errors
/// Fewer than two customers with two products.
pub fn last_out(events: &Interactions) -> Result<Split> {
    let mut targets = Vec::new();
    let cuts: Vec<usize> = (0..events.customers())
        .map(|customer| {
            let own = events.of(customer);
            let Some(last) = last_new(own).filter(|at| *at > 0) else { return own.len() };
            targets.push(Target { customer: customer as u32, products: vec![own[last].product] });
            last
        })
        .collect();
    Split::new(events.map(|customer, own| &own[..cuts[customer]]), targets)
}

/// Where the last product stands that had not been bought before.
fn last_new(events: &[Event]) -> Option<usize> {
    let mut met = std::collections::HashSet::with_capacity(events.len());
    let new = events.iter().enumerate().filter(|(_, event)| met.insert(event.product));
    new.map(|(at, _)| at).last()
}

/// The same of the last four events of each customer alone: three to learn from, one to
/// foretell, as in a shop where most buy a few times.
///
/// # Errors
/// Fewer than two customers with two products.
pub fn last_out_of_four(events: &Interactions) -> Result<Split> {
    last_out(&events.map(|_, own| &own[own.len().saturating_sub(4)..]))
}

/// What is bought from `from` until before `until`, to be foretold from all before `from`: as
/// if it had been used on that day. Only customers who had bought before are asked for.
///
/// # Errors
/// Fewer than two such customers.
pub fn rolling(events: &Interactions, from: i64, until: i64) -> Result<Split> {
    let before = |own: &[Event], time: i64| own.partition_point(|event| event.time < time);
    let mut targets = Vec::new();
    for customer in 0..events.customers() {
        let own = events.of(customer);
        let (start, end) = (before(own, from), before(own, until));
        let mut products: Vec<u32> = own[start..end].iter().map(|it| it.product).collect();
        products.sort_unstable();
        products.dedup();
        products.retain(|it| !own[..start].iter().any(|event| event.product == *it));
        if start > 0 && !products.is_empty() {
            targets.push(Target { customer: customer as u32, products });
        }
    }
    Split::new(events.map(|_, own| &own[..before(own, from)]), targets)
}

/// The spans that [`rolling`] is asked for: `spans` of them, each with an equal part of the
/// newest `share` of all events. As (from, until), the oldest first.
///
/// # Errors
/// All events at one time.
pub fn newest_spans(events: &Interactions, share: f64, spans: usize) -> Result<Vec<(i64, i64)>> {
    let mut times: Vec<i64> = events.events().iter().map(|event| event.time).collect();
    times.sort_unstable();
    let last = times[times.len() - 1].saturating_add(1);
    let at = |span: usize| {
        let place = 1.0 - share + share * span as f64 / spans as f64;
        times.get((place * times.len() as f64) as usize).copied().unwrap_or(last)
    };
    let mut found: Vec<(i64, i64)> = (0..spans).map(|it| (at(it), at(it + 1))).collect();
    found.retain(|(from, until)| from < until && *from > times[0]);
    if found.is_empty() {
        return Err(Error::NoAnswer("All happened at one time, so there is no later.".into()));
    }
    Ok(found)
}
