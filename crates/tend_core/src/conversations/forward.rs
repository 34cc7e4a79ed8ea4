use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{
    Attached, Conversation, ConversationId, Direction, MessageId, MessageKind, NewAttachment,
    NewReply, Recipients, SendState, find_visible, message, reply, thread,
};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found},
    fold,
    html::{self, Html},
    inboxes::Channel,
    journal::{self, Change},
    outbox,
};

/// The thread's newest so many messages are quoted.
const MOST_QUOTED: i64 = 50;

/// What is shown to someone else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forwarded {
    Message(MessageId),
    /// All messages, without the notes.
    Thread,
}

/// A message, or the thread, for someone who does not take part.
#[derive(Clone, Debug)]
pub struct NewForward {
    pub what: Forwarded,
    /// What the agent says to it; may be blank.
    pub html: Html,
    pub recipients: Recipients,
    /// Empty means "Fwd: " and the conversation's.
    pub subject: String,
    /// Further files.
    pub attachments: Vec<NewAttachment>,
    /// The files of what is forwarded go with it.
    pub with_files: bool,
    pub send_at: Option<Timestamp>,
    /// `page` or `api`.
    pub source: &'static str,
}

/// Sends it. It stands in the thread as an outbound message with its own recipients; the
/// customer still waits, for this was no answer to them.
pub fn forward(tx: &mut Tx, by: &Me, id: ConversationId, new: &NewForward) -> Result<MessageId> {
    by.require(Permission::ConversationsReply)?;
    let it = find_visible(tx, by, id)?;
    if new.recipients.to.is_empty() {
        return Err(invalid("to", "Say to whom it goes."));
    }
    let inbox = reply::open_inbox(tx, &it)?;
    if inbox.channel != Channel::Email {
        return Err(invalid("to", "Only an inbox with an email address can forward."));
    }
    let as_reply = NewReply {
        html: new.html.clone(),
        recipients: new.recipients.clone(),
        send_at: new.send_at,
        source: new.source,
        ..NewReply::default()
    };
    reply::no_gaps(&new.html)?;
    let recipients = reply::to_whom(tx, &it, &inbox, &as_reply)?;
    let leaves_at = reply::leaves_at(tx.now(), &as_reply)?;
    let quoted = chosen(tx, &it, new.what)?;
    let body = Html::sanitise(&format!("{}{}", new.html.as_str(), quote(by, &quoted)));
    let mut attachments = new.attachments.clone();
    if new.with_files {
        let named = |it: Attached| carried(it, &body);
        attachments.extend(files(tx, &quoted)?.into_iter().map(named));
    }
    let message = write(tx, by, &it, new, &body, &recipients, leaves_at, &attachments)?;
    keep_as_written(tx, message, new)?;
    let change = Change::MessageAdded {
        message: message.to_string(),
        direction: Direction::Outbound.word().to_owned(),
        by_kind: MessageKind::Human.word().to_owned(),
    };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)?;
    outbox::queue_reply(tx, &inbox, message, &recipients, leaves_at)?;
    Ok(message)
}

/// What will stand under the agent's words, for a composer to show.
#[derive(Clone, Debug)]
pub struct Preview {
    pub html: Html,
    /// They go along.
    pub files: Vec<Attached>,
}

/// What a forward will hold besides the agent's words.
pub fn forward_preview(
    tx: &mut Tx,
    me: &Me,
    id: ConversationId,
    what: Forwarded,
) -> Result<Preview> {
    let it = find_visible(tx, me, id)?;
    let quoted = chosen(tx, &it, what)?;
    let html = Html::sanitise(&quote(me, &quoted));
    Ok(Preview { html, files: files(tx, &quoted)? })
}

row! {
    struct Quoted {
        id: MessageId,
        sender_name: String,
        sender_address: String,
        recipients: String,
        subject: String,
        text: String,
        html: String,
        quote_at: Option<i64>,
        created_at: Timestamp,
    }
}

/// Never a note: those are ours. Nor, of a thread, what went to somebody else before.
fn chosen(tx: &mut Tx, it: &Conversation, what: Forwarded) -> Result<Vec<Quoted>> {
    let (one, limit) = match what {
        Forwarded::Message(id) => (Some(id), 1),
        Forwarded::Thread => (None, MOST_QUOTED),
    };
    let mut found: Vec<Quoted> = tx.rows(
        "SELECT id, sender_name, sender_address, recipients, subject, text, html, quote_at,
             created_at
         FROM messages
         WHERE conversation_id = $1 AND direction <> 'note' AND state <> 'cancelled'
             AND (id = $2 OR (CAST($2 AS BIGINT) IS NULL AND source <> 'forward'))
         ORDER BY created_at DESC, id DESC LIMIT $3",
        &[it.id.into(), one.into(), limit.into()],
    )?;
    if found.is_empty() {
        return Err(not_found("message"));
    }
    // Of a thread, what its messages quote stands there already.
    if found.len() > 1 {
        for it in &mut found {
            if let Some(end) = it.quote_at.and_then(|it| usize::try_from(it).ok()) {
                it.text = it.text.chars().take(end).collect();
                it.html.clear();
            }
        }
    }
    found.reverse();
    Ok(found)
}

