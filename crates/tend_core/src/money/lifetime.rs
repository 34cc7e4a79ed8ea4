//! What a customer is worth, three ways, and which of them holds here.
//!
//! *Simple*: revenue × margin ÷ churn. *Contractual*: customers who renew or leave at known dates
//! (sBG or BdW; Fader and Hardie 2007, 2010), discounted. *Non-contractual*: customers who buy when
//! they like (BG/NBD × Gamma-Gamma; Fader, Hardie and Lee 2005), from what no subscription bills.

mod buying;

pub use tend_stats::tracking::Tracking;
use tend_stats::{
    Fit, bdw,
    contractual::{Cohort, Staying},
    distribution::z_of_level,
    intervals::{Interval, Resampling, resampled},
    lifetime_value::{simple, simple_interval},
    random::Random,
    sbg,
};
use tend_store::{Tx, row};

use super::{
    Currency, acquisition, days,
    figures::{Definition, LEVEL},
    ledger::{self, Asked},
    meanings, rates,
};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    book::SegmentId,
};

/// What money costs in a year: 10 %.
pub const DISCOUNT: f64 = 0.10;
/// The least accounts that a model is fitted to.
const LEAST: usize = 20;
/// Quarters that a cohort is watched, at most.
const MOST_QUARTERS: i64 = 12;

/// A way to say what a customer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Simple,
    Contractual,
    Buying,
}

impl Way {
    /// The word in files and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Contractual => "contractual",
            Self::Buying => "buying",
        }
    }

    /// How far it looks ahead, in words.
    pub fn horizon(self) -> &'static str {
        match self {
            Self::Simple => "the whole life, without discount",
            Self::Contractual => "the whole life, discounted at 10% a year",
            Self::Buying => "the next 52 weeks",
        }
    }

    /// What its figure means.
    pub fn means(self) -> &'static Definition {
        match self {
            Self::Simple => &meanings::LIFETIME_SIMPLE,
            Self::Contractual => &meanings::LIFETIME_CONTRACTUAL,
            Self::Buying => &meanings::LIFETIME_BUYING,
        }
    }
}

/// What one way says.
#[derive(Clone, Debug)]
pub struct Worth {
    pub way: Way,
    /// Home currency, minor units, of an average new customer (contractual, simple) or of an
    /// average known one in the next year (buying).
    pub value: Option<i64>,
    /// The data settles the model. One that does not hold is shown with what is wrong with it,
    /// and never chosen.
    pub holds: bool,
    /// From and to, at 95 %; none where the accounts are too few to say.
    pub interval: Option<(i64, i64)>,
    /// How many accounts it is learned from.
    pub n: u64,
    /// How it was computed, or why there is no answer: whole sentences.
    pub says: Vec<String>,
    /// Which of the model’s parameters the data does not settle: a sentence each.
    pub unsettled: Vec<String>,
    /// The share left after 0, 1, 2 … quarters: seen, and by the model.
    pub curve: Vec<(f64, Option<f64>)>,
    /// Of buying: what the model would have foretold two thirds of the way, and what came.
    pub tracked: Option<Tracking>,
}

impl Worth {
    fn unknown(way: Way, n: u64) -> Self {
        Self {
            way,
            value: None,
            holds: false,
            interval: None,
            n,
            says: Vec::new(),
            unsettled: Vec::new(),
            curve: Vec::new(),
            tracked: None,
        }
    }
}

/// Three ways, and the one that holds.
#[derive(Clone, Debug)]
pub struct Lifetime {
    /// Of the accounts that are in this segment today.
    pub segment: Option<SegmentId>,
    pub currency: Currency,
    pub margin: f64,
    pub all: Vec<Worth>,
    pub chosen: Way,
    /// Why it was chosen, in a sentence.
    pub because: String,
}

/// What a customer is worth; of the accounts that are in a segment today, if one is given.
pub fn report(tx: &mut Tx, me: &Me, segment: Option<SegmentId>) -> Result<Lifetime> {
    me.require(Permission::RevenueRead)?;
    let margin = acquisition::margin(tx)?;
    let asked = Asked { months: 12, segment, ..Asked::default() };
    let year = ledger::report(tx, me, &asked)?;
    let each = year.months.last().and_then(|it| it.ledger.revenue_per_account(LEVEL));
    let each = each.unwrap_or(Interval { value: 0.0, lower: 0.0, upper: 0.0 });
    let (lost, at_risk) = year.months.iter().fold((0, 0), |sum, it| {
        (sum.0 + it.ledger.churn.accounts, sum.1 + it.ledger.start.accounts)
    });
    let paid = paid_in_a_year(tx, me, segment)?;
    let plain = simple_way(&each, margin, (lost, at_risk), paid);
    let contract = contractual_way(&survivors(tx, me, segment)?, &each, margin)?;
    let (buying, free) = buying::way(tx, me, segment, margin)?;
    let subscribers = year.months.last().map_or(0, |it| it.ledger.end.accounts);
    let (chosen, because) = choose((subscribers, free), &contract, &buying);
    Ok(Lifetime {
        segment,
        currency: rates::home(tx)?,
        margin,
        all: vec![plain, contract, buying],
        chosen,
        because,
    })
}

