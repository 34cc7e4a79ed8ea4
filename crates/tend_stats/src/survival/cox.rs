//! What makes customers leave sooner (Cox 1972), with Efron's treatment of ties (1977).

mod likelihood;
mod proportional;

use serde::Serialize;

use super::{Lives, concordance};
use crate::distribution::{chi_squared_above, two_sided, z_of_level};
use crate::matrix::{Cholesky, Matrix, dot};
use crate::{Error, Result};
use likelihood::{Likelihood, Sorted};
pub use proportional::Proportionality;

const MOST_STEPS: usize = 60;

/// A standard error this large, per standard deviation of a column, means that the
/// likelihood goes on rising for ever.
const UNBOUNDED: f64 = 20.0;

/// What one column does to the risk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoxColumn {
    /// Its name.
    pub name: String,
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
/// No event, a column that is constant or follows from others, or one that orders the events
/// perfectly, so that its effect has no bound. The sentence names the column.
pub fn cox(lives: &Lives, x: &Matrix, names: &[String], level: f64) -> Result<Cox> {
    let p = x.columns();
    if x.rows() != lives.len() || names.len() != p {
        return Err(Error::BadQuestion("The table has not one row for each time.".into()));
    }
    if !(level > 0.0 && level < 1.0) {
        return Err(Error::BadQuestion("The level of an interval lies between 0 and 1.".into()));
    }
    if p == 0 {
        return Err(Error::too_few("columns", 0, 1));
    }
    if lives.events() == 0 {
        return Err(Error::too_few("events", 0, 1));
    }
    let sorted = Sorted::of(lives, x, names)?;
    let null = sorted.likelihood(&vec![0.0; p]);
    let (beta, end) = climb(&sorted, names, &null)?;
    let variance = inverse(&end.information, names)?;
    if let Some(column) = (0..p).find(|&j| variance.at(j, j).sqrt() > UNBOUNDED) {
        return Err(unbounded(&names[column]));
    }
    let checks = proportional::check(&sorted, &beta, &variance);
    let z_level = z_of_level(level);
    let columns: Vec<CoxColumn> = (0..p)
        .map(|j| {
            let (b, se) = (beta[j] / sorted.scale[j], variance.at(j, j).sqrt() / sorted.scale[j]);
            CoxColumn {
                name: names[j].clone(),
                coefficient: b,
                standard_error: se,
                z: b / se,
                p: two_sided(b / se),
                hazard_ratio: b.exp(),
                lower: (b - z_level * se).exp(),
                upper: (b + z_level * se).exp(),
                proportionality: checks[j],
            }
        })
        .collect();
    let ratio = (2.0 * (end.log - null.log)).max(0.0);
    let risk: Vec<f64> = (0..x.rows())
        .map(|row| x.row(row).iter().zip(&columns).map(|(v, c)| v * c.coefficient).sum())
        .collect();
    Ok(Cox {
        n: lives.len(),
        events: lives.events(),
        warnings: warnings(lives, &columns),
        columns,
        log_likelihood: end.log,
        null_log_likelihood: null.log,
        likelihood_ratio: ratio,
        likelihood_ratio_p: chi_squared_above(ratio, p),
        aic: 2.0 * p as f64 - 2.0 * end.log,
        concordance: concordance(lives, &risk),
    })
}

/// Newton's method; a step that loses likelihood is halved.
fn climb(sorted: &Sorted, names: &[String], null: &Likelihood) -> Result<(Vec<f64>, Likelihood)> {
    let mut beta = vec![0.0; names.len()];
    let mut here = null.clone();
    for _ in 0..MOST_STEPS {
        let step = cholesky(&here.information, names)?.solve(&here.gradient);
        let gain = dot(&step, &here.gradient);
        if gain < 1e-14 * (1.0 + here.log.abs()) {
            let last: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + s).collect();
            let there = sorted.likelihood(&last);
            return Ok((last, there));
        }
        let mut part = 1.0;
        loop {
            let next: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + part * s).collect();
            let there = sorted.likelihood(&next);
            if there.log.is_finite() && there.log >= here.log - 1e-12 * here.log.abs() {
                (beta, here) = (next, there);
                break;
            }
            part *= 0.5;
            if part < 1e-6 {
                return Ok((beta, here));
            }
        }
        if let Some(column) = beta.iter().position(|b| b.abs() > 30.0) {
            return Err(unbounded(&names[column]));
        }
    }
    Ok((beta, here))
}

