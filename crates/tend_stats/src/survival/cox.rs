//! What makes customers leave sooner (Cox 1972), with Efron's treatment of ties (1977).
//!
//! What a column cannot tell is left out and said, as statistical packages do: a column that is
//! the same everywhere, one that follows from those before it, and one whose effect has no bound
//! because it tells without exception who leaves first (a monotone likelihood: Heinze and Schemper
//! 2001, A Solution to the Problem of Monotone Likelihood in Cox Regression, Biometrics 57). The
//! others are fitted as they are in the limit.

mod climb;
mod likelihood;
mod proportional;
mod told;

use serde::Serialize;

use super::{Lives, concordance};
use crate::distribution::chi_squared_above;
use crate::matrix::{Matrix, dot};
use crate::standard::is_same;
use crate::{Error, Result};
use climb::{Top, summit};
use likelihood::Sorted;
pub use proportional::Proportionality;
pub use told::{CoxColumn, CoxEffect, NoEffect};

/// So many columns for each event are looked at. Far more could explain any order of events.
const COLUMNS_AN_EVENT: usize = 2;

/// Rows × columns² of one look at all rows: about ten seconds of work.
const MOST_WORK: f64 = 1e10;

/// A proportional hazards model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cox {
    /// How many customers.
    pub n: usize,
    /// How many of them ended.
    pub events: usize,
    /// Each column, as given.
    pub columns: Vec<CoxColumn>,
    /// The logarithm of the partial likelihood.
    pub log_likelihood: f64,
    /// The same with all coefficients zero.
    pub null_log_likelihood: f64,
    /// Twice their difference, chi-squared if nothing has an effect.
    pub likelihood_ratio: f64,
    /// How likely so large a ratio is without any effect.
    pub likelihood_ratio_p: f64,
    /// Akaike's criterion, of the partial likelihood.
    pub aic: f64,
    /// The share of comparable pairs that the model orders rightly; None without such pairs.
    pub concordance: Option<f64>,
    /// Sentences about what should not be trusted.
    pub warnings: Vec<String>,
}

/// Fits a proportional hazards model by Newton's method, with intervals at this level (0.95,
/// say). Row i of `x` belongs to customer i as given; `names` are the columns.
///
/// # Errors
/// No event, far more columns than events, too many rows and columns to be done soon, or no column
/// of which anything can be said. The sentence names what.
pub fn cox(lives: &Lives, x: &Matrix, names: &[String], level: f64) -> Result<Cox> {
    if x.rows() != lives.len() || names.len() != x.columns() {
        return Err(Error::BadQuestion("The table has not one row for each time.".into()));
    }
    if !(level > 0.0 && level < 1.0) {
        return Err(Error::BadQuestion("The level of an interval lies between 0 and 1.".into()));
    }
    if lives.events() == 0 {
        return Err(Error::too_few("events", 0, 1));
    }
    let mut fates: Vec<Option<NoEffect>> = sameness(x, names)?;
    let varying = places(&fates);
    bounded(lives, varying.len())?;
    let of_them: Vec<String> = varying.iter().map(|&at| names[at].clone()).collect();
    let sorted = Sorted::of(lives, &x.pick_columns(&varying), &of_them)?;
    let null = sorted.likelihood(&vec![0.0; varying.len()]);
    for at in null.information.dependent_columns() {
        fates[varying[at]] = Some(NoEffect::Aliased);
    }
    let (kept, top) = fitted(&sorted, &varying, &mut fates, names)?;
    let of = told::Fitted { kept: &kept, top: &top, names, level };
    let columns = of.columns(&fates);
    let raw = of.coefficients();
    let risk: Vec<f64> = (0..x.rows())
        .map(|row| dot(&kept.iter().map(|&at| x.at(row, at)).collect::<Vec<_>>(), &raw))
        .collect();
    let ratio = (2.0 * (top.end.log - null.log)).max(0.0);
    Ok(Cox {
        n: lives.len(),
        events: lives.events(),
        warnings: told::warnings(lives, &columns, kept.len()),
        columns,
        log_likelihood: top.end.log,
        null_log_likelihood: null.log,
        likelihood_ratio: ratio,
        likelihood_ratio_p: chi_squared_above(ratio, kept.len()),
        aic: 2.0 * kept.len() as f64 - 2.0 * top.end.log,
        concordance: concordance(lives, &risk),
    })
}

