//! Which way to recommend, found out on a past that is held back from the learning.

use serde::Serialize;

use super::figures::{Difference, Figures, Judged, difference, figures, judge, mean_ndcg};
use super::interactions::Interactions;
use super::model::{Ground, Learner, MOST_FOR_EASE, Model, Recipe};
use super::split::{Split, last_out};
use crate::{Error, Result};

/// Which methods are to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// All of them; popularity stays unless one surely beats it.
    Auto,
    /// EASE.
    Ease,
    /// Implicit ALS.
    Als,
    /// The cosine of products.
    Cosine,
    /// What most buy.
    Popularity,
}

/// What was chosen, and what it is worth on what was held back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// What to learn by.
    pub recipe: Recipe,
    /// The way of popularity that it was compared with.
    pub popularity: Recipe,
    /// Why, as a sentence.
    pub why: String,
    /// The figures that it was chosen by; none if there was too little to hold back. They
    /// flatter a little, because the best of several was taken.
    pub validation: Option<Validation>,
}

/// Figures of customers held back from the learning.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Validation {
    /// How many customers' next purchases were foretold.
    pub customers: usize,
    /// The best of each method that was tried, the best first.
    pub tried: Vec<Tried>,
    /// What the best method, popularity aside, gains on popularity.
    pub gain: Option<Difference>,
    /// The figures of what was chosen.
    pub chosen: Figures,
}

/// The best that one method came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tried {
    /// With these settings.
    #[serde(flatten)]
    pub recipe: Recipe,
    /// The mean nDCG@10.
    pub ndcg_at_10: f64,
}

/// Where the middle customer has no more products than this, ALS alone is tried beside
/// popularity: too few pairs repeat for weights between products, and among the many settings
/// of all methods chance would choose.
const TINY: usize = 3;
const RECENCIES: [f32; 5] = [0.0, 0.5, 0.75, 1.0, 1.5];
const PRIORS: [f32; 3] = [0.0, 0.1, 0.3];

/// Chooses by each customer's last new product, which is held back.
///
/// # Errors
/// A method that cannot take so many products.
pub fn choose(events: &Interactions, method: Method) -> Result<Choice> {
    choose_by(events, method, &last_out)
}

/// The same with another way to hold back.
pub(super) fn choose_by(
    events: &Interactions,
    method: Method,
    cut: &dyn Fn(&Interactions) -> Result<Split>,
) -> Result<Choice> {
    if method == Method::Ease && events.products() > MOST_FOR_EASE {
        return Err(Error::BadQuestion(format!(
            "EASE learns from {MOST_FOR_EASE} products at most, and there are {}; ALS takes any \
             number.",
            events.products()
        )));
    }
    match cut(events) {
        Ok(split) => Search::new(split.sampled(customers(events.products())))?.run(method),
        Err(Error::NotEnough { .. } | Error::NoAnswer(_)) => Ok(without_validation(method)),
        Err(error) => Err(error),
    }
}

/// With too little to hold back, a method that was asked for gets its usual settings.
fn without_validation(method: Method) -> Choice {
    let popularity = Recipe::popularity(None);
    let usual = |learner| Recipe { learner, recency: 0.75, prior: 0.1, half_life: None };
    let recipe = match method {
        Method::Auto | Method::Popularity => popularity,
        Method::Ease => usual(ease(300.0, 0.3)),
        Method::Als => usual(als(20.0, 1.0)),
        Method::Cosine => usual(COSINE),
    };
    let why = "Too few customers bought something new later to find out what foretells it.".into();
    Choice { recipe, popularity, why, validation: None }
}

/// Settings are tried on a split; the best of each method is kept.
struct Search {
    split: Split,
    ground: Ground,
    popularity: (Recipe, Vec<Judged>),
    best: Vec<(Recipe, Vec<Judged>)>,
}

/// How many customers' next purchases decide: fewer, the more products are ranked for each.
fn customers(products: usize) -> usize {
    (10_000_000 / products.max(1)).clamp(500, 2000)
}

fn ease(ridge: f32, dropout: f32) -> Learner {
    Learner::Ease { ridge, dropout }
}

fn als(ridge: f32, confidence: f32) -> Learner {
    Learner::Als { factors: 64, ridge, confidence, sweeps: 10 }
}

const COSINE: Learner = Learner::Cosine { shrinkage: 10.0, neighbours: 200 };

impl Search {
    fn new(split: Split) -> Result<Self> {
        let mut ground = Ground::of(&split.train);
        let (first, last) = split.train.span();
        let span = last as f64 - first as f64;
        let lives = [2.0, 8.0, 32.0].map(|part| Some(span / part).filter(|life| *life > 0.0));
        let mut popularity: Option<(Recipe, Vec<Judged>)> = None;
        for half_life in std::iter::once(None).chain(lives) {
            let recipe = Recipe::popularity(half_life);
            let model = ground.fit(&split.train, recipe)?;
            let judged = judge(&model, &split, &[recipe.prior]).swap_remove(0);
            // Old purchases are forgotten only where that surely helps.
            let better = match &popularity {
                None => true,
                Some((_, best)) => difference(&judged, best)?.wins(),
            };
            if better {
                popularity = Some((recipe, judged));
            }
        }
        let popularity = popularity.ok_or_else(|| Error::too_few("customers", 0, 2))?;
        Ok(Self { split, ground, popularity, best: Vec::new() })
    }

