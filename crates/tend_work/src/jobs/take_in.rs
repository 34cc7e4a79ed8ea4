//! Reads a mail that was acknowledged, and puts it where it belongs.

use std::time::Duration;

use jiff::Timestamp;
use tend_core::{
    Actor, Error, Result,
    campaigns::unsubscribe::{self, Behind},
    contacts::{self, Stranger},
    conversations::{self, Evidence, Incoming, MessageKind, NewAttachment, Recipients, Threaded},
    html::Html,
    inboxes::{self, Inbox},
    jobs::Outcome,
    mails::{self, MailId, Settled, StoredFile},
    outbox,
    outreach::consents::How,
};
use tend_mail::{Limits, Mail, Mailbox, quotes, threading};
use tend_store::Tx;
use tokio::sync::Semaphore;

use super::outcome;
use crate::{verify::Remote, works::Works};

/// How long the reading of one mail may take.
const LONGEST: Duration = Duration::from_secs(20);

/// Takes in one mail. Whatever it is, it never stands in another's way: after three tries it
/// waits in quarantine.
pub(super) async fn run(works: &Works, mail: &str) -> Outcome {
    let Ok(id) = mail.parse::<MailId>() else {
        return Outcome::Hopeless("It names no mail.".to_owned());
    };
    match take_in(works, id).await {
        Ok(()) => Outcome::Done,
        Err(Trouble::Store(error)) => outcome(Err(error)),
        Err(Trouble::Mail(why)) => {
            let said = why.clone();
            match works.write(move |tx| mails::stumble(tx, id, &why)).await {
                Ok(true) => Outcome::Failed(said),
                Ok(false) => Outcome::Done,
                Err(error) => outcome(Err(error)),
            }
        }
        Err(Trouble::Hopeless(why)) => {
            let how = Settled::Quarantined(why);
            outcome(works.write(move |tx| mails::settle(tx, id, &how)).await)
        }
    }
}

enum Trouble {
    /// Ours; it will pass.
    Store(Error),
    /// Of this mail; perhaps it passes.
    Mail(String),
    /// Of this mail, and trying again won't help.
    Hopeless(String),
}

impl From<Error> for Trouble {
    fn from(it: Error) -> Self {
        match it {
            Error::Store(_) => Self::Store(it),
            other => Self::Mail(other.to_string()),
        }
    }
}

async fn take_in(works: &Works, id: MailId) -> Result<(), Trouble> {
    let (row, file) = works
        .read(move |tx| {
            let row = mails::find(tx, id)?;
            let file = row.file_id.map(|it| mails::find_file(tx, it)).transpose()?;
            Ok((row, file))
        })
        .await?;
    if row.state != "received" {
        return Ok(());
    }
    let Some(file) = file else {
        return Err(Trouble::Hopeless("Its bytes were deleted.".to_owned()));
    };
    let bytes = works.files.get(&file.place).await;
    let bytes =
        bytes.map_err(|error| Trouble::Mail(format!("Its bytes can't be read: {error}")))?;
    let read = read(bytes.to_vec()).await?;
    let attachments = keep_files(works, &read.mail).await?;
    // History was judged when it came, and keys of then are gone.
    let checks = match row.source.as_str() {
        "import" => String::new(),
        _ => works.verifier.check(&bytes, remote(&row).as_ref()).await.to_json(),
    };
    if let Some(declined) = unsubscribe::by_mail(&works.keys, &read.mail.subject) {
        works.write(move |tx| unsubscribes(tx, &row, &read.mail, &declined)).await?;
        return Ok(());
    }
    let (keys, at_once) = (works.mail_keys(), works.setup.at_once);
    works.write(move |tx| place(tx, &row, &read, &attachments, &checks, &keys, at_once)).await?;
    Ok(())
}

/// Who handed it to us, as the receiver wrote it down: the address and the name.
fn remote(row: &mails::Mail) -> Option<Remote> {
    let (address, helo) = row.remote.split_once(' ')?;
    Some(Remote {
        address: address.parse().ok()?,
        helo: helo.to_owned(),
        mail_from: row.envelope_from.clone(),
    })
}

