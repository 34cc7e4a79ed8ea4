use tend_store::Tx;

use super::{MOST_MONTHS, MOST_QUANTITY, SubscriptionId, change::Terms};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    error::invalid,
    fold,
    journal::{self, Change, Subject},
    money::{Currency, ProductId, days, products, rates},
};

/// A subscription to be recorded.
#[derive(Clone, Debug)]
pub struct NewSubscription {
    pub account: AccountId,
    pub product: Option<ProductId>,
    /// What it is called on invoices: `Team`, `Scale`; may be empty.
    pub plan: String,
    pub currency: Currency,
    pub terms: Terms,
    /// The first day that is paid for.
    pub start: i64,
    /// For how many months one is bound at a time; the interval if it is longer.
    pub term_months: i64,
    /// When the present term ends; counted from the start if it is not said.
    pub renewal: Option<i64>,
    /// It goes on by itself unless somebody ends it.
    pub auto_renew: bool,
    /// How the billing system calls it.
    pub external_id: Option<String>,
}

/// Records a subscription.
///
/// # Errors
/// Invalid by field; refused when there is no exchange rate of its currency.
pub fn add(tx: &mut Tx, me: &Me, new: &NewSubscription) -> Result<SubscriptionId> {
    me.require(Permission::RevenueEdit)?;
    if let Some(it) = new.product {
        products::find(tx, me, it)?;
    }
    insert(tx, Actor::Agent(me.id), new)
}

/// What is to be written of a subscription that may be recorded.
pub(crate) struct Ready {
    account: AccountId,
    rate: i64,
    term: i64,
    renewal: i64,
}

/// Whether it may be recorded, without doing so.
pub(crate) fn readied(tx: &mut Tx, new: &NewSubscription) -> Result<Ready> {
    let account = accounts::find(tx, new.account)?.id;
    checked(&new.terms)?;
    if !(1..=MOST_MONTHS).contains(&new.term_months) {
        return Err(invalid("term_months", "A term has 1 to 120 months."));
    }
    let rate = rates::on(tx, new.currency, new.start)?;
    let term = new.term_months.max(new.terms.months);
    let renewal = match new.renewal {
        Some(it) if it <= new.start => {
            return Err(invalid("renewal", "The term ends after the subscription begins."));
        }
        Some(it) => it,
        None if new.auto_renew => term_end(new.start, term, days::today(tx)?),
        None => days::after_months(new.start, term),
    };
    worth(tx, (new.currency, rate), &new.terms)?;
    Ok(Ready { account, rate, term, renewal })
}

pub(crate) fn insert(tx: &mut Tx, by: Actor, new: &NewSubscription) -> Result<SubscriptionId> {
    let Ready { account, rate, term, renewal } = readied(tx, new)?;
    let (id, now, plan) = (SubscriptionId::new(tx), tx.now(), fold::one_line(&new.plan, 200));
    tx.execute(
        "INSERT INTO subscriptions (id, account_id, product_id, plan, currency, rate, start_day,
             term_months, renewal_day, auto_renew, external_id, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        &[
            id.into(),
            account.into(),
            new.product.into(),
            plan.into(),
            new.currency.into(),
            rate.into(),
            new.start.into(),
            term.into(),
            renewal.into(),
            new.auto_renew.into(),
            new.external_id.as_deref().into(),
            now.into(),
        ],
    )?;
    write_term(tx, id, new.start, (new.currency, rate), &new.terms)?;
    super::renew::retell(tx, account)?;
    let name = super::fetch(tx, id)?.name();
    let change = Change::SubscriptionAdded { subscription: id.to_string(), name };
    journal::record(tx, by, Subject::account(account.raw()), &change)?;
    Ok(id)
}

/// The end of the term that runs today, or of the first one.
pub(super) fn term_end(start: i64, months: i64, today: i64) -> i64 {
    let mut n = ((days::month_of(today) - days::month_of(start)) / months.max(1)).max(1);
    while days::after_months(start, n * months) < today {
        n += 1;
    }
    days::after_months(start, n * months)
}

pub(super) fn checked(it: &Terms) -> Result<()> {
    if !(0..=MOST_QUANTITY).contains(&it.quantity) {
        return Err(invalid("quantity", "Write how many, from 0 to 10,000,000."));
    }
    if !(0..=1_000_000_000_000).contains(&it.price) {
        return Err(invalid("price", "Write a price of 0 or more."));
    }
    if !(1..=MOST_MONTHS).contains(&it.months) {
        return Err(invalid("months", "An interval has 1 to 120 months."));
    }
    Ok(())
}

/// What terms are worth a month and a year, in the home currency.
pub(super) fn worth(
    tx: &mut Tx,
    (currency, rate): (Currency, i64),
    it: &Terms,
) -> Result<(i64, i64)> {
    let home = rates::home(tx)?;
    let amount = it.quantity.checked_mul(it.price);
    let amount = amount.ok_or_else(|| invalid("price", "This amount is too large."))?;
    let of = |months| rates::convert(amount, currency, home, rate, (months, it.months));
    Ok((of(1)?, of(12)?))
}

/// What is paid from a day on, instead of what was said of that day before.
pub(crate) fn write_term(
    tx: &mut Tx,
    id: SubscriptionId,
    from: i64,
    (currency, rate): (Currency, i64),
    it: &Terms,
) -> Result<()> {
    let (mrr, arr) = worth(tx, (currency, rate), it)?;
    tx.execute(
        "INSERT INTO subscription_terms (subscription_id, from_day, quantity, price, months, mrr,
             arr)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (subscription_id, from_day) DO UPDATE
         SET quantity = excluded.quantity, price = excluded.price, months = excluded.months,
             mrr = excluded.mrr, arr = excluded.arr",
        &[
            id.into(),
            from.into(),
            it.quantity.into(),
            it.price.into(),
            it.months.into(),
            mrr.into(),
            arr.into(),
        ],
    )?;
    Ok(())
}
