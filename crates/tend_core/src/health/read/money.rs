//! What they pay, and whether they pay in time.

use std::collections::HashMap;

use tend_store::{Tx, row};

use super::{Ask, Sheet};
use crate::{Result, accounts::AccountId, health::Kind, money::days};

/// Invoices are due so many days after they are issued, at most.
const LONGEST_TERM: i64 = 120;
const YEAR: i64 = 365;

pub(super) fn fill(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    if ask.asks(&[Kind::Late]) {
        late(tx, ask, sheet)?;
    }
    if ask.asks(&[Kind::Renewal]) {
        renewal(tx, ask, sheet)?;
    }
    for (id, life) in ask.ids.iter().filter_map(|id| Some((id, ask.lives.get(id)?))) {
        if let Some(since) = life.paid_first().filter(|it| *it <= ask.day) {
            let days = (ask.day - since) as f64;
            ask.of(Kind::Tenure).iter().for_each(|it| sheet.put(*id, it.0, days, 0));
        }
        let then = life.paid_first().and_then(|_| life.arr_on(ask.day - 1 - YEAR));
        let now = life.arr_on(ask.day - 1);
        if let (Some(then), Some(now)) = (then.filter(|it| *it > 0), now) {
            let change = 100.0 * (now - then) as f64 / then as f64;
            ask.of(Kind::ArrChange).iter().for_each(|it| sheet.put(*id, it.0, change, 0));
        }
    }
    Ok(())
}

fn late(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    row! {
        struct Due {
            account_id: AccountId,
            due_day: i64,
            paid_day: Option<i64>,
        }
    }
    let from = ask.day - ask.longest(&[Kind::Late]) - LONGEST_TERM;
    let (marks, args) = ask.bound(vec![ask.day.into(), from.into()]);
    let sql = format!(
        "SELECT account_id, due_day, paid_day FROM invoices
         WHERE account_id IN ({marks}) AND issued_day < $1 AND issued_day >= $2
             AND status NOT IN ('draft', 'void')"
    );
    let mut all: HashMap<AccountId, Vec<Due>> = HashMap::new();
    for it in tx.rows::<Due>(&sql, &args)? {
        all.entry(it.account_id).or_default().push(it);
    }
    for (id, of) in &all {
        for (n, window) in ask.of(Kind::Late) {
            let is_late = |it: &&Due| {
                let in_window = it.due_day >= ask.day - window && it.due_day < ask.day;
                let in_time = it.paid_day.is_some_and(|it| it < ask.day);
                in_window && !(in_time && it.paid_day <= Some(it.due_day))
            };
            sheet.put(*id, n, of.iter().filter(is_late).count() as f64, 0);
        }
    }
    Ok(())
}

/// The end of the first of its terms, from the day on.
fn renewal(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    row! {
        struct Term {
            account_id: AccountId,
            renewal_day: i64,
            term_months: i64,
            start_day: i64,
        }
    }
    let (marks, args) = ask.bound(vec![ask.day.into()]);
    let sql = format!(
        "SELECT account_id, renewal_day, term_months, start_day FROM subscriptions
         WHERE account_id IN ({marks}) AND start_day <= $1 AND (end_day IS NULL OR end_day > $1)"
    );
    let mut first: HashMap<AccountId, i64> = HashMap::new();
    for it in tx.rows::<Term>(&sql, &args)? {
        // What renewed since then was due earlier.
        let mut day = it.renewal_day;
        let before = |day| days::after_months(day, -it.term_months);
        while it.term_months > 0 && before(day) >= ask.day && before(day) > it.start_day {
            day = before(day);
        }
        if day >= ask.day {
            let known = first.entry(it.account_id).or_insert(day);
            *known = (*known).min(day);
        }
    }
    for (id, day) in first {
        ask.of(Kind::Renewal).iter().for_each(|it| sheet.put(id, it.0, (day - ask.day) as f64, 0));
    }
    Ok(())
}