/// A mail as it is kept.
struct Read {
    mail: Mail,
    /// Sanitised; what is quoted in a `div.tend_quote`.
    html: Html,
    /// Characters of the text before what is folded away.
    quote_at: Option<i64>,
}

impl Read {
    fn of(mail: Mail) -> Self {
        let folded = quotes::fold_mail(&mail);
        let text = mail.text.as_deref().unwrap_or_default();
        let text_to = folded.text.map_or(text.len(), |it| it.visible_to);
        let page = folded.html.unwrap_or_default();
        let is_folded = text_to < text.trim_end().len() || page.visible_to.is_some();
        let chars = text.get(..text_to).unwrap_or(text).chars().count();
        let quote_at = is_folded.then(|| i64::try_from(chars).unwrap_or(i64::MAX));
        let html = mail.html.as_ref().map(|_| Html::sanitise(&page.html)).unwrap_or_default();
        Self { mail, html, quote_at }
    }
}

/// In a thread of its own: a mail may be made to take long, or to make us fall over.
#[expect(clippy::disallowed_methods, reason = "a mail is read where it can do no harm")]
async fn read(bytes: Vec<u8>) -> Result<Read, Trouble> {
    // A reading that lasts too long goes on behind our back; so many may.
    static READERS: Semaphore = Semaphore::const_new(4);
    let place = READERS.acquire().await;
    let reading = tokio::task::spawn_blocking(move || {
        let _place = place;
        tend_mail::parse(&bytes, &Limits::default()).map(Read::of)
    });
    match tokio::time::timeout(LONGEST, reading).await {
        Ok(Ok(Ok(read))) => Ok(read),
        Ok(Ok(Err(why))) => Err(Trouble::Hopeless(format!("It cannot be read as a mail: {why}"))),
        Ok(Err(_)) => Err(Trouble::Mail("Reading it made the reader fall over.".to_owned())),
        Err(_) => Err(Trouble::Mail("Reading it took too long.".to_owned())),
    }
}

async fn keep_files(
    works: &Works,
    mail: &Mail,
) -> Result<Vec<(StoredFile, NewAttachment)>, Trouble> {
    let mut kept = Vec::with_capacity(mail.attachments.len());
    for it in &mail.attachments {
        let stored = works.files.put(it.bytes.clone()).await;
        let stored = stored
            .map_err(|error| Trouble::Mail(format!("A file of it can't be kept: {error}")))?;
        let size = i64::try_from(stored.size).unwrap_or(i64::MAX);
        let file = StoredFile {
            place: stored.place,
            sha256: stored.sha256,
            size,
            media_type: it.media_type.clone(),
        };
        let attachment = NewAttachment {
            file_id: 0,
            name: it.name.clone(),
            media_type: it.media_type.clone(),
            size,
            content_id: it.content_id.clone().unwrap_or_default(),
            is_inline: it.is_inline,
        };
        kept.push((file, attachment));
    }
    Ok(kept)
}

