//! Customers who buy when they like: BG/NBD × Gamma-Gamma over what they bought without a
//! subscription.

use std::collections::{HashMap, HashSet};

use tend_stats::{
    Buying, History,
    bg_nbd::{self, Stops},
    gamma_gamma::{self, Spend},
    intervals::resampled,
    rfm::{Purchase, Window, transactions_to_rfm},
    tracking::{Tracking, tracking},
};
use tend_store::{Tx, row};

use super::{LEAST, Way, Worth, resampling, rounded};
use crate::{
    Result,
    accounts::AccountId,
    agents::Me,
    book::SegmentId,
    money::{Currency, days, rates},
};

/// The model is tried on what came after this share of the history.
const TRIED_AFTER: f64 = 2.0 / 3.0;

row! {
    struct Bill {
        account_id: AccountId,
        issued_day: i64,
        home: i64,
    }
}

row! {
    struct Order {
        account_id: AccountId,
        day: i64,
        currency: Currency,
        paid: i64,
    }
}

/// Where the likelihood is flat.
const ROUGH: &str = "There is too little data to settle the model, so read this as a rough figure.";

/// What was bought without a subscription: orders, also of subscribers, and the invoices of
/// accounts that never had a subscription and have no orders, so that an order with its invoice is
/// one purchase. What a subscription bills comes by the calendar, and nobody decides to buy it.
/// Orders in a currency without a rate are left out; says how many.
fn bought(
    tx: &mut Tx,
    me: &Me,
    segment: Option<SegmentId>,
    today: i64,
) -> Result<(Vec<Purchase<i64>>, usize)> {
    let home = rates::home(tx)?;
    let unit = home.unit() as f64;
    let bills: Vec<Bill> = tx.rows(
        "SELECT account_id, issued_day, home FROM invoices
         WHERE status IN ('open', 'paid') AND home > 0 AND issued_day <= $1
             AND subscription_id IS NULL
             AND NOT EXISTS (SELECT 1 FROM subscriptions
                             WHERE subscriptions.account_id = invoices.account_id)",
        &[today.into()],
    )?;
    let orders: Vec<Order> = tx.rows(
        "SELECT contacts.account_id, orders.placed_at / 86400000000 AS day, orders.currency,
             orders.total - orders.refunded AS paid
         FROM orders JOIN contacts ON contacts.id = orders.contact_id
         WHERE orders.cancelled_at IS NULL AND orders.gone_at IS NULL
             AND orders.payment IN ('paid', 'partially_refunded')
             AND orders.total > orders.refunded AND orders.placed_at / 86400000000 <= $1",
        &[today.into()],
    )?;
    let ordered: HashSet<AccountId> = orders.iter().map(|it| it.account_id).collect();
    let mut bought: Vec<Bill> =
        bills.into_iter().filter(|it| !ordered.contains(&it.account_id)).collect();
    let (mut known, mut left_out) = (HashMap::new(), 0);
    for it in orders {
        let rate = *known
            .entry((it.currency, it.day))
            .or_insert_with(|| rates::on(tx, it.currency, it.day).ok());
        let home =
            rate.and_then(|rate| rates::convert(it.paid, it.currency, home, rate, (1, 1)).ok());
        match home.filter(|it| *it > 0) {
            Some(home) => {
                bought.push(Bill { account_id: it.account_id, issued_day: it.day, home });
            }
            None => left_out += 1,
        }
    }
    let ids = bought.iter().map(|it| it.account_id);
    if let Some(within) = crate::money::within(tx, me, segment, ids)? {
        bought.retain(|it| within.contains(&it.account_id));
    }
    let purchase = |it: &Bill| Purchase {
        customer: it.account_id.raw(),
        day: it.issued_day,
        value: Some(it.home as f64 / unit),
    };
    Ok((bought.iter().map(purchase).collect(), left_out))
}

/// What was learned of an average one.
struct Year {
    /// What it brings in the next year, in the unit of the spends.
    value: f64,
    warnings: Vec<String>,
    /// The data settles both models, and what people spend has a mean.
    holds: bool,
}

