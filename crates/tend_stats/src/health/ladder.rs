//! Up the ladder, as far as the outcomes carry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::model::Health;
use super::spread::draws;
use super::{Book, Step};
use crate::boosting::{Boosting, Settings};
use crate::calibration::{Platt, platt};
use crate::churn::{Leak, leaks};
use crate::intervals::{Bootstrap, Interval, clustered_bootstrap};
use crate::logistic::{Ridge, Shrinkage, ridge};
use crate::matrix::Matrix;
use crate::metrics::{Calibration, auc, calibration_clustered, hanley_mcneil, skill, variance};
use crate::special::{logistic, softplus};
use crate::{Error, Result};

/// A curve through the rule score takes so many accounts that left, and as many that stayed. It
/// is accounts that are counted everywhere, not their rows: who leaves does so once, however often
/// it was looked at before.
pub const FOR_CURVE: usize = 10;
/// A line takes so many of each …
pub const FOR_LINE: usize = 15;
/// … of so many accounts.
pub const FOR_LINE_ACCOUNTS: usize = 40;
/// Trees take so many of each.
pub const FOR_TREES: usize = 100;
/// How strongly the line may be held to the rule, from firm to loose.
const STRENGTHS: [f64; 6] = [300.0, 100.0, 30.0, 10.0, 3.0, 1.0];
/// A higher step has to win by so many standard errors.
const CONVINCED: f64 = 1.0;

/// What one step foretold of accounts that it had not seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    /// The step.
    pub step: Step,
    /// The log-loss out of fold.
    pub log_loss: f64,
    /// The AUC out of fold.
    pub auc: f64,
    /// The Brier skill against the base rate, out of fold.
    pub skill: f64,
}

/// Whether the outcomes suffice to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "known")]
pub enum Known {
    /// Probabilities say more than the base rate does.
    Yes {
        /// The AUC out of fold; drawn by account.
        auc: Interval,
    },
    /// There are too few outcomes to learn anything from.
    TooFew {
        /// How many accounts left.
        left: usize,
        /// How many must have left, and as many stayed.
        needed: usize,
        /// A sentence.
        sentence: String,
    },
    /// There are outcomes, but the measures can't be told from chance.
    NoSignal {
        /// The AUC out of fold; its interval holds one half.
        auc: Interval,
        /// A sentence.
        sentence: String,
    },
}

/// Where a book stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The step that was reached.
    pub step: Step,
    /// Whether it is known.
    pub known: Known,
    /// What gives probabilities; None on the lowest step, or without signal.
    pub health: Option<Health>,
    /// Every step that was tried.
    pub rungs: Vec<Rung>,
    /// Slope of the calibration out of fold; None where there is no line.
    pub calibration: Option<Calibration>,
    /// By how much an AUC of 0.8 could be off with so many outcomes (95 %, either way).
    pub could_be_off: f64,
    /// Measures that know the outcome. The certain ones are not learnt from.
    pub leaks: Vec<Leak>,
}

struct Tried {
    step: Step,
    strength: f64,
    odds: Vec<f64>,
}

/// Whether a percentage may be shown: not if the slope's interval lies wholly outside of 0.7 to
/// 1.4.
pub fn may_show_percent(calibration: &Calibration) -> bool {
    calibration.slope.upper >= 0.7 && calibration.slope.lower <= 1.4
}

