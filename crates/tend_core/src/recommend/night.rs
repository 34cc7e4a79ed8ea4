//! A night's work: learned outside of any transaction, written in pieces, published.

use jiff::SignedDuration;
use tend_stats::recommend::{Model, Pairs, Piece, Proof, Proven, Recipe, Weight, prove};
use tend_store::Tx;

use super::{
    Lesson, Standing, VersionId,
    parts::{self, Part},
};
use crate::{Result, journal, leases, money::days};

/// By which one node learns at a time.
pub const LEASE: &str = "recommend";
/// Learning from a million purchases takes a minute or two.
const KEEP: SignedDuration = SignedDuration::from_mins(15);
/// Up to which day it is learned.
const DAY: &str = "recommend_day";
/// So many weights of each product are kept.
const WEIGHTS: usize = 200;
/// So many neighbours of each product.
const NEIGHBOURS: usize = 50;
/// Below so many customers whose next purchases were foretold, nothing is said.
const FEWEST: usize = 30;
/// So many versions stay in the history.
const VERSIONS: i64 = 100;
/// So many pieces are forgotten in one transaction.
const AT_ONCE: i64 = 500;
/// A pair that ten customers bought is believed by half.
const SHRINKAGE: f32 = 10.0;

/// What was learned, in pieces.
#[derive(Clone, Debug)]
pub struct Learned {
    pub standing: Standing,
    /// A whole sentence.
    pub why: String,
    pub recipe: Recipe,
    pub proof: Vec<Proven>,
    pub judged: usize,
    pub counts: (usize, usize, usize),
    pub parts: Vec<Part>,
}

/// Whether a day began of which nothing was learned, and there is anything to learn from or to
/// forget.
pub fn is_due(tx: &mut Tx) -> Result<bool> {
    let today = days::today(tx)?;
    if journal::followed_to(tx, DAY)? >= today {
        return Ok(false);
    }
    let any: Option<i64> = tx.maybe_scalar("SELECT id FROM orders LIMIT 1", &[])?;
    Ok(any.is_some())
}

/// Takes the lease, or goes on holding it: the number that says so.
pub fn take_lease(tx: &mut Tx, holder: &str) -> Result<Option<i64>> {
    leases::take(tx, LEASE, holder, KEEP)
}

/// Learns from a lesson. This may take a minute and touches nothing: it belongs outside of any
/// transaction. What can't be learned from is an answer too, in words for people.
pub fn learn(from: &Lesson) -> Learned {
    let nothing = |why: String, judged: usize| Learned {
        standing: Standing::TooFew,
        why,
        recipe: Recipe::popularity(None),
        proof: Vec::new(),
        judged,
        counts: from.counts(),
        parts: Vec::new(),
    };
    let Ok(events) = from.events() else {
        return nothing("There are no paid orders of known customers yet.".to_owned(), 0);
    };
    let proof = match prove(&events, WEIGHTS) {
        Ok(it) if it.customers >= FEWEST => it,
        Ok(it) => return nothing(too_few(it.customers), it.customers),
        Err(tend_stats::Error::NotEnough { .. } | tend_stats::Error::NoAnswer(_)) => {
            return nothing(too_few(0), 0);
        }
        Err(error) => return nothing(error.to_string(), 0),
    };
    let wins = proof.wins;
    let recipe = if wins { proof.choice.recipe } else { proof.choice.popularity };
    let kept = match pieces(from, &events, recipe) {
        Ok(it) => it,
        Err(error) => return nothing(error.to_string(), proof.customers),
    };
    Learned {
        standing: if wins { Standing::Learned } else { Standing::Aside },
        why: why(&proof),
        recipe,
        judged: proof.customers,
        counts: from.counts(),
        proof: proof.methods,
        parts: kept,
    }
}

fn too_few(judged: usize) -> String {
    format!(
        "Not enough orders to know: {judged} customers bought something new lately after they had \
         bought before, and {FEWEST} are needed."
    )
}

fn why(it: &Proof) -> String {
    let name = name_of(&it.choice.recipe);
    let gain = |own: &&Proven| own.recipe == it.choice.recipe;
    let gain = it.methods.iter().find(gain).and_then(|it| it.gain.as_ref()).map(|it| it.ndcg_at_10);
    match (it.wins, gain) {
        (true, Some(gain)) => format!(
            "{name} foretells what your customers buy next better than a list of what most buy: \
             nDCG@10 is higher by {:.3} ({:.3} to {:.3}).",
            gain.value, gain.lower, gain.upper
        ),
        (_, Some(gain)) => format!(
            "{name} did not surely beat a list of what most buy (nDCG@10 differs by {:.3}, between \
             {:.3} and {:.3}), so that list is shown.",
            gain.value, gain.lower, gain.upper
        ),
        (_, None) => {
            "No method surely foretells better than a list of what most buy, so that list is shown."
                .to_owned()
        }
    }
}