/// Which columns are the same everywhere.
fn sameness(x: &Matrix, names: &[String]) -> Result<Vec<Option<NoEffect>>> {
    let one = |column: usize| {
        if let Some(row) = (0..x.rows()).find(|&row| !x.at(row, column).is_finite()) {
            return Err(Error::cell(row, &names[column], "this is not a number"));
        }
        Ok(is_same(x, column).then_some(NoEffect::Constant))
    };
    (0..x.columns()).map(one).collect()
}

/// The columns that may have an effect.
fn places(fates: &[Option<NoEffect>]) -> Vec<usize> {
    (0..fates.len()).filter(|&at| fates[at].is_none()).collect()
}

fn bounded(lives: &Lives, columns: usize) -> Result<()> {
    if columns == 0 {
        return Err(Error::NoAnswer("No column differs between customers.".into()));
    }
    if columns > COLUMNS_AN_EVENT * lives.events() {
        return Err(Error::NoAnswer(format!(
            "There are {columns} columns and only {} events: so many columns would explain any \
             order of events, and nothing would be known. Choose fewer.",
            lives.events()
        )));
    }
    match lives.len() as f64 * (columns as f64).powi(2) > MOST_WORK {
        true => Err(Error::NoAnswer(format!(
            "{} rows of {columns} columns would take too long. Choose fewer columns, or draw rows.",
            lives.len()
        ))),
        false => Ok(()),
    }
}

/// Fits the columns that have no fate yet, and gives their places with the fit. Where nothing is
/// left to be known of any of them, those that tell all by themselves are taken out first.
fn fitted<'a>(
    sorted: &Sorted<'a>,
    varying: &[usize],
    fates: &mut [Option<NoEffect>],
    names: &[String],
) -> Result<(Vec<usize>, Top)> {
    loop {
        let own: Vec<usize> =
            (0..varying.len()).filter(|&at| fates[varying[at]].is_none()).collect();
        let kept: Vec<usize> = own.iter().map(|&at| varying[at]).collect();
        let all = || kept.iter().map(|&at| names[at].as_str()).collect::<Vec<_>>().join(", ");
        if kept.is_empty() {
            return Err(Error::NoAnswer(no_column(fates, names)));
        }
        let part = sorted.pick(&own);
        let top = summit(&part)?;
        if top.unbounded.len() < kept.len() {
            top.unbounded.iter().for_each(|&at| fates[kept[at]] = Some(NoEffect::Unbounded));
            return Ok((kept, top));
        }
        let alone: Vec<usize> = (0..kept.len()).filter(|&at| part.tells_all(at)).collect();
        if alone.is_empty() {
            return Err(Error::NoAnswer(format!(
                "Together these columns tell without exception who left first, so no effect has a \
                 bound: {}. Leave some of them out.",
                all()
            )));
        }
        alone.iter().for_each(|&at| fates[kept[at]] = Some(NoEffect::Unbounded));
    }
}

/// Why there is nothing to fit.
fn no_column(fates: &[Option<NoEffect>], names: &[String]) -> String {
    let unbounded = fates.iter().position(|it| *it == Some(NoEffect::Unbounded));
    match unbounded {
        Some(at) => format!(
            "Column {} tells without exception who left first, so its effect has no bound, and no \
             other column is left; join it with a neighbouring group.",
            names[at]
        ),
        None => "No column tells anything at any event.".to_owned(),
    }
}

#[cfg(test)]
mod tests;
