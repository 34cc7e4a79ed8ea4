//! The learners that compete, and what each foretells of rows it has not seen.

use serde::Serialize;

use super::field::Values;
use super::folds::{deal, side_by_side};
use super::recipe::{Recipe, Style, learn};
use super::screen::pick;
use crate::boosting::{self, Boosting};
use crate::logistic::{Ridge, Shrinkage, ridge};
use crate::matrix::Matrix;
use crate::special::softplus;
use crate::{Error, Result};

/// How strongly a line's weights are held, from firm to loose.
const STRENGTHS: [f64; 8] = [1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3];

/// Out-of-fold predictions of trees are kept each time so many have grown.
const STAGE: usize = 10;

/// Growing ends when so many trees have not helped rows that they have not seen.
const PATIENCE: usize = 80;

/// What a learner foretold of rows it had not seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// The learner.
    pub name: String,
    /// Its setting, as chosen out of fold.
    pub setting: String,
    /// The log-loss out of fold.
    pub log_loss: f64,
    /// The Brier score out of fold.
    pub brier: f64,
    /// The AUC out of fold.
    pub auc: f64,
}

/// A way to learn, with its setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Way {
    Line { style: Style, strength: f64 },
    Trees { settings: boosting::Settings },
}

/// A way and the log-odds that it foretold out of fold.
#[derive(Debug, Clone)]
pub(super) struct Tried {
    pub(super) way: Way,
    pub(super) name: &'static str,
    pub(super) setting: String,
    pub(super) odds: Vec<f64>,
}

/// Something learnt.
#[derive(Debug, Clone)]
pub(super) enum Learnt {
    Line(Recipe, Ridge, Vec<f64>),
    Trees(Recipe, Boosting),
}

impl Way {
    /// Learns from these rows.
    pub(super) fn learn(self, values: &[Values], y: &[bool]) -> Result<Learnt> {
        match self {
            Self::Line { style, strength } => {
                let (recipe, x) = learn(values, y, style);
                let fit = ridge(&x, y, Shrinkage { strength, towards: None }, None)?;
                let n = x.rows() as f64;
                let means = (0..x.columns())
                    .map(|column| (0..x.rows()).map(|row| x.at(row, column)).sum::<f64>() / n)
                    .collect();
                Ok(Learnt::Line(recipe, fit, means))
            }
            Self::Trees { settings } => {
                let (recipe, x) = learn(values, y, Style::Trees);
                Ok(Learnt::Trees(recipe, Boosting::fit(&x, y, settings)?))
            }
        }
    }
}

impl Learnt {
    /// The columns that it looks at, of these rows.
    pub(super) fn columns(&self, values: &[Values], rows: std::ops::Range<usize>) -> Matrix {
        match self {
            Self::Line(recipe, ..) | Self::Trees(recipe, _) => recipe.apply(values, rows),
        }
    }

    /// The log-odds of a row of those columns.
    pub(super) fn log_odds(&self, row: &[f64]) -> f64 {
        match self {
            Self::Line(_, ridge, _) => ridge.log_odds(row),
            Self::Trees(_, boosting) => boosting.log_odds(row),
        }
    }
}

/// What one fold has to say about a kind of learner: log-odds of its rows, for each setting.
type Told = Vec<Vec<f64>>;

/// Tries every way that so many events allow (trees need a hundred), each with the setting
/// that foretells best.
pub(super) fn try_all(
    values: &[Values],
    y: &[bool],
    trees: bool,
    slow: bool,
) -> Result<Vec<Tried>> {
    let folds = 5.min(y.iter().filter(|y| **y).count());
    let fold = deal(y, folds, 1);
    let mut tried = Vec::new();
    for (style, name) in [(Style::Line, "ridge"), (Style::Bent, "ridge with bends")] {
        let told = by_folds(&fold, folds, |train, test| lines(values, y, style, train, test))?;
        let (best, odds) = best(&told, &fold, y);
        let strength = STRENGTHS[best];
        let setting = format!("strength {strength}");
        tried.push(Tried { way: Way::Line { style, strength }, name, setting, odds });
    }
    if !trees {
        return Ok(tried);
    }
    for (leaves, name) in [(7, "boosting"), (24, "boosting with larger trees")] {
        let settings = tree_settings(leaves, slow);
        let told = by_folds(&fold, folds, |train, test| stages(values, y, settings, train, test))?;
        let (best, odds) = best(&told, &fold, y);
        // All rows carry a few more trees than four fifths of them.
        let rounds = ((best + 1) * STAGE) as f64 * 1.1;
        let settings = boosting::Settings { rounds: rounds.round() as usize, ..settings };
        let setting = format!("{} trees of {leaves} leaves", settings.rounds);
        tried.push(Tried { way: Way::Trees { settings }, name, setting, odds });
    }
    Ok(tried)
}