fn place(
    tx: &mut Tx,
    row: &mails::Mail,
    read: &Read,
    files: &[(StoredFile, NewAttachment)],
    checks: &str,
    keys: &tend_mail::Keys,
    at_once: i64,
) -> Result<()> {
    let mail = &read.mail;
    // Another may have been at it as well, after a lease ended or beside an import.
    if mails::find(tx, row.id)?.state != "received" {
        return Ok(());
    }
    let Some(inbox) = inbox_of(tx, row)? else {
        let why = "None of its recipients has an inbox here any more.";
        return mails::settle(tx, row.id, &Settled::Quarantined(why.to_owned()));
    };
    let key = mail.message_key.clone();
    if came_back(mail, keys) || !mails::claim_key(tx, inbox.id, &key, &mail.content_hash, row.id)? {
        let how = Settled::Duplicate { inbox: inbox.id, message_key: key };
        return mails::settle(tx, row.id, &how);
    }
    let Some(sender) = sender_of(mail, row) else {
        let why = "It names no sender, neither inside nor on its envelope.";
        return mails::settle(tx, row.id, &Settled::Quarantined(why.to_owned()));
    };
    if let Some(until) = turn(tx, row, mail, &sender, at_once)? {
        mails::hold(tx, row.id, inbox.id, until)?;
        return mails::tell_held(tx, inbox.id, &sender.address, checks);
    }
    let name = sender.name.clone().unwrap_or_default();
    let who = Stranger::by_email(&name, &sender.address);
    let contact = contacts::meet(tx, Actor::System, &who)?;
    let mut own = inboxes::aliases(tx, inbox.id)?;
    own.push(inbox.address.clone());
    let mut it = Incoming::new(inbox, contact);
    let placed = match bounced(tx, mail)? {
        Some(into) => Threaded { into: Some(into), ..Threaded::default() },
        None => {
            let signs = signs(mail, &own, keys);
            conversations::place(tx, &it.inbox, &it.contact, &signs)?
        }
    };
    (it.into, it.follows, it.may_belong_to) = (placed.into, placed.follows, placed.may_belong_to);
    fill(&mut it, row, read, &sender);
    it.kind = kind_of(tend_mail::classify(mail, &own).0);
    // One of our inboxes wrote it, or somebody who says so: it wakes nobody and is not answered.
    let from = sender.address.to_lowercase();
    let is_ours = tend_mail::is_loop(mail, &own, keys) || inboxes::by_address(tx, &from)?.is_some();
    if is_ours && it.kind == MessageKind::Human {
        it.kind = MessageKind::System;
    }
    checks.clone_into(&mut it.checks);
    for (file, attachment) in files {
        let file_id = mails::file(tx, file)?.raw();
        it.attachments.push(NewAttachment { file_id, ..attachment.clone() });
    }
    let inbox = it.inbox.id;
    conversations::receive(tx, &it)?;
    mails::settle(tx, row.id, &Settled::Imported { inbox, message_key: key })
}

/// A mail program says for somebody that they want no more: that is all it is about.
fn unsubscribes(tx: &mut Tx, row: &mails::Mail, mail: &Mail, it: &Behind) -> Result<()> {
    if mails::find(tx, row.id)?.state != "received" {
        return Ok(());
    }
    unsubscribe::decline(tx, it, How::Mail)?;
    let Some(inbox) = inbox_of(tx, row)? else {
        let why =
            "It was taken as it was meant; none of its recipients has an inbox here any more.";
        return mails::settle(tx, row.id, &Settled::Quarantined(why.to_owned()));
    };
    let (inbox, message_key) = (inbox.id, mail.message_key.clone());
    let is_new = mails::claim_key(tx, inbox, &message_key, &mail.content_hash, row.id)?;
    mails::settle(
        tx,
        row.id,
        &match is_new {
            true => Settled::Imported { inbox, message_key },
            false => Settled::Duplicate { inbox, message_key },
        },
    )
}

/// When the turn of its sender comes, if that is not now. History has no turns, nor has what tells
/// of our own mail that came back, nor one that waited before.
fn turn(
    tx: &mut Tx,
    row: &mails::Mail,
    mail: &Mail,
    sender: &Mailbox,
    at_once: i64,
) -> Result<Option<Timestamp>> {
    if at_once == 0 || row.source == "import" || row.held_until.is_some() || mail.bounce.is_some() {
        return Ok(None);
    }
    mails::turn(tx, &sender.address.to_lowercase(), at_once)
}

/// It is a mail that left here: its signed mark or its signed Message-ID says so.
fn came_back(mail: &Mail, keys: &tend_mail::Keys) -> bool {
    mail.loop_marks.iter().any(|it| keys.read_loop_mark(it).is_some())
        || mail.message_id.as_deref().is_some_and(|it| keys.read_message_id(it).is_some())
}

fn inbox_of(tx: &mut Tx, row: &mails::Mail) -> Result<Option<Inbox>> {
    if let Some(id) = row.inbox_id {
        return Ok(Some(inboxes::find(tx, id)?));
    }
    let to: Vec<String> = serde_json::from_str(&row.envelope_to).unwrap_or_default();
    for address in to {
        if let Some(route) = inboxes::route(tx, &address.to_lowercase())? {
            return Ok(Some(route.inbox));
        }
    }
    Ok(None)
}