/// Goes up as far as the outcomes carry.
///
/// # Errors
/// Lists that don't fit, weights that are negative, a measure that is infinite.
pub fn climb(book: &Book) -> Result<Standing> {
    book.check()?;
    let could_be_off = could_be_off(book);
    let evidence = Evidence::of(book, 0..book.left.len());
    let least = evidence.least();
    if least < FOR_CURVE {
        return Ok(too_few(evidence, could_be_off));
    }
    let leaks = leaks(book.x, book.measures, book.left)?;
    let x = without(book.x, &leaks);
    let book = &Book { x: &x, ..*book };
    let fold = deal_accounts(book);
    let tried = try_steps(book, &fold, least)?;
    let rungs: Vec<Rung> = tried.iter().map(|it| rung(it, book.left)).collect::<Result<_>>()?;
    let chosen = &tried[choose(&tried, &rungs, book)];
    let settings = Bootstrap { draws: 400, ..Bootstrap::default() };
    let auc = clustered_bootstrap(book.accounts, settings, |rows| {
        let odds: Vec<f64> = rows.iter().map(|&row| chosen.odds[row]).collect();
        let left: Vec<bool> = rows.iter().map(|&row| book.left[row]).collect();
        auc(&odds, &left).ok()
    })?;
    let known = match auc.lower > 0.5 {
        true => Known::Yes { auc },
        false => Known::NoSignal {
            auc,
            sentence: format!(
                "Not enough outcomes to know: of accounts not seen, {:.0} in 100 pairs are ordered \
                 rightly, and chance alone could do that ({:.0} to {:.0}).",
                100.0 * auc.value,
                100.0 * auc.lower,
                100.0 * auc.upper
            ),
        },
    };
    let stretch = held_to_one(&chosen.odds, book.left)?;
    let probabilities: Vec<f64> =
        chosen.odds.iter().map(|odds| logistic(stretch.log_odds(*odds))).collect();
    let health = match known {
        Known::Yes { .. } => {
            let all: Vec<usize> = (0..book.left.len()).collect();
            Some(Health {
                calibration: stretch,
                draws: draws(book, chosen.step, chosen.strength),
                ..learn(book, &all, chosen.step, chosen.strength)?
            })
        }
        _ => None,
    };
    Ok(Standing {
        step: if health.is_some() { chosen.step } else { Step::Rule },
        known,
        health,
        rungs,
        calibration: calibration_clustered(&probabilities, book.left, book.accounts, 0.95).ok(),
        could_be_off,
        leaks,
    })
}

/// Rows of one account are not independent: it is accounts that are counted.
fn could_be_off(book: &Book) -> f64 {
    let mut left: BTreeMap<u64, bool> = BTreeMap::new();
    for (account, gone) in book.accounts.iter().zip(book.left) {
        *left.entry(*account).or_default() |= *gone;
    }
    let events = left.values().filter(|it| **it).count();
    let (events, others) = (events as f64, (left.len() - events) as f64);
    1.96 * hanley_mcneil(0.8, events, others).min(0.5)
}

fn too_few(Evidence { left, stayed }: Evidence, could_be_off: f64) -> Standing {
    let (n, did) = if left <= stayed { (left, "left") } else { (stayed, "stayed") };
    let accounts = if n == 1 { "account" } else { "accounts" };
    let sentence = format!(
        "Not enough outcomes to know: {n} {accounts} {did}, and it takes {FOR_CURVE}. Until then \
         there is the rule score, which is not a probability."
    );
    Standing {
        step: Step::Rule,
        known: Known::TooFew { left, needed: FOR_CURVE, sentence },
        health: None,
        rungs: Vec::new(),
        calibration: None,
        could_be_off,
        leaks: Vec::new(),
    }
}

/// Measures that know the outcome are blank to the learner.
fn without(x: &Matrix, leaks: &[Leak]) -> Matrix {
    let mut own = x.clone();
    for leak in leaks.iter().filter(|leak| leak.certain) {
        (0..x.rows()).for_each(|row| own.set(row, leak.column, f64::NAN));
    }
    own
}

/// The fold of each row: accounts stay together, those that left are dealt out evenly.
fn deal_accounts(book: &Book) -> Vec<usize> {
    let mut ever = std::collections::BTreeMap::new();
    for (account, left) in book.accounts.iter().zip(book.left) {
        *ever.entry(*account).or_insert(false) |= left;
    }
    let accounts: Vec<u64> = ever.keys().copied().collect();
    let y: Vec<bool> = ever.values().copied().collect();
    let fold = crate::churn::deal(&y, 5, 1);
    let place = |account: &u64| accounts.binary_search(account).map_or(0, |at| fold[at]);
    book.accounts.iter().map(place).collect()
}

