//! All figures about one list of probabilities.

use serde::Serialize;

use super::{
    Calibration, ReliabilityBin, auc, auc_bootstrap, auc_delong, average_precision, brier,
    calibration, error_by_chance, expected_error, lift, log_loss, reliability, skill,
};
use crate::Result;
use crate::intervals::{Bootstrap, Interval};

/// How good probabilities are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// How many rows.
    pub n: usize,
    /// How many events.
    pub events: usize,
    /// The share of events.
    pub base_rate: f64,
    /// The area under the ROC curve, with its bootstrap interval (1,000 draws).
    pub auc: Interval,
    /// The same with DeLong's interval on the scale of log-odds.
    pub auc_delong: Interval,
    /// The average precision.
    pub average_precision: f64,
    /// Lift of the top tenth.
    pub lift_at_10_percent: f64,
    /// The Brier score.
    pub brier: f64,
    /// Its skill against the base rate of these rows.
    pub brier_skill: Option<f64>,
    /// The log-loss.
    pub log_loss: f64,
    /// The expected calibration error in ten bins of equal count.
    pub calibration_error: f64,
    /// What that error would be in the mean if every probability were true: what is below or
    /// little above it says nothing against them.
    pub calibration_error_by_chance: f64,
    /// Slope and intercept; None where there is no line.
    pub calibration: Option<Calibration>,
    /// The ten bins.
    pub reliability: Vec<ReliabilityBin>,
}

/// Every figure, with intervals of 95 %.
///
/// # Errors
/// Only one outcome, or a probability that is not a number.
pub fn evaluate(probabilities: &[f64], outcomes: &[bool]) -> Result<Evaluation> {
    auc(probabilities, outcomes)?;
    let events = outcomes.iter().filter(|y| **y).count();
    let bins = reliability(probabilities, outcomes, 10, 0.95);
    Ok(Evaluation {
        n: outcomes.len(),
        events,
        base_rate: events as f64 / outcomes.len() as f64,
        auc: auc_bootstrap(probabilities, outcomes, Bootstrap::default())?,
        auc_delong: auc_delong(probabilities, outcomes, 0.95)?.interval,
        average_precision: average_precision(probabilities, outcomes)?,
        lift_at_10_percent: lift(probabilities, outcomes, 0.1)?,
        brier: brier(probabilities, outcomes),
        brier_skill: skill(probabilities, outcomes),
        log_loss: log_loss(probabilities, outcomes),
        calibration_error: expected_error(&bins),
        calibration_error_by_chance: error_by_chance(probabilities, 10),
        calibration: calibration(probabilities, outcomes, 0.95).ok(),
        reliability: bins,
    })
}