    fn run(mut self, method: Method) -> Result<Choice> {
        let tiny = self.split.train.median_products() <= TINY;
        let wanted =
            |one| method == one || (method == Method::Auto && (!tiny || one == Method::Als));
        if wanted(Method::Cosine) {
            self.try_all(&[COSINE])?;
        }
        if wanted(Method::Ease) && self.split.train.products() <= MOST_FOR_EASE {
            self.try_ease()?;
        }
        if wanted(Method::Als) {
            self.try_all(&[als(20.0, 1.0), als(20.0, 5.0), als(20.0, 20.0)])?;
        }
        self.choice(method)
    }

    /// The ridge first, then the dropout; where one fit takes seconds, fewer of them.
    fn try_ease(&mut self) -> Result<()> {
        let large = self.split.train.products() > 2500;
        let ridges: &[f32] = if large { &[100.0, 500.0] } else { &[30.0, 100.0, 300.0, 1000.0] };
        let found = self.try_all(&ridges.iter().map(|it| ease(*it, 0.3)).collect::<Vec<_>>())?;
        if let (Learner::Ease { ridge, .. }, false) = (found, large) {
            let better = [ease(ridge, 0.0), ease(ridge, 0.5)];
            let best = self.best.len() - 1;
            self.try_into(best, &better)?;
        }
        Ok(())
    }

    /// Tries settings of one method; says which learned best.
    fn try_all(&mut self, learners: &[Learner]) -> Result<Learner> {
        self.best.push((self.popularity.0, Vec::new()));
        self.try_into(self.best.len() - 1, learners)
    }

    fn try_into(&mut self, place: usize, learners: &[Learner]) -> Result<Learner> {
        for learner in learners {
            let half_life = self.popularity.0.half_life;
            let plain = Recipe { half_life, ..Recipe::plain(*learner) };
            let mut model = self.ground.fit(&self.split.train, plain)?;
            for recency in RECENCIES {
                model.recipe.recency = recency;
                let judged = judge(&model, &self.split, &PRIORS);
                for (prior, judged) in PRIORS.into_iter().zip(judged) {
                    let best = &mut self.best[place];
                    if best.1.is_empty() || mean_ndcg(&judged) > mean_ndcg(&best.1) {
                        *best = (Recipe { prior, ..model.recipe }, judged);
                    }
                }
            }
        }
        Ok(self.best[place].0.learner)
    }

    fn choice(mut self, method: Method) -> Result<Choice> {
        let products = self.split.train.products();
        // The first of equals stays: the simpler ones are tried first.
        self.best.sort_by(|a, b| mean_ndcg(&b.1).total_cmp(&mean_ndcg(&a.1)));
        let (popularity, by_popularity) = &self.popularity;
        let gain = self.best.first().map(|best| difference(&best.1, by_popularity)).transpose()?;
        let wins = gain.as_ref().is_some_and(Difference::wins);
        let aside = method == Method::Auto && !wins;
        let (recipe, judged) = match self.best.first() {
            Some(best) if !aside => best,
            _ => &self.popularity,
        };
        let name = recipe.learner.name();
        let why = match (method, wins) {
            (Method::Popularity, _) => "Popularity was asked for.".into(),
            (Method::Auto, true) => format!("Of what was tried, {name} foretold best."),
            (Method::Auto, false) => {
                "No method surely foretells better than what most buy, so that is shown.".into()
            }
            (_, true) => format!("{name} was asked for, and foretells better than what most buy."),
            (_, false) => {
                format!("{name} was asked for; it does not surely beat what most buy.")
            }
        };
        let tried = self.best.iter().chain(std::iter::once(&self.popularity));
        let mut tried: Vec<Tried> = tried
            .map(|(recipe, judged)| Tried { recipe: *recipe, ndcg_at_10: mean_ndcg(judged) })
            .collect();
        tried.sort_by(|a, b| b.ndcg_at_10.total_cmp(&a.ndcg_at_10));
        let validation =
            Validation { customers: judged.len(), tried, gain, chosen: figures(judged, products)? };
        Ok(Choice { recipe: *recipe, popularity: *popularity, why, validation: Some(validation) })
    }
}

impl Choice {
    /// Learns what was chosen from all there is.
    ///
    /// # Errors
    /// None for a choice that was made for these events.
    pub fn learn(&self, events: &Interactions) -> Result<Model> {
        Model::fit(events, self.recipe)
    }
}