fn try_steps(book: &Book, fold: &[usize], least: usize) -> Result<Vec<Tried>> {
    let mut plans = vec![(Step::Curve, 0.0)];
    let accounts = book.accounts.iter().collect::<std::collections::BTreeSet<_>>().len();
    if least >= FOR_LINE && accounts >= FOR_LINE_ACCOUNTS {
        plans.extend(STRENGTHS.map(|strength| (Step::Line, strength)));
    }
    if least >= FOR_TREES {
        plans.push((Step::Trees, 0.0));
    }
    let mut tried: Vec<Tried> = Vec::new();
    for (step, strength) in plans {
        let odds = out_of_fold(book, fold, step, strength)?;
        let sum = total(&odds, book.left);
        match tried.iter_mut().find(|it| it.step == step) {
            Some(known) if sum < total(&known.odds, book.left) => {
                *known = Tried { step, strength, odds };
            }
            Some(_) => {}
            None => tried.push(Tried { step, strength, odds }),
        }
    }
    let of = |step| tried.iter().find(|it| it.step == step);
    if let (Some(line), Some(trees)) = (of(Step::Line), of(Step::Trees)) {
        let both = line.odds.iter().zip(&trees.odds).map(|(a, b)| 0.5 * (a + b)).collect();
        let mean = Tried { step: Step::Mean, strength: line.strength, odds: both };
        tried.push(mean);
    }
    Ok(tried)
}

fn out_of_fold(book: &Book, fold: &[usize], step: Step, strength: f64) -> Result<Vec<f64>> {
    let mut odds = vec![0.0; fold.len()];
    for f in 0..5 {
        let (test, train): (Vec<usize>, Vec<usize>) =
            (0..fold.len()).partition(|&row| fold[row] == f);
        if test.is_empty() {
            continue;
        }
        let health = learn(book, &train, step, strength)?;
        test.iter().for_each(|&row| odds[row] = health.raw(book.x.row(row)));
    }
    Ok(odds)
}

/// Learns one step from these rows, not calibrated yet.
pub(super) fn learn(book: &Book, rows: &[usize], step: Step, strength: f64) -> Result<Health> {
    let x = book.x.pick(rows);
    let y: Vec<bool> = rows.iter().map(|&row| book.left[row]).collect();
    let p = x.columns();
    let means: Vec<f64> = (0..p).map(|column| mean(&x, column)).collect();
    let (mut line, mut trees) = (None, None);
    if step != Step::Trees {
        line = Some(curve(&x, &y, book.rule, &means)?);
    }
    if let (Step::Line | Step::Mean, Some(towards)) = (step, &line) {
        let mut filled = x.clone();
        for row in 0..x.rows() {
            for (cell, mean) in filled.row_mut(row).iter_mut().zip(&means) {
                *cell = if cell.is_nan() { *mean } else { *cell };
            }
        }
        let shrink = Shrinkage { strength, towards: Some(&towards.weights) };
        line = Some(ridge(&filled, &y, shrink, None)?);
    }
    if matches!(step, Step::Trees | Step::Mean) {
        let settings = Settings {
            rounds: 150,
            leaves: 5,
            learning_rate: 0.05,
            column_share: 0.7,
            ..Settings::default()
        };
        trees = Some(Boosting::fit(&x, &y, settings)?);
    }
    Ok(Health {
        step,
        means,
        line,
        trees,
        calibration: Platt { intercept: 0.0, slope: 1.0 },
        draws: Vec::new(),
    })
}

fn mean(x: &Matrix, column: usize) -> f64 {
    let known = (0..x.rows()).map(|row| x.at(row, column)).filter(|value| !value.is_nan());
    let (sum, n) = known.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    if n > 0.0 { sum / n } else { 0.5 }
}

/// Platt's curve through the rule score, written as a line over the measures.
fn curve(x: &Matrix, y: &[bool], rule: &[f64], means: &[f64]) -> Result<Ridge> {
    let all: f64 = rule.iter().sum();
    let score = |row: &[f64]| -> f64 {
        let parts = row.iter().zip(means).zip(rule);
        parts.map(|((v, mean), w)| w * if v.is_nan() { *mean } else { *v }).sum::<f64>() / all
    };
    let scores: Vec<f64> = (0..x.rows()).map(|row| score(x.row(row))).collect();
    let Platt { intercept, slope } = platt(&scores, y)?;
    Ok(Ridge { intercept, weights: rule.iter().map(|weight| slope * weight / all).collect() })
}

