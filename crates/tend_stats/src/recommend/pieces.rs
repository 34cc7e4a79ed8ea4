//! A model in pieces, one a product, that can be kept in a database: whoever rates one customer
//! needs the pieces of what that customer bought, and not the rest.

use super::als::{self, Als, Shape};
use super::interactions::Past;
use super::model::{Learned, Learner, Model, Recipe};

/// How much the purchase of one product speaks for another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// The other product.
    pub product: u32,
    /// May be negative.
    pub weight: f32,
    /// How many customers bought both.
    pub customers: u32,
}

/// What is kept of one product.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// The model says the same to everybody.
    Nothing,
    /// Of EASE and the cosine: by product, ascending.
    Weights(Vec<Weight>),
    /// Of ALS: its vector.
    Vector(Vec<f32>),
}

impl Model {
    /// Forgets all but the `most` largest weights between each product and the others, as far
    /// as the method has any.
    pub fn cut(&mut self, most: usize) {
        if let Learned::Ease(ease) = &mut self.learned {
            ease.cut(most);
        }
    }

    /// What is kept of one product.
    pub fn piece(&self, product: u32) -> Piece {
        match &self.learned {
            Learned::Nothing => Piece::Nothing,
            Learned::Als(als) => Piece::Vector(als.vector(product as usize).to_vec()),
            Learned::Ease(ease) => {
                let row = (0..).zip(ease.row(product as usize));
                let weight = |(other, weight): (u32, &f32)| {
                    let customers = self.buyers.in_common(product as usize, other as usize) as u32;
                    Weight { product: other, weight: *weight, customers }
                };
                Piece::Weights(row.filter(|it| *it.1 != 0.0).map(weight).collect())
            }
            Learned::Cosine(cosine) => {
                let mut all: Vec<Weight> = cosine
                    .of(product as usize)
                    .iter()
                    .map(|it| Weight {
                        product: it.product,
                        weight: it.similarity,
                        customers: it.customers,
                    })
                    .collect();
                all.sort_unstable_by_key(|it| it.product);
                Piece::Weights(all)
            }
        }
    }

    /// What ALS keeps beside the vectors; empty for the other methods.
    pub fn frame(&self) -> &[f32] {
        match &self.learned {
            Learned::Als(als) => als.frame(),
            _ => &[],
        }
    }

    /// How popular each product is, the most popular one 1.
    pub fn popularity(&self) -> &[f32] {
        &self.popularity
    }

    /// How many customers bought a product.
    pub fn buyers_of(&self, product: u32) -> u32 {
        self.buyers.columns(product as usize).len() as u32
    }
}

/// A product and how much it is to be recommended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rated {
    /// The product.
    pub product: u32,
    /// Higher is better; comparable within one list alone.
    pub score: f32,
    /// The product of the past that speaks most for it, and how many customers bought both.
    pub because: Option<(u32, u32)>,
}

/// The best first; of equals the lower number. Leaves out what nobody bought.
fn in_order(mut all: Vec<Rated>, popularity: &[f32]) -> Vec<Rated> {
    all.retain(|it| popularity[it.product as usize] > 0.0);
    all.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.product.cmp(&b.product)));
    all
}

fn unrated(popularity: &[f32], prior: f32) -> Vec<Rated> {
    let one = |(product, it): (u32, &f32)| Rated { product, score: prior * it, because: None };
    (0..).zip(popularity).map(one).collect()
}

/// All products by popularity alone.
pub fn rate_by_popularity(popularity: &[f32]) -> Vec<Rated> {
    in_order(unrated(popularity, 1.0), popularity)
}

/// All products for a customer, by the weights kept of each product of their past: as
/// [`Model::scores`], the best first.
pub fn rate_by_weights(
    recipe: &Recipe,
    popularity: &[f32],
    past: &[(Past, Vec<Weight>)],
) -> Vec<Rated> {
    let mut rated = unrated(popularity, recipe.prior);
    let mut strongest = vec![0.0_f32; rated.len()];
    let all: f32 = past.iter().map(|(it, _)| recipe.say(it)).sum();
    let level = if matches!(recipe.learner, Learner::Cosine { .. }) { all } else { 1.0 };
    for (it, weights) in past {
        let say = recipe.say(it) / level;
        for weight in weights {
            let at = weight.product as usize;
            let Some(one) = rated.get_mut(at) else { continue };
            let part = say * weight.weight;
            one.score += part;
            if part > strongest[at] && weight.customers > 0 {
                strongest[at] = part;
                one.because = Some((it.product, weight.customers));
            }
        }
    }
    in_order(rated, popularity)
}

/// ALS, from its pieces.
#[derive(Debug, Clone)]
pub struct ByVectors {
    recipe: Recipe,
    als: Als,
}

impl ByVectors {
    /// From the vectors of all products, one behind the other, and the model's
    /// [`frame`](Model::frame). None if they are not those of this recipe.
    pub fn new(recipe: Recipe, vectors: Vec<f32>, frame: Vec<f32>) -> Option<Self> {
        let Learner::Als { factors, ridge, confidence, sweeps } = recipe.learner else {
            return None;
        };
        let shape = Shape { factors, ridge, confidence, sweeps };
        Some(Self { recipe, als: Als::kept(shape, vectors, frame)? })
    }

