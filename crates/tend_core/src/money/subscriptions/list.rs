use tend_store::{Tx, Value, row};

use super::{State, Subscription, SubscriptionId, change::Terms};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    error::not_found,
    money::{ProductId, days},
    page::{Cursor, Page},
};

/// With the terms that hold today; of one that has not begun, the first ones.
const SELECT: &str = "SELECT subscriptions.id, subscriptions.account_id, accounts.name AS account,
        subscriptions.product_id, products.name AS product, plan, currency, rate, start_day,
        end_day, churn_reasons.name AS reason, term_months, renewal_day, auto_renew, external_id,
        from_day, quantity, price, months, mrr, arr
    FROM subscriptions
    JOIN accounts ON accounts.id = subscriptions.account_id
    JOIN subscription_terms ON subscription_id = subscriptions.id AND from_day = COALESCE(
        (SELECT MAX(held.from_day) FROM subscription_terms AS held
         WHERE held.subscription_id = subscriptions.id AND held.from_day <= $1), start_day)
    LEFT JOIN products ON products.id = subscriptions.product_id
    LEFT JOIN churn_reasons ON churn_reasons.id = subscriptions.reason_id";

pub(crate) fn fetch(tx: &mut Tx, id: SubscriptionId) -> Result<Subscription> {
    let today = days::today(tx)?;
    let sql = format!("{SELECT} WHERE subscriptions.id = $2");
    tx.maybe(&sql, &[today.into(), id.into()])?.ok_or(not_found("subscription"))
}

/// One of them.
pub fn find(tx: &mut Tx, me: &Me, id: SubscriptionId) -> Result<Subscription> {
    match me.may(Permission::RevenueRead) {
        true => fetch(tx, id),
        false => Err(not_found("subscription")),
    }
}

/// Those of an account: what runs first, then what ended, the newest first.
pub fn lines_of(tx: &mut Tx, me: &Me, account: AccountId) -> Result<Vec<Subscription>> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let sql = format!(
        "{SELECT} WHERE subscriptions.account_id = $2
         ORDER BY CASE WHEN end_day IS NULL OR end_day > $1 THEN 0 ELSE 1 END, start_day DESC,
             subscriptions.id DESC LIMIT 500"
    );
    Ok(tx.rows(&sql, &[today.into(), account.into()])?)
}

/// Which subscriptions; all conditions hold together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub account: Option<AccountId>,
    pub state: Option<State>,
    pub product: Option<ProductId>,
}

/// $1 is today.
fn is(state: Option<State>) -> &'static str {
    match state {
        None => "TRUE",
        Some(State::Ended) => "end_day <= $1",
        Some(State::Coming) => "start_day > $1 AND (end_day IS NULL OR end_day > $1)",
        Some(State::Ending) => "end_day > $1 AND start_day <= $1",
        Some(State::Overdue) => "end_day IS NULL AND start_day <= $1 AND renewal_day < $1",
        Some(State::Active) => "end_day IS NULL AND start_day <= $1 AND renewal_day >= $1",
    }
}

fn condition(which: &Filter) -> String {
    format!(
        "(CAST($2 AS BIGINT) IS NULL OR subscriptions.account_id = $2)
           AND (CAST($3 AS BIGINT) IS NULL OR subscriptions.product_id = $3) AND {}",
        is(which.state)
    )
}

/// A page of them, the newest first.
pub fn list(
    tx: &mut Tx,
    me: &Me,
    which: &Filter,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Subscription>> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let sql = format!(
        "{SELECT} WHERE {} AND subscriptions.id < $4 ORDER BY subscriptions.id DESC LIMIT $5",
        condition(which)
    );
    let before = from.map_or(i64::MAX, |it| it.id);
    let args = [
        today.into(),
        which.account.into(),
        which.product.into(),
        before.into(),
        Value::from(limit + 1),
    ];
    let found: Vec<Subscription> = tx.rows(&sql, &args)?;
    Ok(Page::of(found, limit, |it| Cursor { key: 0, id: it.id.raw() }))
}

row! {
    /// How many, and what they pay a year by their present terms: home currency.
    #[derive(Copy, PartialEq, Eq)]
    pub struct Sums {
        pub subscriptions: i64,
        pub arr: i64,
    }
}

/// Of all of them.
pub fn sums(tx: &mut Tx, me: &Me, which: &Filter) -> Result<Sums> {
    me.require(Permission::RevenueRead)?;
    let today = days::today(tx)?;
    let sql = format!(
        "SELECT count(*) AS subscriptions, COALESCE(CAST(sum(arr) AS BIGINT), 0) AS arr
         FROM subscriptions
         JOIN subscription_terms ON subscription_id = subscriptions.id AND from_day = COALESCE(
             (SELECT MAX(held.from_day) FROM subscription_terms AS held
              WHERE held.subscription_id = subscriptions.id AND held.from_day <= $1), start_day)
         WHERE {}",
        condition(which)
    );
    Ok(tx.one(&sql, &[today.into(), which.account.into(), which.product.into()])?)
}

/// The one that the billing system calls so.
pub(crate) fn by_external(tx: &mut Tx, external: &str) -> Result<Option<SubscriptionId>> {
    Ok(tx.maybe_scalar("SELECT id FROM subscriptions WHERE external_id = $1", &[external.into()])?)
}

/// What was paid on a day, if it had begun by then.
pub(crate) fn terms_of(tx: &mut Tx, id: SubscriptionId, day: i64) -> Result<Option<Terms>> {
    row! {
        struct Held {
            quantity: i64,
            price: i64,
            months: i64,
        }
    }
    let found: Option<Held> = tx.maybe(
        "SELECT quantity, price, months FROM subscription_terms
         WHERE subscription_id = $1 AND from_day <= $2 ORDER BY from_day DESC LIMIT 1",
        &[id.into(), day.into()],
    )?;
    Ok(found.map(|it| Terms { quantity: it.quantity, price: it.price, months: it.months }))
}
