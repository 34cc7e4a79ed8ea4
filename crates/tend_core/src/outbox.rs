//! Mail that is to leave: each item says truthfully where it is.
//!
//! Agents' replies are sent at least once, with the same Message-ID on each try; automatic
//! mail at most once. An item is `sending` on disk before the first byte of it leaves.

mod bounce;
mod campaign;
mod leave;
mod letter;
mod notice;
mod retry;

pub use bounce::{Bounced, Verdict, bounced, dead_address};
pub(crate) use campaign::queue_letter;
pub use leave::{
    Built, Delivery, Item, begin, deliveries, find, hold_all, is_held, of_message, release, settle,
};
pub use letter::{Letter, LetterFile, letter, waits_for_another};
pub use notice::{Notice, queue_notice};
pub use retry::retry;

use jiff::Timestamp;
use tend_store::{Tx, id};

use crate::{
    Result,
    conversations::{MessageId, Recipients},
    fold,
    inboxes::Inbox,
    jobs::{self, Job},
};

id!(OutboxId, "out");

/// Queues a reply, to leave at a time. The mail itself is built when it leaves.
pub(crate) fn queue_reply(
    tx: &mut Tx,
    inbox: &Inbox,
    message: MessageId,
    recipients: &Recipients,
    due: Timestamp,
) -> Result<OutboxId> {
    let how = ("at_least_once", "reply", inbox.address.as_str());
    queue(tx, inbox, message, recipients, due, how)
}

/// Queues an automatic answer: sent at most once, and not to be answered itself.
pub(crate) fn queue_auto_reply(
    tx: &mut Tx,
    inbox: &Inbox,
    message: MessageId,
    recipients: &Recipients,
    due: Timestamp,
) -> Result<OutboxId> {
    queue(tx, inbox, message, recipients, due, ("at_most_once", "auto_reply", ""))
}

fn queue(
    tx: &mut Tx,
    inbox: &Inbox,
    message: MessageId,
    recipients: &Recipients,
    due: Timestamp,
    (class, kind, envelope_from): (&str, &str, &str),
) -> Result<OutboxId> {
    let (id, now) = (OutboxId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO outbox (id, inbox_id, message_id, class, kind, mail_message_id, envelope_from,
             state, due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, '', $6, 'queued', $7, $8)",
        &[
            id.into(),
            inbox.id.into(),
            message.into(),
            class.into(),
            kind.into(),
            envelope_from.into(),
            due.into(),
            now.into(),
        ],
    )?;
    let all = recipients.to.iter().chain(&recipients.cc).chain(&recipients.bcc);
    for address in all.filter_map(|it| fold::email(crate::conversations::address_in(it))) {
        tx.execute(
            "INSERT INTO deliveries (outbox_id, address, state) VALUES ($1, $2, 'queued')
             ON CONFLICT DO NOTHING",
            &[id.into(), address.into()],
        )?;
    }
    jobs::once(tx, due, &key(id), &Job::Send { outbox: id.to_string() })?;
    Ok(id)
}

/// Takes a message back if it has not begun to leave; says whether it could.
pub(crate) fn cancel(tx: &mut Tx, message: MessageId) -> Result<bool> {
    let now = tx.now();
    let queued: Option<OutboxId> = tx.maybe_scalar(
        "SELECT id FROM outbox WHERE message_id = $1
             AND (state IN ('queued', 'held') AND attempts = 0 OR state = 'deferred'
                 AND NOT EXISTS (SELECT 1 FROM deliveries
                     WHERE deliveries.outbox_id = outbox.id AND deliveries.state = 'sent'))",
        &[message.into()],
    )?;
    let Some(id) = queued else {
        return Ok(false);
    };
    tx.execute(
        "UPDATE outbox SET state = 'cancelled', settled_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    jobs::cancel(tx, &key(id))?;
    Ok(true)
}

fn key(id: OutboxId) -> String {
    format!("send {id}")
}
