//! One learned recommender, whichever way it learned.

use serde::{Deserialize, Serialize};

use super::als::{self, Als};
use super::bought::Bought;
use super::cosine::{Cosine, Neighbour};
use super::dense::Symmetric;
use super::ease::{self, Ease};
use super::interactions::{Interactions, Past};
use super::popularity::popularity;
use crate::{Error, Result};

/// For more products than this, EASE would take too much memory and time.
pub const MOST_FOR_EASE: usize = 5000;

/// A way to learn, with its settings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Learner {
    /// What most buy, for everyone alike.
    Popularity,
    /// Each product foretold from the others (Steck 2019, 2020).
    Ease {
        /// The ridge λ, in purchases.
        ridge: f32,
        /// The share of a customer's purchases that the weights have to do without, 0 to 1.
        dropout: f32,
    },
    /// Vectors of customers and products (Hu, Koren & Volinsky 2008).
    Als {
        /// How long the vectors are.
        factors: usize,
        /// The ridge λ.
        ridge: f32,
        /// How much surer a purchase is than none: α.
        confidence: f32,
        /// How often customers and products take turns.
        sweeps: usize,
    },
    /// Products that the same customers bought (Sarwar et al. 2001), shrunk.
    Cosine {
        /// A pair that so many customers bought is believed by half.
        shrinkage: f32,
        /// How many neighbours of each product are kept.
        neighbours: usize,
    },
}

/// A way to learn, and how its scores are put to use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// How it learns.
    #[serde(flatten)]
    pub learner: Learner,
    /// How fast a purchase loses its say: with k products bought since, (1 + k)^−recency of it
    /// is left. 0 forgets nothing.
    pub recency: f32,
    /// How much popularity adds to a score.
    pub prior: f32,
    /// How long ago a purchase counts half in the popularity, in units of time; none counts all
    /// alike.
    pub half_life: Option<f64>,
}

impl Learner {
    /// The name of the method.
    pub fn name(&self) -> &'static str {
        match self {
            Learner::Popularity => "popularity",
            Learner::Ease { .. } => "ease",
            Learner::Als { .. } => "als",
            Learner::Cosine { .. } => "cosine",
        }
    }
}

impl Recipe {
    /// Popularity alone.
    pub fn popularity(half_life: Option<f64>) -> Self {
        Self { learner: Learner::Popularity, recency: 0.0, prior: 1.0, half_life }
    }

    /// How much one purchase says: less, the more was bought since.
    pub(super) fn say(&self, it: &Past) -> f32 {
        it.strength * (1.0 + it.age as f32).powf(-self.recency)
    }

    /// A learner that forgets nothing and adds no popularity.
    pub fn plain(learner: Learner) -> Self {
        Self { learner, recency: 0.0, prior: 0.0, half_life: None }
    }
}

/// What was learned.
#[derive(Debug, Clone)]
pub(super) enum Learned {
    Nothing,
    Ease(Ease),
    Als(Als),
    Cosine(Cosine),
}

/// What several ways to learn have in common, worked out once.
#[derive(Debug)]
pub(super) struct Ground {
    bought: Bought,
    buyers: Bought,
    together: Option<Symmetric>,
}

impl Ground {
    pub fn of(events: &Interactions) -> Self {
        let bought = Bought::by_customer(events);
        let buyers = bought.transposed(events.products());
        Self { bought, buyers, together: None }
    }

    fn learn(&mut self, learner: &Learner) -> Result<Learned> {
        let products = self.buyers.rows();
        Ok(match *learner {
            Learner::Popularity => Learned::Nothing,
            Learner::Ease { ridge, dropout } => {
                check(products <= MOST_FOR_EASE, || {
                    format!(
                        "EASE learns from {MOST_FOR_EASE} products at most, and there are \
                         {products}; ALS takes any number."
                    )
                })?;
                check(ridge > 0.0 && ridge.is_finite() && (0.0..1.0).contains(&dropout), || {
                    "EASE needs a ridge above 0 and a dropout from 0 to below 1.".into()
                })?;
                let together = self
                    .together
                    .get_or_insert_with(|| ease::together(&self.bought, products))
                    .clone();
                Learned::Ease(Ease::fit(together, ridge, dropout)?)
            }
            Learner::Als { factors, ridge, confidence, sweeps } => {
                let sound = ridge > 0.0 && ridge.is_finite();
                check(sound && confidence >= 0.0 && confidence.is_finite(), || {
                    "ALS needs a ridge above 0 and a confidence of 0 or more.".into()
                })?;
                check((1..=512).contains(&factors) && sweeps <= 100, || {
                    "ALS takes 1 to 512 factors and up to 100 sweeps.".into()
                })?;
                let shape = als::Shape { factors, ridge, confidence, sweeps };
                Learned::Als(Als::fit(&self.bought, &self.buyers, shape))
            }
            Learner::Cosine { shrinkage, neighbours } => {
                check(shrinkage >= 0.0 && shrinkage.is_finite(), || {
                    "The shrinkage has to be 0 or more.".into()
                })?;
                Learned::Cosine(Cosine::fit(&self.bought, &self.buyers, shrinkage, neighbours))
            }
        })
    }

