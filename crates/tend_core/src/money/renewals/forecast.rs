//! What is expected of renewals to come, and how those of the last year went: of all of them,
//! however many there are.

use std::collections::BTreeMap;

use tend_stats::{
    by_account,
    intervals::{Interval, wilson},
};
use tend_store::{Tx, row};

use super::{Category, Outcome, SHORTEST_TERM};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    money::{Currency, days, figures::LEVEL, rates},
};

row! {
    /// What is expected of the renewals of a month, in one category.
    #[derive(Copy, PartialEq, Eq)]
    pub struct Expected {
        /// 12 × year + month − 1.
        pub month: i64,
        pub category: Category,
        pub renewals: i64,
        /// Home currency, a year.
        pub amount: i64,
    }
}

/// How many of those that were due in the last twelve months were renewed: by the day they were
/// due, whenever they were settled. A subscription that ended before it was due counts as one that
/// was due on that day and was not renewed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rate {
    pub due: u64,
    pub kept: u64,
    /// Different accounts.
    pub accounts: u64,
    pub amount: i64,
    pub renewed: i64,
    /// Of money: at most 1.
    pub sure: Option<Interval>,
}

impl Rate {
    /// Renewed ÷ up for renewal, of money: at most 1.
    pub fn of_money(&self) -> Option<f64> {
        (self.amount > 0).then(|| self.renewed as f64 / self.amount as f64)
    }

    /// Of renewals, with Wilson's interval.
    pub fn of_renewals(&self) -> Option<Interval> {
        wilson(self.kept, self.due, LEVEL)
    }
}

/// What is expected, and how it went.
#[derive(Clone, Debug)]
pub struct Forecast {
    pub currency: Currency,
    pub today: i64,
    /// By month, then by category; what is overdue stands in the month in which it was due.
    pub expected: Vec<Expected>,
    pub rate: Rate,
}

impl Forecast {
    /// What is expected of those to come: how many, and how much.
    pub fn of(&self, category: Category) -> (i64, i64) {
        let some = self.expected.iter().filter(|it| it.category == category);
        some.fold((0, 0), |(n, sum), it| (n + it.renewals, sum + it.amount))
    }
}

row! {
    struct Open {
        renewal_day: i64,
        category: Category,
        arr: i64,
    }
}

/// Of the next `months` months, with what is overdue, and of the last twelve.
pub fn forecast_of(tx: &mut Tx, me: &Me, months: i64) -> Result<Forecast> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let until = days::after_months(today, months.clamp(1, 36));
    let open: Vec<Open> = tx.rows(
        "SELECT renewal_day, COALESCE(renewals.category, 'most_likely') AS category, arr
         FROM subscriptions
         JOIN subscription_terms ON subscription_terms.subscription_id = subscriptions.id
             AND from_day = (SELECT MAX(held.from_day) FROM subscription_terms AS held
                 WHERE held.subscription_id = subscriptions.id AND held.from_day <= renewal_day)
         LEFT JOIN renewals ON renewals.subscription_id = subscriptions.id
             AND due_day = renewal_day
         WHERE end_day IS NULL AND renewal_day <= $1 AND term_months >= $2 AND start_day <= $3",
        &[until.into(), SHORTEST_TERM.into(), today.into()],
    )?;
    let place = |it: Category| Category::ALL.iter().position(|one| *one == it).unwrap_or(0);
    let mut by: BTreeMap<(i64, usize), Expected> = BTreeMap::new();
    for it in &open {
        let (month, category) = (days::month_of(it.renewal_day), it.category);
        let none = Expected { month, category, renewals: 0, amount: 0 };
        let to = by.entry((month, place(category))).or_insert(none);
        to.renewals += 1;
        to.amount += it.arr;
    }
    let expected = by.into_values().collect();
    Ok(Forecast { currency: rates::home(tx)?, today, expected, rate: rate(tx, today)? })
}

row! {
    struct Went {
        account_id: AccountId,
        amount: i64,
        renewed: Option<i64>,
        outcome: Outcome,
    }
}

fn rate(tx: &mut Tx, today: i64) -> Result<Rate> {
    let all: Vec<Went> = tx.rows(
        "SELECT account_id, amount, renewed, outcome FROM renewals
         WHERE outcome IS NOT NULL AND due_day > $1 AND due_day <= $2
         UNION ALL
         SELECT account_id, arr AS amount, CAST(0 AS BIGINT) AS renewed, 'churned' AS outcome
         FROM subscriptions
         JOIN subscription_terms ON subscription_terms.subscription_id = subscriptions.id
             AND from_day = (SELECT MAX(held.from_day) FROM subscription_terms AS held
                 WHERE held.subscription_id = subscriptions.id AND held.from_day < end_day)
         WHERE end_day > $1 AND end_day <= $2 AND term_months >= $3
             AND NOT EXISTS (SELECT 1 FROM renewals WHERE renewals.outcome = 'churned'
                 AND renewals.subscription_id = subscriptions.id)",
        &[days::after_months(today, -12).into(), today.into(), SHORTEST_TERM.into()],
    )?;
    let mut rate = Rate::default();
    let mut by: BTreeMap<AccountId, (f64, f64)> = BTreeMap::new();
    for it in &all {
        let renewed = it.renewed.unwrap_or(0);
        rate.due += 1;
        rate.kept += u64::from(it.outcome != Outcome::Churned);
        rate.amount += it.amount;
        rate.renewed += renewed;
        let own = by.entry(it.account_id).or_default();
        *own = (own.0 + it.amount as f64, own.1 + renewed as f64);
    }
    let accounts: Vec<(f64, f64)> = by.into_values().collect();
    rate.accounts = accounts.len() as u64;
    rate.sure = by_account::ratio(&accounts, LEVEL).and_then(|it| it.1);
    Ok(rate)
}
