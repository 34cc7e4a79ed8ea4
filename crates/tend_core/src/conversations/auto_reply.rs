use jiff::{SignedDuration, Timestamp};
use tend_store::{StoreError, Tx, row};

use super::{
    Conversation, ConversationId, Direction, MessageId, MessageKind, Recipients, SendState, find,
    message,
};
use crate::{
    Error, Result,
    actor::Actor,
    contacts::IdentityKind,
    error::not_found,
    fold,
    html::Html,
    inboxes::{self, Inbox},
    journal::{self, Change},
    mails::{Checks, Sender},
    outbox,
    templates::{self, Form},
};

/// One a sender and conversation in this time.
const ONCE: SignedDuration = SignedDuration::from_hours(24);
/// In an hour: for a sender whose domain vouches for them, for any other, for an inbox.
const PROVEN: i64 = 5;
const UNPROVEN: i64 = 1;
const INBOX: i64 = 500;

row! {
    struct Asked {
        kind: MessageKind,
        sender_address: String,
        checks: String,
    }
}

/// Answers a customer's first message with the inbox's own words, unless that would feed a
/// loop or trouble somebody who never wrote (RFC 3834). Why not is told in the journal.
pub fn auto_reply(tx: &mut Tx, id: ConversationId, to: MessageId) -> Result<Option<MessageId>> {
    let it = find(tx, id)?;
    let inbox = inboxes::find(tx, it.inbox_id)?;
    if inbox.auto_reply_html.is_empty() || inbox.archived_at.is_some() || !it.is_active {
        return Ok(None);
    }
    let asked: Asked = tx
        .maybe("SELECT kind, sender_address, checks FROM messages WHERE id = $1", &[to.into()])?
        .ok_or(not_found("message"))?;
    if asked.kind != MessageKind::Human {
        return Ok(None);
    }
    let Some(address) = fold::email(&asked.sender_address) else {
        return withhold(tx, &it, "The sender's address can't be written to.");
    };
    let trust = Checks::read(&asked.checks).sender;
    if let Some(why) = why_not(tx, &it, &address, trust)? {
        return withhold(tx, &it, why);
    }
    let (subject, html) = match words(tx, &it, &inbox) {
        Ok(words) => words,
        Err(error @ Error::Store(_)) => return Err(error),
        Err(_) => return withhold(tx, &it, "A variable in the automatic answer has no value."),
    };
    write(tx, &it, &inbox, &address, &subject, &html).map(Some)
}

/// Tells a sender whose mails came too fast that we have them all. The limits of automatic
/// answers hold for it as well, and so does their journal.
pub(crate) fn tell_that_mail_waits(tx: &mut Tx, id: ConversationId, address: &str) -> Result<()> {
    const WORDS: &str = "<p>Very many mails came from you within a few minutes. We have them all, \
         and those that came last reach us a little later, one after the other. There is no need \
         to send anything again.</p>";
    let it = find(tx, id)?;
    let inbox = inboxes::find(tx, it.inbox_id)?;
    if inbox.archived_at.is_some() || why_not(tx, &it, address, Sender::Proven)?.is_some() {
        return Ok(());
    }
    let subject = fold::one_line(&it.subject, 500);
    write(tx, &it, &inbox, address, &subject, &Html::sanitise(WORDS)).map(drop)
}