fn quote(by: &Me, all: &[Quoted]) -> String {
    let zone = jiff::tz::TimeZone::get(&by.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let mut out = String::from("<p>---------- Forwarded message ----------</p>");
    for it in all {
        let to = Recipients::decode(&it.recipients).to.join(", ");
        let at = it.created_at.to_zoned(zone.clone()).strftime("%A, %-d %B %Y, %H:%M %Z");
        let from = match it.sender_address.as_str() {
            "" => it.sender_name.clone(),
            address => format!("{} <{address}>", it.sender_name),
        };
        let mut head = Vec::new();
        let at = at.to_string();
        for (name, value) in [("From", &from), ("Date", &at), ("Subject", &it.subject), ("To", &to)]
        {
            if !value.trim().is_empty() {
                head.push(format!("<b>{name}:</b> {}", html::escape(value.trim())));
            }
        }
        let body = match it.html.is_empty() {
            true => Html::from_text(&it.text).into_string(),
            false => it.html.clone(),
        };
        out.push_str(&format!("<p>{}</p><blockquote>{body}</blockquote>", head.join("<br>")));
    }
    out
}

fn files(tx: &mut Tx, of: &[Quoted]) -> Result<Vec<Attached>> {
    let of: Vec<_> = of.iter().map(|it| it.id).collect();
    thread::attachments(tx, &of)
}

/// A picture stands in the text only where the text still shows it: of a whole thread the words
/// are quoted, and a picture that nothing shows would not be seen.
fn carried(it: Attached, body: &Html) -> NewAttachment {
    let is_shown =
        !it.content_id.is_empty() && body.as_str().contains(&format!("cid:{}", it.content_id));
    NewAttachment {
        file_id: it.file_id,
        name: it.name,
        media_type: it.media_type,
        size: it.size,
        content_id: it.content_id,
        is_inline: is_shown,
    }
}

row! {
    /// What a forward was made of.
    pub(crate) struct AsWritten {
        /// Nothing is the thread.
        pub shows_id: Option<MessageId>,
        pub html: String,
        /// So many of its first attachments are the agent's own.
        pub own_files: i64,
    }
}

fn keep_as_written(tx: &mut Tx, message: MessageId, new: &NewForward) -> Result<()> {
    let shows = match new.what {
        Forwarded::Message(id) => Some(id),
        Forwarded::Thread => None,
    };
    tx.execute(
        "INSERT INTO forwards (message_id, shows_id, html, own_files) VALUES ($1, $2, $3, $4)",
        &[
            message.into(),
            shows.into(),
            new.html.as_str().into(),
            (new.attachments.len() as i64).into(),
        ],
    )?;
    Ok(())
}

/// What the agent put into a message that is a forward.
pub(crate) fn as_written(tx: &mut Tx, message: MessageId) -> Result<Option<AsWritten>> {
    let sql = "SELECT shows_id, html, own_files FROM forwards WHERE message_id = $1";
    Ok(tx.maybe(sql, &[message.into()])?)
}

#[expect(clippy::too_many_arguments, reason = "each is a column")]
fn write(
    tx: &mut Tx,
    by: &Me,
    it: &Conversation,
    new: &NewForward,
    body: &Html,
    recipients: &Recipients,
    leaves_at: Timestamp,
    attachments: &[NewAttachment],
) -> Result<MessageId> {
    let now = tx.now();
    let subject = match fold::one_line(&new.subject, 500) {
        it_is if it_is.is_empty() => format!("Fwd: {}", it.subject),
        given => given,
    };
    let new = message::NewMessage {
        direction: Direction::Outbound,
        kind: MessageKind::Human,
        agent: Some(by.id),
        contact: None,
        sender_name: &by.name,
        sender_address: "",
        recipients,
        subject: &subject,
        text: &body.to_text(),
        html: body,
        quote_at: Some(new.html.to_text().chars().count() as i64),
        message_id: "",
        mail: None,
        checks: "",
        source: "forward",
        state: SendState::Queued,
        send_at: Some(leaves_at),
        created_at: now,
        written_at: None,
        attachments,
    };
    message::insert(tx, it, &new)
}
