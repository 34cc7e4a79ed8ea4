use tend_store::{Tx, row};

use crate::{
    Result,
    agents::{Me, Permission},
    money::{Currency, days, rates},
};

row! {
    /// Why subscriptions ended.
    #[derive(PartialEq)]
    pub struct Row {
        /// Nothing where nobody said.
        pub reason: Option<String>,
        pub subscriptions: i64,
        pub accounts: i64,
        /// Home currency, a year.
        pub arr: i64,
    }
}

/// Why subscriptions ended in some months.
#[derive(Clone, Debug)]
pub struct Reasons {
    pub currency: Currency,
    pub months: i64,
    /// The most money first.
    pub rows: Vec<Row>,
}

/// Of the subscriptions that ended in the last `months` months: why, by the company's own list.
pub fn reasons(tx: &mut Tx, me: &Me, months: i64) -> Result<Reasons> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let rows = tx.rows(
        "SELECT churn_reasons.name AS reason, count(*) AS subscriptions,
             count(DISTINCT account_id) AS accounts, CAST(SUM(arr) AS BIGINT) AS arr
         FROM subscriptions
         JOIN subscription_terms ON subscription_id = subscriptions.id AND from_day =
             (SELECT MAX(held.from_day) FROM subscription_terms AS held
              WHERE held.subscription_id = subscriptions.id AND held.from_day < end_day)
         LEFT JOIN churn_reasons ON churn_reasons.id = subscriptions.reason_id
         WHERE end_day > $1 AND end_day <= $2
         GROUP BY churn_reasons.id, churn_reasons.name
         ORDER BY arr DESC, churn_reasons.id",
        &[days::after_months(today, -months).into(), today.into()],
    )?;
    Ok(Reasons { currency: rates::home(tx)?, months, rows })
}