/// A method as people read it.
pub fn name_of(it: &Recipe) -> &'static str {
    match it.learner.name() {
        "ease" => "EASE",
        "als" => "ALS",
        "cosine" => "Cosine of products",
        _ => "What most buy",
    }
}

fn pieces(
    from: &Lesson,
    events: &tend_stats::recommend::Interactions,
    recipe: Recipe,
) -> tend_stats::Result<Vec<Part>> {
    let mut model = Model::fit(events, recipe)?;
    model.cut(WEIGHTS);
    let pairs = Pairs::fit(events, SHRINKAGE, NEIGHBOURS)?;
    let numbers = 0..from.products.len() as u32;
    let one = |part, data| Part { part, number: 0, data };
    let mut all = vec![
        one(parts::PRODUCTS, parts::of_ids(from.products.iter().map(|it| it.raw()))),
        one(parts::POPULARITY, parts::of_floats(model.popularity())),
        one(parts::BUYERS, parts::of_counts(numbers.clone().map(|it| model.buyers_of(it)))),
        one(parts::FRAME, parts::of_floats(model.frame())),
    ];
    let mut vectors: Vec<f32> = Vec::new();
    let mut width = 0;
    for number in numbers {
        let near: Vec<Weight> = pairs
            .of(number)
            .iter()
            .map(|it| Weight {
                product: it.product,
                weight: it.similarity,
                customers: it.customers,
            })
            .collect();
        let at = i64::from(number);
        let data = parts::of_weights(&near);
        all.push(Part { part: parts::PAIRS, number: at, data });
        match model.piece(number) {
            Piece::Nothing => {}
            Piece::Vector(it) => {
                width = it.len();
                vectors.extend(it);
            }
            Piece::Weights(it) => {
                let data = parts::of_weights(&it);
                all.push(Part { part: parts::WEIGHTS, number: at, data });
            }
        }
    }
    for (n, some) in vectors.chunks((parts::AT_ONCE * width).max(1)).enumerate() {
        let data = parts::of_floats(some);
        all.push(Part { part: parts::VECTORS, number: n as i64, data });
    }
    Ok(all)
}

/// Forgets some pieces of versions that are not in use, and says whether there may be more: to be
/// called until there are none, before one begins to write and after it is published.
pub fn forget(tx: &mut Tx) -> Result<bool> {
    let gone = tx.execute(
        "DELETE FROM recommend_parts WHERE (version_id, part, number) IN
             (SELECT version_id, part, number FROM recommend_parts
              WHERE version_id NOT IN
                  (SELECT id FROM recommend_versions WHERE is_current = TRUE)
              LIMIT $1)",
        &[AT_ONCE.into()],
    )?;
    Ok(gone as i64 == AT_ONCE)
}

/// Begins to write a version.
pub fn begin(tx: &mut Tx, it: &Learned) -> Result<VersionId> {
    tx.execute("DELETE FROM recommend_versions WHERE published_at IS NULL", &[])?;
    let (id, now) = (VersionId::new(tx), tx.now());
    let json = |it: serde_json::Result<String>| it.expect("a version is plain data");
    tx.execute(
        "INSERT INTO recommend_versions (id, made_at, is_current, standing, why, recipe, proof,
             judged, customers, products, purchases)
         VALUES ($1, $2, FALSE, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            id.into(),
            now.into(),
            it.standing.into(),
            it.why.as_str().into(),
            json(serde_json::to_string(&it.recipe)).into(),
            json(serde_json::to_string(&it.proof)).into(),
            it.judged.into(),
            it.counts.0.into(),
            it.counts.1.into(),
            it.counts.2.into(),
        ],
    )?;
    Ok(id)
}

/// Writes some of its pieces.
pub fn write(tx: &mut Tx, id: VersionId, some: &[Part]) -> Result<()> {
    for it in some {
        tx.execute(
            "INSERT INTO recommend_parts (version_id, part, number, data) VALUES ($1, $2, $3, $4)",
            &[id.into(), it.part.into(), it.number.into(), it.data.as_slice().into()],
        )?;
    }
    Ok(())
}

/// From now on it is the one in use.
pub fn publish(tx: &mut Tx, id: VersionId) -> Result<()> {
    let (now, today) = (tx.now(), days::today(tx)?);
    tx.execute("UPDATE recommend_versions SET is_current = FALSE WHERE is_current = TRUE", &[])?;
    tx.execute(
        "UPDATE recommend_versions SET is_current = TRUE, published_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    tx.execute(
        "DELETE FROM recommend_versions WHERE id NOT IN
             (SELECT id FROM recommend_versions ORDER BY id DESC LIMIT $1)
             AND id NOT IN (SELECT version_id FROM recommend_parts)",
        &[VERSIONS.into()],
    )?;
    journal::set_followed_to(tx, DAY, today)
}