fn year_of(histories: &[History], spends: &[Spend]) -> tend_stats::Result<Year> {
    let times = bg_nbd::fit(histories, Stops::AfterRepeats)?;
    let amounts = gamma_gamma::fit(spends)?;
    let one = |(history, spend): (&History, &Spend)| {
        times.model.expected(history, 52.0) * amounts.model.expected(spend).unwrap_or(0.0)
    };
    let year: f64 = histories.iter().zip(spends).map(one).sum();
    let warnings = times.warnings.iter().chain(&amounts.warnings).cloned().collect();
    let value = year / histories.len().max(1) as f64;
    let holds = times.is_settled() && amounts.is_settled() && amounts.model.q > 1.0;
    Ok(Year { value, warnings, holds })
}

/// How many of those who bought run no subscription today.
fn free(tx: &mut Tx, bought: &[Purchase<i64>], today: i64) -> Result<u64> {
    let bound: Vec<AccountId> = tx.column(
        "SELECT DISTINCT account_id FROM subscriptions
         WHERE start_day <= $1 AND (end_day IS NULL OR end_day > $1)",
        &[today.into()],
    )?;
    let bound: HashSet<i64> = bound.into_iter().map(|it| it.raw()).collect();
    let free: HashSet<i64> =
        bought.iter().map(|it| it.customer).filter(|it| !bound.contains(it)).collect();
    Ok(free.len() as u64)
}

/// What this way says, and how many customers buy without a contract.
pub(super) fn way(
    tx: &mut Tx,
    me: &Me,
    segment: Option<SegmentId>,
    margin: f64,
) -> Result<(Worth, u64)> {
    let today = days::today(tx)?;
    let unit = rates::home(tx)?.unit() as f64;
    let (bought, left_out) = bought(tx, me, segment, today)?;
    let known = transactions_to_rfm(&bought, &Window::up_to(today, 7.0)).unwrap_or_default();
    let free = free(tx, &bought, today)?;
    let mut it = Worth::unknown(Way::Buying, known.len() as u64);
    if left_out > 0 {
        it.says.push(format!(
            "{left_out} orders are left out: their currency has no exchange rate yet."
        ));
    }
    if known.len() < LEAST {
        it.says.push(format!(
            "It takes at least {LEAST} accounts that bought without a subscription: by orders, or by invoices of accounts that never had one."
        ));
        return Ok((it, free));
    }
    it.tracked = tracked(&bought, today);
    let histories: Vec<History> = known.iter().map(|it| it.history).collect();
    let spends: Vec<Spend> = known
        .iter()
        .map(|it| Spend { purchases: it.history.repeats, mean: it.mean_value.unwrap_or(0.0) })
        .collect();
    let minor = |year: f64| year * margin * unit;
    match year_of(&histories, &spends) {
        Ok(year) => {
            it.value = Some(minor(year.value).round() as i64);
            it.holds = year.holds;
            let sure = resampled(minor(year.value), resampling(known.len()), |random, m| {
                let drawn: Vec<usize> = (0..m).map(|_| random.below(known.len())).collect();
                let histories: Vec<_> = drawn.iter().map(|it| histories[*it]).collect();
                let spends: Vec<_> = drawn.iter().map(|it| spends[*it]).collect();
                year_of(&histories, &spends).ok().map(|it| minor(it.value))
            });
            it.interval = sure.map(rounded);
            it.says.push(format!(
                "BG/NBD × Gamma-Gamma on what {} accounts bought without a subscription: what an average one of them brings in the next year, × {:.0}% margin.",
                known.len(),
                margin * 100.0
            ));
            if !year.warnings.is_empty() {
                it.says.push(ROUGH.to_owned());
            }
            it.unsettled = year.warnings;
        }
        Err(why) => it.says.push(why.to_string()),
    }
    Ok((it, free))
}

/// What the model would have foretold, had it been asked two thirds of the way, and what came.
/// Nothing where there was too little to learn from by then.
fn tracked(bought: &[Purchase<i64>], today: i64) -> Option<Tracking> {
    let first = bought.iter().map(|it| it.day).min()?;
    let then = first + ((today - first) as f64 * TRIED_AFTER) as i64;
    let window = Window { calibration_end: then, observation_end: Some(today), unit_days: 7.0 };
    let known = transactions_to_rfm(bought, &window).ok()?;
    if known.len() < LEAST {
        return None;
    }
    let histories: Vec<History> = known.iter().map(|it| it.history).collect();
    let model = bg_nbd::fit(&histories, Stops::AfterRepeats).ok()?.model;
    tracking(bought, &window, &model).ok()
}
