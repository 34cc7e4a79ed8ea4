//! Bytes to [`Mail`].

mod address;
mod body;
pub(crate) mod charset;
mod dates;
mod files;
mod flowed;
pub(crate) mod headers;
pub(crate) mod ids;
mod names;
mod params;
mod people;
pub(crate) mod structure;
mod transfer;
mod words;

pub(crate) use address::clean_address;

use crate::text::one_line;
use crate::{Flaw, Limits, Mail, Unparsable, bounce, source};
use aws_lc_rs::digest;
use headers::{Headers, note};
use structure::Part;

/// Our own headers: written by us alone, passed over when they come in.
const OURS: &str = "x-tend-";
/// The one that is read, and then verified: [`Mail::loop_marks`].
pub(crate) const LOOP_HEADER: &str = "X-Tend-Loop";

/// The addresses of a header's value, without names.
pub(crate) fn addresses(raw: &[u8]) -> Vec<String> {
    address::list(raw, None, 100).0.into_iter().map(|m| m.address).collect()
}

/// A file name made harmless.
pub(crate) fn clean_name(name: &str, media_type: &str) -> String {
    names::clean(Some(name), media_type, 1)
}

/// A mail taken apart but not yet read.
pub(crate) struct Source<'a> {
    pub data: &'a [u8],
    pub parts: &'a [Part],
    /// Character set that raw 8-bit headers are read in.
    pub hint: Option<&'a str>,
}

impl Source<'_> {
    /// The headers of the mail itself.
    pub fn headers(&self) -> &Headers {
        &self.parts[0].headers
    }

    /// A header, decoded and on one line.
    pub fn text(&self, name: &str) -> Option<String> {
        self.headers().get(name).map(|raw| subject_text(raw, self.hint))
    }
}

/// Reads a mail. Time and memory are linear in its size (at most
/// [`Limits::bytes`]); what is wrong with it is in [`Mail::flaws`].
///
/// # Errors
/// Bytes that are no mail at all: see [`Unparsable`].
pub fn parse(raw: &[u8], limits: &Limits) -> Result<Mail, Unparsable> {
    if raw.len() > limits.bytes {
        return Err(Unparsable::TooLarge { bytes: raw.len(), limit: limits.bytes });
    }
    let data = source::with_newlines(raw);
    let start = data.iter().position(|b| !b.is_ascii_whitespace()).ok_or(Unparsable::Empty)?;
    let (parts, mut flaws) = structure::scan(&data, start, limits);
    if parts.first().is_none_or(|root| root.headers.all.is_empty()) {
        return Err(Unparsable::NoHeaders);
    }
    let hint = hint(&parts);
    let source = Source { data: &data, parts: &parts, hint: hint.as_deref() };
    let mut mail = Mail { size: raw.len(), ..Mail::default() };
    people::read(&mut mail, &source, limits, &mut flaws);
    identify(&mut mail, &source, limits, &mut flaws);
    describe(&mut mail, &source, &mut flaws);
    let body = body::read(&data, &parts, limits);
    (mail.text, mail.html, mail.attachments) = (body.text, body.html, body.files);
    for flaw in body.flaws {
        note(&mut flaws, flaw);
    }
    mail.flaws = flaws;
    bounce::finish(&mut mail);
    Ok(mail)
}

/// Ids, and the key that deduplication goes by.
fn identify(mail: &mut Mail, source: &Source<'_>, limits: &Limits, flaws: &mut Vec<Flaw>) {
    let headers = source.headers();
    mail.message_id = headers.get("message-id").and_then(ids::one);
    mail.in_reply_to = gather(headers, "in-reply-to", limits.references);
    mail.references = gather(headers, "references", limits.references);
    mail.content_hash = content_hash(source);
    mail.message_key = match &mail.message_id {
        Some(id) => id.clone(),
        None => {
            note(flaws, Flaw::NoMessageId);
            format!("sha256:{}", mail.content_hash)
        }
    };
}

fn gather(headers: &Headers, name: &str, most: usize) -> Vec<String> {
    let mut all: Vec<String> = headers.named(name).flat_map(ids::list).collect();
    all.drain(..all.len().saturating_sub(most));
    all
}

/// Subject, date, languages, and all headers as text.
fn describe(mail: &mut Mail, source: &Source<'_>, flaws: &mut Vec<Flaw>) {
    mail.subject = source.text("subject").unwrap_or_default();
    if let Some(subject) = protected_subject(source, &mail.subject) {
        mail.subject = subject;
    }
    if let Some(date) = source.text("date") {
        mail.date = dates::read(&date);
        if mail.date.is_none() {
            note(flaws, Flaw::BadDate);
        }
    }
    for name in ["content-language", "accept-language"] {
        let value = source.text(name).unwrap_or_default();
        let tags = value.split(',').filter_map(|tag| tag.split(';').next()).map(str::trim);
        for tag in tags.filter(|t| (2..=35).contains(&t.len())).take(10) {
            if !mail.languages.iter().any(|l| l.eq_ignore_ascii_case(tag)) {
                mail.languages.push(tag.to_owned());
            }
        }
    }
    for header in &source.headers().all {
        let value = subject_text(&header.raw, source.hint);
        if header.name.eq_ignore_ascii_case(LOOP_HEADER) {
            mail.loop_marks.push(value);
        } else if !header.name.get(..OURS.len()).is_some_and(|n| n.eq_ignore_ascii_case(OURS)) {
            mail.headers.push((header.name.clone(), value));
        }
    }
}

/// A header as one line of text: decoded, no control characters.
pub(crate) fn subject_text(raw: &[u8], hint: Option<&str>) -> String {
    one_line(&words::decode(&words::to_string(raw, hint)))
}

/// The subject inside a part with `protected-headers`, where the outer one is
/// only a stand-in.
fn protected_subject(source: &Source<'_>, outer: &str) -> Option<String> {
    let stand_in = ["...", "Encrypted Message", "Encrypted message", "[...]", ""];
    if !stand_in.contains(&outer) {
        return None;
    }
    let part =
        source.parts.iter().skip(1).find(|p| p.content_type.get("protected-headers").is_some())?;
    let inner = part.headers.get("subject").map(|raw| subject_text(raw, source.hint))?;
    (!inner.is_empty()).then_some(inner)
}

/// The character set of the mail's first text part.
fn hint(parts: &[Part]) -> Option<String> {
    let texts = parts.iter().filter(|p| p.main_type() == "text");
    texts.filter_map(|p| p.content_type.get("charset")).next().map(str::to_owned)
}

/// SHA-256 over what two deliveries of one mail have in common.
fn content_hash(source: &Source<'_>) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    for name in ["message-id", "from", "sender", "to", "cc", "date", "subject", "in-reply-to"] {
        for raw in source.headers().named(name) {
            hash.update(name.as_bytes());
            hash.update(b"\0");
            hash.update(raw);
            hash.update(b"\0");
        }
    }
    let mut at = source.parts[0].body.start;
    let mut blank = 0u32;
    while let Some((line, next)) = source::line(source.data, at) {
        at = next;
        if line.is_empty() {
            blank += 1;
            continue;
        }
        // Blank lines at the end come and go on the way.
        for _ in 0..std::mem::take(&mut blank) {
            hash.update(b"\n");
        }
        hash.update(line);
        hash.update(b"\n");
    }
    hex(hash.finish().as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
