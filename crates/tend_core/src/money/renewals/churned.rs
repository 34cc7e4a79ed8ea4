use std::collections::{BTreeMap, HashMap};

use tend_stats::intervals::{Interval, wilson};
use tend_store::{Tx, row};

use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    money::{
        Currency, days,
        figures::{LEVEL, Which},
        ledger::{self, Asked, Measure, Over},
        rates,
        subscriptions::ReasonId,
    },
};

/// So many accounts, and what they paid a year at the start: home currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    pub accounts: u64,
    pub arr: i64,
}

impl Lost {
    fn add(&mut self, arr: i64) {
        self.accounts += 1;
        self.arr += arr;
    }
}

/// Accounts that left for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Nothing where nobody said.
    pub id: Option<ReasonId>,
    pub reason: Option<String>,
    pub lost: Lost,
    /// Of the accounts that left.
    pub share: Option<Interval>,
}

/// Subscriptions that ended, and what they paid a year then: home currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub subscriptions: i64,
    pub arr: i64,
}

/// Why customers left in twelve months.
#[derive(Clone, Debug)]
pub struct Reasons {
    pub currency: Currency,
    /// What accounts paid at the end of this day is the start.
    pub from_day: i64,
    pub to_day: i64,
    /// The most money first.
    pub rows: Vec<Row>,
    /// With a reason and without one: together as the ledger has it.
    pub said: Lost,
    pub unsaid: Lost,
    pub total: Lost,
    /// Subscriptions that ended of accounts that pay for others: contraction, not churn.
    pub stayed: Ended,
    /// Of accounts that came and left within the months: the ledger of the year has them not.
    pub passed: Ended,
}

row! {
    struct End {
        account_id: AccountId,
        reason_id: Option<ReasonId>,
        reason: Option<String>,
        arr: i64,
        pays: i64,
    }
}

/// An account that left.
#[derive(Clone, Debug, PartialEq)]
pub struct Gone {
    pub account: AccountId,
    pub name: String,
    /// What it paid a year at the start.
    pub arr: i64,
    pub id: Option<ReasonId>,
    pub reason: Option<String>,
}

/// Who left in the ledger's twelve months, each with the reason of what ended last with one; and
/// all that ended, the last first.
fn gone(tx: &mut Tx, me: &Me) -> Result<(i64, Vec<Gone>, Vec<End>)> {
    let today = days::today(tx)?;
    let from = days::last_of(days::month_of(today) - 12);
    let asked = Asked { measure: Measure::Arr, months: 12, ..Asked::default() };
    let left = ledger::lines(tx, me, &asked, Over::Year, Which::Churn)?;
    let ended: Vec<End> = tx.rows(
        "SELECT subscriptions.account_id, reason_id, churn_reasons.name AS reason,
             subscription_terms.arr, COALESCE(account_money.arr, 0) AS pays
         FROM subscriptions
         JOIN subscription_terms ON subscription_id = subscriptions.id AND from_day =
             (SELECT MAX(held.from_day) FROM subscription_terms AS held
              WHERE held.subscription_id = subscriptions.id AND held.from_day < end_day)
         LEFT JOIN account_money ON account_money.account_id = subscriptions.account_id
         LEFT JOIN churn_reasons ON churn_reasons.id = subscriptions.reason_id
         WHERE end_day > $1 AND end_day <= $2
         ORDER BY end_day DESC, subscription_terms.arr DESC, subscriptions.id",
        &[from.into(), today.into()],
    )?;
    let mut said: HashMap<AccountId, (ReasonId, String)> = HashMap::new();
    for it in &ended {
        if let (Some(id), Some(reason)) = (it.reason_id, &it.reason) {
            said.entry(it.account_id).or_insert_with(|| (id, reason.clone()));
        }
    }
    let gone = left.into_iter().map(|it| {
        let why = said.get(&it.account).cloned();
        let (id, reason) = (why.as_ref().map(|it| it.0), why.map(|it| it.1));
        Gone { account: it.account, name: it.name, arr: it.start, id, reason }
    });
    Ok((from, gone.collect(), ended))
}

/// Why accounts left in the ledger's twelve months to today, by the company's own list.
pub fn reasons(tx: &mut Tx, me: &Me) -> Result<Reasons> {
    me.require(Permission::RevenueRead)?;
    let (from_day, gone, ended) = gone(tx, me)?;
    let mut by: BTreeMap<Option<ReasonId>, (Option<String>, Lost)> = BTreeMap::new();
    let (mut said, mut unsaid, mut total) = <(Lost, Lost, Lost)>::default();
    for it in &gone {
        let row = by.entry(it.id).or_insert_with(|| (it.reason.clone(), Lost::default()));
        row.1.add(it.arr);
        total.add(it.arr);
        if it.id.is_some() { said.add(it.arr) } else { unsaid.add(it.arr) }
    }
    let left: HashMap<AccountId, ()> = gone.iter().map(|it| (it.account, ())).collect();
    let (mut stayed, mut passed) = (Ended::default(), Ended::default());
    for it in ended.iter().filter(|it| !left.contains_key(&it.account_id)) {
        let to = if it.pays > 0 { &mut stayed } else { &mut passed };
        to.subscriptions += 1;
        to.arr += it.arr;
    }
    let row = |(id, (reason, lost)): (Option<ReasonId>, (Option<String>, Lost))| {
        let share = wilson(lost.accounts, total.accounts, LEVEL);
        Row { id, reason, lost, share }
    };
    let mut rows: Vec<Row> = by.into_iter().map(row).collect();
    rows.sort_by_key(|it| (it.id.is_none(), -it.lost.arr, it.id));
    let (currency, to_day) = (rates::home(tx)?, days::today(tx)?);
    Ok(Reasons { currency, from_day, to_day, rows, said, unsaid, total, stayed, passed })
}

/// The accounts that left: all of them, or those of one reason or of none, the most money first.
pub fn who_left(tx: &mut Tx, me: &Me, why: Option<Option<ReasonId>>) -> Result<Vec<Gone>> {
    me.require(Permission::RevenueRead)?;
    let (_, mut all, _) = gone(tx, me)?;
    all.retain(|it| why.is_none_or(|why| it.id == why));
    Ok(all)
}