    /// Learns by one recipe.
    pub fn fit(&mut self, events: &Interactions, recipe: Recipe) -> Result<Model> {
        let learned = self.learn(&recipe.learner)?;
        let popularity = popularity(events, recipe.half_life);
        Ok(Model { recipe, learned, popularity, buyers: self.buyers.clone() })
    }
}

fn check(sound: bool, why: impl FnOnce() -> String) -> Result<()> {
    if sound { Ok(()) } else { Err(Error::BadQuestion(why())) }
}

/// A learned recommender.
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) recipe: Recipe,
    pub(super) learned: Learned,
    pub(super) popularity: Vec<f32>,
    pub(super) buyers: Bought,
}

impl Model {
    /// Learns from all these events.
    ///
    /// # Errors
    /// Settings that cannot be, or too many products for the method.
    pub fn fit(events: &Interactions, recipe: Recipe) -> Result<Self> {
        Ground::of(events).fit(events, recipe)
    }

    /// How it was learned.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// How many products it knows.
    pub fn products(&self) -> usize {
        self.popularity.len()
    }

    /// How much each product is to be recommended to a customer of this past. Customers need
    /// not have been there at the learning; one without a past gets what is popular.
    pub fn scores(&self, past: &[Past]) -> Vec<f32> {
        let mut scores = self.likes(past);
        self.add_popularity(&mut scores, self.recipe.prior);
        scores
    }

    /// The scores without the popularity.
    pub(super) fn likes(&self, past: &[Past]) -> Vec<f32> {
        let mut scores = vec![0.0; self.products()];
        let says = self.says(past);
        match &self.learned {
            Learned::Nothing => {}
            Learned::Ease(ease) => {
                for &(product, say) in &says {
                    let row = ease.row(product as usize);
                    scores.iter_mut().zip(row).for_each(|(score, cell)| *score += say * cell);
                }
            }
            Learned::Als(als) if !says.is_empty() => {
                let customer = als.customer(&says);
                for (product, score) in scores.iter_mut().enumerate() {
                    *score = als::dot(&customer, als.vector(product));
                }
            }
            Learned::Als(_) => {}
            Learned::Cosine(cosine) => {
                let all: f32 = says.iter().map(|(_, say)| say).sum();
                for &(product, say) in &says {
                    for it in cosine.of(product as usize) {
                        scores[it.product as usize] += say / all * it.similarity;
                    }
                }
            }
        }
        scores
    }

    pub(super) fn add_popularity(&self, scores: &mut [f32], prior: f32) {
        scores.iter_mut().zip(&self.popularity).for_each(|(score, it)| *score += prior * it);
    }

    /// How much each product of the past adds to the score of one product, in the order of the
    /// past; none if the past has no say in it.
    pub(super) fn parts(&self, past: &[Past], product: u32) -> Option<Vec<f32>> {
        let says = self.says(past);
        match &self.learned {
            Learned::Nothing => None,
            Learned::Ease(ease) => {
                let part = |&(it, say): &(u32, f32)| say * ease.row(it as usize)[product as usize];
                Some(says.iter().map(part).collect())
            }
            Learned::Als(als) => Some(als.parts(&says, product as usize)),
            Learned::Cosine(cosine) => {
                let beside = |it: u32| {
                    let mut near = cosine.of(it as usize).iter();
                    near.find(|near| near.product == product).map_or(0.0, |near| near.similarity)
                };
                Some(says.iter().map(|&(it, say)| say * beside(it)).collect())
            }
        }
    }

    /// What each product of a past says: less, the longer ago it was bought. What this model
    /// does not know says nothing.
    fn says(&self, past: &[Past]) -> Vec<(u32, f32)> {
        let known = past.iter().filter(|it| (it.product as usize) < self.products());
        known.map(|it| (it.product, self.recipe.say(it))).collect()
    }
}

/// Which products go with which: "bought together", for a page of one product.
#[derive(Debug, Clone)]
pub struct Pairs(Cosine);

impl Pairs {
    /// Learns the best neighbours of each product. A pair that `shrinkage` customers bought is
    /// believed by half: 10 is a good value, without it chance pairs of rare products win.
    ///
    /// # Errors
    /// A shrinkage that cannot be.
    pub fn fit(events: &Interactions, shrinkage: f32, most: usize) -> Result<Self> {
        let learner = Learner::Cosine { shrinkage, neighbours: most };
        match Ground::of(events).learn(&learner)? {
            Learned::Cosine(cosine) => Ok(Self(cosine)),
            _ => Ok(Self(Cosine::default())),
        }
    }

    /// What goes with a product, the best first, each with the customers who bought both.
    /// Nothing goes with a product that is not known.
    pub fn of(&self, product: u32) -> &[Neighbour] {
        self.0.of(product as usize)
    }
}
