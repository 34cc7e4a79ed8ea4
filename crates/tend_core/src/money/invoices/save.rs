use tend_store::Tx;

use super::{Invoice, InvoiceId, Status, list::fetch};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{Me, Permission},
    error::invalid,
    fold,
    journal::{self, Change, Subject},
    money::{Currency, SubscriptionId, rates, subscriptions},
};

/// An invoice to be recorded.
#[derive(Clone, Debug)]
pub struct NewInvoice {
    pub account: AccountId,
    pub subscription: Option<SubscriptionId>,
    pub number: String,
    pub currency: Currency,
    pub amount: i64,
    pub issued: i64,
    pub due: i64,
    pub status: Status,
    /// What was paid of it, and when, as far as it was.
    pub paid: i64,
    pub paid_day: Option<i64>,
    pub external_id: Option<String>,
}

/// What is to be different; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct InvoiceChange {
    pub status: Option<Status>,
    pub due: Option<i64>,
    pub paid: Option<i64>,
    pub paid_day: Option<Option<i64>>,
    pub amount: Option<i64>,
}

/// Records an invoice.
pub fn add(tx: &mut Tx, me: &Me, new: &NewInvoice) -> Result<InvoiceId> {
    me.require(Permission::RevenueEdit)?;
    insert(tx, Actor::Agent(me.id), new)
}

/// What is to be written of an invoice that may be recorded.
pub(crate) struct Ready {
    account: AccountId,
    number: String,
    paid: i64,
    paid_day: Option<i64>,
    home: i64,
}

/// Whether it may be recorded, without doing so.
pub(crate) fn readied(tx: &mut Tx, new: &NewInvoice) -> Result<Ready> {
    let account = accounts::find(tx, new.account)?.id;
    if let Some(it) = new.subscription
        && subscriptions::fetch(tx, it)?.account_id != account
    {
        return Err(invalid("subscription", "This subscription is another account’s."));
    }
    let number = fold::one_line(&new.number, 100);
    if number.is_empty() {
        return Err(invalid("number", "An invoice has a number."));
    }
    checked(new.amount, new.issued, new.due)?;
    let (paid, paid_day) =
        settled(new.status, (new.amount, new.paid), new.paid_day, new.issued.max(new.due))?;
    let rate = rates::on(tx, new.currency, new.issued)?;
    let home = rates::home(tx)?;
    let home = rates::convert(new.amount, new.currency, home, rate, (1, 1))?;
    Ok(Ready { account, number, paid, paid_day, home })
}

pub(crate) fn insert(tx: &mut Tx, by: Actor, new: &NewInvoice) -> Result<InvoiceId> {
    let Ready { account, number, paid, paid_day, home } = readied(tx, new)?;
    let (id, now) = (InvoiceId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO invoices (id, account_id, subscription_id, number, currency, amount, paid,
             home, issued_day, due_day, paid_day, status, external_id, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
        &[
            id.into(),
            account.into(),
            new.subscription.into(),
            number.as_str().into(),
            new.currency.into(),
            new.amount.into(),
            paid.into(),
            home.into(),
            new.issued.into(),
            new.due.into(),
            paid_day.into(),
            new.status.into(),
            new.external_id.as_deref().into(),
            now.into(),
        ],
    )?;
    let change = Change::InvoiceAdded { invoice: id.to_string(), number };
    journal::record(tx, by, Subject::account(account.raw()), &change)?;
    Ok(id)
}

fn checked(amount: i64, issued: i64, due: i64) -> Result<()> {
    if !(-1_000_000_000_000_000..=1_000_000_000_000_000).contains(&amount) {
        return Err(invalid("amount", "This amount is too large."));
    }
    if due < issued {
        return Err(invalid("due", "It cannot be due before it is issued."));
    }
    Ok(())
}

/// What of it is paid, and when: an invoice that is paid is paid whole.
fn settled(
    status: Status,
    (amount, paid): (i64, i64),
    day: Option<i64>,
    otherwise: i64,
) -> Result<(i64, Option<i64>)> {
    match status {
        Status::Paid => Ok((amount, Some(day.unwrap_or(otherwise)))),
        _ if paid.abs() > amount.abs() => {
            Err(invalid("paid", "More is paid than the invoice says."))
        }
        _ => Ok((paid, day.filter(|_| paid != 0))),
    }
}

/// Changes an invoice: that it was paid, mostly. Doing it twice is doing it once.
pub fn change(tx: &mut Tx, me: &Me, id: InvoiceId, to: &InvoiceChange) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    apply(tx, Actor::Agent(me.id), id, to).map(drop)
}

/// What it would be like, and what it is, without changing it.
pub(crate) fn changed(
    tx: &mut Tx,
    id: InvoiceId,
    to: &InvoiceChange,
) -> Result<(Invoice, Invoice)> {
    let before = fetch(tx, id)?;
    let status = to.status.unwrap_or(before.status);
    let amount = to.amount.unwrap_or(before.amount);
    let due = to.due.unwrap_or(before.due_day);
    checked(amount, before.issued_day, due)?;
    let day = to.paid_day.unwrap_or(before.paid_day);
    let paid = to.paid.unwrap_or(before.paid);
    let (paid, paid_day) = settled(status, (amount, paid), day, due)?;
    let rate = rates::on(tx, before.currency, before.issued_day)?;
    let home = rates::home(tx)?;
    let home = match amount == before.amount {
        true => before.home,
        false => rates::convert(amount, before.currency, home, rate, (1, 1))?,
    };
    let after = Invoice { status, amount, home, due_day: due, paid, paid_day, ..before.clone() };
    Ok((before, after))
}

/// Says whether anything changed.
pub(crate) fn apply(tx: &mut Tx, by: Actor, id: InvoiceId, to: &InvoiceChange) -> Result<bool> {
    let (before, after) = changed(tx, id, to)?;
    if after == before {
        return Ok(false);
    }
    let now = tx.now();
    tx.execute(
        "UPDATE invoices SET status = $2, amount = $3, home = $4, due_day = $5, paid = $6,
             paid_day = $7, changed_at = $8
         WHERE id = $1",
        &[
            id.into(),
            after.status.into(),
            after.amount.into(),
            after.home.into(),
            after.due_day.into(),
            after.paid.into(),
            after.paid_day.into(),
            now.into(),
        ],
    )?;
    let change = Change::InvoiceChanged {
        invoice: id.to_string(),
        number: before.number,
        status: after.status.word().to_owned(),
    };
    journal::record(tx, by, Subject::account(before.account_id.raw()), &change)?;
    Ok(true)
}
