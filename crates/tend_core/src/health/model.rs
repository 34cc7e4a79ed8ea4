//! What was learned of outcomes, and which measures it asks for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_stats::{
    health::{Health, Known, Standing, may_show_percent, stale_share},
    intervals::Interval,
};
use tend_store::{Tx, id, row};

use super::{
    Document, Input, Measure, Profile,
    measure::{between, known},
};
use crate::{Result, error::not_found};

id!(ModelId, "hmd");

/// A measure as a model reads it, for all accounts alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub measure: Measure,
    pub worst: f64,
    pub best: f64,
    pub max_age: Option<i64>,
    /// The company's own weight in the profile for everybody; 0 where that leaves it out.
    pub weight: f64,
}

impl Column {
    /// From 0, bad, to 1, good; NaN for what is blank or too old.
    pub fn scaled(&self, found: Option<&Input>) -> f64 {
        known(found, self.max_age).map_or(f64::NAN, |it| between(self.worst, self.best, it))
    }

    /// The columns that some profiles make: each measure once, as the profile for everybody
    /// scales it, or else the first that has it.
    pub(super) fn all(profiles: &[Profile]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        let default = profiles.iter().filter(|it| it.is_default);
        let others = profiles.iter().filter(|it| !it.is_default);
        for (it, counts) in default.map(|it| (it, true)).chain(others.map(|it| (it, false))) {
            for weighed in &it.document.measures {
                if all.iter().any(|it| it.measure == weighed.measure) {
                    continue;
                }
                all.push(Self {
                    measure: weighed.measure.clone(),
                    worst: weighed.worst,
                    best: weighed.best,
                    max_age: weighed.max_age,
                    weight: if counts { weighed.weight } else { 0.0 },
                });
            }
        }
        all
    }
}

/// What was learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learnt {
    pub columns: Vec<Column>,
    pub standing: Standing,
}

impl Learnt {
    /// What gives probabilities that may be shown; nothing if that is not known.
    pub fn health(&self) -> Option<&Health> {
        match self.why_not() {
            None => self.standing.health.as_ref(),
            Some(_) => None,
        }
    }

    /// Why no percentage may be shown: a whole sentence.
    pub fn why_not(&self) -> Option<String> {
        match &self.standing.known {
            Known::TooFew { sentence, .. } | Known::NoSignal { sentence, .. } => {
                return Some(sentence.clone());
            }
            Known::Yes { .. } => {}
        }
        if self.standing.health.is_none() {
            return Some("Nothing was learned that foretells better than chance.".to_owned());
        }
        match &self.standing.calibration {
            Some(it) if may_show_percent(it) => None,
            Some(it) => Some(format!(
                "The order of accounts is known, but not the percentages: the slope of their \
                 calibration is {:.2} ({:.2} to {:.2}) and would have to be near 1, so none is shown.",
                it.slope.value, it.slope.lower, it.slope.upper
            )),
            None => Some("How far off the percentages are is not known, so none is shown.".into()),
        }
    }

    /// An account's measures as the model reads them.
    pub fn row(&self, inputs: &[Input]) -> Vec<f64> {
        let found = |of: &Measure| inputs.iter().find(|it| it.measure == *of);
        self.columns.iter().map(|it| it.scaled(found(&it.measure))).collect()
    }

    /// The probability that it leaves, with its 95 % interval, and the share of the weight that
    /// rests on what is blank or too old.
    pub fn foretell(&self, row: &[f64]) -> Option<(Interval, f64)> {
        let health = self.health()?;
        let stale: Vec<bool> = row.iter().map(|it| it.is_nan()).collect();
        Some((health.interval(row, 0.95), stale_share(&health.weights(), &stale)))
    }
}

row! {
    /// A model and what it was learned from.
    #[derive(PartialEq)]
    pub struct Model {
        pub id: ModelId,
        /// It foretells for snapshots from this day on.
        pub day: i64,
        pub made_at: Timestamp,
        pub horizon_days: i64,
        /// Accounts at days in the past.
        pub row_count: i64,
        /// Those of them that were followed by leaving within the horizon: one account that left
        /// may be several.
        pub outcome_count: i64,
        pub account_count: i64,
        /// How many accounts left; unknown of what was learned before that was counted.
        pub left_account_count: Option<i64>,
        /// `rule`, `curve`, `line`, `trees` or `mean`.
        pub step: String,
        /// Whether a percentage may be shown.
        pub known: bool,
        /// Why not: a whole sentence; empty if it is known.
        pub words: String,
        pub current: bool,
    }
}

pub(super) const COLUMNS: &str = "id, day, made_at, horizon_days, row_count, outcome_count, \
     account_count, left_account_count, step, known, words, current";

/// All of them, the newest first, at most 200.
pub fn models(tx: &mut Tx) -> Result<Vec<Model>> {
    let sql = format!("SELECT {COLUMNS} FROM health_models ORDER BY id DESC LIMIT 200");
    Ok(tx.rows(&sql, &[])?)
}

/// The one that foretells now, if anything was ever learned from.
pub fn current_model(tx: &mut Tx) -> Result<Option<Model>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM health_models WHERE current = TRUE ORDER BY id DESC LIMIT 1"
    );
    Ok(tx.maybe(&sql, &[])?)
}

/// The one that foretells for a day: the newest that was there by then.
pub fn model_for(tx: &mut Tx, day: i64) -> Result<Option<Model>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM health_models WHERE day <= $1 ORDER BY day DESC, id DESC LIMIT 1"
    );
    Ok(tx.maybe(&sql, &[day.into()])?)
}

/// A model.
pub fn one_model(tx: &mut Tx, id: ModelId) -> Result<Model> {
    let sql = format!("SELECT {COLUMNS} FROM health_models WHERE id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("model"))
}

/// A model with what it learned.
pub fn find_model(tx: &mut Tx, id: ModelId) -> Result<(Model, Learnt)> {
    let it = one_model(tx, id)?;
    let text: String =
        tx.scalar("SELECT document FROM health_models WHERE id = $1", &[id.into()])?;
    let learnt = serde_json::from_str(&text).map_err(|_| not_found("model"))?;
    Ok((it, learnt))
}

/// All measures that any of these documents asks for, each once.
pub(super) fn wanted(documents: &[&Document], columns: &[Column]) -> Vec<Measure> {
    let mut all: Vec<Measure> = Vec::new();
    let weighed = documents.iter().flat_map(|it| &it.measures).map(|it| &it.measure);
    for it in columns.iter().map(|it| &it.measure).chain(weighed) {
        if !all.contains(it) {
            all.push(it.clone());
        }
    }
    all
}
