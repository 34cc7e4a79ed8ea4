//! Why a customer has this probability: a sum over columns.

use serde::Serialize;

use super::blend::Choice;
use super::candidates::Learnt;
use super::field::Values;

/// What one column adds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The column of the table.
    pub column: String,
    /// What it adds to the log-odds, compared with the average customer.
    pub log_odds: f64,
}

/// The log-odds of a row, taken apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The probability.
    pub probability: f64,
    /// Its log-odds: `average` and all parts, added up.
    pub log_odds: f64,
    /// The log-odds of the average customer.
    pub average: f64,
    /// Each column, the strongest first.
    pub parts: Vec<Part>,
}

/// Takes the log-odds of one row apart.
pub(super) fn explain(
    learnt: &[Learnt],
    choice: &Choice,
    names: &[String],
    values: &[Values],
    row: usize,
) -> Explanation {
    let mut average = choice.calibration.intercept;
    let mut sums = vec![0.0; names.len()];
    let mut log_odds = choice.calibration.intercept;
    for (learnt, weight) in learnt.iter().zip(&choice.calibration.weights) {
        let columns = learnt.columns(values, row..row + 1);
        let cells = columns.row(0);
        log_odds += weight * learnt.log_odds(cells);
        match learnt {
            Learnt::Line(recipe, ridge, means) => {
                average += weight * ridge.log_odds(means);
                for (j, source) in recipe.sources.iter().enumerate() {
                    sums[*source] += weight * ridge.weights[j] * (cells[j] - means[j]);
                }
            }
            Learnt::Trees(recipe, boosting) => {
                let told = boosting.contributions(cells);
                average += weight * told.expected;
                for (source, value) in recipe.sources.iter().zip(told.columns) {
                    sums[*source] += weight * value;
                }
            }
        }
    }
    let mut parts: Vec<Part> = names
        .iter()
        .zip(sums)
        .map(|(column, log_odds)| Part { column: column.clone(), log_odds })
        .collect();
    parts.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()));
    let probability = crate::special::logistic(log_odds);
    Explanation { probability, log_odds, average, parts }
}
