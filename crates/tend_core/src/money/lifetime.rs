//! What a customer is worth, three ways, and which of them holds here.
//!
//! *Simple*: revenue × margin ÷ churn. *Contractual*: customers who renew or leave at known dates
//! (sBG or BdW; Fader and Hardie 2007, 2010), discounted. *Non-contractual*: customers who buy when
//! they like (BG/NBD × Gamma-Gamma; Fader, Hardie and Lee 2005), from their invoices.

use tend_stats::{
    Buying, History, bdw,
    bg_nbd::{self, Stops},
    contractual::{Cohort, Staying},
    gamma_gamma::{self, Spend},
    lifetime_value::simple,
    rfm::{Purchase, Window, transactions_to_rfm},
    sbg,
};
use tend_store::{Tx, row};

use super::{
    Currency, acquisition, days,
    ledger::{self, Asked},
    rates,
};
use crate::{
    Result,
    agents::{Me, Permission},
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

/// What one way says.
#[derive(Clone, Debug)]
pub struct Worth {
    pub way: Way,
    /// Home currency, minor units, of an average new customer (contractual, simple) or of an
    /// average known one in the next year (buying).
    pub value: Option<i64>,
    /// How many accounts it is learned from.
    pub n: u64,
    /// How it was computed, or why there is no answer: whole sentences.
    pub says: Vec<String>,
    /// The share left after 0, 1, 2 … quarters: seen, and by the model.
    pub curve: Vec<(f64, Option<f64>)>,
}

/// Three ways, and the one that holds.
#[derive(Clone, Debug)]
pub struct Lifetime {
    pub currency: Currency,
    pub margin: f64,
    pub all: Vec<Worth>,
    pub chosen: Way,
    /// Why it was chosen, in a sentence.
    pub because: String,
}

/// What a customer is worth.
pub fn report(tx: &mut Tx, me: &Me) -> Result<Lifetime> {
    me.require(Permission::RevenueRead)?;
    let margin = acquisition::margin(tx)?;
    let asked = Asked { months: 12, ..Asked::default() };
    let year = ledger::report(tx, me, &asked)?;
    let arpa = year.months.last().and_then(|it| it.ledger.revenue_per_account()).unwrap_or(0.0);
    let (lost, at_risk) = year.months.iter().fold((0, 0), |sum, it| {
        (sum.0 + it.ledger.churn.accounts, sum.1 + it.ledger.start.accounts)
    });
    let plain = simple_way(arpa, margin, lost, at_risk);
    let contract = contractual_way(tx, arpa, margin)?;
    let buying = buying_way(tx, margin)?;
    let subscribers = year.months.last().map_or(0, |it| it.ledger.end.accounts);
    let (chosen, because) = choose(subscribers, &contract, &buying);
    Ok(Lifetime {
        currency: rates::home(tx)?,
        margin,
        all: vec![plain, contract, buying],
        chosen,
        because,
    })
}

fn choose(subscribers: u64, contract: &Worth, buying: &Worth) -> (Way, String) {
    if contract.value.is_some() && subscribers * 2 >= buying.n {
        let why = "Most customers have subscriptions: one knows when they leave, so the contractual model holds. It lets those who stayed stay longer, which one rate for all does not.";
        return (Way::Contractual, why.to_owned());
    }
    if buying.value.is_some() {
        let why = "Most customers buy without a subscription: nobody sees them leave, so it is the model of buying that holds.";
        return (Way::Buying, why.to_owned());
    }
    let why = "There is too little to learn a model from. The simple formula is a first look, no more: it takes it that all customers leave at one rate for ever.";
    (Way::Simple, why.to_owned())
}

fn simple_way(arpa: f64, margin: f64, lost: u64, at_risk: u64) -> Worth {
    let churn = if at_risk > 0 { lost as f64 / at_risk as f64 } else { 0.0 };
    let mut it = Worth {
        way: Way::Simple,
        value: None,
        n: at_risk / 12,
        says: Vec::new(),
        curve: Vec::new(),
    };
    match simple(arpa, margin, churn) {
        Ok(value) => {
            it.value = Some(value.round() as i64);
            it.says.push(format!(
                "Monthly revenue of an account × {:.0} % margin ÷ {:.2} % of accounts lost a month, over twelve months.",
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
        account_id: i64,
        day: i64,
        mrr: i64,
    }
}

/// How many of those who began at least so many quarters ago were left after each of them. The
/// first time somebody pays nothing is the time they left.
fn survivors(tx: &mut Tx) -> Result<Vec<f64>> {
    let today = days::today(tx)?;
    let steps: Vec<Step> =
        tx.rows("SELECT account_id, day, mrr FROM revenue_steps ORDER BY account_id, day", &[])?;
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

fn contractual_way(tx: &mut Tx, arpa: f64, margin: f64) -> Result<Worth> {
    let seen = survivors(tx)?;
    let n = seen.first().copied().unwrap_or(0.0);
    let mut it = Worth {
        way: Way::Contractual,
        value: None,
        n: n as u64,
        says: Vec::new(),
        curve: Vec::new(),
    };
    if seen.is_empty() {
        it.says.push(format!(
            "It takes at least {LEAST} accounts that began two quarters ago or earlier."
        ));
        return Ok(it);
    }
    let rate = (1.0 + DISCOUNT).powf(0.25) - 1.0;
    let fitted = Cohort::new(&seen).and_then(|cohort| {
        let first = sbg::fit(&cohort)?;
        // Two parameters and three: the third has to be worth it.
        let second =
            bdw::fit(&cohort).ok().filter(|it| it.log_likelihood > first.log_likelihood + 1.0);
        let model: (&str, Box<dyn Staying>) = match second {
            Some(it) => ("BdW", Box::new(it.model)),
            None => ("sBG", Box::new(first.model)),
        };
        let lifetime = model.1.del(rate)?;
        Ok((model, lifetime))
    });
    let share = |k: usize| seen[k] / n.max(1.0);
    match fitted {
        Ok(((name, model), lifetime)) => {
            it.value = Some((lifetime * arpa * 3.0 * margin).round() as i64);
            it.says.push(format!(
                "{name} on {} quarters of {n:.0} accounts: an expected {lifetime:.1} quarters, discounted at 10 % a year, × revenue of a quarter × {:.0} % margin.",
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

row! {
    struct Bill {
        account_id: i64,
        issued_day: i64,
        home: i64,
    }
}

fn buying_way(tx: &mut Tx, margin: f64) -> Result<Worth> {
    let today = days::today(tx)?;
    let unit = rates::home(tx)?.unit() as f64;
    let bills: Vec<Bill> = tx.rows(
        "SELECT account_id, issued_day, home FROM invoices
         WHERE status IN ('open', 'paid') AND home > 0 AND issued_day <= $1",
        &[today.into()],
    )?;
    let bought: Vec<Purchase<i64>> = bills
        .iter()
        .map(|it| Purchase {
            customer: it.account_id,
            day: it.issued_day,
            value: Some(it.home as f64 / unit),
        })
        .collect();
    let mut it = Worth { way: Way::Buying, value: None, n: 0, says: Vec::new(), curve: Vec::new() };
    let known = transactions_to_rfm(&bought, &Window::up_to(today, 7.0)).unwrap_or_default();
    it.n = known.len() as u64;
    if known.len() < LEAST {
        it.says.push(format!("It takes invoices of at least {LEAST} accounts."));
        return Ok(it);
    }
    let histories: Vec<History> = known.iter().map(|it| it.history).collect();
    let spends: Vec<Spend> = known
        .iter()
        .map(|it| Spend { purchases: it.history.repeats, mean: it.mean_value.unwrap_or(0.0) })
        .collect();
    let fitted = bg_nbd::fit(&histories, Stops::AfterRepeats)
        .and_then(|times| Ok((times, gamma_gamma::fit(&spends)?)));
    match fitted {
        Ok((times, amounts)) => {
            let year: f64 = histories
                .iter()
                .zip(&spends)
                .map(|(history, spend)| {
                    let value = amounts.model.expected(spend).unwrap_or(0.0);
                    times.model.expected(history, 52.0) * value
                })
                .sum();
            let each = year * margin / known.len() as f64;
            it.value = Some((each * unit).round() as i64);
            it.says.push(format!(
                "BG/NBD × Gamma-Gamma on the invoices of {} accounts: what an average one of them brings in the next year, × {:.0} % margin.",
                known.len(),
                margin * 100.0
            ));
            it.says.extend(times.warnings.iter().chain(&amounts.warnings).cloned());
        }
        Err(why) => it.says.push(why.to_string()),
    }
    Ok(it)
}
