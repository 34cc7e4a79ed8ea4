//! What was learned in one night.

use jiff::Timestamp;
use tend_stats::recommend::{Proven, Recipe};
use tend_store::{Tx, row};

use super::VersionId;
use crate::{
    Result,
    agents::{Me, Permission},
    error::not_found,
    words::words,
};

words! {
    /// What a version is good for.
    Standing, "A version is learned, aside or too_few." {
        /// It surely beats the list of what most buy.
        Learned = "learned" "In use",
        /// It does not, so what most buy is shown.
        Aside = "aside" "Steps aside",
        /// Nothing can be known, and nothing is shown.
        TooFew = "too_few" "Not enough orders to know",
    }
}

row! {
    struct Stored {
        id: VersionId,
        made_at: Timestamp,
        is_current: bool,
        standing: Standing,
        why: String,
        recipe: String,
        proof: String,
        judged: i64,
        customers: i64,
        products: i64,
        purchases: i64,
    }
}

/// A version that was published.
#[derive(Clone, Debug)]
pub struct Version {
    pub id: VersionId,
    pub made_at: Timestamp,
    pub is_current: bool,
    pub standing: Standing,
    /// A whole sentence.
    pub why: String,
    /// How its lists are made; popularity's, if it steps aside.
    pub recipe: Recipe,
    /// Each method on the newest part of the company's own past, the best first.
    pub proof: Vec<Proven>,
    /// For how many customers it was foretold what they bought.
    pub judged: i64,
    pub customers: i64,
    pub products: i64,
    pub purchases: i64,
}

impl From<Stored> for Version {
    fn from(it: Stored) -> Self {
        Self {
            id: it.id,
            made_at: it.made_at,
            is_current: it.is_current,
            standing: it.standing,
            why: it.why,
            recipe: serde_json::from_str(&it.recipe).unwrap_or(Recipe::popularity(None)),
            proof: serde_json::from_str(&it.proof).unwrap_or_default(),
            judged: it.judged,
            customers: it.customers,
            products: it.products,
            purchases: it.purchases,
        }
    }
}

const SELECT: &str = "SELECT id, made_at, is_current, standing, why, recipe, proof, judged, \
     customers, products, purchases FROM recommend_versions WHERE published_at IS NOT NULL";

/// All that are kept, the newest first.
pub fn versions(tx: &mut Tx, me: &Me) -> Result<Vec<Version>> {
    me.require(Permission::OrdersRead)?;
    let all: Vec<Stored> = tx.rows(&format!("{SELECT} ORDER BY id DESC LIMIT 100"), &[])?;
    Ok(all.into_iter().map(Version::from).collect())
}

/// One of them.
pub fn find(tx: &mut Tx, me: &Me, id: VersionId) -> Result<Version> {
    me.require(Permission::OrdersRead)?;
    let found: Option<Stored> = tx.maybe(&format!("{SELECT} AND id = $1"), &[id.into()])?;
    Ok(found.ok_or(not_found("version"))?.into())
}

/// The one that is in use, if anything was ever learned.
pub fn current(tx: &mut Tx) -> Result<Option<Version>> {
    let sql = format!("{SELECT} AND is_current = TRUE ORDER BY id DESC LIMIT 1");
    Ok(tx.maybe::<Stored>(&sql, &[])?.map(Version::from))
}
