use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{OutboxId, key};
use crate::{
    Actor, Result,
    conversations::{self, ConversationId, MessageId, SendState, remember},
    error::not_found,
    fold,
    inboxes::InboxId,
    jobs::{self, Job},
    journal::{self, Change},
    mails::FileId,
    notifications::{self, Reason},
    settings,
};

row! {
    /// Something that is to leave.
    pub struct Item {
        pub id: OutboxId,
        pub inbox_id: Option<InboxId>,
        /// The message that it is; none for notices to agents.
        pub message_id: Option<MessageId>,
        /// `at_least_once` or `at_most_once`.
        pub class: String,
        /// `reply`, `auto_reply`, `notice`, `campaign`.
        pub kind: String,
        /// Without brackets; empty until it is built.
        pub mail_message_id: String,
        pub envelope_from: String,
        /// The bytes, once built: the same on each try.
        pub file_id: Option<FileId>,
        /// JSON: what a notice is built from.
        pub payload: String,
        pub state: SendState,
        pub attempts: i64,
        pub answer: String,
        pub due_at: Timestamp,
        pub created_at: Timestamp,
    }
}

row! {
    /// One recipient of an item.
    pub struct Delivery {
        pub address: String,
        /// `queued`, `sent`, `deferred`, `failed`.
        pub state: SendState,
        /// The server's own words.
        pub answer: String,
    }
}

/// An item, whoever asks.
pub fn find(tx: &mut Tx, id: OutboxId) -> Result<Item> {
    tx.maybe(
        "SELECT id, inbox_id, message_id, class, kind, mail_message_id, envelope_from, file_id,
             payload, state, attempts, answer, due_at, created_at
         FROM outbox WHERE id = $1",
        &[id.into()],
    )?
    .ok_or(not_found("outbox item"))
}

/// The item that a message leaves as; none for what leaves by no mail.
pub fn of_message(tx: &mut Tx, message: MessageId) -> Result<Option<OutboxId>> {
    Ok(tx.maybe_scalar("SELECT id FROM outbox WHERE message_id = $1", &[message.into()])?)
}

/// Its recipients.
pub fn deliveries(tx: &mut Tx, id: OutboxId) -> Result<Vec<Delivery>> {
    Ok(tx.rows(
        "SELECT address, state, answer FROM deliveries WHERE outbox_id = $1 ORDER BY address",
        &[id.into()],
    )?)
}

/// The mail as it leaves, made before its first try.
#[derive(Clone, Debug)]
pub struct Built {
    /// Without brackets.
    pub mail_message_id: String,
    pub file: FileId,
}

/// Says on disk that it is leaving, before its first byte does. `None` says that it may not:
/// it was cancelled, is held, or is settled already.
///
/// One that was `sending` when its node died left, or did not. What may be sent twice is
/// tried again under the same Message-ID; what may not becomes `unknown`, and a person sees it.
pub fn begin(tx: &mut Tx, id: OutboxId, built: Option<&Built>) -> Result<Option<Item>> {
    let item = find(tx, id)?;
    match item.state {
        SendState::Queued | SendState::Deferred | SendState::Sending if is_held(tx)? => {
            hold(tx, &item)?;
            return Ok(None);
        }
        SendState::Queued | SendState::Deferred => {}
        SendState::Sending if item.class == "at_least_once" => {}
        SendState::Sending => {
            let why = "Tend stopped while this was being sent, so nobody knows whether it was.";
            settle(tx, id, SendState::Unknown, why, &[], None)?;
            return Ok(None);
        }
        _ => return Ok(None),
    }
    tx.execute(
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1,
             mail_message_id = CASE WHEN mail_message_id = '' THEN $2 ELSE mail_message_id END,
             file_id = COALESCE(file_id, $3)
         WHERE id = $1",
        &[
            id.into(),
            built.map_or("", |it| it.mail_message_id.as_str()).into(),
            built.map(|it| it.file).into(),
        ],
    )?;
    let item = find(tx, id)?;
    if let Some(message) = item.message_id {
        set_message(tx, message, SendState::Sending, "")?;
        if item.attempts == 1 {
            conversations::left(tx, message)?;
        }
        if let Some(built) = built {
            known_by(tx, message, &built.mail_message_id)?;
        }
    }
    Ok(Some(item))
}

fn known_by(tx: &mut Tx, message: MessageId, mail_message_id: &str) -> Result<()> {
    tx.execute(
        "UPDATE messages SET message_id = $2 WHERE id = $1",
        &[message.into(), mail_message_id.into()],
    )?;
    let conversation: ConversationId =
        tx.scalar("SELECT conversation_id FROM messages WHERE id = $1", &[message.into()])?;
    remember(tx, conversation, mail_message_id, &[])
}

