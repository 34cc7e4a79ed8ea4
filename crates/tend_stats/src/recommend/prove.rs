//! Whether each method would have been worth it on the newest part of a past, as it would have
//! been shown.

use serde::{Deserialize, Serialize};

use super::choose::{Choice, Method, choose};
use super::figures::{Difference, Figures, Judged, difference, figures, judge};
use super::interactions::Interactions;
use super::model::{Ground, Learner, Recipe};
use super::split::{Split, newest_spans, rolling};
use crate::{Error, Result};

/// So many customers of each span are judged at most.
const CUSTOMERS: usize = 3000;
const SPANS: usize = 3;
const SHARE: f64 = 0.2;

/// One method over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proven {
    /// How it learned.
    pub recipe: Recipe,
    /// How good its lists were.
    pub figures: Figures,
    /// What it gained on popularity; none for popularity itself.
    pub gain: Option<Difference>,
}

/// All methods over time, each beside popularity.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// What was chosen without a look at what was to be foretold.
    pub choice: Choice,
    /// For how many customers it was foretold what they bought.
    pub customers: usize,
    /// The best nDCG@10 first.
    pub methods: Vec<Proven>,
    /// Whether what was chosen surely has better lists than popularity: the interval of the
    /// difference of nDCG@10 lies above 0.
    pub wins: bool,
}

/// Foretells the newest fifth of all events in three spans of time, each from all before it
/// ([`rolling`]), with the best settings of each method; those are chosen before the first span.
/// No more than `keep` weights of each product are used, as in what is shown. All products are
/// ranked.
///
/// # Errors
/// Too few customers who bought something new later.
pub fn prove(events: &Interactions, keep: usize) -> Result<Proof> {
    let mut chosen: Option<(Choice, Vec<Recipe>)> = None;
    let mut judged: Vec<Vec<Judged>> = Vec::new();
    let mut problem = None;
    for (from, until) in newest_spans(events, SHARE, SPANS)? {
        let split = match rolling(events, from, until) {
            Ok(split) => split.sampled(CUSTOMERS),
            Err(error) => {
                problem = Some(error);
                continue;
            }
        };
        if chosen.is_none() {
            let choice = choose(&split.train, Method::Auto)?;
            let recipes = recipes(&choice);
            judged = vec![Vec::new(); recipes.len()];
            chosen = Some((choice, recipes));
        }
        let Some((_, recipes)) = &chosen else { continue };
        let mut ground = Ground::of(&split.train);
        for (recipe, all) in recipes.iter().zip(&mut judged) {
            all.extend(lists(&mut ground, &split, *recipe, keep)?);
        }
    }
    match (chosen, problem) {
        (Some((choice, recipes)), _) => told(events.products(), choice, &recipes, &judged),
        (None, Some(problem)) => Err(problem),
        (None, None) => Err(Error::too_few("spans of time", 0, 1)),
    }
}

/// Popularity first, then the best of each method that was tried.
fn recipes(choice: &Choice) -> Vec<Recipe> {
    let tried = choice.validation.iter().flat_map(|it| &it.tried).map(|it| it.recipe);
    let others = tried.filter(|it| it.learner != Learner::Popularity);
    std::iter::once(choice.popularity).chain(others).collect()
}

fn lists(ground: &mut Ground, split: &Split, recipe: Recipe, keep: usize) -> Result<Vec<Judged>> {
    let mut model = ground.fit(&split.train, recipe)?;
    model.cut(keep);
    Ok(judge(&model, split, &[recipe.prior]).swap_remove(0))
}

fn told(
    products: usize,
    choice: Choice,
    recipes: &[Recipe],
    judged: &[Vec<Judged>],
) -> Result<Proof> {
    let popularity = &judged[0];
    let mut customers: Vec<u32> = popularity.iter().map(|it| it.customer).collect();
    customers.sort_unstable();
    customers.dedup();
    let mut methods = Vec::with_capacity(recipes.len());
    let mut wins = false;
    for (recipe, own) in recipes.iter().zip(judged) {
        let is_popularity = recipe.learner == Learner::Popularity;
        let gain = (!is_popularity).then(|| difference(own, popularity)).transpose()?;
        wins |= *recipe == choice.recipe && gain.as_ref().is_some_and(Difference::wins);
        methods.push(Proven { recipe: *recipe, figures: figures(own, products)?, gain });
    }
    methods.sort_by(|a, b| b.figures.ndcg_at_10.value.total_cmp(&a.figures.ndcg_at_10.value));
    Ok(Proof { choice, customers: customers.len(), methods, wins })
}
