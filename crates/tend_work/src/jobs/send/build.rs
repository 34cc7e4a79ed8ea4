use tend_core::{
    Result,
    conversations::SendState,
    dkim_keys,
    mails::{self, StoredFile},
    outbox::{self, Built, Item, Letter},
    surveys,
};
use tend_mail::{Automatic, Mailbox, Outgoing, OutgoingFile};
use tend_store::Tx;
use tend_views::{
    survey::{mail_html, mail_text},
    urls,
};

use crate::{dkim, works::Works};

/// A mail as it leaves, on disk.
pub struct Written {
    mail_message_id: String,
    file: StoredFile,
}

impl Written {
    pub fn keep(&self, tx: &mut Tx) -> Result<Built> {
        let file = mails::file(tx, &self.file)?;
        Ok(Built { mail_message_id: self.mail_message_id.clone(), file })
    }
}

pub enum Trouble {
    Later(String),
    Hopeless(String),
}

impl From<tend_core::Error> for Trouble {
    fn from(it: tend_core::Error) -> Self {
        match it {
            tend_core::Error::Store(_) => Self::Later(it.to_string()),
            other => Self::Hopeless(other.to_string()),
        }
    }
}

/// Writes the mail of an item, signs it and keeps its bytes.
pub async fn build(works: &Works, item: &Item) -> Result<Written, Trouble> {
    let about = item.clone();
    let letter = works.read(move |tx| outbox::letter(tx, &about)).await?;
    let mail = match &letter {
        Some(letter) => message(works, item, letter).await?,
        None if item.kind == "survey" => survey(works, item).await?,
        None if item.kind == "campaign" => campaign(works, item)?,
        None => notice(works, item).await?,
    };
    let domain = mail.from.address.rsplit('@').next().unwrap_or_default().to_owned();
    let bytes = sign(works, &domain, tend_mail::compose(&mail)).await?;
    let size = bytes.len();
    let stored = works.files.put(bytes).await.map_err(|it| Trouble::Later(it.to_string()))?;
    let file = StoredFile {
        place: stored.place,
        sha256: stored.sha256,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        media_type: "message/rfc822".to_owned(),
    };
    Ok(Written { mail_message_id: mail.message_id, file })
}

async fn sign(works: &Works, domain: &str, mail: Vec<u8>) -> Result<Vec<u8>, Trouble> {
    let (keys, name) = (works.keys.clone(), domain.to_owned());
    let signer = works.read(move |tx| dkim_keys::signer(tx, &keys, &name)).await?;
    let Some((selector, private)) = signer else {
        return Ok(mail);
    };
    let signed =
        dkim::from_text(&private).and_then(|key| dkim::sign(&key, domain, &selector, &mail));
    match signed {
        Ok(header) => Ok([header.as_bytes(), &mail].concat()),
        Err(why) => {
            tracing::error!(why, "send: a mail leaves without a signature");
            Ok(mail)
        }
    }
}

async fn message(works: &Works, item: &Item, it: &Letter) -> Result<Outgoing, Trouble> {
    let keys = works.mail_keys();
    let (number, conversation) = (it.conversation.number as u64, it.conversation.id.raw() as u64);
    let raw = it.message.raw() as u64;
    let domain = it.inbox.address.rsplit('@').next().unwrap_or_default();
    let list = |all: &[String]| all.iter().map(|it| mailbox(it)).collect::<Vec<_>>();
    let (inline, attachments) = files(works, it).await?;
    debug_assert!(item.state != SendState::Sent);
    Ok(Outgoing {
        message_id: keys.message_id(conversation, raw, domain),
        date: it.written_at,
        from: named(&it.from_name, &it.inbox.address),
        reply_to: keys
            .plus_address(&it.inbox.address, number)
            .map(|plus| named(&it.from_name, &plus)),
        to: list(&it.recipients.to),
        cc: list(&it.recipients.cc),
        subject: it.subject.clone(),
        in_reply_to: it.references.last().cloned(),
        references: it.references.clone(),
        text: it.text.clone(),
        html: Some(it.html.clone()).filter(|it| !it.is_empty()),
        inline,
        attachments,
        automatic: it.is_automatic.then_some(Automatic::Reply),
        loop_mark: Some(keys.loop_mark(raw)),
        marker: Some(keys.marker(number)),
        headers: Vec::new(),
    })
}