fn rounded(it: Interval) -> (i64, i64) {
    (it.lower.round() as i64, it.upper.round() as i64)
}

/// A model is learned anew so many times to see how sure it is, from so many at most.
fn resampling(n: usize) -> Resampling {
    Resampling { n, most: 500, draws: 60, level: LEVEL, seed: 1 }
}

/// By how many customers have a subscription and how many buy without one; never a model that
/// does not hold.
fn choose((with, without): (u64, u64), contract: &Worth, buying: &Worth) -> (Way, String) {
    let of = format!("{with} customers have subscriptions, {without} buy without one");
    if contract.holds && with >= without {
        let why = "One knows when subscribers leave, so the contractual model holds. It lets those who stayed stay longer, which one rate for all does not.";
        return (Way::Contractual, format!("{of}. {why}"));
    }
    if buying.holds && without > with {
        let why = "Nobody sees those leave, so it is the model of buying that holds.";
        return (Way::Buying, format!("{of}. {why}"));
    }
    if contract.holds {
        let why = "The model of buying does not hold here, for the reasons below; the contractual one does, of those who have subscriptions.";
        return (Way::Contractual, format!("{of}. {why}"));
    }
    let why = "There is too little to learn a model from. The simple formula is a first look, no more: it takes it that all customers leave at one rate for ever.";
    (Way::Simple, why.to_owned())
}

/// How many accounts paid anything in the twelve months of the ledger.
fn paid_in_a_year(tx: &mut Tx, me: &Me, segment: Option<SegmentId>) -> Result<u64> {
    let today = days::today(tx)?;
    let from = days::first_of(days::month_of(today) - 11);
    let ids: Vec<AccountId> = tx.column(
        "SELECT DISTINCT account_id FROM revenue_steps AS it
         WHERE mrr > 0 AND day <= $1 AND COALESCE(
             (SELECT MIN(day) FROM revenue_steps AS later
              WHERE later.account_id = it.account_id AND later.day > it.day), $1 + 1) > $2",
        &[today.into(), from.into()],
    )?;
    let within = super::within(tx, me, segment, ids.iter().copied())?;
    Ok(within.map_or(ids.len(), |it| it.len()) as u64)
}

fn simple_way(each: &Interval, margin: f64, (lost, at_risk): (u64, u64), paid: u64) -> Worth {
    let churn = if at_risk > 0 { lost as f64 / at_risk as f64 } else { 0.0 };
    let mut it = Worth::unknown(Way::Simple, paid);
    it.interval = simple_interval(each, margin, (lost, at_risk), LEVEL).map(rounded);
    match simple(each.value, margin, churn) {
        Ok(value) => {
            it.value = Some(value.round() as i64);
            it.holds = true;
            it.says.push(format!(
                "Monthly revenue of an account × {:.0}% margin ÷ {:.2}% of accounts lost a month, over twelve months.",
                margin * 100.0,
                churn * 100.0
            ));
            it.says.push(
                "It does not discount, and grows without end as churn goes to nothing.".to_owned(),
            );
        }
        Err(why) => it.says.push(why.to_string()),
    }
    it
}

row! {
    struct Step {
        account_id: AccountId,
        day: i64,
        mrr: i64,
    }
}

/// How many of those who began at least so many quarters ago were left after each of them. The
/// first time somebody pays nothing is the time they left.
fn survivors(tx: &mut Tx, me: &Me, segment: Option<SegmentId>) -> Result<Vec<f64>> {
    let today = days::today(tx)?;
    let mut steps: Vec<Step> =
        tx.rows("SELECT account_id, day, mrr FROM revenue_steps ORDER BY account_id, day", &[])?;
    let ids = steps.iter().map(|it| it.account_id);
    if let Some(within) = super::within(tx, me, segment, ids)? {
        steps.retain(|it| within.contains(&it.account_id));
    }
    let lives: Vec<(i64, Option<i64>)> = steps
        .chunk_by(|a, b| a.account_id == b.account_id)
        .filter_map(|own| {
            let at = own.iter().position(|it| it.mrr > 0)?;
            let left = own[at..].iter().find(|it| it.mrr <= 0).map(|it| it.day);
            (own[at].day <= today).then_some((own[at].day, left.filter(|it| *it <= today)))
        })
        .collect();
    let old_enough = |quarters: i64| {
        let of = lives.iter().filter(move |it| days::after_months(it.0, 3 * quarters) <= today);
        of.copied().collect::<Vec<_>>()
    };
    // As long as possible, with enough accounts to learn from.
    let long = (2..=MOST_QUARTERS).rev().find(|it| old_enough(*it).len() >= LEAST);
    let Some(long) = long else { return Ok(Vec::new()) };
    let cohort = old_enough(long);
    let left_after = |k: i64| {
        let gone = cohort.iter().filter(|(start, left)| {
            left.is_some_and(|left| left <= days::after_months(*start, 3 * k) && k > 0)
        });
        (cohort.len() - gone.count()) as f64
    };
    Ok((0..=long).map(left_after).collect())
}

