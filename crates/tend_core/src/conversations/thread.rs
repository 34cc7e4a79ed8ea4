//! One conversation as the screen shows it: its messages, what was done to it, whom it is about.

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{
    Attached, Conversation, ConversationId, Direction, MessageId, MessageKind, Recipients,
    SendState, find_visible,
};
use crate::{
    Result,
    accounts::{self, Account},
    agents::{AgentId, Me, Permission},
    contacts::{self, Contact, ContactId, Identity},
    html::Html,
    inboxes::{self, Inbox},
    journal::{self, Entry},
    page::{Cursor, Page},
    tags::{self, Tag},
};

row! {
    /// A message as the thread shows it.
    pub struct Message {
        pub id: MessageId,
        pub conversation_id: ConversationId,
        pub direction: Direction,
        pub kind: MessageKind,
        pub agent_id: Option<AgentId>,
        pub contact_id: Option<ContactId>,
        pub sender_name: String,
        pub sender_address: String,
        /// [`Recipients`] as text: see [`Message::recipients`].
        pub recipients_text: String,
        pub subject: String,
        /// Whole, plain.
        pub text: String,
        /// Sanitised HTML as text: see [`Message::html`]. Empty when there is only text.
        pub html_text: String,
        /// Characters of `text` before the quoted history.
        pub quote_at: Option<i64>,
        pub mail_id: Option<i64>,
        /// JSON: SPF, DKIM, DMARC verdicts; empty when they were not looked at.
        pub checks: String,
        pub source: String,
        pub state: SendState,
        /// The server's own answer.
        pub state_detail: String,
        pub send_at: Option<Timestamp>,
        pub created_at: Timestamp,
        pub written_at: Option<Timestamp>,
        pub edited_at: Option<Timestamp>,
    }
}

impl Message {
    /// To whom it went.
    pub fn recipients(&self) -> Recipients {
        Recipients::decode(&self.recipients_text)
    }

    /// Its HTML, if it has any.
    pub fn html(&self) -> Option<Html> {
        (!self.html_text.is_empty()).then(|| Html::stored(self.html_text.clone()))
    }
}

/// One thing in the order of time.
#[derive(Clone, Debug)]
pub enum Item {
    Message(Box<Message>, Vec<Attached>),
    /// What was done; with the actor's name.
    Entry(Box<Entry>, String),
}

/// A conversation with all that its page needs.
#[derive(Clone, Debug)]
pub struct Thread {
    pub conversation: Conversation,
    /// The status's own name.
    pub status: String,
    pub inbox: Inbox,
    pub contact: Contact,
    pub identities: Vec<Identity>,
    pub account: Account,
    pub tags: Vec<Tag>,
    pub followed: bool,
    /// Oldest first.
    pub items: Vec<Item>,
    /// How many older messages are not in `items`.
    pub earlier: i64,
    pub may: May,
}

/// What the one who looks may do here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct May {
    pub reply: bool,
    pub note: bool,
    pub assign: bool,
    pub update: bool,
    pub merge: bool,
    pub delete: bool,
    pub edit_customer: bool,
}

impl May {
    /// By the role.
    pub fn of(me: &Me) -> Self {
        Self {
            reply: me.may(Permission::ConversationsReply),
            note: me.may(Permission::ConversationsNote),
            assign: me.may(Permission::ConversationsAssign),
            update: me.may(Permission::ConversationsUpdate),
            merge: me.may(Permission::ConversationsMerge),
            delete: me.may(Permission::ConversationsDelete),
            edit_customer: me.may(Permission::CustomersEdit),
        }
    }
}

pub(crate) const MESSAGE_COLUMNS: &str = "id, conversation_id, direction, kind, agent_id, \
     contact_id, sender_name, sender_address, recipients AS recipients_text, subject, text, \
     html AS html_text, quote_at, mail_id, checks, source, state, state_detail, send_at, \
     created_at, written_at, edited_at";

