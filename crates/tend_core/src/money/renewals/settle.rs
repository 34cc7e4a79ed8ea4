use tend_store::{Tx, id};

use super::{Category, Outcome, SHORTEST_TERM, list::one};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found},
    fold,
    journal::{self, Change, Subject},
    money::{
        SubscriptionId, churn_reasons, days,
        subscriptions::{self, ReasonId, Subscription, SubscriptionChange, Terms},
    },
};

id!(RenewalId, "rnw");

/// What became of a renewal.
#[derive(Clone, Debug)]
pub enum Settlement {
    /// It goes on for another term; with other terms from the day it was due, if there are any.
    Renewed { terms: Option<Terms>, term_months: Option<i64> },
    /// It ends on the day it was due.
    Churned { reason: ReasonId },
}

/// Says what is expected of the renewal that a subscription has before it.
pub fn forecast(tx: &mut Tx, me: &Me, id: SubscriptionId, category: Category) -> Result<()> {
    me.require(Permission::RenewalsEdit)?;
    let it = one(tx, me, id)?;
    if it.category == category {
        return Ok(());
    }
    let (new, now) = (RenewalId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO renewals (id, subscription_id, account_id, due_day, category, amount,
             changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (subscription_id, due_day) DO UPDATE
         SET category = excluded.category, changed_at = excluded.changed_at",
        &[
            new.into(),
            id.into(),
            it.account_id.into(),
            it.due_day.into(),
            category.into(),
            it.amount.into(),
            now.into(),
        ],
    )?;
    let change =
        Change::RenewalForecast { renewal: id.to_string(), category: category.word().to_owned() };
    journal::record(tx, Actor::Agent(me.id), Subject::account(it.account_id.raw()), &change)
}

/// Says what became of it, with a note.
///
/// # Errors
/// NotFound when the subscription has ended; Invalid by field.
pub fn settle(
    tx: &mut Tx,
    me: &Me,
    id: SubscriptionId,
    how: &Settlement,
    note: &str,
) -> Result<Outcome> {
    me.require(Permission::RenewalsEdit)?;
    let before = one(tx, me, id)?;
    let by = Actor::Agent(me.id);
    let (outcome, now_arr, reason) = match how {
        Settlement::Churned { reason } => {
            let known = churn_reasons::all(tx, me)?.into_iter().find(|it| it.id == *reason);
            let reason = known.ok_or(not_found("reason"))?;
            subscriptions::end_at(tx, by, id, before.due_day, Some(reason.id))?;
            (Outcome::Churned, 0, Some(reason))
        }
        Settlement::Renewed { terms, term_months } => {
            let arr = renew(tx, by, id, before.due_day, *terms, *term_months)?;
            (outcome_of(before.amount, arr), arr, None)
        }
    };
    let renewed = now_arr.min(before.amount);
    let closed = Closed { due: before.due_day, amount: before.amount, renewed, now_arr, outcome };
    let account = before.account_id.raw();
    let note = fold::one_line(note, 1000);
    write(tx, id, account, &closed, (reason.as_ref().map(|it| it.id), &note))?;
    let change = Change::RenewalClosed {
        renewal: id.to_string(),
        outcome: outcome.word().to_owned(),
        reason: reason.map(|it| it.name),
    };
    journal::record(tx, by, Subject::account(account), &change)?;
    Ok(outcome)
}

fn outcome_of(before: i64, after: i64) -> Outcome {
    match after.cmp(&before) {
        std::cmp::Ordering::Greater => Outcome::Expanded,
        std::cmp::Ordering::Less => Outcome::Contracted,
        std::cmp::Ordering::Equal => Outcome::Renewed,
    }
}

/// The next term begins; what it is worth in a year.
fn renew(
    tx: &mut Tx,
    by: Actor,
    id: SubscriptionId,
    due: i64,
    terms: Option<Terms>,
    term_months: Option<i64>,
) -> Result<i64> {
    let it = subscriptions::fetch(tx, id)?;
    let months = term_months.unwrap_or(it.term_months);
    if !(1..=120).contains(&months) {
        return Err(invalid("term_months", "A term has 1 to 120 months."));
    }
    let change = SubscriptionChange {
        terms: terms.map(|it| (due, it)),
        term_months: Some(months),
        renewal: Some(days::after_months(due, months)),
        ..SubscriptionChange::default()
    };
    subscriptions::apply(tx, by, id, &change)?;
    let arr: i64 = tx.scalar(
        "SELECT arr FROM subscription_terms WHERE subscription_id = $1 AND from_day <= $2
         ORDER BY from_day DESC LIMIT 1",
        &[id.into(), due.into()],
    )?;
    Ok(arr)
}

struct Closed {
    due: i64,
    amount: i64,
    renewed: i64,
    now_arr: i64,
    outcome: Outcome,
}

fn write(
    tx: &mut Tx,
    id: SubscriptionId,
    account: i64,
    it: &Closed,
    (reason, note): (Option<ReasonId>, &str),
) -> Result<()> {
    let (new, now) = (RenewalId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO renewals (id, subscription_id, account_id, due_day, category, amount, outcome,
             renewed, now_arr, reason_id, note, closed_at, changed_at)
         VALUES ($1, $2, $3, $4, 'most_likely', $5, $6, $7, $8, $9, $10, $11, $11)
         ON CONFLICT (subscription_id, due_day) DO UPDATE
         SET amount = excluded.amount, outcome = excluded.outcome, renewed = excluded.renewed,
             now_arr = excluded.now_arr, reason_id = excluded.reason_id, note = excluded.note,
             closed_at = excluded.closed_at, changed_at = excluded.changed_at",
        &[
            new.into(),
            id.into(),
            account.into(),
            it.due.into(),
            it.amount.into(),
            it.outcome.into(),
            it.renewed.into(),
            it.now_arr.into(),
            reason.into(),
            note.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// A term that went over into the next by itself was renewed, too.
pub(crate) fn renewed_itself(tx: &mut Tx, it: &Subscription) -> Result<()> {
    if it.term_months < SHORTEST_TERM {
        return Ok(());
    }
    let closed = Closed {
        due: it.renewal_day,
        amount: it.arr,
        renewed: it.arr,
        now_arr: it.arr,
        outcome: Outcome::Renewed,
    };
    write(tx, it.id, it.account_id.raw(), &closed, (None, "It renewed by itself."))
}
