//! How good foretellings were: a pure function over what was said and what came.

use std::collections::{BTreeMap, BTreeSet};

use tend_stats::{
    health::expected_loss,
    intervals::{Interval, wilson},
    metrics::{
        Calibration, auc_clustered, auc_difference_clustered, calibration_clustered,
        lift_clustered, reliability, revenue_recall, skill_clustered,
    },
};

use crate::{accounts::AccountId, money::figures::LEVEL};

/// What was said of an account on a day, and what came within the horizon after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Foretold {
    pub account: AccountId,
    /// Days since 1970: the first of a month.
    pub day: i64,
    /// The probability that it leaves, where one was said.
    pub p: Option<f64>,
    /// The hand score, 0 to 100.
    pub rule: Option<f64>,
    /// What somebody of ours said instead.
    pub judged: Option<f64>,
    /// What it paid a year, minor units of the home currency.
    pub arr: i64,
    /// The day on which it left, if that was within the horizon.
    pub left_on: Option<i64>,
    /// What was lost with it a year.
    pub lost: i64,
}

impl Foretold {
    fn left(&self) -> bool {
        self.left_on.is_some()
    }
}

/// From here on a hand score is called good.
pub const GREEN: f64 = 75.0;
/// Fewer than so many foretellings don't make a bin, and are no ground for a ranking.
pub const FEW: usize = 30;
const BINS: usize = 10;

/// Foretellings with like probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    pub n: u64,
    /// Each account counts once: the interval is of so many.
    pub accounts: u64,
    pub left: u64,
    /// The mean of what was said.
    pub said: f64,
    pub came: Interval,
    /// From which probability to which.
    pub from: f64,
    pub to: f64,
}

/// A tenth of the foretellings, the riskiest first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tenth {
    pub n: usize,
    pub left: usize,
    /// How many times the base rate.
    pub lift: Interval,
}

/// Another score on the rows where both were said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beside {
    pub n: usize,
    pub left: usize,
    pub auc: Interval,
    /// Of the probability, on the same rows.
    pub ours: Option<Interval>,
    /// Ours less theirs, with the interval of the paired difference.
    pub better: Option<Interval>,
    /// The Brier skill, of what is a probability.
    pub skill: Option<Interval>,
}

/// Who left though all seemed well, by what was said last before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Green {
    /// Accounts that left with a hand score.
    pub hand_of: usize,
    /// Of these, how many had a good one.
    pub hand: usize,
    /// Accounts that left with a probability.
    pub ours_of: usize,
    /// Of these, how many had one below the base rate.
    pub ours: usize,
}

/// What was expected to be lost, and what was. Minor units of the home currency, a year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loss {
    /// The day it was said on.
    pub day: i64,
    pub accounts: usize,
    pub expected: f64,
    /// One standard deviation, if accounts leave independently of each other.
    pub spread: f64,
    pub lost: i64,
}

/// All figures about some foretellings. A figure that has no answer is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// Foretellings with a probability.
    pub n: usize,
    pub accounts: usize,
    /// Foretellings after which the account left.
    pub left: usize,
    /// Accounts that left.
    pub gone: usize,
    pub base_rate: f64,
    pub auc: Option<Interval>,
    pub skill: Option<Interval>,
    /// Of the riskiest tenth.
    pub lift: Option<Interval>,
    pub tenths: Vec<Tenth>,
    /// Of the money that left, the share that was in the riskiest tenth.
    pub recall: Option<f64>,
    pub calibration: Option<Calibration>,
    pub bins: Vec<Bin>,
    /// Foretellings with a hand score, whether or not a probability was said.
    pub scored: usize,
    /// The hand score alone, on all rows that have one.
    pub hand_alone: Option<Interval>,
    pub hand: Option<Beside>,
    pub judged: Option<Beside>,
    pub green: Green,
}

/// Columns of the rows that have a probability.
struct Columns {
    p: Vec<f64>,
    left: Vec<bool>,
    who: Vec<u64>,
}

