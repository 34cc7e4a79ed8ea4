//! What an account pays a year, and where that is known from: one definition for the account's
//! page, portfolios, money at risk, files and the API, and what leads from it to the ledger.
//!
//! Subscriptions speak as soon as an account ever had one that is paid for, also after it ended;
//! until then it is what somebody entered. The ledger, growth and cohorts are of subscriptions
//! alone, since what was entered has no history.

use std::collections::HashMap;

use tend_store::{Tx, Value, placeholders, row};

use super::{
    Currency,
    ledger::{self, Asked, Measure},
    rates,
};
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{Me, Permission},
    words::words,
};

words! {
    /// Where it is known from what an account pays.
    Source, "The source is subscriptions or entered." {
        /// Its subscriptions say so.
        Subscriptions = "subscriptions" "Subscriptions",
        /// Somebody entered it.
        Entered = "entered" "Entered",
    }
}

/// What is known of an account's recurring income.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Income {
    /// A year, in minor units of the home currency.
    pub arr: Option<i64>,
    /// The day of the next renewal, since 1970.
    pub renews_on: Option<i64>,
    /// `None` while nothing is known.
    pub source: Option<Source>,
}

impl Income {
    /// Whether somebody may enter it: no subscription says so.
    pub fn may_be_entered(&self) -> bool {
        self.source != Some(Source::Subscriptions)
    }
}

row! {
    struct Known {
        id: AccountId,
        said_arr: Option<i64>,
        said_renewal: Option<i64>,
        since_day: Option<i64>,
        arr: Option<i64>,
        next_renewal: Option<i64>,
    }
}

impl Known {
    fn income(&self) -> Income {
        if self.since_day.is_some() {
            let source = Some(Source::Subscriptions);
            return Income { arr: self.arr, renews_on: self.next_renewal, source };
        }
        let is_said = self.said_arr.is_some() || self.said_renewal.is_some();
        Income {
            arr: self.said_arr,
            renews_on: self.said_renewal,
            source: is_said.then_some(Source::Entered),
        }
    }
}

/// Of one account; nothing is known of one that there is not.
pub(crate) fn of(tx: &mut Tx, id: AccountId) -> Result<Income> {
    Ok(of_all(tx, &[id])?.remove(&id).unwrap_or_default())
}

/// Of many at once, in one statement. Who may not see money is told the day of the renewal alone:
/// it is no amount, and whoever speaks with a customer shortly before should know.
pub fn of_accounts(tx: &mut Tx, me: &Me, ids: &[AccountId]) -> Result<HashMap<AccountId, Income>> {
    let mut all = of_all(tx, ids)?;
    if !me.may(Permission::RevenueRead) {
        for it in all.values_mut() {
            *it = Income { renews_on: it.renews_on, ..Income::default() };
        }
    }
    Ok(all)
}

fn of_all(tx: &mut Tx, ids: &[AccountId]) -> Result<HashMap<AccountId, Income>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT accounts.id, said_arr, said_renewal, since_day, account_money.arr, next_renewal
         FROM accounts LEFT JOIN account_money ON account_money.account_id = accounts.id
         WHERE accounts.id IN ({})",
        placeholders(1, ids.len())
    );
    let args: Vec<Value> = ids.iter().map(|it| (*it).into()).collect();
    let found: Vec<Known> = tx.rows(&sql, &args)?;
    Ok(found.iter().map(|it| (it.id, it.income())).collect())
}

words! {
    /// What stands between the ledger and the portfolio.
    Apart, "The part is entered or outside." {
        /// Income that somebody entered: in the portfolio, and not in the ledger.
        Entered = "entered" "Entered",
        /// Paid by persons whom nobody looks after: in the ledger, and not in the portfolio.
        Outside = "outside" "In nobody’s portfolio",
    }
}

/// So many accounts, and what they pay a year: minor units of the home currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub accounts: i64,
    pub arr: i64,
}

/// From the ledger to the portfolio, as both are today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bridge {
    pub currency: Currency,
    /// What the ledger closes with, a year.
    pub ledger: Part,
    pub entered: Part,
    pub outside: Part,
}

impl Bridge {
    /// What the portfolio says: the ledger, and what was entered, less what is in no portfolio.
    pub fn portfolio(&self) -> Part {
        Part {
            accounts: self.ledger.accounts + self.entered.accounts - self.outside.accounts,
            arr: self.ledger.arr + self.entered.arr - self.outside.arr,
        }
    }
}

/// From the ledger of some accounts (by owner, filter or segment) to their portfolio, today.
pub fn bridge(tx: &mut Tx, me: &Me, asked: &Asked) -> Result<Bridge> {
    let today = Asked { measure: Measure::Arr, month: None, months: 1, ..asked.clone() };
    let report = ledger::report(tx, me, &today)?;
    let end = report.months.last().map(|it| it.ledger.end).unwrap_or_default();
    let sum = |them: Vec<Line>| Part {
        accounts: them.iter().filter(|it| it.arr > 0).count() as i64,
        arr: them.iter().map(|it| it.arr).sum(),
    };
    Ok(Bridge {
        currency: rates::home(tx)?,
        ledger: Part {
            accounts: i64::try_from(end.accounts).unwrap_or(i64::MAX),
            arr: i64::try_from(end.amount).unwrap_or(i64::MAX),
        },
        entered: sum(lines(tx, me, asked, Apart::Entered)?),
        outside: sum(lines(tx, me, asked, Apart::Outside)?),
    })
}

row! {
    /// An account that stands between the ledger and the portfolio.
    #[derive(PartialEq)]
    pub struct Line {
        pub account: AccountId,
        pub name: String,
        pub owner: Option<String>,
        /// Minor units of the home currency.
        pub arr: i64,
        /// Day since 1970.
        pub renews_on: Option<i64>,
    }
}

/// The accounts of a part of the bridge, those that pay most first.
pub fn lines(tx: &mut Tx, me: &Me, asked: &Asked, which: Apart) -> Result<Vec<Line>> {
    me.require(Permission::RevenueRead)?;
    let mut some = accounts::list::conditions(tx, &asked.filter)?;
    let (arr, renewal) = match which {
        Apart::Entered => {
            some.and("account_money.since_day IS NULL AND said_arr > 0", []);
            some.and("accounts.id IN (SELECT account_id FROM account_figures)", []);
            ("said_arr", "said_renewal")
        }
        Apart::Outside => {
            some.and("account_money.arr > 0", []);
            some.and("accounts.id NOT IN (SELECT account_id FROM account_figures)", []);
            ("account_money.arr", "next_renewal")
        }
    };
    if let Some(it) = asked.account {
        some.and("accounts.id = ?", [it.into()]);
    }
    let sql = format!(
        "SELECT accounts.id AS account, accounts.name, agents.name AS owner, {arr} AS arr,
             {renewal} AS renews_on
         FROM accounts LEFT JOIN account_money ON account_money.account_id = accounts.id
         LEFT JOIN agents ON agents.id = accounts.owner_id
         WHERE {} ORDER BY arr DESC, accounts.id",
        some.sql
    );
    let mut found: Vec<Line> = tx.rows(&sql, &some.args)?;
    let ids = found.iter().map(|it| it.account);
    if let Some(within) = super::within(tx, me, asked.segment, ids)? {
        found.retain(|it| within.contains(&it.account));
    }
    Ok(found)
}