/// The conversation with its newest `limit` messages, if the agent may see it.
pub fn thread(tx: &mut Tx, me: &Me, id: ConversationId, limit: i64) -> Result<Thread> {
    let conversation = find_visible(tx, me, id)?;
    let messages = newest(tx, id, limit)?;
    let since = match (messages.len() as i64) < limit {
        true => conversation.opened_at,
        false => messages.first().map_or(conversation.opened_at, |it| it.created_at),
    };
    let items = in_order(tx, id, messages, since)?;
    let shown = items.iter().filter(|it| matches!(it, Item::Message(..))).count() as i64;
    let followed: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS follows FROM followers WHERE conversation_id = $1 AND agent_id = $2",
        &[id.into(), me.id.into()],
    )?;
    Ok(Thread {
        status: tx
            .scalar("SELECT name FROM statuses WHERE id = $1", &[conversation.status_id.into()])?,
        inbox: inboxes::find(tx, conversation.inbox_id)?,
        contact: contacts::find(tx, conversation.contact_id)?,
        identities: contacts::identities(tx, conversation.contact_id)?,
        account: accounts::find(tx, conversation.account_id)?,
        tags: tags::of(tx, id.raw())?,
        followed: followed.is_some(),
        earlier: (conversation.message_count - shown).max(0),
        items,
        may: May::of(me),
        conversation,
    })
}

/// One message, if the agent may see its conversation.
pub fn message(tx: &mut Tx, me: &Me, id: MessageId) -> Result<(Message, Vec<Attached>)> {
    let found = own_message(tx, id)?;
    find_visible(tx, me, found.0.conversation_id)?;
    Ok(found)
}

/// One message, for the one who wrote it just now into a conversation that they may see.
pub fn own_message(tx: &mut Tx, id: MessageId) -> Result<(Message, Vec<Attached>)> {
    let sql = format!("SELECT {MESSAGE_COLUMNS} FROM messages WHERE id = $1");
    let found: Message = tx.maybe(&sql, &[id.into()])?.ok_or(crate::error::not_found("message"))?;
    let attached = attachments(tx, &[found.id])?;
    Ok((found, attached))
}

/// What came before a message: at most `limit` messages of it, and what was done between them.
pub fn before(
    tx: &mut Tx,
    me: &Me,
    id: ConversationId,
    message: MessageId,
    limit: i64,
) -> Result<Thread> {
    let mut whole = thread(tx, me, id, 1)?;
    let at: Timestamp = tx
        .maybe_scalar(
            "SELECT created_at FROM messages WHERE id = $1 AND conversation_id = $2",
            &[message.into(), id.into()],
        )?
        .ok_or(crate::error::not_found("message"))?;
    let sql = format!(
        "SELECT {MESSAGE_COLUMNS} FROM messages
         WHERE conversation_id = $1 AND (created_at, id) < ($2, $3)
         ORDER BY created_at DESC, id DESC LIMIT $4"
    );
    let args = [id.into(), at.into(), message.into(), (limit + 1).into()];
    let mut older: Vec<Message> = tx.rows(&sql, &args)?;
    let more = older.len() as i64 > limit;
    older.truncate(usize::try_from(limit).unwrap_or(0));
    older.reverse();
    let since =
        older.first().filter(|_| more).map_or(whole.conversation.opened_at, |it| it.created_at);
    whole.items = in_order(tx, id, older, since)?;
    whole.items.retain(|it| match it {
        Item::Message(..) => true,
        Item::Entry(it, _) => it.happened_at < at,
    });
    whole.earlier = match whole.items.iter().find_map(|it| match it {
        Item::Message(it, _) if more => Some(it),
        _ => None,
    }) {
        None => 0,
        Some(first) => tx.scalar(
            "SELECT count(*) AS n FROM messages
             WHERE conversation_id = $1 AND (created_at, id) < ($2, $3)",
            &[id.into(), first.created_at.into(), first.id.into()],
        )?,
    };
    Ok(whole)
}

