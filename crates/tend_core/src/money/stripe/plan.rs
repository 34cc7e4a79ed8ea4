//! What would be different, and doing it.

use tend_store::Tx;

use super::{Billed, Customer, Item, Subscribed, Told, customer};
use crate::{
    Error, Result,
    accounts::AccountId,
    actor::Actor,
    agents::Me,
    money::{
        SubscriptionId, days,
        invoices::{self, Invoice, InvoiceChange, InvoiceId, NewInvoice},
        products, rates,
        subscriptions::{self, NewSubscription, Subscription, SubscriptionChange, Terms},
    },
};

/// How it went, or would go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Created,
    Changed,
    Same,
}

/// One thing to do.
enum Step {
    Add(NewSubscription, String, Option<i64>),
    Change(SubscriptionId, SubscriptionChange),
    End(SubscriptionId, i64),
    Resume(SubscriptionId),
    Bill(NewInvoice),
    Settle(InvoiceId, InvoiceChange),
}

/// What is to be done.
pub struct Plan {
    account: AccountId,
    customer: Option<Customer>,
    steps: Vec<Step>,
}

/// Looks what would be different, without changing anything.
pub(super) fn plan(tx: &mut Tx, told: &Told) -> Result<std::result::Result<Plan, String>> {
    let (account, is_news) = match customer::find(tx, told.customer())? {
        Ok(it) => it,
        Err(why) => return Ok(Err(why)),
    };
    let steps = match told {
        Told::Subscribed(it) => subscribed(tx, account, it),
        Told::Billed(it) => billed(tx, account, it),
    };
    let steps = match steps {
        Ok(Ok(steps)) => steps,
        Ok(Err(why)) => return Ok(Err(why)),
        Err(Error::Store(error)) => return Err(Error::Store(error)),
        Err(other) => return Ok(Err(other.to_string())),
    };
    let customer = is_news.then(|| told.customer().clone());
    Ok(Ok(Plan { account, customer, steps }))
}

type Steps = std::result::Result<Vec<Step>, String>;

fn subscribed(tx: &mut Tx, account: AccountId, it: &Subscribed) -> Result<Steps> {
    if matches!(it.status.as_str(), "incomplete" | "incomplete_expired") {
        let why = format!("{} never began: its first payment failed ({}).", it.id, it.status);
        return Ok(Err(why));
    }
    if it.end.is_some_and(|end| end < it.start) {
        return Ok(Err(format!("{} ends before it begins.", it.id)));
    }
    rates::on(tx, it.currency, it.start)?;
    let mut steps = Vec::new();
    for item in &it.items {
        let external = external_of(it, item);
        match subscriptions::by_external(tx, &external)? {
            None => steps.push(added(account, it, item, external)),
            Some(id) => changed(tx, it, item, id, &mut steps)?,
        }
    }
    // What was part of it and is not any more.
    let today = days::today(tx)?;
    let others: Vec<SubscriptionId> = tx.column(
        "SELECT id FROM subscriptions WHERE external_id LIKE $1 AND end_day IS NULL",
        &[format!("{}/%", it.id).into()],
    )?;
    for id in others {
        let known = subscriptions::fetch(tx, id)?;
        let external = known.external_id.clone().unwrap_or_default();
        if !it.items.iter().any(|item| external_of(it, item) == external) {
            steps.push(Step::End(id, it.end.unwrap_or(today).max(known.start_day)));
        }
    }
    Ok(Ok(steps))
}

fn external_of(it: &Subscribed, item: &Item) -> String {
    if item.key.is_empty() { it.id.clone() } else { format!("{}/{}", it.id, item.key) }
}

fn terms(item: &Item) -> Terms {
    Terms { quantity: item.quantity, price: item.price, months: item.months }
}

fn added(account: AccountId, it: &Subscribed, item: &Item, external: String) -> Step {
    let new = NewSubscription {
        account,
        product: None,
        plan: item.plan.clone(),
        currency: it.currency,
        terms: terms(item),
        start: it.start,
        term_months: item.months,
        renewal: it.period_end.filter(|day| *day > it.start),
        auto_renew: true,
        external_id: Some(external),
    };
    Step::Add(new, item.product.clone(), it.end)
}

