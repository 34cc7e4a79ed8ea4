//! Having a shop carry a remedy out: once.
//!
//! A job reads what the shop knows of the remedy, and only if it knows nothing of it tells it to
//! carry it out; that it is told is on disk before it is. After a lost answer, or the end of the
//! process, the same job begins by reading again. What was told a moment ago may still be on its
//! way, so the shop is left alone for [`QUIET`] before it counts as not done.

use jiff::{SignedDuration, Timestamp};
use tend_store::Tx;

use super::{
    Kind, Remedy, RemedyId, State, Way, decide, hand, known,
    shop::{Carried, Errand},
    tell,
};
use crate::{
    Result,
    agents::{Me, Permission},
    error::{conflict, refused},
    fold,
    jobs::{self, Job},
    orders::{Order, asking, shops},
};

/// After a shop was told, it is not told again before so long, and not without having been read.
pub const QUIET: SignedDuration = SignedDuration::from_mins(5);
/// How often a shop is told at most, each time after having been read. Then a person decides.
pub const MOST_SENDS: i64 = 3;
/// A shop that can't be read for so long before it was ever told fails the remedy.
pub const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Owes what was approved, to the shop or to a person; a note is all there is to it.
pub(super) fn owe(tx: &mut Tx, me: &Me, it: &Remedy) -> Result<()> {
    if it.kind == Kind::GoodwillNote {
        return hand::settle(tx, Some(me), it.id, "", "");
    }
    let is_asked = shops::by_system(tx, it.shop_id)?.is_asked();
    if !is_asked || !it.kind.is_carried_out_by(it.shop_kind) {
        return hand::give(tx, me, it);
    }
    tx.execute("UPDATE remedies SET way = 'shop' WHERE id = $1", &[it.id.into()])?;
    owe_now(tx, it.id)
}

fn owe_now(tx: &mut Tx, id: RemedyId) -> Result<()> {
    let now = tx.now();
    let job = Job::CarryOutRemedy { remedy: id.to_string() };
    jobs::once(tx, now, &format!("remedy:{id}"), &job).map(drop)
}

/// What is to be done now; nothing, if it is settled or a person does it.
pub fn begin(tx: &mut Tx, id: RemedyId) -> Result<Option<Errand>> {
    let it = known::fetch(tx, id)?;
    let is_owed = matches!(it.state, State::Approved | State::Executing | State::Unknown);
    if !is_owed || it.way != Way::Shop {
        return Ok(None);
    }
    if it.state == State::Approved {
        decide::set(tx, id, State::Executing)?;
    }
    let order: Order = tx
        .maybe(&format!("{} WHERE orders.id = $1", crate::orders::SELECT), &[it.order_id.into()])?
        .ok_or(crate::error::not_found("order"))?;
    let found = shops::key_of(tx, it.shop_id)?;
    let Some((address, access_key)) = found else {
        // Somebody took the key away meanwhile.
        return match it.sends {
            0 => hand::fail(tx, None, id, "The shop is not connected with a key any more.")
                .map(|()| None),
            _ => unknown(tx, id, "The shop is not connected with a key any more.").map(|()| None),
        };
    };
    Ok(Some(Errand {
        remedy: id,
        shop: it.shop_kind,
        address,
        access_key,
        kind: it.kind,
        amount: it.amount,
        currency: it.currency,
        order_key: order.external_id,
        customer_key: order.customer_id,
        email: order.email,
        reason: it.reason,
        now: tx.now(),
        asked_at: it.decided_at.unwrap_or(it.requested_at),
        sends: it.sends,
        sent_at: it.sent_at,
    }))
}

/// Writes down that the shop is told now. To be written, and on disk, before it is.
///
/// # Errors
/// Conflict, when somebody else told it since `errand` was read.
pub fn sending(tx: &mut Tx, errand: &Errand) -> Result<()> {
    let now = tx.now();
    let told = tx.execute(
        "UPDATE remedies SET sends = sends + 1, sent_at = $3, state = 'executing'
         WHERE id = $1 AND sends = $2 AND state IN ('executing', 'unknown')",
        &[errand.remedy.into(), errand.sends.into(), now.into()],
    )?;
    match told {
        1 => Ok(()),
        _ => Err(conflict("Somebody else is at it.")),
    }
}

/// It was surely not carried out, and may be tried again: the shop said that it is asked too often.
pub fn turned_away(tx: &mut Tx, id: RemedyId, before: Option<Timestamp>) -> Result<()> {
    tx.execute(
        "UPDATE remedies SET sends = sends - 1, sent_at = $2
         WHERE id = $1 AND state = 'executing' AND sends > 0",
        &[id.into(), before.into()],
    )?;
    Ok(())
}

/// The shop carried it out.
pub fn done(tx: &mut Tx, id: RemedyId, how: &Carried) -> Result<()> {
    let it = known::fetch(tx, id)?;
    if !matches!(it.state, State::Executing | State::Unknown) {
        return Ok(());
    }
    hand::settle(tx, None, id, &fold::one_line(&how.reference, 200), &how.code)?;
    // So that the order says it, too.
    asking::owe(tx, it.shop_id, SignedDuration::ZERO)
}

/// The shop refused it, or it can't be told.
pub fn failed(tx: &mut Tx, id: RemedyId, why: &str) -> Result<()> {
    let it = known::fetch(tx, id)?;
    match it.state {
        State::Executing | State::Unknown => hand::fail(tx, None, id, why),
        _ => Ok(()),
    }
}

/// Nobody knows whether the shop carried it out. It counts until that is known.
pub fn unknown(tx: &mut Tx, id: RemedyId, why: &str) -> Result<()> {
    let before = known::fetch(tx, id)?;
    if !matches!(before.state, State::Executing | State::Unknown) {
        return Ok(());
    }
    tx.execute(
        "UPDATE remedies SET state = 'unknown', problem = $2 WHERE id = $1",
        &[id.into(), fold::one_line(why, 300).into()],
    )?;
    if before.state == State::Unknown {
        return Ok(());
    }
    let it = known::fetch(tx, id)?;
    tell::record(tx, None, &it, "unknown", why)?;
    tell::notify(tx, None, it.requested_by, "remedy_settled", &it)
}

/// Reads the shop now, because somebody asked for it.
///
/// # Errors
/// Refused, when it is known how it stands; NotFound.
pub fn reconcile(tx: &mut Tx, me: &Me, id: RemedyId) -> Result<()> {
    let it = known::find(tx, me, id)?;
    me.require(Permission::RemediesGive)?;
    if it.state != State::Unknown || it.way != Way::Shop {
        return Err(refused("It is known how this stands."));
    }
    owe_now(tx, id)
}
