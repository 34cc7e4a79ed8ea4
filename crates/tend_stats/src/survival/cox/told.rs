//! What is said of each column.

use serde::{Serialize, Serializer};

use super::climb::Top;
use super::{Lives, Proportionality};
use crate::distribution::{two_sided, z_of_level};

/// What one column does to the risk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoxColumn {
    /// Its name.
    pub name: String,
    /// What it does; all its numbers are null where that cannot be said.
    #[serde(flatten, serialize_with = "or_nulls")]
    pub effect: Option<CoxEffect>,
    /// Why that cannot be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_effect: Option<NoEffect>,
}

/// The effect of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoxEffect {
    /// The change of the log of the risk per unit.
    pub coefficient: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// The coefficient in standard errors.
    pub z: f64,
    /// How likely so large a z is without any effect.
    pub p: f64,
    /// exp(coefficient): the ratio of risks per unit.
    pub hazard_ratio: f64,
    /// Lower end of the ratio's interval.
    pub lower: f64,
    /// Upper end of it.
    pub upper: f64,
    /// Whether the effect is the same at all times.
    pub proportionality: Proportionality,
}

/// Why nothing can be said of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoEffect {
    /// It is the same everywhere, and left out.
    Constant,
    /// It follows from the columns before it, or is the same wherever anybody left, and is left
    /// out.
    Aliased,
    /// It tells without exception who left first: the larger its effect, the likelier.
    Unbounded,
}

/// JSON writes what is no number as null.
const NOTHING: CoxEffect = CoxEffect {
    coefficient: f64::NAN,
    standard_error: f64::NAN,
    z: f64::NAN,
    p: f64::NAN,
    hazard_ratio: f64::NAN,
    lower: f64::NAN,
    upper: f64::NAN,
    proportionality: Proportionality { statistic: f64::NAN, p: f64::NAN },
};

fn or_nulls<S: Serializer>(effect: &Option<CoxEffect>, to: S) -> Result<S::Ok, S::Error> {
    effect.as_ref().unwrap_or(&NOTHING).serialize(to)
}

/// A fit, and which columns it is of.
pub(super) struct Fitted<'a> {
    /// The place of each fitted column among all.
    pub(super) kept: &'a [usize],
    pub(super) top: &'a Top,
    pub(super) names: &'a [String],
    pub(super) level: f64,
}

impl Fitted<'_> {
    /// The change of the log of the risk per unit of each fitted column; those without a bound
    /// have one at which the likelihood has stopped to rise.
    pub(super) fn coefficients(&self) -> Vec<f64> {
        self.top.beta.iter().zip(&self.top.scale).map(|(beta, scale)| beta / scale).collect()
    }

    /// Each column as given.
    pub(super) fn columns(&self, fates: &[Option<NoEffect>]) -> Vec<CoxColumn> {
        let raw = self.coefficients();
        let effect = |column: usize| {
            let at = self.kept.iter().position(|it| *it == column)?;
            Some(self.effect(at, raw[at]))
        };
        let one = |(column, fate): (usize, &Option<NoEffect>)| CoxColumn {
            name: self.names[column].clone(),
            effect: fate.is_none().then(|| effect(column)).flatten(),
            no_effect: *fate,
        };
        fates.iter().enumerate().map(one).collect()
    }

    fn effect(&self, at: usize, coefficient: f64) -> CoxEffect {
        let standard_error = self.top.variance.at(at, at).sqrt() / self.top.scale[at];
        let half = z_of_level(self.level) * standard_error;
        let z = coefficient / standard_error;
        CoxEffect {
            coefficient,
            standard_error,
            z,
            p: two_sided(z),
            hazard_ratio: coefficient.exp(),
            lower: (coefficient - half).exp(),
            upper: (coefficient + half).exp(),
            proportionality: self.top.checks[at],
        }
    }
}

/// What a reader has to know.
pub(super) fn warnings(lives: &Lives, columns: &[CoxColumn], fitted: usize) -> Vec<String> {
    let mut warnings = Vec::new();
    for CoxColumn { name, effect, no_effect } in columns {
        let changes = effect.as_ref().map(|it| it.proportionality.p).filter(|p| *p < 0.05);
        let said = match (no_effect, changes) {
            (Some(NoEffect::Constant), _) => {
                format!("Column {name} is the same everywhere and is left out.")
            }
            (Some(NoEffect::Aliased), _) => format!(
                "Column {name} follows from the columns before it, or tells nothing at any event, \
                 and is left out."
            ),
            (Some(NoEffect::Unbounded), _) => format!(
                "Column {name} tells without exception who left first, so its effect has no bound: \
                 no ratio is given for it."
            ),
            (None, Some(p)) => format!(
                "The effect of {name} changes with time (p {p:.4}): its ratio is an average over \
                 the time that was seen."
            ),
            (None, None) => continue,
        };
        warnings.push(said);
    }
    if lives.events() < 10 * fitted {
        warnings.push(format!(
            "{} events for {fitted} columns: with fewer than ten events for each, ratios are unsure.",
            lives.events(),
        ));
    }
    warnings
}