fn changed(
    tx: &mut Tx,
    it: &Subscribed,
    item: &Item,
    id: SubscriptionId,
    steps: &mut Vec<Step>,
) -> Result<()> {
    let known: Subscription = subscriptions::fetch(tx, id)?;
    let today = days::today(tx)?;
    match (it.end, known.end_day) {
        (Some(end), was) if was != Some(end) => steps.push(Step::End(id, end.max(known.start_day))),
        (None, Some(_)) => steps.push(Step::Resume(id)),
        _ => {}
    }
    let runs = it.end.is_none_or(|end| end > today);
    // An export says what is paid now, and not since when: from today on.
    let from = today.max(known.start_day);
    let was = Terms { quantity: known.quantity, price: known.price, months: known.months };
    let change = SubscriptionChange {
        terms: (runs && was != terms(item)).then(|| (from, terms(item))),
        plan: (known.plan != item.plan).then(|| item.plan.clone()),
        renewal: it
            .period_end
            .filter(|day| runs && *day > known.start_day && *day > known.renewal_day),
        ..SubscriptionChange::default()
    };
    if change.terms.is_some() || change.plan.is_some() || change.renewal.is_some() {
        steps.push(Step::Change(id, change));
    }
    Ok(())
}

fn billed(tx: &mut Tx, account: AccountId, it: &Billed) -> Result<Steps> {
    rates::on(tx, it.currency, it.issued)?;
    if it.due < it.issued {
        return Ok(Err(format!("{} is due before it is issued.", it.id)));
    }
    let known: Option<InvoiceId> = tx
        .maybe_scalar("SELECT id FROM invoices WHERE external_id = $1", &[it.id.as_str().into()])?;
    let Some(id) = known else {
        let of = match it.subscription.as_str() {
            "" => None,
            external => subscriptions::by_external(tx, external)?,
        };
        let subscription = match of {
            Some(of) if subscriptions::fetch(tx, of)?.account_id == account => Some(of),
            _ => None,
        };
        return Ok(Ok(vec![Step::Bill(NewInvoice {
            account,
            subscription,
            number: if it.number.is_empty() { it.id.clone() } else { it.number.clone() },
            currency: it.currency,
            amount: it.amount,
            issued: it.issued,
            due: it.due,
            status: it.status,
            paid: it.paid,
            paid_day: it.paid_day,
            external_id: Some(it.id.clone()),
        })]));
    };
    let was: Invoice = invoices::fetch(tx, id)?;
    let to = InvoiceChange {
        status: Some(it.status).filter(|to| *to != was.status),
        due: Some(it.due).filter(|to| *to != was.due_day),
        paid: Some(it.paid).filter(|to| *to != was.paid),
        paid_day: it.paid_day.map(Some).filter(|to| *to != was.paid_day),
        amount: Some(it.amount).filter(|to| *to != was.amount),
    };
    let is_same = to.status.is_none()
        && to.due.is_none()
        && to.paid.is_none()
        && to.paid_day.is_none()
        && to.amount.is_none();
    Ok(Ok(if is_same { Vec::new() } else { vec![Step::Settle(id, to)] }))
}

impl Plan {
    /// What would become of it.
    pub fn outcome(&self) -> Done {
        match self.steps.first() {
            None => Done::Same,
            Some(Step::Add(..) | Step::Bill(_)) => Done::Created,
            Some(_) => Done::Changed,
        }
    }

    /// Does it.
    pub fn apply(self, tx: &mut Tx, me: &Me) -> Result<Done> {
        let (outcome, by) = (self.outcome(), Actor::Agent(me.id));
        if let Some(it) = &self.customer {
            customer::keep(tx, it, self.account)?;
        }
        for step in self.steps {
            match step {
                Step::Add(mut new, product, end) => {
                    new.product = products::known(tx, &product)?;
                    let id = subscriptions::insert(tx, by, &new)?;
                    if let Some(end) = end {
                        subscriptions::end_at(tx, by, id, end, None)?;
                    }
                }
                Step::Change(id, to) => drop(subscriptions::apply(tx, by, id, &to)?),
                Step::End(id, day) => drop(subscriptions::end_at(tx, by, id, day, None)?),
                Step::Resume(id) => drop(subscriptions::resume_from(tx, by, id)?),
                Step::Bill(new) => drop(invoices::insert(tx, by, &new)?),
                Step::Settle(id, to) => drop(invoices::apply(tx, by, id, &to)?),
            }
        }
        Ok(outcome)
    }
}