fn why_not(
    tx: &mut Tx,
    it: &Conversation,
    address: &str,
    trust: Sender,
) -> Result<Option<&'static str>> {
    if trust == Sender::Contradicted {
        return Ok(Some("The sender's domain says that the mail is not from there."));
    }
    if is_machine(address) {
        return Ok(Some("Nobody reads what is sent to that address."));
    }
    if inboxes::route(tx, address)?.is_some() {
        return Ok(Some("The sender is an inbox of ours."));
    }
    let dead: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS dead FROM identities
         WHERE kind = $1 AND value_folded = $2 AND undeliverable_at IS NOT NULL",
        &[IdentityKind::Email.into(), address.into()],
    )?;
    if dead.is_some() {
        return Ok(Some("Mail to that address came back."));
    }
    let (day, hour) = (ago(tx, ONCE)?, ago(tx, SignedDuration::from_hours(1))?);
    let before: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS before FROM auto_replies
         WHERE address = $1 AND conversation_id = $2 AND sent_at > $3",
        &[address.into(), it.id.into(), day.into()],
    )?;
    if before.is_some() {
        return Ok(Some("They had one within a day."));
    }
    let theirs: i64 = tx.scalar(
        "SELECT count(*) AS n FROM auto_replies WHERE address = $1 AND sent_at > $2",
        &[address.into(), hour.into()],
    )?;
    if theirs >= if trust == Sender::Proven { PROVEN } else { UNPROVEN } {
        return Ok(Some("They had as many as one gets in an hour."));
    }
    let ours: i64 = tx.scalar(
        "SELECT count(*) AS n FROM outbox
         WHERE inbox_id = $1 AND kind = 'auto_reply' AND created_at > $2",
        &[it.inbox_id.into(), hour.into()],
    )?;
    Ok((ours >= INBOX).then_some("The inbox sent as many as it may in an hour."))
}

fn ago(tx: &mut Tx, time: SignedDuration) -> Result<Timestamp> {
    Ok(tx.now().checked_sub(time).map_err(|it| StoreError::Failed(it.to_string()))?)
}

fn is_machine(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().replace(['-', '_', '.'], "");
    let words = ["noreply", "donotreply", "mailerdaemon", "postmaster", "bounce", "autoreply"];
    words.iter().any(|it| local.starts_with(it)) || local.ends_with("noreply")
}

fn words(tx: &mut Tx, it: &Conversation, inbox: &Inbox) -> Result<(String, Html)> {
    let scope = templates::scope(tx, None, it)?;
    let html = templates::render_html(&inbox.auto_reply_html, &scope)?;
    let subject = match inbox.auto_reply_subject.as_str() {
        "" => it.subject.clone(),
        subject => templates::render(subject, Form::Text, &scope)?,
    };
    Ok((fold::one_line(&subject, 500), html))
}

fn write(
    tx: &mut Tx,
    it: &Conversation,
    inbox: &Inbox,
    address: &str,
    subject: &str,
    html: &Html,
) -> Result<MessageId> {
    let now = tx.now();
    let recipients = Recipients { to: vec![address.to_owned()], ..Recipients::default() };
    let new = message::NewMessage {
        direction: Direction::Outbound,
        kind: MessageKind::AutoReply,
        agent: None,
        contact: None,
        sender_name: &inbox.name,
        sender_address: &inbox.address,
        recipients: &recipients,
        subject,
        text: &html.to_text(),
        html,
        quote_at: None,
        message_id: "",
        mail: None,
        checks: "",
        source: "rule",
        state: SendState::Queued,
        send_at: None,
        created_at: now,
        written_at: None,
        attachments: &[],
    };
    let message = message::insert(tx, it, &new)?;
    tx.execute(
        "INSERT INTO auto_replies (address, conversation_id, sent_at) VALUES ($1, $2, $3)
         ON CONFLICT (address, conversation_id) DO UPDATE SET sent_at = excluded.sent_at",
        &[address.into(), it.id.into(), now.into()],
    )?;
    let change = Change::MessageAdded {
        message: message.to_string(),
        direction: Direction::Outbound.word().to_owned(),
        by_kind: MessageKind::AutoReply.word().to_owned(),
    };
    journal::record(tx, Actor::System, it.subject_of_journal(), &change)?;
    outbox::queue_auto_reply(tx, inbox, message, &recipients, now)?;
    Ok(message)
}

fn withhold(tx: &mut Tx, it: &Conversation, why: &str) -> Result<Option<MessageId>> {
    let change = Change::AutoReplyWithheld { reason: why.to_owned() };
    journal::record(tx, Actor::System, it.subject_of_journal(), &change)?;
    Ok(None)
}
