use tend_store::{Tx, row};

use super::{OutboxId, leave::set_message};
use crate::{
    Result, book,
    contacts::{self, IdentityKind},
    conversations::{ConversationId, MessageId, SendState},
    fold,
};

row! {
    /// Where a bounce belongs.
    pub struct Bounced {
        pub conversation_id: ConversationId,
        pub message_id: MessageId,
    }
}

/// What a server says became of a mail of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on trying.
    Delayed,
    /// It tries no more.
    GivenUp,
    /// It tries no more, and nobody should: there is no such address.
    DeadAddress,
}

/// A server somewhere says that a mail of ours did not arrive. Flips the state of the message
/// when it is for good, remembers a dead address, and says which message it was.
///
/// `None` if we never sent a mail of that id to that address: anyone can write a bounce.
pub fn bounced(
    tx: &mut Tx,
    mail_message_id: &str,
    recipient: &str,
    verdict: Verdict,
    answer: &str,
) -> Result<Option<Bounced>> {
    let Some(address) = fold::email(recipient) else {
        return Ok(None);
    };
    let found: Option<OutboxId> = tx.maybe_scalar(
        "SELECT outbox.id FROM outbox
         JOIN deliveries ON deliveries.outbox_id = outbox.id
         WHERE outbox.mail_message_id = $1 AND deliveries.address = $2",
        &[mail_message_id.into(), address.as_str().into()],
    )?;
    let Some(id) = found else {
        return Ok(None);
    };
    let answer = fold::shorten(answer, 1000);
    let state = match verdict {
        Verdict::Delayed => SendState::Deferred,
        Verdict::GivenUp | Verdict::DeadAddress => SendState::Failed,
    };
    tx.execute(
        "UPDATE deliveries SET state = $3, answer = $4 WHERE outbox_id = $1 AND address = $2",
        &[id.into(), address.as_str().into(), state.into(), answer.as_str().into()],
    )?;
    let message: Option<Bounced> = tx.maybe(
        "SELECT messages.conversation_id, messages.id AS message_id FROM messages
         JOIN outbox ON outbox.message_id = messages.id WHERE outbox.id = $1",
        &[id.into()],
    )?;
    if verdict == Verdict::DeadAddress {
        dead_address(tx, &address)?;
    }
    if let (Some(it), SendState::Failed) = (&message, state) {
        set_message(tx, it.message_id, state, &format!("{address}: {answer}"))?;
    }
    Ok(message)
}

/// Remembers that there is no such address.
pub fn dead_address(tx: &mut Tx, address: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE identities SET undeliverable_at = $3
         WHERE kind = $1 AND value_folded = $2 AND undeliverable_at IS NULL",
        &[IdentityKind::Email.into(), address.into(), now.into()],
    )?;
    // Whoever counts in their company and is reached no more has probably left it.
    match contacts::by_identity(tx, IdentityKind::Email, address)? {
        Some(it) => book::bounced(tx, it),
        None => Ok(()),
    }
}