type Model = (&'static str, Box<dyn Staying>);

fn contract_of(seen: &[f64]) -> tend_stats::Result<Model> {
    let cohort = Cohort::new(seen)?;
    let first = sbg::fit(&cohort)?;
    // Two parameters and three: the third has to be worth it, and the data has to settle it.
    let better =
        |it: &Fit<bdw::Bdw>| it.is_settled() && it.log_likelihood > first.log_likelihood + 1.0;
    let second = bdw::fit(&cohort).ok().filter(better);
    Ok(match second {
        Some(it) => ("BdW", Box::new(it.model)),
        None => ("sBG", Box::new(first.model)),
    })
}

/// As many lives drawn from those that were seen: how many are left after each quarter.
fn drawn(seen: &[f64], random: &mut Random, m: usize) -> Vec<f64> {
    let mut left = vec![m as f64; seen.len()];
    for _ in 0..m {
        let at = random.unit() * seen[0];
        // Whoever stands behind the number that was left then had gone before.
        let gone = seen.iter().position(|it| at >= *it).unwrap_or(seen.len());
        left[gone..].iter_mut().for_each(|it| *it -= 1.0);
    }
    left
}

fn contractual_way(seen: &[f64], each: &Interval, margin: f64) -> Result<Worth> {
    let n = seen.first().copied().unwrap_or(0.0);
    let mut it = Worth::unknown(Way::Contractual, n as u64);
    if seen.is_empty() {
        it.says.push(format!(
            "It takes at least {LEAST} accounts that began two quarters ago or earlier."
        ));
        return Ok(it);
    }
    let rate = (1.0 + DISCOUNT).powf(0.25) - 1.0;
    let fitted = contract_of(seen).and_then(|it| Ok((it.1.del(rate)?, it)));
    let share = |k: usize| seen[k] / n.max(1.0);
    match fitted {
        Ok((lifetime, (name, model))) => {
            let worth = |quarters: f64, revenue: f64| quarters * revenue * 3.0 * margin;
            it.value = Some(worth(lifetime, each.value).round() as i64);
            // The limit of sBG, which is one rate for all, is an answer as well.
            it.holds = true;
            let spread = (each.upper - each.value) / z_of_level(LEVEL);
            let how = resampling(n as usize);
            // What comes from all is as unsure as from the few that are drawn.
            let spread = spread * (how.n as f64 / how.n.min(how.most) as f64).sqrt();
            let sure = resampled(worth(lifetime, each.value), how, |random, m| {
                let lifetime = contract_of(&drawn(seen, random, m)).ok()?.1.del(rate).ok()?;
                Some(worth(lifetime, each.value + spread * random.normal()))
            });
            it.interval = sure.map(rounded);
            it.says.push(format!(
                "{name} on {} quarters of {n:.0} accounts: an expected {lifetime:.1} quarters, discounted at 10% a year, × revenue of a quarter × {:.0}% margin.",
                seen.len() - 1,
                margin * 100.0
            ));
            let long = u32::try_from(seen.len() + 8).unwrap_or(20);
            it.curve = (0..long)
                .map(|t| (model.survival(t), (t < seen.len() as u32).then(|| share(t as usize))))
                .collect();
        }
        Err(why) => it.says.push(why.to_string()),
    }
    Ok(it)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(way: Way, holds: bool) -> Worth {
        Worth { value: Some(1), holds, ..Worth::unknown(way, 30) }
    }

    #[test]
    fn the_way_is_chosen_by_how_many_it_speaks_of_and_never_one_that_does_not_hold() {
        let of = |counts, contract, buying| {
            choose(counts, &worth(Way::Contractual, contract), &worth(Way::Buying, buying)).0
        };
        assert_eq!(of((30, 20), true, true), Way::Contractual);
        assert_eq!(of((20, 30), true, true), Way::Buying);
        assert_eq!(
            of((20, 30), true, false),
            Way::Contractual,
            "its warnings say that it does not"
        );
        assert_eq!(of((30, 20), false, true), Way::Simple, "a few are not the most");
        assert_eq!(of((20, 30), false, false), Way::Simple);
    }
}