impl Columns {
    fn of<'a>(rows: impl Iterator<Item = &'a Foretold>, p: impl Fn(&Foretold) -> f64) -> Self {
        let mut it = Self { p: Vec::new(), left: Vec::new(), who: Vec::new() };
        for row in rows {
            it.p.push(p(row));
            it.left.push(row.left());
            it.who.push(row.account.raw() as u64);
        }
        it
    }

    fn auc(&self) -> Option<Interval> {
        auc_clustered(&self.p, &self.left, &self.who, LEVEL).ok()
    }

    fn skill(&self) -> Option<Interval> {
        skill_clustered(&self.p, &self.left, &self.who, LEVEL).ok()
    }
}

/// All figures about these.
pub fn score(rows: &[Foretold]) -> Score {
    let said: Vec<&Foretold> = rows.iter().filter(|it| it.p.is_some()).collect();
    let all = Columns::of(said.iter().copied(), |it| it.p.unwrap_or_default());
    let n = said.len();
    let left = all.left.iter().filter(|left| **left).count();
    let base_rate = if n == 0 { 0.0 } else { left as f64 / n as f64 };
    let gone = |it: &&&Foretold| it.left();
    let scored = rows.iter().filter(|it| it.rule.is_some());
    Score {
        n,
        accounts: distinct(said.iter().copied()),
        left,
        gone: distinct(said.iter().filter(gone).copied()),
        base_rate,
        auc: all.auc(),
        skill: all.skill(),
        lift: lift_of(&all, 0),
        tenths: tenths(&all),
        recall: recall(&said, &all),
        calibration: calibration_clustered(&all.p, &all.left, &all.who, LEVEL).ok(),
        bins: bins(&all),
        scored: scored.clone().count(),
        hand_alone: Columns::of(scored, |it| -it.rule.unwrap_or_default()).auc(),
        hand: beside(&said, |it| it.rule.map(|it| -it), false),
        judged: beside(&said, |it| it.judged, true),
        green: green(rows, base_rate),
    }
}

fn distinct<'a>(rows: impl Iterator<Item = &'a Foretold>) -> usize {
    rows.map(|it| it.account.raw()).collect::<BTreeSet<_>>().len()
}

fn lift_of(all: &Columns, tenth: usize) -> Option<Interval> {
    let at = |tenth: usize| tenth as f64 / 10.0;
    let part = (at(tenth), at(tenth + 1));
    lift_clustered(&all.p, &all.left, &all.who, part, LEVEL).ok()
}

/// By falling risk; none of fewer rows than make ten parts.
fn tenths(all: &Columns) -> Vec<Tenth> {
    let order = by_risk(&all.p);
    let place = |tenth: usize| (tenth as f64 / 10.0 * order.len() as f64).round() as usize;
    let of = |tenth: usize| {
        let part = order.get(place(tenth)..place(tenth + 1))?;
        let left = part.iter().filter(|row| all.left[**row]).count();
        Some(Tenth { n: part.len(), left, lift: lift_of(all, tenth)? })
    };
    match order.len() >= BINS {
        true => (0..BINS).filter_map(of).collect(),
        false => Vec::new(),
    }
}

/// Rows by falling risk; equal ones keep their order.
pub(super) fn by_risk(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[b].total_cmp(&p[a]).then(a.cmp(&b)));
    order
}

fn recall(said: &[&Foretold], all: &Columns) -> Option<f64> {
    let money: Vec<f64> = said.iter().map(|it| it.lost.max(0) as f64).collect();
    let alerts = (said.len() as f64 / 10.0).round() as usize;
    revenue_recall(&all.p, &all.left, &money, alerts).ok().flatten()
}

/// Bins of equal count, the lowest probability first.
fn bins(all: &Columns) -> Vec<Bin> {
    let n = all.p.len();
    let count = (n / FEW).clamp(1, BINS);
    let mut order = by_risk(&all.p);
    order.reverse();
    let parts = reliability(&all.p, &all.left, count, LEVEL);
    let bin = |(at, part): (usize, tend_stats::metrics::ReliabilityBin)| {
        let rows = order.get(at * n / count..(at + 1) * n / count)?;
        let who: BTreeSet<u64> = rows.iter().map(|&row| all.who[row]).collect();
        let accounts = who.len() as u64;
        let events = (part.observed.value * accounts as f64).round() as u64;
        let sure = wilson(events.min(accounts), accounts, LEVEL)?;
        let came = Interval {
            value: part.observed.value,
            lower: sure.lower.min(part.observed.value),
            upper: sure.upper.max(part.observed.value),
        };
        let end = |row: Option<&usize>| row.map_or(0.0, |row| all.p[*row]);
        Some(Bin {
            n: part.n,
            accounts,
            left: part.events,
            said: part.predicted,
            came,
            from: end(rows.first()),
            to: end(rows.last()),
        })
    };
    parts.into_iter().enumerate().filter_map(bin).collect()
}

