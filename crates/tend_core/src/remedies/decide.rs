//! Four eyes: what is more than one may give alone is decided by somebody else.

use tend_store::{Tx, row};

use super::{
    Remedy, RemedyId, State, Way, carry, known,
    limits::{self, Limits, Word},
    quote, tell,
};
use crate::{
    Result,
    agents::{AgentId, Me, Permission, Permissions, RoleId},
    error::{conflict, refused},
    fold,
    money::rates,
    orders,
};

row! {
    struct Able {
        id: AgentId,
        role_id: RoleId,
        permissions: Permissions,
    }
}

/// Who may approve so much, but for the one who asks.
pub(super) fn who_may(
    tx: &mut Tx,
    limits: &Limits,
    but: AgentId,
    home_amount: i64,
) -> Result<Vec<AgentId>> {
    let all: Vec<Able> = tx.rows(
        "SELECT agents.id, agents.role_id, roles.permissions
         FROM agents JOIN roles ON roles.id = agents.role_id
         WHERE agents.left_at IS NULL AND agents.id <> $1 ORDER BY agents.id",
        &[but.into()],
    )?;
    let may = |it: &Able| {
        it.permissions.contains(Permission::RemediesApprove)
            && it.permissions.contains(Permission::OrdersRead)
            && limits.of_role(Word::Approve, it.role_id).is_none_or(|most| home_amount <= most)
    };
    Ok(all.into_iter().filter(may).map(|it| it.id).collect())
}

/// Whether somebody may decide about a remedy.
///
/// # Errors
/// Refused, with the sentence that says why not.
pub fn may_decide(tx: &mut Tx, me: &Me, it: &Remedy) -> Result<()> {
    me.require(Permission::RemediesApprove)?;
    if it.requested_by == me.id {
        return Err(refused("Somebody else has to approve what you asked for."));
    }
    let most = limits::all(tx)?.of_role(Word::Approve, me.role_id);
    if let Some(most) = most.filter(|most| it.home_amount > *most) {
        let most = rates::home(tx)?.exact(most);
        return Err(refused(format!("Your role approves at most {most}.")));
    }
    Ok(())
}

fn still_pending(tx: &mut Tx, me: &Me, id: RemedyId) -> Result<Remedy> {
    let it = known::find(tx, me, id)?;
    may_decide(tx, me, &it)?;
    let is_over = it.expires_at.is_some_and(|at| at <= tx.now());
    match it.state {
        State::Pending if !is_over => Ok(it),
        State::Pending => {
            Err(conflict("The time to decide is over. It has to be asked for again."))
        }
        state => Err(conflict(format!("This was decided already: {}.", state.label()))),
    }
}

/// Approves it as it was quoted, and has it carried out.
///
/// # Errors
/// Refused for the one who asked, for more than the role approves, and when the order does not
/// have so much left; Conflict, when it was decided or is too late; NotFound.
pub fn approve(tx: &mut Tx, me: &Me, id: RemedyId, words: &str) -> Result<()> {
    let it = still_pending(tx, me, id)?;
    if it.kind.is_refund() {
        let order = orders::find(tx, me, it.order_id)?.order;
        let left = quote::refundable(tx, &order, Some(id))?;
        if it.amount > left {
            let left = order.currency.exact(left);
            return Err(refused(format!("Of this order only {left} is left to refund now.")));
        }
    }
    decided(tx, me, id, State::Approved, words)?;
    let it = known::fetch(tx, id)?;
    tell::record(tx, Some(me), &it, "approved", words)?;
    carry::owe(tx, me, &it)
}

/// Declines it; it counts no more.
///
/// # Errors
/// As [`approve`].
pub fn decline(tx: &mut Tx, me: &Me, id: RemedyId, words: &str) -> Result<()> {
    still_pending(tx, me, id)?;
    decided(tx, me, id, State::Declined, words)?;
    let it = tell::release(tx, id, Some(me.id))?;
    tell::record(tx, Some(me), &it, "declined", words)?;
    tell::notify(tx, Some(me), it.requested_by, "remedy_settled", &it)
}

fn decided(tx: &mut Tx, me: &Me, id: RemedyId, to: State, words: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE remedies SET state = $2, decided_by = $3, decided_at = $4, decision = $5
         WHERE id = $1",
        &[id.into(), to.into(), me.id.into(), now.into(), fold::shorten(words.trim(), 2000).into()],
    )?;
    Ok(())
}

/// Takes it back before anything was done: by who asked for it, or by who may approve.
///
/// # Errors
/// Refused for others; Conflict, when it is being carried out or is settled; NotFound.
pub fn cancel(tx: &mut Tx, me: &Me, id: RemedyId) -> Result<()> {
    let it = known::find(tx, me, id)?;
    if it.requested_by != me.id {
        me.require(Permission::RemediesApprove)?;
    }
    let waits = it.state == State::Approved && it.way == Way::Hand;
    match it.state {
        State::Cancelled => return Ok(()),
        State::Pending => {}
        State::Approved if waits => {}
        state => {
            let why = format!("It can’t be taken back any more: {}.", state.label());
            return Err(conflict(why));
        }
    }
    set(tx, id, State::Cancelled)?;
    let it = tell::release(tx, id, Some(me.id))?;
    super::hand::drop_task(tx, me, &it)?;
    tell::record(tx, Some(me), &it, "cancelled", "")
}

/// The time to decide is over. What was decided stays.
pub fn expire(tx: &mut Tx, id: RemedyId) -> Result<()> {
    let it = known::fetch(tx, id)?;
    if it.state != State::Pending || it.expires_at.is_none_or(|at| at > tx.now()) {
        return Ok(());
    }
    set(tx, id, State::Expired)?;
    let it = tell::release(tx, id, None)?;
    tell::record(tx, None, &it, "expired", "")?;
    tell::notify(tx, None, it.requested_by, "remedy_settled", &it)
}

pub(super) fn set(tx: &mut Tx, id: RemedyId, state: State) -> Result<()> {
    tx.execute("UPDATE remedies SET state = $2 WHERE id = $1", &[id.into(), state.into()])?;
    Ok(())
}
