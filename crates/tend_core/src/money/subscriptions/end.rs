use tend_store::Tx;

use super::{ReasonId, SubscriptionId, fetch};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found},
    journal::{self, Change, Subject},
    money::steps,
};

/// Ends a subscription on a day, the first that is not paid for any more, with the reason from the
/// company's own list. A later call says another day or reason.
pub fn end(
    tx: &mut Tx,
    me: &Me,
    id: SubscriptionId,
    day: i64,
    reason: Option<ReasonId>,
) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    end_at(tx, Actor::Agent(me.id), id, day, reason).map(drop)
}

/// Says whether that was news.
pub(crate) fn end_at(
    tx: &mut Tx,
    by: Actor,
    id: SubscriptionId,
    day: i64,
    reason: Option<ReasonId>,
) -> Result<bool> {
    let it = fetch(tx, id)?;
    if day < it.start_day {
        return Err(invalid("end", "It cannot end before it began."));
    }
    let known: Option<ReasonId> =
        tx.scalar("SELECT reason_id FROM subscriptions WHERE id = $1", &[id.into()])?;
    if it.end_day == Some(day) && (reason.is_none() || reason == known) {
        return Ok(false);
    }
    if let Some(reason) = reason {
        let found: Option<String> =
            tx.maybe_scalar("SELECT name FROM churn_reasons WHERE id = $1", &[reason.into()])?;
        found.ok_or(not_found("reason"))?;
    }
    let now = tx.now();
    tx.execute(
        "UPDATE subscriptions SET end_day = $2, reason_id = COALESCE(CAST($3 AS BIGINT), reason_id),
             changed_at = $4
         WHERE id = $1",
        &[id.into(), day.into(), reason.into(), now.into()],
    )?;
    steps::retell(tx, it.account_id)?;
    let reason = fetch(tx, id)?.reason;
    let change =
        Change::SubscriptionEnded { subscription: id.to_string(), name: it.name(), reason };
    journal::record(tx, by, Subject::account(it.account_id.raw()), &change)?;
    Ok(true)
}

/// Takes the end back: it goes on. Doing it twice is doing it once.
pub fn resume(tx: &mut Tx, me: &Me, id: SubscriptionId) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    resume_from(tx, Actor::Agent(me.id), id).map(drop)
}

/// Says whether that was news.
pub(crate) fn resume_from(tx: &mut Tx, by: Actor, id: SubscriptionId) -> Result<bool> {
    let it = fetch(tx, id)?;
    if it.end_day.is_none() {
        return Ok(false);
    }
    let now = tx.now();
    tx.execute(
        "UPDATE subscriptions SET end_day = NULL, reason_id = NULL, changed_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    super::renew::retell(tx, it.account_id)?;
    let fields = vec!["end".to_owned()];
    let change =
        Change::SubscriptionChanged { subscription: id.to_string(), name: it.name(), fields };
    journal::record(tx, by, Subject::account(it.account_id.raw()), &change)?;
    Ok(true)
}