fn cholesky(information: &Matrix, names: &[String]) -> Result<Cholesky> {
    Cholesky::of(information).map_err(|column| {
        Error::NoAnswer(format!(
            "Column {} follows from the columns before it, or tells nothing at any event; leave it out.",
            names[column]
        ))
    })
}

fn inverse(information: &Matrix, names: &[String]) -> Result<Matrix> {
    Ok(cholesky(information, names)?.inverse())
}

fn unbounded(name: &str) -> Error {
    Error::NoAnswer(format!(
        "Column {name} tells without exception who left first, so its effect has no bound; \
         leave it out or join it with a neighbouring group."
    ))
}

fn warnings(lives: &Lives, columns: &[CoxColumn]) -> Vec<String> {
    let mut warnings = Vec::new();
    for column in columns.iter().filter(|column| column.proportionality.p < 0.05) {
        warnings.push(format!(
            "The effect of {} changes with time (p {:.4}): its ratio is an average over the time \
             that was seen.",
            column.name, column.proportionality.p
        ));
    }
    if lives.events() < 10 * columns.len() {
        warnings.push(format!(
            "{} events for {} columns: with fewer than ten events for each, ratios are unsure.",
            lives.events(),
            columns.len()
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("x{i}")).collect()
    }

    #[test]
    fn a_known_effect_is_found() {
        let mut random = crate::random::Random::of_seed(2);
        let n = 4000;
        let rows: Vec<[f64; 2]> = (0..n).map(|_| [random.normal(), random.normal()]).collect();
        let times: Vec<f64> = rows
            .iter()
            .map(|[a, b]| (-(1.0 - random.unit()).ln() * (-(0.7 * a - 0.3 * b)).exp() * 9.0).ceil())
            .collect();
        let ended: Vec<bool> = times.iter().map(|time| *time < 20.0).collect();
        let times: Vec<f64> = times.iter().map(|time| time.min(20.0)).collect();
        let lives = Lives::new(&times, &ended).expect("4,000");
        let x = Matrix::from_rows(&rows).expect("pairs");
        let fit = cox(&lives, &x, &names(2), 0.95).expect("a fit");
        for (column, truth) in fit.columns.iter().zip([0.7, -0.3]) {
            let off = (column.coefficient - truth).abs();
            assert!(off < 4.0 * column.standard_error && off < 0.08, "{column:?}");
        }
        assert!(fit.concordance.expect("pairs") > 0.68);
    }

    #[test]
    fn what_has_no_answer_says_which_column() {
        let times: Vec<f64> = (1..=40).map(f64::from).collect();
        let lives = Lives::new(&times, &[true; 40]).expect("40");
        let of = |f: &dyn Fn(f64) -> [f64; 2]| {
            let rows: Vec<[f64; 2]> = times.iter().map(|t| f(*t)).collect();
            cox(&lives, &Matrix::from_rows(&rows).expect("pairs"), &names(2), 0.95)
                .expect_err("no answer")
                .to_string()
        };
        assert!(of(&|t| [(t * 7.0) % 11.0, 3.0]).contains("x1"));
        assert!(of(&|t| [(t * 7.0) % 11.0, 2.0 * ((t * 7.0) % 11.0) + 1.0]).contains("x1"));
        assert!(of(&|t| [(t * 7.0) % 11.0, -t]).contains("x1"));
        assert!(of(&|t| [(t * 7.0) % 11.0, f64::from(t < 9.0)]).contains("x1"));
        assert!(of(&|t| [(t * 7.0) % 11.0, f64::NAN]).contains("x1"));
    }
}
