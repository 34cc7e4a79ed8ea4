//! Whether recommending is worth it: foretelling a past that the learning has not seen.

use serde::Serialize;

use super::choose::{Choice, Method, choose, choose_by};
use super::figures::{Difference, Figures, Judged, difference, figures, judge};
use super::interactions::Interactions;
use super::model::{Model, Recipe};
use super::split::{Split, last_out, last_out_of_four, newest_spans, random_quarter, rolling};
use crate::Result;

/// What is held out to be foretold. In each, all products that the customer has not bought
/// before are ranked; none are sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// A random quarter of each customer's products ([`random_quarter`]).
    RandomQuarter,
    /// Each customer's last new product ([`last_out`]).
    LastOut,
    /// The same with the last four events of each alone ([`last_out_of_four`]).
    LastOutOfFour,
    /// Three spans of time that make up the newest fifth of all events, each foretold from all
    /// before it ([`rolling`]).
    Rolling,
}

/// How good the lists are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// How many customers' next purchases were foretold: all, or a sample of them.
    pub customers: usize,
    /// Of how many products.
    pub products: usize,
    /// The lists of what was chosen. The choice saw nothing of what is foretold here.
    pub chosen: Figures,
    /// The lists of what most buy.
    pub popularity: Figures,
    /// What is gained, customer by customer.
    pub difference: Difference,
    /// Whether the interval of the difference of nDCG@10 lies above 0.
    pub beats_popularity: bool,
    /// What was chosen, and why.
    pub choice: Choice,
}

/// So many customers are judged at most; more would not make the intervals much narrower.
const CUSTOMERS: usize = 10_000;
const SEED: u64 = 1;

/// Holds out, chooses and learns from the rest, foretells.
///
/// # Errors
/// Too few customers who bought something new later, or a method that cannot take so many
/// products.
pub fn evaluate(events: &Interactions, method: Method, protocol: Protocol) -> Result<Evaluation> {
    let quarter = |events: &Interactions| random_quarter(events, SEED);
    match protocol {
        Protocol::RandomQuarter => once(&quarter(events)?, method, &quarter),
        Protocol::LastOut => once(&last_out(events)?, method, &last_out),
        Protocol::LastOutOfFour => once(&last_out_of_four(events)?, method, &last_out),
        Protocol::Rolling => over_time(events, method),
    }
}

/// The figures of one recipe on one split.
///
/// # Errors
/// Settings that cannot be, or too many products for the method.
pub fn judged(split: &Split, recipe: Recipe) -> Result<Figures> {
    figures(&lists(split, recipe)?, split.train.products())
}

fn lists(split: &Split, recipe: Recipe) -> Result<Vec<Judged>> {
    let model = Model::fit(&split.train, recipe)?;
    Ok(judge(&model, split, &[recipe.prior]).swap_remove(0))
}

fn once(
    split: &Split,
    method: Method,
    cut: &dyn Fn(&Interactions) -> Result<Split>,
) -> Result<Evaluation> {
    let choice = choose_by(&split.train, method, cut)?;
    let (chosen, popularity) = both(&split.clone().sampled(CUSTOMERS), &choice)?;
    report(split.train.products(), choice, &chosen, &popularity)
}

/// The choice is made once, before the first span; each span is learned anew.
fn over_time(events: &Interactions, method: Method) -> Result<Evaluation> {
    let mut choice = None;
    let (mut chosen, mut popularity) = (Vec::new(), Vec::new());
    let mut problem = None;
    for (from, until) in newest_spans(events, 0.2, 3)? {
        let split = match rolling(events, from, until) {
            Ok(split) => split.sampled(CUSTOMERS / 3),
            Err(error) => {
                problem = Some(error);
                continue;
            }
        };
        if choice.is_none() {
            choice = Some(choose(&split.train, method)?);
        }
        if let Some(choice) = &choice {
            let (one, other) = both(&split, choice)?;
            chosen.extend(one);
            popularity.extend(other);
        }
    }
    match (choice, problem) {
        (Some(choice), _) => report(events.products(), choice, &chosen, &popularity),
        (None, Some(problem)) => Err(problem),
        (None, None) => Err(crate::Error::too_few("spans of time", 0, 1)),
    }
}

fn both(split: &Split, choice: &Choice) -> Result<(Vec<Judged>, Vec<Judged>)> {
    let popularity = lists(split, choice.popularity)?;
    let same = choice.recipe == choice.popularity;
    let chosen = if same { popularity.clone() } else { lists(split, choice.recipe)? };
    Ok((chosen, popularity))
}

fn report(
    products: usize,
    choice: Choice,
    chosen: &[Judged],
    popularity: &[Judged],
) -> Result<Evaluation> {
    let difference = difference(chosen, popularity)?;
    let mut customers: Vec<u32> = chosen.iter().map(|it| it.customer).collect();
    customers.sort_unstable();
    customers.dedup();
    Ok(Evaluation {
        customers: customers.len(),
        products,
        chosen: figures(chosen, products)?,
        popularity: figures(popularity, products)?,
        beats_popularity: difference.wins(),
        difference,
        choice,
    })
}
