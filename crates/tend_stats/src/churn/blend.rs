//! Choosing by what was foretold out of fold, and calibrating by it.

use super::candidates::{Candidate, Tried, judged, loss};
use crate::Result;
use crate::logistic::{Ridge, Shrinkage, ridge};
use crate::matrix::Matrix;

/// A more complicated learner has to win by so many standard errors.
const CONVINCED: f64 = 0.5;

/// How firmly a calibration is held to "as foretold": as by so much information.
const HELD: f64 = 5.0;

/// What was chosen: which ways, and log-odds = intercept + Σ weight × log-odds of each.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) ways: Vec<usize>,
    pub(super) calibration: Ridge,
    pub(super) chosen: String,
    pub(super) why: String,
    pub(super) candidates: Vec<Candidate>,
    /// The calibrated log-odds of each training row, out of fold.
    pub(super) odds: Vec<f64>,
}

struct Mixed {
    ways: Vec<usize>,
    name: String,
    odds: Vec<f64>,
}

/// Takes the simplest that no other beats convincingly. `tried` goes from simple to
/// complicated; a mean of the best line and the best trees is the last candidate.
pub(super) fn choose(tried: &[Tried], lines: usize, y: &[bool]) -> Result<Choice> {
    let mut mixed: Vec<Mixed> = tried
        .iter()
        .enumerate()
        .map(|(at, it)| Mixed { ways: vec![at], name: it.name.into(), odds: it.odds.clone() })
        .collect();
    if tried.len() > lines {
        let best = |range: std::ops::Range<usize>| {
            range.min_by(|&a, &b| total(&tried[a].odds, y).total_cmp(&total(&tried[b].odds, y)))
        };
        if let (Some(line), Some(trees)) = (best(0..lines), best(lines..tried.len())) {
            let both = tried[line].odds.iter().zip(&tried[trees].odds);
            mixed.push(Mixed {
                ways: vec![line, trees],
                name: format!("mean of {} and {}", tried[line].name, tried[trees].name),
                odds: both.map(|(a, b)| 0.5 * (a + b)).collect(),
            });
        }
    }
    let candidates: Vec<Candidate> = mixed
        .iter()
        .map(|it| {
            let setting: Vec<&str> = it.ways.iter().map(|&at| tried[at].setting.as_str()).collect();
            judged(&it.name, &setting.join("; "), &it.odds, y)
        })
        .collect::<Result<_>>()?;
    let (at, why) = simplest(&mixed, &candidates, y);
    let chosen = &mixed[at];
    let calibration = calibrate(&chosen.ways, tried, y)?;
    let odds = (0..y.len())
        .map(|row| {
            let row: Vec<f64> = chosen.ways.iter().map(|&way| tried[way].odds[row]).collect();
            calibration.log_odds(&row)
        })
        .collect();
    Ok(Choice {
        ways: chosen.ways.clone(),
        calibration,
        chosen: chosen.name.clone(),
        why,
        candidates,
        odds,
    })
}

fn total(odds: &[f64], y: &[bool]) -> f64 {
    odds.iter().zip(y).map(|(&l, &y)| loss(l, y)).sum()
}

fn simplest(mixed: &[Mixed], candidates: &[Candidate], y: &[bool]) -> (usize, String) {
    let by_loss =
        |a: &usize, b: &usize| candidates[*a].log_loss.total_cmp(&candidates[*b].log_loss);
    let best = (0..mixed.len()).min_by(by_loss).unwrap_or(0);
    for at in 0..best {
        let (mean, error) = difference(&mixed[at].odds, &mixed[best].odds, y);
        // Nothing that orders customers the wrong way is ever chosen.
        if mean <= CONVINCED * error && candidates[at].auc > 0.5 {
            let why = format!(
                "Its log-loss out of fold ({:.4}) is not convincingly above that of the best, {} \
                 ({:.4}), and it is simpler.",
                candidates[at].log_loss, candidates[best].name, candidates[best].log_loss
            );
            return (at, why);
        }
    }
    let why = format!(
        "It has the lowest log-loss out of fold ({:.4}) among {} learners.",
        candidates[best].log_loss,
        candidates.len()
    );
    (best, why)
}

/// How much more a row loses with the first than with the second, and its standard error.
fn difference(a: &[f64], b: &[f64], y: &[bool]) -> (f64, f64) {
    let n = y.len() as f64;
    let off: Vec<f64> =
        a.iter().zip(b).zip(y).map(|((&a, &b), &y)| loss(a, y) - loss(b, y)).collect();
    let mean = off.iter().sum::<f64>() / n;
    let spread = off.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / n;
    (mean, (spread / n).sqrt())
}

/// Platt's curve through the out-of-fold log-odds, held to slope 1. A mean is of equal weights,
/// so that two learners that agree don't take turns with weights of their own.
fn calibrate(ways: &[usize], tried: &[Tried], y: &[bool]) -> Result<Ridge> {
    let share = 1.0 / ways.len() as f64;
    let cells: Vec<f64> = (0..y.len())
        .map(|row| ways.iter().map(|&way| share * tried[way].odds[row]).sum())
        .collect();
    let x = Matrix::from_cells(1, cells)?;
    let shrink = Shrinkage { strength: HELD, towards: Some(&[1.0]) };
    let fit = ridge(&x, y, shrink, None)?;
    let slope = fit.weights[0].max(0.0);
    Ok(Ridge { intercept: fit.intercept, weights: vec![slope * share; ways.len()] })
}

#[cfg(test)]
mod tests {
    use super::super::candidates::Way;
    use super::super::recipe::Style;
    use super::*;
    use crate::random::Random;
    use crate::special::logistic;

    fn tried(name: &'static str, odds: Vec<f64>) -> Tried {
        let way = Way::Line { style: Style::Line, strength: 1.0 };
        Tried { way, name, setting: String::new(), odds }
    }

    #[test]
    fn the_simpler_stays_unless_it_is_beaten_convincingly() {
        let mut random = Random::of_seed(9);
        let truth: Vec<f64> = (0..3000).map(|_| 1.5 * random.normal() - 1.0).collect();
        let y: Vec<bool> = truth.iter().map(|l| random.unit() < logistic(*l)).collect();
        let near: Vec<f64> = truth.iter().map(|l| l + 0.02 * random.normal()).collect();
        let blind = vec![-1.0; 3000];
        let choice = choose(&[tried("a", near), tried("b", truth.clone())], 2, &y).expect("one");
        assert_eq!(choice.chosen, "a");
        let choice = choose(&[tried("a", blind), tried("b", truth)], 2, &y).expect("one");
        assert_eq!(choice.chosen, "b");
        assert!((choice.calibration.weights[0] - 1.0).abs() < 0.1);
    }

    #[test]
    fn what_is_too_sure_of_itself_is_calibrated() {
        let mut random = Random::of_seed(8);
        let truth: Vec<f64> = (0..3000).map(|_| random.normal()).collect();
        let y: Vec<bool> = truth.iter().map(|l| random.unit() < logistic(*l)).collect();
        let bold = truth.iter().map(|l| 3.0 * l + 1.0).collect();
        let choice = choose(&[tried("a", bold)], 1, &y).expect("one");
        assert!((choice.calibration.weights[0] - 1.0 / 3.0).abs() < 0.05);
        assert!((choice.calibration.intercept + 1.0 / 3.0).abs() < 0.15);
    }
}