/// Platt's curve through out-of-fold log-odds, held to "as foretold".
fn held_to_one(odds: &[f64], y: &[bool]) -> Result<Platt> {
    let x = Matrix::from_cells(1, odds.to_vec())?;
    let fit = ridge(&x, y, Shrinkage { strength: 5.0, towards: Some(&[1.0]) }, None)?;
    Ok(Platt { intercept: fit.intercept, slope: fit.weights[0].max(0.0) })
}

fn loss(odds: f64, y: bool) -> f64 {
    softplus(if y { -odds } else { odds })
}

fn total(odds: &[f64], y: &[bool]) -> f64 {
    odds.iter().zip(y).map(|(&odds, &y)| loss(odds, y)).sum()
}

fn rung(tried: &Tried, y: &[bool]) -> Result<Rung> {
    let probabilities: Vec<f64> = tried.odds.iter().map(|odds| logistic(*odds)).collect();
    Ok(Rung {
        step: tried.step,
        log_loss: total(&tried.odds, y) / y.len() as f64,
        auc: auc(&tried.odds, y)?,
        skill: skill(&probabilities, y)
            .ok_or_else(|| Error::NoAnswer("All outcomes are the same.".into()))?,
    })
}

/// The lowest step that no higher one beats convincingly: by how much, and how sure that is, is
/// told by accounts, as rows of one account err together. A step that orders accounts the wrong
/// way is passed over, if any other does better.
fn choose(tried: &[Tried], rungs: &[Rung], book: &Book) -> usize {
    let by_loss = |a: &usize, b: &usize| rungs[*a].log_loss.total_cmp(&rungs[*b].log_loss);
    let best = (0..tried.len()).min_by(by_loss).unwrap_or(0);
    (0..best)
        .find(|&at| {
            let n = book.left.len() as f64;
            let both = tried[at].odds.iter().zip(&tried[best].odds).zip(book.left);
            let off: Vec<f64> = both.map(|((&a, &b), &y)| loss(a, y) - loss(b, y)).collect();
            let mean = off.iter().sum::<f64>() / n;
            let each = off.iter().map(|it| (it - mean) / n);
            let error = variance(each, book.accounts).map_or(f64::INFINITY, f64::sqrt);
            rungs[at].auc > 0.5 && mean <= CONVINCED * error
        })
        .unwrap_or(best)
}

#[cfg(test)]
mod tests {
    use super::super::simulated::World;
    use super::*;

    #[test]
    fn the_ladder_is_climbed_as_far_as_outcomes_carry() {
        let few = World::of(30, 1.0, 1);
        let standing = climb(&few.book()).expect("a standing");
        assert_eq!(standing.step, Step::Rule);
        let Known::TooFew { sentence, .. } = &standing.known else { panic!("{standing:?}") };
        assert!(sentence.contains("Not enough outcomes"));

        let many = World::of(3000, 1.0, 2);
        let standing = climb(&many.book()).expect("a standing");
        assert!(matches!(standing.known, Known::Yes { .. }));
        assert!(standing.step >= Step::Line, "{:?}", standing.rungs);
        assert_eq!(standing.rungs.len(), 4);
        let slope = standing.calibration.expect("a line");
        assert!((0.9..1.1).contains(&slope.slope.value) && may_show_percent(&slope), "{slope:?}");
        let area = |step| standing.rungs.iter().find(|rung| rung.step == step).expect("tried").auc;
        assert!(area(Step::Line) > area(Step::Curve) + 0.01, "{:?}", standing.rungs);
    }

    /// Each account is seen six times before it is known what came of it.
    fn seen_six_times(world: &World) -> World {
        let six = |row: usize| std::iter::repeat_n(row, 6);
        let rows: Vec<usize> = (0..world.left.len()).flat_map(six).collect();
        World {
            measures: world.measures.clone(),
            x: world.x.pick(&rows),
            left: rows.iter().map(|&row| world.left[row]).collect(),
            accounts: rows.iter().map(|&row| world.accounts[row]).collect(),
            rule: world.rule.clone(),
        }
    }

