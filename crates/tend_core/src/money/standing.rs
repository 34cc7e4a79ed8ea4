//! What an account pays today and when it renews: kept beside the account, so that a list of a
//! hundred thousand sorts by it.

use std::collections::HashMap;

use jiff::SignedDuration;
use tend_store::{StoreError, Tx, Value, placeholders, row};

use super::{days, steps, steps::Step, subscriptions};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    book,
    jobs::{self, Job},
};

row! {
    /// An account's money today, in minor units of the home currency.
    #[derive(Copy, PartialEq, Eq)]
    pub struct Standing {
        pub account_id: AccountId,
        /// A month.
        pub mrr: i64,
        /// A year.
        pub arr: i64,
        /// The day it paid for the first time.
        pub since_day: Option<i64>,
        /// The day on which the first of its present terms ends.
        pub next_renewal: Option<i64>,
    }
}

const SELECT: &str =
    "SELECT account_id, mrr, arr, since_day, next_renewal FROM account_money WHERE account_id";

/// Of many accounts at once, in one statement; who never had a subscription is left out.
///
/// A list that is to be sorted joins the table `account_money` itself: it has an index by `arr`
/// and one by `next_renewal`.
pub fn of_accounts(
    tx: &mut Tx,
    me: &Me,
    ids: &[AccountId],
) -> Result<HashMap<AccountId, Standing>> {
    me.require(Permission::RevenueRead)?;
    let sql = format!("{SELECT} IN ({})", placeholders(1, ids.len()));
    let args: Vec<Value> = ids.iter().map(|it| (*it).into()).collect();
    let found: Vec<Standing> = if ids.is_empty() { Vec::new() } else { tx.rows(&sql, &args)? };
    Ok(found.into_iter().map(|it| (it.account_id, it)).collect())
}

/// Of one account.
pub fn of(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Option<Standing>> {
    me.require(Permission::RevenueRead)?;
    Ok(tx.maybe(&format!("{SELECT} = $1"), &[id.into()])?)
}

pub(super) fn keep(tx: &mut Tx, account: AccountId, steps: &[Step], today: i64) -> Result<()> {
    let now = steps.iter().rev().find(|it| it.day <= today);
    let coming = steps.iter().find(|it| it.day > today).map(|it| it.day);
    let since = steps.iter().find(|it| it.mrr > 0 || it.arr > 0).map(|it| it.day);
    let renewal: Option<i64> = tx.scalar(
        "SELECT MIN(renewal_day) FROM subscriptions
         WHERE account_id = $1 AND end_day IS NULL AND start_day <= $2",
        &[account.into(), today.into()],
    )?;
    let passes = renewal.map(|it| it.max(today) + 1);
    let changes_on = [coming, passes].into_iter().flatten().min();
    tx.execute(
        "INSERT INTO account_money (account_id, mrr, arr, since_day, next_renewal, changes_on)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (account_id) DO UPDATE
         SET mrr = excluded.mrr, arr = excluded.arr, since_day = excluded.since_day,
             next_renewal = excluded.next_renewal, changes_on = excluded.changes_on",
        &[
            account.into(),
            now.map_or(0, |it| it.mrr).into(),
            now.map_or(0, |it| it.arr).into(),
            since.into(),
            renewal.into(),
            changes_on.into(),
        ],
    )?;
    book::refresh(tx, account)
}

/// Owes the next [`catch_up`] in an hour; or the first one at once, if none is owed.
pub fn owe_catch_up(tx: &mut Tx, when: When) -> Result<()> {
    let owed: Option<i64> =
        tx.maybe_scalar("SELECT 1 AS n FROM jobs WHERE unique_key = 'catch_up_money'", &[])?;
    if when == When::First && owed.is_some() {
        return Ok(());
    }
    let pause = if when == When::First { 0 } else { 3600 };
    let due = tx.now().checked_add(SignedDuration::from_secs(pause));
    let due = due.map_err(|it| StoreError::Failed(it.to_string()))?;
    jobs::once(tx, due, "catch_up_money", &Job::CatchUpMoney {}).map(drop)
}

/// When to look at the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    First,
    InAnHour,
}

/// Brings to today what changes with the calendar alone: what begins or ends, and terms that
/// renew by themselves. Returns how many accounts were looked at; below `most` all are done.
pub fn catch_up(tx: &mut Tx, most: usize) -> Result<usize> {
    let today = days::today(tx)?;
    let due: Vec<AccountId> = tx.column(
        "SELECT account_id FROM account_money WHERE changes_on <= $1 ORDER BY changes_on LIMIT $2",
        &[today.into(), Value::from(most)],
    )?;
    for it in &due {
        subscriptions::renew_by_themselves(tx, *it, today)?;
        steps::retell(tx, *it)?;
    }
    Ok(due.len())
}
