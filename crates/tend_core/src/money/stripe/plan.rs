//! What would be different, and doing it.

use std::collections::BTreeSet;

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
    Add(Box<Added>),
    Change(SubscriptionId, SubscriptionChange),
    End(SubscriptionId, i64),
    Resume(SubscriptionId),
    Bill(NewInvoice),
    Settle(InvoiceId, InvoiceChange),
}

/// A subscription that is new.
struct Added {
    new: NewSubscription,
    product: String,
    end: Option<i64>,
    /// What is paid otherwise from later days on.
    more: Vec<(i64, Terms)>,
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
        Ok(Ok(steps)) => checked(tx, &steps).map(|()| Ok(steps)),
        other => other,
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

/// What is paid on a day.
fn terms(item: &Item, day: i64) -> Terms {
    let it = item.on(day);
    Terms { quantity: it.quantity, price: it.price, months: item.months }
}

/// What is paid otherwise from a later day on, as long as it runs.
fn later(it: &Subscribed, item: &Item, after: i64) -> Vec<(i64, Terms)> {
    let runs = |day: i64| day > after && it.end.is_none_or(|end| day < end);
    let days = item.paid.iter().map(|it| it.from).filter(|day| runs(*day));
    days.map(|day| (day, terms(item, day))).collect()
}

fn added(account: AccountId, it: &Subscribed, item: &Item, external: String) -> Step {
    let new = NewSubscription {
        account,
        product: None,
        plan: item.plan.clone(),
        currency: it.currency,
        terms: terms(item, it.start),
        start: it.start,
        term_months: item.months,
        renewal: it.period_end.filter(|day| *day > it.start),
        auto_renew: true,
        external_id: Some(external),
    };
    let more = later(it, item, it.start);
    Step::Add(Box::new(Added { new, product: item.product.clone(), end: it.end, more }))
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
    let now = terms(item, from);
    let change = SubscriptionChange {
        terms: (runs && was != now).then_some((from, now)),
        plan: (known.plan != item.plan).then(|| item.plan.clone()),
        renewal: it
            .period_end
            .filter(|day| runs && *day > known.start_day && *day > known.renewal_day),
        ..SubscriptionChange::default()
    };
    if change.terms.is_some() || change.plan.is_some() || change.renewal.is_some() {
        steps.push(Step::Change(id, change));
    }
    if runs && (was != now || item.paid.len() > 1) {
        ahead(tx, it, item, (id, from), steps)?;
    }
    Ok(())
}

/// What is to be paid otherwise from days to come: as discounts say it now, whatever was said of
/// those days before.
fn ahead(
    tx: &mut Tx,
    it: &Subscribed,
    item: &Item,
    (id, from): (SubscriptionId, i64),
    steps: &mut Vec<Step>,
) -> Result<()> {
    let said: Vec<i64> = tx.column(
        "SELECT from_day FROM subscription_terms
         WHERE subscription_id = $1 AND from_day > $2 ORDER BY from_day",
        &[id.into(), from.into()],
    )?;
    let runs = |day: &i64| it.end.is_none_or(|end| *day < end);
    let days: BTreeSet<i64> =
        later(it, item, from).into_iter().map(|it| it.0).chain(said.iter().copied()).collect();
    let mut holds = terms(item, from);
    for day in days.into_iter().filter(runs) {
        if said.contains(&day) {
            holds = subscriptions::terms_of(tx, id, day)?.unwrap_or(holds);
        }
        let wanted = terms(item, day);
        if holds != wanted {
            let terms = Some((day, wanted));
            steps.push(Step::Change(id, SubscriptionChange { terms, ..Default::default() }));
            holds = wanted;
        }
    }
    Ok(())
}

/// What would not go through is said before anything is done.
fn checked(tx: &mut Tx, steps: &[Step]) -> Result<()> {
    for step in steps {
        match step {
            Step::Add(it) => subscriptions::readied(tx, &it.new).map(drop)?,
            Step::Change(id, to) => subscriptions::changeable(tx, *id, to)?,
            Step::Bill(new) => invoices::readied(tx, new).map(drop)?,
            Step::Settle(id, to) => invoices::changed(tx, *id, to).map(drop)?,
            Step::End(..) | Step::Resume(_) => {}
        }
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

impl Added {
    fn apply(mut self, tx: &mut Tx, by: Actor) -> Result<()> {
        self.new.product = products::known(tx, &self.product)?;
        let id = subscriptions::insert(tx, by, &self.new)?;
        for it in self.more {
            let to = SubscriptionChange { terms: Some(it), ..SubscriptionChange::default() };
            subscriptions::apply(tx, by, id, &to)?;
        }
        if let Some(end) = self.end {
            subscriptions::end_at(tx, by, id, end, None)?;
        }
        Ok(())
    }
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
                Step::Add(it) => it.apply(tx, by)?,
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
