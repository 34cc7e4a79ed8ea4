//! How good probabilities are, and how sure one can be of that.

mod alerts;
mod auc;
mod clustered;
mod evaluation;
mod proper;
mod ranking;
mod reliability;

pub use alerts::{Precision, alert_precision, revenue_recall};
pub use auc::{Auc, auc, auc_bootstrap, auc_delong, hanley_mcneil};
pub(crate) use clustered::variance;
pub use clustered::{
    auc_clustered, auc_difference_clustered, calibration_clustered, lift_clustered, skill_clustered,
};
pub use evaluation::{Evaluation, evaluate};
pub use proper::{brier, log_loss, skill};
pub use ranking::{average_precision, lift};
pub use reliability::{
    Calibration, ReliabilityBin, calibration, error_by_chance, expected_error, reliability,
};

use crate::{Error, Result};

/// Both outcomes occur and there is one finite score for each.
fn check(scores: &[f64], outcomes: &[bool]) -> Result<()> {
    if scores.len() != outcomes.len() {
        return Err(Error::BadQuestion("There are not as many scores as outcomes.".into()));
    }
    if let Some(row) = scores.iter().position(|score| score.is_nan()) {
        return Err(Error::cell(row, "score", "this is not a number"));
    }
    let events = outcomes.iter().filter(|outcome| **outcome).count();
    if events == 0 || events == outcomes.len() {
        return Err(Error::NoAnswer(
            "All outcomes are the same, so there is nothing to tell apart.".into(),
        ));
    }
    Ok(())
}

/// Rows by falling score; equal scores keep their order.
fn falling(scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    order
}