async fn files(
    works: &Works,
    it: &Letter,
) -> Result<(Vec<OutgoingFile>, Vec<OutgoingFile>), Trouble> {
    let (mut inline, mut attached) = (Vec::new(), Vec::new());
    for file in &it.files {
        let bytes = works.files.get(&file.place).await;
        let bytes = bytes.map_err(|why| match why {
            tend_outside::Error::NotThere => {
                Trouble::Hopeless(format!("The attachment {} is not there any more.", file.name))
            }
            other => Trouble::Later(other.to_string()),
        })?;
        let made = OutgoingFile {
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            content_id: Some(file.content_id.clone()).filter(|it| !it.is_empty()),
            bytes: bytes.to_vec(),
        };
        if file.is_inline { inline.push(made) } else { attached.push(made) }
    }
    Ok((inline, attached))
}

/// A notice to an agent: its payload says all of it.
async fn notice(works: &Works, item: &Item) -> Result<Outgoing, Trouble> {
    let it = outbox::Notice::open(&works.keys, &item.payload)?;
    let domain = it.from.rsplit('@').next().unwrap_or_default();
    let keys = works.mail_keys();
    Ok(Outgoing {
        message_id: keys.message_id(0, item.id.raw() as u64, domain),
        date: item.created_at,
        from: named(&it.from_name, &it.from),
        to: vec![named(&it.to_name, &it.to)],
        subject: it.subject,
        text: it.text,
        automatic: Some(Automatic::Notice),
        loop_mark: Some(keys.loop_mark(item.id.raw() as u64)),
        ..Outgoing::default()
    })
}

/// The mail of a survey.
async fn survey(works: &Works, item: &Item) -> Result<Outgoing, Trouble> {
    let (own, id) = (works.keys.clone(), item.id);
    let it = works.read(move |tx| surveys::mail::of_outbox(tx, &own, id)).await?;
    let domain = it.from.rsplit('@').next().unwrap_or_default();
    let keys = works.mail_keys();
    Ok(Outgoing {
        message_id: keys.message_id(0, item.id.raw() as u64, domain),
        date: item.created_at,
        from: named(&it.said.company, &it.from),
        to: vec![named(&it.to_name, &it.to)],
        subject: it.said.texts.subject.clone(),
        text: mail_text(&it),
        html: Some(mail_html(&it)),
        automatic: Some(Automatic::Notice),
        loop_mark: Some(keys.loop_mark(item.id.raw() as u64)),
        headers: declined_at(&format!("{}{}", it.base, urls::survey_stop(&it.token)), None),
        ..Outgoing::default()
    })
}

/// A message of a campaign: its payload says all of it.
fn campaign(works: &Works, item: &Item) -> Result<Outgoing, Trouble> {
    let it = tend_core::campaigns::open_letter(&works.keys, &item.payload)?;
    let domain = it.from.rsplit('@').next().unwrap_or_default();
    let keys = works.mail_keys();
    Ok(Outgoing {
        message_id: keys.message_id(0, item.id.raw() as u64, domain),
        date: item.created_at,
        from: named(&it.from_name, &it.from),
        to: vec![named(&it.to_name, &it.to)],
        subject: it.subject,
        text: it.text,
        html: Some(it.html).filter(|it| !it.is_empty()),
        automatic: Some(Automatic::Notice),
        loop_mark: Some(keys.loop_mark(item.id.raw() as u64)),
        headers: declined_at(&it.unsubscribe, mailto(&it.from, &it.unsubscribe_subject)),
        ..Outgoing::default()
    })
}

/// The mail that declines, for programs that know no other way (RFC 2369).
fn mailto(address: &str, subject: &str) -> Option<String> {
    let subject = subject.replace(' ', "%20");
    (!subject.is_empty()).then(|| format!("mailto:{address}?subject={subject}"))
}

/// Where a mail can be declined, so that mail programs show a button (RFC 8058); nothing for what
/// can't be.
fn declined_at(url: &str, by_mail: Option<String>) -> Vec<(String, String)> {
    if url.is_empty() {
        return Vec::new();
    }
    let by_mail = by_mail.map_or(String::new(), |it| format!(", <{it}>"));
    vec![
        ("List-Unsubscribe".to_owned(), format!("<{url}>{by_mail}")),
        ("List-Unsubscribe-Post".to_owned(), "List-Unsubscribe=One-Click".to_owned()),
    ]
}

fn named(name: &str, address: &str) -> Mailbox {
    let name = Some(name.trim().to_owned()).filter(|it| !it.is_empty());
    Mailbox { name, address: address.to_owned() }
}

/// `Name <address>`, or the address alone.
fn mailbox(text: &str) -> Mailbox {
    match text.rsplit_once('<') {
        Some((name, rest)) => {
            named(name.trim().trim_matches('"'), rest.trim_end_matches('>').trim())
        }
        None => Mailbox::bare(text.trim()),
    }
}
