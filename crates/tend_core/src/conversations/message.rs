use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_store::{FromValue, Tx, Value, id, row};

use super::{Conversation, ConversationId};
use crate::{Result, agents::AgentId, contacts::ContactId, fold, html::Html};

id!(MessageId, "msg");

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The customer wrote.
    Inbound,
    /// We wrote to the customer.
    Outbound,
    /// We wrote to each other; no customer ever sees it.
    Note,
}

/// Who or what wrote a message. Only `human` starts clocks, reopens, or is answered automatically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    Human,
    AutoReply,
    Bulk,
    Bounce,
    System,
}

/// Where a message is. Nothing says `sent` before the server said 250.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendState {
    /// It came in.
    Received,
    /// A note; it goes nowhere.
    Kept,
    /// After a restore: waits to be released by a person.
    Held,
    Queued,
    Sending,
    Sent,
    /// The server said "later"; it is tried again.
    Deferred,
    Failed,
    /// The connection was lost after the last byte: sent, or not.
    Unknown,
    Cancelled,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// The word in tables and in the API.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)* _ => Err("There is no such word.") }
            }
        }
        impl FromValue for $name {
            fn from_value(value: &Value) -> Option<Self> {
                String::from_value(value)?.parse().ok()
            }
        }
        impl From<$name> for Value {
            fn from(it: $name) -> Self {
                it.word().into()
            }
        }
    };
}

words!(Direction { Inbound = "inbound", Outbound = "outbound", Note = "note" });
words!(MessageKind {
    Human = "human",
    AutoReply = "auto_reply",
    Bulk = "bulk",
    Bounce = "bounce",
    System = "system",
});
words!(SendState {
    Received = "received",
    Kept = "kept",
    Held = "held",
    Queued = "queued",
    Sending = "sending",
    Sent = "sent",
    Deferred = "deferred",
    Failed = "failed",
    Unknown = "unknown",
    Cancelled = "cancelled",
});

/// To whom a message goes, or went; each `address` or `Name <address>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipients {
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
    /// Of an inbound message: where its sender wants the answers (`Reply-To`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reply_to: Vec<String>,
}

impl Recipients {
    /// The text in the table; nobody is the empty text.
    pub fn encode(&self) -> String {
        match *self == Self::default() {
            true => String::new(),
            false => serde_json::to_string(self).expect("recipients are plain data"),
        }
    }

    /// From the text in the table.
    pub fn decode(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// A file that is stored already and now belongs to a message.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAttachment {
    /// Of the row in `files`.
    pub file_id: i64,
    /// As the sender named it; for people only.
    pub name: String,
    pub media_type: String,
    pub size: i64,
    /// For `cid:` images, without brackets; else empty.
    pub content_id: String,
    pub is_inline: bool,
}

row! {
    /// A file of a message.
    pub struct Attached {
        pub id: i64,
        pub message_id: Option<MessageId>,
        pub file_id: i64,
        pub name: String,
        pub media_type: String,
        pub size: i64,
        pub content_id: String,
        pub is_inline: bool,
    }
}

/// What [`insert`] writes.
pub(super) struct NewMessage<'a> {
    pub direction: Direction,
    pub kind: MessageKind,
    pub agent: Option<AgentId>,
    pub contact: Option<ContactId>,
    pub sender_name: &'a str,
    pub sender_address: &'a str,
    pub recipients: &'a Recipients,
    pub subject: &'a str,
    pub text: &'a str,
    pub html: &'a Html,
    pub quote_at: Option<i64>,
    pub message_id: &'a str,
    pub mail: Option<i64>,
    pub checks: &'a str,
    pub source: &'a str,
    pub state: SendState,
    pub send_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub written_at: Option<Timestamp>,
    pub attachments: &'a [NewAttachment],
}

