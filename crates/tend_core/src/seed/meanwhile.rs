//! What the worker does in the meantime, for a story in which a month passes in a second.

use jiff::SignedDuration;
use tend_store::Tx;

use crate::{
    Result,
    conversations::SendState,
    jobs,
    orders::{
        OrderId, ShopId,
        events::{self, Arrived, EventId},
    },
    outbox::{self, OutboxId},
    secrets::Keys,
    surveys::{
        LoopId, PlanId, REQUEST, Request, RequestId,
        loops::{self, ASKED_AGAIN_AFTER},
        plans,
    },
};

/// Asks everybody whose time has come, and again whose matter was settled long enough ago.
pub fn ask(tx: &mut Tx, keys: &Keys) -> Result<()> {
    let now = tx.now();
    let due: Vec<PlanId> = tx.column(
        "SELECT id FROM survey_plans WHERE due_at <= $1 ORDER BY due_at, id",
        &[now.into()],
    )?;
    for id in due {
        jobs::cancel(tx, &format!("ask {id}"))?;
        plans::come(tx, keys, id)?;
    }
    let before = now - SignedDuration::from_hours(24 * ASKED_AGAIN_AFTER);
    let settled: Vec<LoopId> = tx.column(
        "SELECT id FROM survey_loops
         WHERE state = 'resolved' AND reask_id IS NULL AND settled_at <= $1 ORDER BY id",
        &[before.into()],
    )?;
    for id in settled {
        jobs::cancel(tx, &format!("reask {id}"))?;
        loops::ask_again(tx, keys, id)?;
    }
    Ok(())
}

/// Those who were asked since a request, the first first. Nobody is reminded of one of them: in a
/// story it is told at once who answers.
pub fn asked(tx: &mut Tx, after: Option<RequestId>) -> Result<Vec<Request>> {
    let after = after.map_or(0, RequestId::raw);
    let sql = format!("{REQUEST} WHERE survey_requests.id > $1 ORDER BY survey_requests.id");
    let found: Vec<Request> = tx.rows(&sql, &[after.into()])?;
    for it in &found {
        jobs::cancel(tx, &format!("remind {}", it.id))?;
    }
    Ok(found)
}

/// A server takes all mail that belongs to no conversation and waits to leave; says how much.
pub fn deliver(tx: &mut Tx) -> Result<usize> {
    let now = tx.now();
    let waiting: Vec<OutboxId> = tx.column(
        "SELECT id FROM outbox WHERE state = 'queued' AND message_id IS NULL AND due_at <= $1
         ORDER BY id",
        &[now.into()],
    )?;
    for id in &waiting {
        outbox::begin(tx, *id, None)?;
        outbox::settle(tx, *id, SendState::Sent, "250 2.0.0 Ok: queued", &[], None)?;
    }
    Ok(waiting.len())
}

/// An order by the shop's id of it.
pub fn order(tx: &mut Tx, shop: ShopId, key: &str) -> Result<Option<OrderId>> {
    Ok(tx.maybe_scalar(
        "SELECT id FROM orders WHERE shop_id = $1 AND external_id = $2",
        &[shop.into(), key.into()],
    )?)
}

/// Keeps a message of a shop; nothing if it came before.
pub fn arrived(tx: &mut Tx, shop: ShopId, it: &Arrived) -> Result<Option<EventId>> {
    match events::take_in(tx, shop, it)? {
        true => Ok(tx.maybe_scalar(
            "SELECT id FROM shop_events WHERE shop_id = $1 ORDER BY id DESC LIMIT 1",
            &[shop.into()],
        )?),
        false => Ok(None),
    }
}