fn beside(
    said: &[&Foretold],
    other: impl Fn(&Foretold) -> Option<f64>,
    is_probability: bool,
) -> Option<Beside> {
    let both: Vec<&Foretold> = said.iter().copied().filter(|it| other(it).is_some()).collect();
    let theirs = Columns::of(both.iter().copied(), |it| other(it).unwrap_or_default());
    let ours = Columns::of(both.iter().copied(), |it| it.p.unwrap_or_default());
    let better = auc_difference_clustered(&ours.p, &theirs.p, &ours.left, &ours.who, LEVEL).ok();
    Some(Beside {
        better,
        n: both.len(),
        left: theirs.left.iter().filter(|left| **left).count(),
        auc: theirs.auc()?,
        ours: ours.auc(),
        skill: if is_probability { theirs.skill() } else { None },
    })
}

/// The last foretelling of each account before it left.
pub(super) fn last_words(rows: &[Foretold]) -> Vec<Foretold> {
    let mut last: BTreeMap<(i64, i64), Foretold> = BTreeMap::new();
    for it in rows {
        let Some(left_on) = it.left_on else { continue };
        let at = last.entry((it.account.raw(), left_on)).or_insert(*it);
        if it.day > at.day {
            *at = *it;
        }
    }
    last.into_values().collect()
}

fn green(rows: &[Foretold], base_rate: f64) -> Green {
    let mut it = Green::default();
    for last in last_words(rows) {
        if let Some(rule) = last.rule {
            it.hand_of += 1;
            it.hand += usize::from(rule >= GREEN);
        }
        if let Some(p) = last.p {
            it.ours_of += 1;
            it.ours += usize::from(p < base_rate);
        }
    }
    it
}