    #[test]
    fn who_leaves_is_evidence_once_however_often_it_was_seen_before() {
        let gone = |world: &World| world.left.iter().filter(|left| **left).count();
        let mut all = (0..40).map(|seed| World::of(30, 1.0, seed));
        let few = all.find(|it| (4..8).contains(&gone(it))).expect("a small one");
        let standing = climb(&seen_six_times(&few).book()).expect("a standing");
        let Known::TooFew { left, sentence, .. } = &standing.known else { panic!("{standing:?}") };
        assert_eq!(*left, gone(&few));
        assert!(sentence.contains(&format!("{left} accounts left, and it takes 10")), "{sentence}");

        let many = World::of(200, 1.0, 2);
        assert!((20..90).contains(&gone(&many)), "{}", gone(&many));
        let standing = climb(&seen_six_times(&many).book()).expect("a standing");
        let steps: Vec<Step> = standing.rungs.iter().map(|rung| rung.step).collect();
        assert_eq!(steps, [Step::Curve, Step::Line], "trees take a hundred that left");
    }

    #[test]
    fn no_step_is_won_by_looking_at_the_same_accounts_more_often() {
        let mut differs = 0;
        for seed in 0..12 {
            let once = World::of(60, 0.4, seed);
            let all: Vec<usize> = (0..60).collect();
            let odds = [Step::Curve, Step::Line].map(|step| {
                let health = learn(&once.book(), &all, step, 10.0).expect("learnt");
                (step, all.iter().map(|&row| health.raw(once.x.row(row))).collect::<Vec<_>>())
            });
            let chosen = |world: &World, times: usize| {
                let tried = odds.each_ref().map(|(step, odds)| {
                    let again = odds.iter().flat_map(|it| std::iter::repeat_n(*it, times));
                    Tried { step: *step, strength: 10.0, odds: again.collect() }
                });
                let rungs = tried.each_ref().map(|it| rung(it, &world.left).expect("a rung"));
                choose(&tried, &rungs, &world.book())
            };
            let six = seen_six_times(&once);
            let others = World { accounts: (0..360).collect(), ..seen_six_times(&once) };
            assert_eq!(chosen(&six, 6), chosen(&once, 1), "seed {seed}");
            differs += usize::from(chosen(&others, 6) != chosen(&once, 1));
        }
        assert!(differs > 0, "six times as many accounts would tell more");
    }

    #[test]
    fn where_there_is_no_signal_it_does_not_know() {
        let noise = (0..8)
            .map(|seed| World::of(400, 0.0, 30 + seed))
            .filter(|world| {
                let standing = climb(&world.book()).expect("a standing");
                standing.health.is_none() && matches!(standing.known, Known::NoSignal { .. })
            })
            .count();
        assert!(noise >= 7, "{noise} of 8 books without signal are called so");
    }

    #[test]
    fn parts_add_up_on_every_step() {
        let world = World::of(900, 1.0, 3);
        let all: Vec<usize> = (0..900).collect();
        for step in [Step::Curve, Step::Line, Step::Trees, Step::Mean] {
            let health = learn(&world.book(), &all, step, 10.0).expect("learnt");
            let health = Health { calibration: Platt { intercept: 0.1, slope: 0.9 }, ..health };
            for row in 0..900 {
                let told = health.told(world.x.row(row));
                let sum = told.average + told.parts.iter().sum::<f64>();
                assert!((sum - told.log_odds).abs() < 1e-9, "{step:?}");
            }
            assert!((health.weights().iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_measure_written_afterwards_is_not_learnt_from() {
        let mut world = World::of(800, 0.6, 4);
        for row in 0..800 {
            let told = if world.left[row] { 0.0 } else { 1.0 };
            world.x.set(row, 3, told);
        }
        let standing = climb(&world.book()).expect("a standing");
        assert!(standing.leaks.iter().any(|leak| leak.column == 3 && leak.certain));
        assert!(standing.rungs.iter().all(|rung| rung.auc < 0.9), "{:?}", standing.rungs);
    }

    #[test]
    fn slopes_far_from_one_forbid_a_percentage() {
        let of = |lower, upper| Calibration {
            slope: Interval { value: (lower + upper) / 2.0, lower, upper },
            intercept: 0.0,
        };
        assert!(may_show_percent(&of(0.6, 0.9)) && may_show_percent(&of(1.3, 2.0)));
        assert!(!may_show_percent(&of(0.2, 0.6)) && !may_show_percent(&of(1.5, 2.0)));
    }
}
