use tend_store::Tx;

use super::{MOST_MONTHS, Subscription, SubscriptionId, add, fetch};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::invalid,
    fold,
    journal::{self, Change, Subject},
    money::{ProductId, products},
};

/// What is paid for one interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub quantity: i64,
    /// Of one, in minor units of the subscription's currency.
    pub price: i64,
    /// How many months an interval has: 1, 3, 12 or another number.
    pub months: i64,
}

/// What is to be different; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct SubscriptionChange {
    /// Other terms, from a day on. The day it began corrects what was recorded wrongly; a later
    /// day is an expansion or a contraction on that day.
    pub terms: Option<(i64, Terms)>,
    pub product: Option<Option<ProductId>>,
    pub plan: Option<String>,
    pub term_months: Option<i64>,
    pub renewal: Option<i64>,
    pub auto_renew: Option<bool>,
}

/// Changes a subscription. Doing it twice is doing it once.
pub fn change(tx: &mut Tx, me: &Me, id: SubscriptionId, to: &SubscriptionChange) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    if let Some(Some(it)) = to.product {
        products::find(tx, me, it)?;
    }
    apply(tx, Actor::Agent(me.id), id, to).map(drop)
}

/// Whether terms may be changed so, without doing it.
pub(crate) fn changeable(tx: &mut Tx, id: SubscriptionId, to: &SubscriptionChange) -> Result<()> {
    let Some((_, terms)) = to.terms else { return Ok(()) };
    add::checked(&terms)?;
    let it = fetch(tx, id)?;
    add::worth(tx, (it.currency, it.rate), &terms).map(drop)
}

/// Says whether anything changed.
pub(crate) fn apply(
    tx: &mut Tx,
    by: Actor,
    id: SubscriptionId,
    to: &SubscriptionChange,
) -> Result<bool> {
    let before = fetch(tx, id)?;
    let mut fields = Vec::new();
    if let Some((from, terms)) = to.terms {
        add::checked(&terms)?;
        if from < before.start_day || before.end_day.is_some_and(|end| from >= end) {
            return Err(invalid("from", "Choose a day on which the subscription runs."));
        }
        let was = super::terms_of(tx, id, from)?;
        if was != Some(terms) {
            super::write_term(tx, id, from, (before.currency, before.rate), &terms)?;
            fields.push("price".to_owned());
        }
    }
    let mut after = before.clone();
    if let Some(it) = to.product {
        after.product_id = it;
    }
    if let Some(it) = &to.plan {
        after.plan = fold::one_line(it, 200);
    }
    if let Some(it) = to.term_months {
        after.term_months = it;
    }
    if let Some(it) = to.renewal {
        after.renewal_day = it;
    }
    if let Some(it) = to.auto_renew {
        after.auto_renew = it;
    }
    if !(1..=MOST_MONTHS).contains(&after.term_months) {
        return Err(invalid("term_months", "A term has 1 to 120 months."));
    }
    if after.renewal_day <= after.start_day {
        return Err(invalid("renewal", "The term ends after the subscription begins."));
    }
    let other = [
        ("product", before.product_id != after.product_id),
        ("plan", before.plan != after.plan),
        ("term", before.term_months != after.term_months),
        ("renewal", before.renewal_day != after.renewal_day),
        ("renewal", before.auto_renew != after.auto_renew),
    ];
    fields.extend(other.iter().filter(|it| it.1).map(|it| it.0.to_owned()));
    fields.dedup();
    if fields.is_empty() {
        return Ok(false);
    }
    write(tx, &after)?;
    super::renew::retell(tx, before.account_id)?;
    let change =
        Change::SubscriptionChanged { subscription: id.to_string(), name: before.name(), fields };
    journal::record(tx, by, Subject::account(before.account_id.raw()), &change)?;
    Ok(true)
}

fn write(tx: &mut Tx, after: &Subscription) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE subscriptions SET product_id = $2, plan = $3, term_months = $4, renewal_day = $5,
             auto_renew = $6, changed_at = $7
         WHERE id = $1",
        &[
            after.id.into(),
            after.product_id.into(),
            after.plan.as_str().into(),
            after.term_months.into(),
            after.renewal_day.into(),
            after.auto_renew.into(),
            now.into(),
        ],
    )?;
    Ok(())
}
