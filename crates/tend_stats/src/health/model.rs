//! A probability as a sum over measures.

use serde::{Deserialize, Serialize};

use super::{Draw, Step};
use crate::boosting::Boosting;
use crate::calibration::Platt;
use crate::logistic::Ridge;
use crate::matrix::dot;
use crate::special;

/// What was learnt about accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// On which step of the ladder. Never [`Step::Rule`], which has no probability.
    pub step: Step,
    /// The mean of each measure over what was learnt from; a blank counts as that.
    pub means: Vec<f64>,
    /// The line: a curve through the rule score is one too. Absent where trees stand alone.
    pub line: Option<Ridge>,
    /// The trees, if any.
    pub trees: Option<Boosting>,
    /// The calibration of the log-odds, out of fold.
    pub calibration: Platt,
    /// The same learned from accounts drawn anew, some times: how sure it is.
    #[serde(default)]
    pub draws: Vec<Draw>,
}

/// The log-odds of an account, taken apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// The probability that it leaves within the horizon.
    pub probability: f64,
    /// Its log-odds: `average` and all parts, added up.
    pub log_odds: f64,
    /// The log-odds of an account that is average in everything.
    pub average: f64,
    /// What each measure adds.
    pub parts: Vec<f64>,
}

impl Health {
    pub(super) fn share(&self) -> f64 {
        if self.line.is_some() && self.trees.is_some() { 0.5 } else { 1.0 }
    }

    pub(super) fn filled(&self, row: &[f64]) -> Vec<f64> {
        row.iter().zip(&self.means).map(|(v, mean)| if v.is_nan() { *mean } else { *v }).collect()
    }

    /// Log-odds before calibration.
    pub(super) fn raw(&self, row: &[f64]) -> f64 {
        let line = self.line.as_ref().map_or(0.0, |line| line.log_odds(&self.filled(row)));
        let trees = self.trees.as_ref().map_or(0.0, |trees| trees.log_odds(row));
        self.share() * (line + trees)
    }

    /// The log-odds that an account leaves.
    pub fn log_odds(&self, row: &[f64]) -> f64 {
        self.calibration.log_odds(self.raw(row))
    }

    /// The probability that an account leaves.
    pub fn probability(&self, row: &[f64]) -> f64 {
        special::logistic(self.log_odds(row))
    }

    /// The same with what each measure adds.
    pub fn told(&self, row: &[f64]) -> Told {
        let scale = self.share() * self.calibration.slope;
        let mut average = self.calibration.intercept;
        let mut parts = vec![0.0; row.len()];
        if let Some(line) = &self.line {
            average += scale * (line.intercept + dot(&line.weights, &self.means));
            for ((part, value), (weight, mean)) in
                parts.iter_mut().zip(self.filled(row)).zip(line.weights.iter().zip(&self.means))
            {
                *part += scale * weight * (value - mean);
            }
        }
        if let Some(trees) = &self.trees {
            let told = trees.contributions(row);
            average += scale * told.expected;
            parts.iter_mut().zip(told.columns).for_each(|(part, value)| *part += scale * value);
        }
        let log_odds = self.log_odds(row);
        Told { probability: special::logistic(log_odds), log_odds, average, parts }
    }

    /// How much each measure weighs at all: for a line its weight, for trees how often they ask
    /// for it. Adds up to 1 unless nothing weighs.
    pub fn weights(&self) -> Vec<f64> {
        let mut weights = vec![0.0; self.means.len()];
        let line =
            self.line.iter().flat_map(|line| line.weights.iter().map(|w| w.abs()).enumerate());
        add_shares(&mut weights, line);
        let trees = self.trees.iter().flat_map(|trees| {
            let nodes = trees.trees.iter().flat_map(|tree| tree.nodes.iter());
            nodes.filter_map(|node| node.split.map(|split| (split.column, node.cover)))
        });
        add_shares(&mut weights, trees);
        let all: f64 = weights.iter().sum();
        weights.iter().map(|weight| if all > 0.0 { weight / all } else { 0.0 }).collect()
    }
}

fn add_shares(weights: &mut [f64], parts: impl Iterator<Item = (usize, f64)> + Clone) {
    let all: f64 = parts.clone().map(|(_, part)| part).sum();
    if all > 0.0 {
        parts.for_each(|(column, part)| weights[column] += part / all);
    }
}

/// Which share of the weight rests on measures that are blank or older than they may be.
pub fn stale_share(weights: &[f64], stale: &[bool]) -> f64 {
    let all: f64 = weights.iter().sum();
    let old: f64 = weights.iter().zip(stale).filter(|(_, stale)| **stale).map(|(w, _)| w).sum();
    if all > 0.0 { old / all } else { 0.0 }
}