/// Writes a message and what the conversation's row shows of its last one.
pub(super) fn insert(tx: &mut Tx, to: &Conversation, new: &NewMessage) -> Result<MessageId> {
    let id = MessageId::new(tx);
    tx.execute(
        "INSERT INTO messages (id, conversation_id, direction, kind, agent_id, contact_id,
             sender_name, sender_address, recipients, subject, text, html, quote_at, message_id,
             mail_id, checks, source, state, send_at, state_at, created_at, written_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $20, $20, $21)",
        &[
            id.into(),
            to.id.into(),
            new.direction.into(),
            new.kind.into(),
            new.agent.into(),
            new.contact.into(),
            new.sender_name.into(),
            new.sender_address.into(),
            new.recipients.encode().into(),
            new.subject.into(),
            new.text.into(),
            new.html.as_str().into(),
            new.quote_at.into(),
            new.message_id.into(),
            new.mail.into(),
            new.checks.into(),
            new.source.into(),
            new.state.into(),
            new.send_at.into(),
            new.created_at.into(),
            new.written_at.into(),
        ],
    )?;
    for it in new.attachments {
        attach(tx, id, it)?;
    }
    touch(tx, to, id, new)?;
    Ok(id)
}

/// The conversation's row follows its newest message; an older one that is imported later
/// changes only the counts, and so does an automatic answer.
fn touch(tx: &mut Tx, to: &Conversation, id: MessageId, new: &NewMessage) -> Result<()> {
    let end = new.quote_at.and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
    let start: String = new.text.chars().take(end.min(600)).collect();
    let preview = fold::one_line(&start, 160);
    let now = tx.now();
    // Nobody wrote it, so it takes no place from what people wrote.
    let automatic = new.kind == MessageKind::AutoReply && to.message_count > 0;
    let leads = "$3 >= last_message_at AND NOT $9";
    let sql = format!(
        "UPDATE conversations SET
             message_count = message_count + 1, attachment_count = attachment_count + $2,
             preview = CASE WHEN {leads} THEN $4 ELSE preview END,
             preview_by = CASE WHEN {leads} THEN $5 ELSE preview_by END,
             last_message_id = CASE WHEN {leads} THEN $6 ELSE last_message_id END,
             last_message_at = CASE WHEN {leads} THEN $3 ELSE last_message_at END,
             last_inbound_at = CASE WHEN $7 THEN $3 ELSE last_inbound_at END,
             changed_at = $8
         WHERE id = $1"
    );
    tx.execute(
        &sql,
        &[
            to.id.into(),
            (new.attachments.len() as i64).into(),
            new.created_at.into(),
            preview.into(),
            new.direction.into(),
            id.into(),
            (new.direction == Direction::Inbound).into(),
            now.into(),
            automatic.into(),
        ],
    )?;
    // What was opened just now has no tags.
    if to.message_count > 0 && !automatic {
        tx.execute(
            "UPDATE taggings SET sorted_at = $2
             WHERE subject_id = $1 AND sorted_at IS NOT NULL AND sorted_at < $2",
            &[to.id.into(), new.created_at.into()],
        )?;
    }
    Ok(())
}

fn attach(tx: &mut Tx, message: MessageId, it: &NewAttachment) -> Result<()> {
    let (id, now) = (tx.next_id(), tx.now());
    tx.execute(
        "INSERT INTO attachments
             (id, message_id, file_id, name, media_type, size, content_id, is_inline, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            id.into(),
            message.into(),
            it.file_id.into(),
            fold::one_line(&it.name, 255).into(),
            it.media_type.as_str().into(),
            it.size.into(),
            it.content_id.as_str().into(),
            it.is_inline.into(),
            now.into(),
        ],
    )?;
    Ok(())
}

/// Ids of a conversation's messages, oldest first.
pub fn messages_of(tx: &mut Tx, id: ConversationId) -> Result<Vec<MessageId>> {
    row! {
        struct Found {
            id: MessageId,
        }
    }
    let found: Vec<Found> = tx.rows(
        "SELECT id FROM messages WHERE conversation_id = $1 ORDER BY created_at, id",
        &[id.into()],
    )?;
    Ok(found.into_iter().map(|it| it.id).collect())
}