fn tree_settings(leaves: usize, slow: bool) -> boosting::Settings {
    boosting::Settings {
        rounds: if slow { 600 } else { 300 },
        leaves,
        learning_rate: if slow { 0.03 } else { 0.06 },
        least_rows: 20,
        ridge: 2.0,
        column_share: 0.5,
        row_share: 0.8,
        seed: 1,
    }
}

fn by_folds(
    fold: &[usize],
    folds: usize,
    work: impl Fn(&[usize], &[usize]) -> Result<Told> + Sync,
) -> Result<Vec<Told>> {
    side_by_side(folds, |f| {
        let (test, train): (Vec<usize>, Vec<usize>) =
            (0..fold.len()).partition(|&row| fold[row] == f);
        work(&train, &test)
    })
    .into_iter()
    .collect()
}

fn part(values: &[Values], y: &[bool], rows: &[usize]) -> (Vec<Values>, Vec<bool>) {
    (values.iter().map(|v| pick(v, rows)).collect(), rows.iter().map(|&row| y[row]).collect())
}

fn lines(
    values: &[Values],
    y: &[bool],
    style: Style,
    train: &[usize],
    test: &[usize],
) -> Result<Told> {
    let (own, own_y) = part(values, y, train);
    let (recipe, x) = learn(&own, &own_y, style);
    let unseen = recipe.apply(values, test.iter().copied());
    let mut start: Option<Ridge> = None;
    let mut told = Vec::new();
    for strength in STRENGTHS {
        let fit = ridge(&x, &own_y, Shrinkage { strength, towards: None }, start.as_ref())?;
        told.push((0..unseen.rows()).map(|row| fit.log_odds(unseen.row(row))).collect());
        start = Some(fit);
    }
    Ok(told)
}

fn stages(
    values: &[Values],
    y: &[bool],
    settings: boosting::Settings,
    train: &[usize],
    test: &[usize],
) -> Result<Told> {
    let (own, own_y) = part(values, y, train);
    let (recipe, x) = learn(&own, &own_y, Style::Trees);
    let unseen = recipe.apply(values, test.iter().copied());
    let events = own_y.iter().filter(|y| **y).count() as f64;
    let mut odds = vec![crate::distribution::log_odds(events / own_y.len() as f64); test.len()];
    let mut told = Vec::new();
    let (mut grown, mut best, mut best_at) = (0, f64::INFINITY, 0);
    Boosting::fit_watched(&x, &own_y, settings, |tree| {
        odds.iter_mut().enumerate().for_each(|(row, l)| *l += tree.value(unseen.row(row)));
        grown += 1;
        if grown % STAGE == 0 {
            told.push(odds.clone());
            let loss: f64 = odds.iter().zip(test).map(|(&l, &row)| loss(l, y[row])).sum();
            if loss < best {
                (best, best_at) = (loss, grown);
            }
        }
        grown < best_at + PATIENCE
    })?;
    if told.is_empty() {
        told.push(odds);
    }
    Ok(told)
}

/// The log-loss of one row.
pub(super) fn loss(odds: f64, y: bool) -> f64 {
    softplus(if y { -odds } else { odds })
}

/// The setting whose mean loss is least, and its log-odds in the order of the rows. A fold that
/// ended early stays with its last ones.
fn best(told: &[Told], fold: &[usize], y: &[bool]) -> (usize, Vec<f64>) {
    let settings = told.iter().map(Vec::len).max().unwrap_or(0);
    let mut best: Option<(f64, usize, Vec<f64>)> = None;
    for setting in 0..settings {
        let mut next = vec![0; told.len()];
        let odds: Vec<f64> = fold
            .iter()
            .map(|&f| {
                let stage = setting.min(told[f].len() - 1);
                next[f] += 1;
                told[f][stage][next[f] - 1]
            })
            .collect();
        let sum: f64 = odds.iter().zip(y).map(|(&odds, &y)| loss(odds, y)).sum();
        if best.as_ref().is_none_or(|(least, ..)| sum < *least) {
            best = Some((sum, setting, odds));
        }
    }
    best.map(|(_, setting, odds)| (setting, odds)).unwrap_or_default()
}

/// How a list of out-of-fold log-odds fares.
pub(super) fn judged(name: &str, setting: &str, odds: &[f64], y: &[bool]) -> Result<Candidate> {
    let probabilities: Vec<f64> = odds.iter().map(|l| crate::special::logistic(*l)).collect();
    if odds.len() != y.len() || odds.is_empty() {
        return Err(Error::too_few("rows", odds.len(), 1));
    }
    Ok(Candidate {
        name: name.to_owned(),
        setting: setting.to_owned(),
        log_loss: odds.iter().zip(y).map(|(&l, &y)| loss(l, y)).sum::<f64>() / y.len() as f64,
        brier: crate::metrics::brier(&probabilities, y),
        auc: crate::metrics::auc(odds, y)?,
    })
}