/// Writes down how a try went, for the whole and for each recipient. With `again` it is tried
/// then, and its state is `deferred`.
pub fn settle(
    tx: &mut Tx,
    id: OutboxId,
    state: SendState,
    answer: &str,
    each: &[Delivery],
    again: Option<Timestamp>,
) -> Result<()> {
    let now = tx.now();
    let answer = fold::shorten(answer, 1000);
    tx.execute(
        "UPDATE outbox SET state = $2, answer = $3, due_at = COALESCE($4, due_at),
             settled_at = CASE WHEN CAST($5 AS BOOLEAN) THEN CAST($6 AS BIGINT) END
         WHERE id = $1",
        &[
            id.into(),
            state.into(),
            answer.as_str().into(),
            again.into(),
            again.is_none().into(),
            now.into(),
        ],
    )?;
    for it in each {
        tx.execute(
            "UPDATE deliveries SET state = $3, answer = $4 WHERE outbox_id = $1 AND address = $2",
            &[
                id.into(),
                it.address.as_str().into(),
                it.state.into(),
                fold::shorten(&it.answer, 1000).into(),
            ],
        )?;
    }
    if let Some(at) = again {
        jobs::once(tx, at, &key(id), &Job::Send { outbox: id.to_string() })?;
    }
    match find(tx, id)?.message_id {
        Some(message) => set_message(tx, message, state, &answer),
        None => Ok(()),
    }
}

/// Shows on the message where it is, and tells its writer of a failure.
pub(super) fn set_message(tx: &mut Tx, id: MessageId, to: SendState, detail: &str) -> Result<()> {
    row! {
        struct Found {
            conversation_id: ConversationId,
            agent_id: Option<crate::agents::AgentId>,
            state: SendState,
            state_detail: String,
        }
    }
    let found: Found = tx
        .maybe(
            "SELECT conversation_id, agent_id, state, state_detail FROM messages WHERE id = $1",
            &[id.into()],
        )?
        .ok_or(not_found("message"))?;
    if found.state == to && found.state_detail == detail {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE messages SET state = $2, state_detail = $3, state_at = $4,
             send_at = CASE WHEN $5 THEN send_at END
         WHERE id = $1",
        &[
            id.into(),
            to.into(),
            detail.into(),
            now.into(),
            matches!(to, SendState::Queued | SendState::Deferred | SendState::Held).into(),
        ],
    )?;
    let conversation = conversations::find(tx, found.conversation_id)?;
    let change =
        Change::MessageStateChanged { message: id.to_string(), state: to.word().to_owned() };
    journal::record(tx, Actor::System, conversation.subject_of_journal(), &change)?;
    let bad = matches!(to, SendState::Failed | SendState::Unknown);
    match found.agent_id {
        Some(agent) if bad => {
            notifications::tell(tx, agent, Reason::Failed, &conversation, Some(id), "")
        }
        _ => Ok(()),
    }
}

/// Set while nothing may leave.
const HELD: &str = "outbox.held";

/// Whether mail that would leave waits for a person to say so.
pub fn is_held(tx: &mut Tx) -> Result<bool> {
    Ok(settings::get(tx, HELD)?.is_some_and(|it| !it.is_empty()))
}

fn hold(tx: &mut Tx, item: &Item) -> Result<()> {
    tx.execute("UPDATE outbox SET state = 'held' WHERE id = $1", &[item.id.into()])?;
    match item.message_id {
        Some(message) => set_message(tx, message, SendState::Held, ""),
        None => Ok(()),
    }
}

/// After a restore, or when something goes wrong: from now on nothing leaves until a person
/// says so. Says how many wait already.
pub fn hold_all(tx: &mut Tx) -> Result<u64> {
    settings::set(tx, Actor::Console, HELD, "yes")?;
    tx.execute(
        "UPDATE messages SET state = 'held' WHERE id IN
             (SELECT message_id FROM outbox WHERE state IN ('queued', 'deferred', 'sending'))",
        &[],
    )?;
    Ok(tx.execute(
        "UPDATE outbox SET state = 'held' WHERE state IN ('queued', 'deferred', 'sending')",
        &[],
    )?)
}

/// Lets the next of what was held leave, at most so many behind `after`: from now on nothing new is
/// held. Says how many those were, and the last of them.
pub fn release(tx: &mut Tx, after: i64, most: i64) -> Result<(u64, i64)> {
    settings::set(tx, Actor::Console, HELD, "")?;
    let now = tx.now();
    let held: Vec<OutboxId> = tx.column(
        "SELECT id FROM outbox WHERE state = 'held' AND id > $1 ORDER BY id LIMIT $2",
        &[after.into(), most.into()],
    )?;
    for id in &held {
        tx.execute("UPDATE outbox SET state = 'queued' WHERE id = $1", &[(*id).into()])?;
        let item = find(tx, *id)?;
        jobs::once(tx, item.due_at.max(now), &key(*id), &Job::Send { outbox: id.to_string() })?;
        if let Some(message) = item.message_id {
            tx.execute(
                "UPDATE messages SET state = 'queued' WHERE id = $1 AND state = 'held'",
                &[message.into()],
            )?;
        }
    }
    Ok((held.len() as u64, held.last().map_or(after, |it| it.raw())))
}