fn sender_of(mail: &Mail, row: &mails::Mail) -> Option<Mailbox> {
    let usable = |it: &Mailbox| tend_core::fold::email(&it.address).is_some();
    mail.from
        .clone()
        .filter(usable)
        .or_else(|| mail.sender.clone().filter(usable))
        .or_else(|| Some(Mailbox::bare(row.envelope_from.clone())).filter(usable))
}

/// A bounce of something that we sent goes to that conversation, and shows on the message.
fn bounced(tx: &mut Tx, mail: &Mail) -> Result<Option<conversations::ConversationId>> {
    let Some(bounce) = &mail.bounce else {
        return Ok(None);
    };
    let mut into = None;
    for id in &bounce.original_ids {
        for failed in &bounce.failed {
            let verdict = match (failed.outcome, failed.class) {
                (tend_mail::Outcome::Delivered, _) => continue,
                (tend_mail::Outcome::Delayed, _) => outbox::Verdict::Delayed,
                (tend_mail::Outcome::Failed, tend_mail::Class::Hard) => {
                    outbox::Verdict::DeadAddress
                }
                (tend_mail::Outcome::Failed, _) => outbox::Verdict::GivenUp,
            };
            let answer = failed.answer.as_deref().unwrap_or_default();
            let found = outbox::bounced(tx, id, &failed.address, verdict, answer)?;
            into = into.or(found.map(|it| it.conversation_id));
        }
    }
    Ok(into)
}

fn signs(mail: &Mail, own: &[String], keys: &tend_mail::Keys) -> Vec<Evidence> {
    let number = |it: u64| i64::try_from(it).unwrap_or_default();
    let read = threading::read(mail, own, keys);
    read.evidence
        .into_iter()
        .map(|it| match it {
            threading::Evidence::PlusAddress { number: n, .. } => {
                Evidence::Address { number: number(n) }
            }
            threading::Evidence::OwnMessageId { conversation, .. } => {
                Evidence::Own { conversation: number(conversation) }
            }
            threading::Evidence::Reference(message_id) => Evidence::Reference { message_id },
            threading::Evidence::BodyMarker { number: n } => {
                Evidence::BodyMarker { number: number(n) }
            }
            threading::Evidence::SubjectToken { number: n } => {
                Evidence::SubjectToken { number: number(n) }
            }
        })
        .collect()
}

fn kind_of(kind: tend_mail::Kind) -> MessageKind {
    match kind {
        tend_mail::Kind::Human => MessageKind::Human,
        tend_mail::Kind::AutoReply => MessageKind::AutoReply,
        tend_mail::Kind::Bulk => MessageKind::Bulk,
        tend_mail::Kind::Bounce => MessageKind::Bounce,
        tend_mail::Kind::System => MessageKind::System,
    }
}

fn fill(it: &mut Incoming, row: &mails::Mail, read: &Read, sender: &Mailbox) {
    let mail = &read.mail;
    let list = |all: &[Mailbox]| all.iter().map(as_text).collect::<Vec<_>>();
    it.sender_name = sender.name.clone().unwrap_or_default();
    it.sender_address = sender.address.clone();
    it.recipients = Recipients {
        to: list(&mail.to),
        cc: list(&mail.cc),
        bcc: list(&mail.bcc),
        reply_to: list(&mail.reply_to),
    };
    it.subject = mail.subject.clone();
    it.text = mail.text.clone().unwrap_or_default();
    it.html = read.html.clone();
    it.quote_at = read.quote_at;
    it.message_id = mail.message_id.clone().unwrap_or_default();
    it.references = mail.references.iter().chain(&mail.in_reply_to).cloned().collect();
    it.mail = Some(row.id.raw());
    it.written_at = mail.date;
    (it.source, it.happened_at) = match row.source.as_str() {
        "import" => ("import", mail.date),
        _ => ("email", None),
    };
}

/// `Name <address>`, as people write it.
fn as_text(it: &Mailbox) -> String {
    match &it.name {
        Some(name) => format!("{name} <{}>", it.address),
        None => it.address.clone(),
    }
}
