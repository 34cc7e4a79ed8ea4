//! A list for one customer, with the reason of each suggestion.

use serde::Serialize;

use super::figures::best;
use super::interactions::Past;
use super::model::Model;
use super::parallel::in_parallel;

/// One product on a list.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Suggestion {
    /// The product.
    pub product: u32,
    /// Higher is better; comparable within one list alone.
    pub score: f32,
    /// Why; none if it is on the list because most buy it.
    pub because: Option<Because>,
}

/// "Bought with …, 41 customers".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Because {
    /// The product of the customer's past that speaks most for the suggestion.
    pub product: u32,
    /// How many customers bought both.
    pub customers: u32,
    /// How many bought the product of the past.
    pub of: u32,
}

/// Whether what one has may be suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owned {
    /// Never: for what is bought once.
    LeftOut,
    /// As well as anything else: for what is used up.
    Allowed,
}

impl Model {
    /// The best `most` products for a customer of this past, the best first; of equal scores
    /// the product of the lower number. `allowed` is asked for each product and applies the
    /// rules of the house (in stock, never returned, …). The list is shorter if fewer are
    /// allowed, and has nothing that nobody bought.
    pub fn suggest(
        &self,
        past: &[Past],
        most: usize,
        owned: Owned,
        allowed: impl FnMut(u32) -> bool,
    ) -> Vec<Suggestion> {
        let mut list = self.list(past, most, owned, allowed);
        list.iter_mut().for_each(|it| it.because = self.because(past, it.product));
        list
    }

    fn list(
        &self,
        past: &[Past],
        most: usize,
        owned: Owned,
        mut allowed: impl FnMut(u32) -> bool,
    ) -> Vec<Suggestion> {
        let mut scores = self.scores(past);
        if owned == Owned::LeftOut {
            for it in past {
                if let Some(score) = scores.get_mut(it.product as usize) {
                    *score = f32::NEG_INFINITY;
                }
            }
        }
        for (product, score) in scores.iter_mut().enumerate() {
            let unknown = self.popularity[product] == 0.0;
            if unknown || !allowed(product as u32) {
                *score = f32::NEG_INFINITY;
            }
        }
        best(&scores, most)
            .into_iter()
            .map(|product| {
                let score = scores[product as usize];
                Suggestion { product, score, because: None }
            })
            .collect()
    }

    /// The lists of many customers at once, without reasons, on all threads there are.
    pub fn lists(
        &self,
        customers: usize,
        past: impl Fn(usize) -> Vec<Past> + Sync,
        most: usize,
        owned: Owned,
    ) -> Vec<Vec<Suggestion>> {
        in_parallel(customers, |range| {
            range.map(|customer| self.list(&past(customer), most, owned, |_| true)).collect()
        })
    }

    /// What of a past speaks most for a product, if anything does.
    pub fn because(&self, past: &[Past], product: u32) -> Option<Because> {
        if product as usize >= self.products() {
            return None;
        }
        let parts = self.parts(past, product)?;
        let known = past.iter().filter(|it| (it.product as usize) < self.products());
        let mut strongest: Option<(f32, u32)> = None;
        for (it, part) in known.zip(parts) {
            let more = strongest.is_none_or(|(most, _)| part > most);
            if it.product != product && part > 0.0 && more {
                strongest = Some((part, it.product));
            }
        }
        let (_, from) = strongest?;
        let customers = self.buyers.in_common(from as usize, product as usize) as u32;
        let of = self.buyers.columns(from as usize).len() as u32;
        (customers > 0).then_some(Because { product: from, customers, of })
    }
}
