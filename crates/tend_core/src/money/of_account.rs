//! An account's money, as its page shows it.

use std::collections::HashMap;

use tend_store::{Tx, Value, placeholders, row};

use super::{
    Currency, Standing, Subscription, days,
    invoices::{self, Filter, Invoice, Sums},
    rates, standing, steps, subscriptions,
};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
};

/// How many months of its history are shown.
pub const MONTHS: i64 = 24;

/// What an account pays and paid.
#[derive(Clone, Debug)]
pub struct Of {
    pub account: AccountId,
    pub currency: Currency,
    pub standing: Option<Standing>,
    pub subscriptions: Vec<Subscription>,
    /// The newest eight.
    pub invoices: Vec<Invoice>,
    pub sums: Sums,
    /// A month's recurring revenue at the end of each of these months, oldest first.
    pub history: Vec<(i64, i64)>,
    pub today: i64,
    /// Whether its reader may change it.
    pub may_edit: bool,
    /// Whether its reader may begin opportunities.
    pub may_begin: bool,
}

/// Of one account; nothing for who may not see money.
pub fn of(tx: &mut Tx, me: &Me, account: AccountId) -> Result<Option<Of>> {
    if !me.may(Permission::RevenueRead) {
        return Ok(None);
    }
    let today = days::today(tx)?;
    let all = Filter { account: Some(account), ..Filter::default() };
    Ok(Some(Of {
        account,
        currency: rates::home(tx)?,
        standing: standing::of(tx, me, account)?,
        subscriptions: subscriptions::lines_of(tx, me, account)?,
        invoices: invoices::list(tx, me, &all, None, 8)?.items,
        sums: invoices::sums(tx, me, account)?,
        history: history(tx, account, today)?,
        today,
        may_edit: me.may(Permission::RevenueEdit),
        may_begin: me.may(Permission::RenewalsEdit),
    }))
}

fn history(tx: &mut Tx, account: AccountId, today: i64) -> Result<Vec<(i64, i64)>> {
    let steps = steps::of(tx, account)?;
    let now = days::month_of(today);
    let at = |month: i64| {
        let end = days::last_of(month).min(today);
        steps.iter().rev().find(|it| it.day <= end).map_or(0, |it| it.mrr)
    };
    Ok((now - MONTHS + 1..=now).map(|month| (month, at(month))).collect())
}

/// What these accounts are called.
pub(crate) fn names(
    tx: &mut Tx,
    ids: impl Iterator<Item = AccountId>,
) -> Result<HashMap<AccountId, String>> {
    row! {
        struct Named {
            id: AccountId,
            name: String,
        }
    }
    let ids: Vec<AccountId> = ids.collect();
    let mut all = HashMap::new();
    for some in ids.chunks(500) {
        let sql =
            format!("SELECT id, name FROM accounts WHERE id IN ({})", placeholders(1, some.len()));
        let args: Vec<Value> = some.iter().map(|it| (*it).into()).collect();
        let found: Vec<Named> = tx.rows(&sql, &args)?;
        all.extend(found.into_iter().map(|it| (it.id, it.name)));
    }
    Ok(all)
}