    fn says(&self, past: &[Past]) -> Vec<(u32, f32)> {
        let known = past.iter().filter(|it| (it.product as usize) < self.als.products());
        known.map(|it| (it.product, self.recipe.say(it))).collect()
    }

    /// All products for a customer, without reasons: as [`Model::scores`], the best first.
    pub fn rate(&self, popularity: &[f32], past: &[Past]) -> Vec<Rated> {
        let says = self.says(past);
        let mut rated = unrated(popularity, self.recipe.prior);
        if !says.is_empty() {
            let customer = self.als.customer(&says);
            for it in rated.iter_mut().take(self.als.products()) {
                it.score += als::dot(&customer, self.als.vector(it.product as usize));
            }
        }
        in_order(rated, popularity)
    }

    /// The products of a past that speak for a product, the one that speaks most first.
    pub fn reasons(&self, past: &[Past], product: u32) -> Vec<u32> {
        let says = self.says(past);
        if product as usize >= self.als.products() || says.is_empty() {
            return Vec::new();
        }
        let parts = self.als.parts(&says, product as usize);
        let mut all: Vec<(u32, f32)> =
            says.iter().map(|it| it.0).zip(parts).filter(|it| it.1 > 0.0).collect();
        all.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.into_iter().map(|it| it.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::interactions::{Interaction, Interactions, Window, past};
    use super::*;
    use crate::random::Random;

    fn shop() -> Interactions {
        let mut random = Random::of_seed(5);
        let rows: Vec<Interaction> = (0..1200)
            .map(|at| Interaction {
                customer: at % 150,
                product: (random.below(13) as u32 * 3 + at % 3) % 40,
                time: i64::from(at / 3),
                weight: 1.0,
            })
            .collect();
        Interactions::new(150, 40, &rows, Window::default()).expect("rows")
    }

    #[test]
    fn pieces_rate_as_the_whole_model_does() {
        let events = shop();
        let ease = Learner::Ease { ridge: 5.0, dropout: 0.2 };
        let cosine = Learner::Cosine { shrinkage: 5.0, neighbours: 50 };
        let als = Learner::Als { factors: 6, ridge: 1.0, confidence: 4.0, sweeps: 5 };
        for learner in [ease, cosine, als, Learner::Popularity] {
            let recipe = Recipe { learner, recency: 0.5, prior: 0.2, half_life: None };
            let model = Model::fit(&events, recipe).expect("a model");
            for customer in 0..20 {
                let own = past(events.of(customer));
                let scores = model.scores(&own);
                let rated = match learner {
                    Learner::Popularity => rate_by_weights(&recipe, model.popularity(), &[]),
                    Learner::Als { .. } => {
                        let vector = |it| match model.piece(it) {
                            Piece::Vector(it) => it,
                            other => panic!("{other:?}"),
                        };
                        let vectors = (0..40).flat_map(vector).collect();
                        let kept = ByVectors::new(recipe, vectors, model.frame().to_vec());
                        let kept = kept.expect("pieces of one recipe");
                        let all = kept.rate(model.popularity(), &own);
                        let because = model.because(&own, all[0].product);
                        let reasons = kept.reasons(&own, all[0].product);
                        if let Some(it) = because {
                            assert!(reasons.contains(&it.product), "{reasons:?} {it:?}");
                        }
                        all
                    }
                    _ => {
                        let weights = |it: &Past| match model.piece(it.product) {
                            Piece::Weights(weights) => (*it, weights),
                            other => panic!("{other:?}"),
                        };
                        let kept: Vec<_> = own.iter().map(weights).collect();
                        rate_by_weights(&recipe, model.popularity(), &kept)
                    }
                };
                assert!(rated.is_sorted_by(|a, b| a.score >= b.score));
                for it in &rated {
                    let whole = scores[it.product as usize];
                    assert!((it.score - whole).abs() < 1e-4, "{learner:?} {it:?} {whole}");
                }
            }
        }
    }

    #[test]
    fn a_cut_leaves_the_largest_weights() {
        let events = shop();
        let recipe = Recipe::plain(Learner::Ease { ridge: 5.0, dropout: 0.2 });
        let whole = Model::fit(&events, recipe).expect("a model");
        let mut cut = whole.clone();
        cut.cut(8);
        for product in 0..40 {
            let (Piece::Weights(all), Piece::Weights(kept)) =
                (whole.piece(product), cut.piece(product))
            else {
                panic!("EASE keeps weights")
            };
            // One product was never bought, and has no weights.
            assert_eq!(kept.len(), all.len().min(8));
            assert_eq!(all.is_empty(), product == 39);
            let least = kept.iter().map(|it| it.weight.abs()).fold(f32::MAX, f32::min);
            let larger = all.iter().filter(|it| it.weight.abs() >= least).count();
            assert_eq!(larger, kept.len());
        }
    }
}