/// What was expected to be lost of what was said on one day, and what was.
pub fn loss(rows: &[Foretold], day: i64) -> Option<Loss> {
    let said: Vec<&Foretold> = rows.iter().filter(|it| it.day == day && it.p.is_some()).collect();
    let p: Vec<f64> = said.iter().map(|it| it.p.unwrap_or_default()).collect();
    let money: Vec<f64> = said.iter().map(|it| it.arr as f64).collect();
    let (expected, spread) = expected_loss(&p, &money);
    let lost = said.iter().map(|it| it.lost).sum();
    (!said.is_empty()).then_some(Loss { day, accounts: said.len(), expected, spread, lost })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::market::{Market, Wish};

    fn row(account: i64, day: i64, p: f64, left: bool) -> Foretold {
        Foretold {
            account: AccountId::from_raw(account),
            day,
            p: Some(p),
            rule: Some(100.0 * (1.0 - p)),
            judged: None,
            arr: 10_000,
            left_on: left.then_some(day + 40),
            lost: if left { 10_000 } else { 0 },
        }
    }

    /// What a market's own truth would have said, each step of 30 days.
    fn told(seed: u64) -> Vec<Foretold> {
        let market = Market::of(Wish { customers: 300, steps: 30, signal: 1.0, seed });
        let looks = market.looks(0..30, 6);
        let of = |it: &crate::seed::market::Look| Foretold {
            judged: it.customer.is_multiple_of(3).then_some(0.5 * it.chance + 0.1),
            arr: it.arr,
            lost: if it.left { it.arr } else { 0 },
            ..row(it.customer as i64, it.step as i64 * 30, it.chance, it.left)
        };
        looks.iter().map(of).collect()
    }

    #[test]
    fn who_says_the_truth_is_calibrated_and_better_than_the_base_rate() {
        let it = score(&told(1));
        let slope = it.calibration.expect("a line").slope;
        assert!(slope.lower <= 1.0 && 1.0 <= slope.upper, "{slope:?}");
        assert!(it.auc.expect("both").lower > 0.6 && it.skill.expect("both").value > 0.0);
        assert!(it.lift.expect("both").lower > 1.3, "{:?}", it.lift);
        assert_eq!(it.bins.iter().map(|it| it.n).sum::<u64>(), it.n as u64);
        let held = it.bins.iter().filter(|it| it.came.lower <= it.said && it.said <= it.came.upper);
        assert!(held.count() >= 8, "{:?}", it.bins);
        assert_eq!(it.tenths.iter().map(|it| it.left).sum::<usize>(), it.left);
        assert!(it.recall.expect("money left") > 0.15);
        let judged = it.judged.expect("somebody judged");
        assert!(judged.n < it.n && judged.ours.is_some() && judged.skill.is_some());
    }

    #[test]
    fn what_was_expected_to_be_lost_is_about_what_was() {
        let within = (0..20)
            .filter(|seed| {
                let it = loss(&told(60 + seed), 300).expect("was said");
                (it.lost as f64 - it.expected).abs() < 2.0 * it.spread
            })
            .count();
        assert!(within >= 17, "{within} of 20");
        assert_eq!(loss(&told(1), 17), None);
    }

    #[test]
    fn many_rows_of_few_accounts_are_not_sure() {
        let few: Vec<Foretold> = (0..600)
            .map(|n| row(n % 20, n / 20, if n % 20 < 6 { 0.6 } else { 0.3 }, n % 20 < 5))
            .collect();
        let it = score(&few);
        assert_eq!((it.accounts, it.gone, it.left), (20, 5, 150));
        let auc = it.auc.expect("both");
        assert!(auc.upper - auc.lower > 0.1, "{auc:?}");
        assert!(it.bins.iter().all(|it| it.accounts <= 20 && it.n >= 30));
    }

    #[test]
    fn who_left_though_all_seemed_well_is_counted_by_the_last_word() {
        let rows = [
            row(1, 0, 0.1, true),
            Foretold { left_on: Some(40), ..row(1, 30, 0.7, true) },
            row(2, 0, 0.05, true),
            row(3, 0, 0.2, false),
            row(4, 0, 0.3, false),
        ];
        let it = score(&rows);
        assert_eq!(it.green, Green { hand_of: 2, hand: 1, ours_of: 2, ours: 1 });
    }

    #[test]
    fn two_scores_of_the_same_rows_are_compared_row_by_row() {
        // The hand score is the probability upside down: there is no difference, surely.
        let rows: Vec<Foretold> =
            (0..80).map(|n| row(n, 0, n as f64 / 100.0, n % 5 == 0 || n > 70)).collect();
        let same = score(&rows).hand.and_then(|it| it.better).expect("both were said");
        assert!(same.value.abs() < 1e-12 && same.upper < 1e-9, "{same:?}");
        // One that says nothing is worse, and the interval holds the difference.
        let rule = |it: &Foretold| Some((it.account.raw() % 7) as f64);
        let blind: Vec<Foretold> =
            rows.iter().map(|it| Foretold { rule: rule(it), ..*it }).collect();
        let hand = score(&blind).hand.expect("both were said");
        let (better, ours) = (hand.better.expect("a difference"), hand.ours.expect("an area"));
        assert!((better.value - (ours.value - hand.auc.value)).abs() < 1e-12);
        assert!(better.lower < better.value && better.value < better.upper, "{better:?}");
    }

    #[test]
    fn nothing_is_claimed_where_there_is_nothing() {
        assert_eq!(score(&[]), Score::default());
        let stayed: Vec<Foretold> = (0..50).map(|n| row(n, 0, 0.1, false)).collect();
        let it = score(&stayed);
        assert_eq!((it.n, it.auc, it.skill, it.lift), (50, None, None, None));
        let unsaid: Vec<Foretold> =
            (0..50).map(|n| Foretold { p: None, ..row(n, 0, 0.1, n < 9) }).collect();
        let it = score(&unsaid);
        assert_eq!((it.n, it.scored, it.auc), (0, 50, None));
        assert!(it.hand_alone.is_some());
    }
}