/// A page of a conversation's messages, oldest first, if the agent may see it.
pub fn messages(
    tx: &mut Tx,
    me: &Me,
    id: ConversationId,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<(Message, Vec<Attached>)>> {
    find_visible(tx, me, id)?;
    let from = from.unwrap_or(Cursor { key: i64::MIN, id: i64::MIN });
    let sql = format!(
        "SELECT {MESSAGE_COLUMNS} FROM messages
         WHERE conversation_id = $1 AND (created_at, id) > ($2, $3)
         ORDER BY created_at, id LIMIT $4"
    );
    let args = [id.into(), from.key.into(), from.id.into(), (limit as i64 + 1).into()];
    let messages: Vec<Message> = tx.rows(&sql, &args)?;
    let ids: Vec<MessageId> = messages.iter().map(|it| it.id).collect();
    let mut files = attachments(tx, &ids)?;
    let mut all = Vec::with_capacity(messages.len());
    for it in messages {
        let (own, rest) = files.into_iter().partition(|a| a.message_id == Some(it.id));
        files = rest;
        all.push((it, own));
    }
    let key = |it: &(Message, Vec<Attached>)| Cursor {
        key: it.0.created_at.as_microsecond(),
        id: it.0.id.raw(),
    };
    Ok(Page::of(all, limit, key))
}

fn newest(tx: &mut Tx, id: ConversationId, limit: i64) -> Result<Vec<Message>> {
    let sql = format!(
        "SELECT {MESSAGE_COLUMNS} FROM messages WHERE conversation_id = $1
         ORDER BY created_at DESC, id DESC LIMIT $2"
    );
    let mut messages: Vec<Message> = tx.rows(&sql, &[id.into(), limit.into()])?;
    messages.reverse();
    Ok(messages)
}

fn in_order(
    tx: &mut Tx,
    id: ConversationId,
    messages: Vec<Message>,
    since: Timestamp,
) -> Result<Vec<Item>> {
    let ids: Vec<MessageId> = messages.iter().map(|it| it.id).collect();
    let mut attached = attachments(tx, &ids)?;
    let mut items: Vec<(Timestamp, i64, Item)> = Vec::new();
    for it in messages {
        let (own, rest) = attached.into_iter().partition(|a| a.message_id == Some(it.id));
        attached = rest;
        items.push((it.created_at, it.id.raw(), Item::Message(Box::new(it), own)));
    }
    let told = ["message_added", "message_state_changed", "conversation_opened"];
    for it in journal::of_conversation(tx, id.raw(), 200)? {
        if it.happened_at >= since && !told.contains(&it.kind.as_str()) {
            let actor = actor_name(tx, &it)?;
            items.push((it.happened_at, it.id.raw(), Item::Entry(Box::new(it), actor)));
        }
    }
    items.sort_by_key(|it| (it.0, it.1));
    Ok(items.into_iter().map(|it| it.2).collect())
}

pub(super) fn attachments(tx: &mut Tx, of: &[MessageId]) -> Result<Vec<Attached>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let marks = tend_store::placeholders(1, of.len());
    let args: Vec<_> = of.iter().map(|it| (*it).into()).collect();
    let sql = format!(
        "SELECT id, message_id, file_id, name, media_type, size, content_id, is_inline
         FROM attachments WHERE message_id IN ({marks}) ORDER BY id"
    );
    Ok(tx.rows(&sql, &args)?)
}

/// The name of who did it; empty for Tend itself.
pub fn actor_name(tx: &mut Tx, it: &Entry) -> Result<String> {
    let sql = match it.actor_kind.as_str() {
        "agent" => "SELECT name FROM agents WHERE id = $1",
        "contact" => "SELECT name FROM contacts WHERE id = $1",
        _ => return Ok(String::new()),
    };
    Ok(tx.maybe_scalar(sql, &[it.actor_id.into()])?.unwrap_or_default())
}
