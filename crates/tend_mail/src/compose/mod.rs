//! Message to bytes.
//!
//! The same [`Outgoing`] always gives the same bytes, so a retry sends what
//! the first try sent. Lines are at most 78 characters where the content
//! allows, all of it is 7-bit (except addresses whose local part is not
//! ASCII, see [`needs_smtputf8`]), and no value can begin a header of its own.

mod encode;
mod header;
mod parts;

use crate::parse::LOOP_HEADER;
use crate::{Mailbox, parse};
use header::Head;
use jiff::Timestamp;
use parts::Part;

/// A mail to send.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outgoing {
    /// The Message-ID without brackets, the same for every try.
    pub message_id: String,
    /// When it was written; shown in UTC.
    pub date: Timestamp,
    pub from: Mailbox,
    /// Where answers go: usually the signed plus-address.
    pub reply_to: Option<Mailbox>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub subject: String,
    /// The id it answers, without brackets.
    pub in_reply_to: Option<String>,
    /// The ids before it, oldest first; of more than 20 the first and the
    /// newest 19 are written.
    pub references: Vec<String>,
    pub text: String,
    pub html: Option<String>,
    /// Images that the HTML shows by `cid:`; without HTML they are attached.
    pub inline: Vec<OutgoingFile>,
    pub attachments: Vec<OutgoingFile>,
    /// Set when no person wrote it.
    pub automatic: Option<Automatic>,
    /// Our signed loop header's value ([`crate::Keys::loop_mark`]).
    pub loop_mark: Option<String>,
    /// A marker to hide in the body ([`crate::Keys::marker`]).
    pub marker: Option<String>,
    /// Further headers; a name that is none, or is written here anyway, is
    /// passed over.
    pub headers: Vec<(String, String)>,
}

/// A file to send.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutgoingFile {
    pub name: String,
    /// `type/subtype`; anything else is sent as `application/octet-stream`.
    pub media_type: String,
    /// The id in `cid:id`, for an inline image.
    pub content_id: Option<String>,
    pub bytes: Vec<u8>,
}

/// Mail that a program wrote (RFC 3834).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automatic {
    /// An answer to a mail.
    Reply,
    /// A notification or survey that nobody asked for just now.
    Notice,
}

/// References written at most.
const REFERENCES: usize = 20;
/// Headers that [`compose`] writes itself, and those no mail may carry.
const RESERVED: [&str; 23] = [
    "message-id",
    "date",
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "subject",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
    "auto-submitted",
    "x-auto-response-suppress",
    "precedence",
    "x-tend-loop",
    "return-path",
    "received",
    "dkim-signature",
];

/// Headers of addresses, which are never encoded.
const LINKS: [&str; 3] = ["list-unsubscribe", "list-unsubscribe-post", "list-id"];

/// Writes a mail, lines ended by CRLF. Bcc recipients belong to the envelope
/// and are not written.
pub fn compose(mail: &Outgoing) -> Vec<u8> {
    let mut head = Head::default();
    people(&mut head, mail);
    head.unstructured("Subject", &mail.subject);
    head.line("Date", &date(mail.date));
    head.ids("Message-ID", &[&mail.message_id]);
    if let Some(id) = &mail.in_reply_to {
        head.ids("In-Reply-To", &[id]);
    }
    head.ids("References", &references(&mail.references));
    automatic(&mut head, mail);
    for (name, value) in &mail.headers {
        let lower = name.to_ascii_lowercase();
        if LINKS.contains(&&*lower) {
            head.links(name, value);
        } else if !RESERVED.contains(&&*lower) {
            head.unstructured(name, value);
        }
    }
    head.line("MIME-Version", "1.0");
    let mut out = head.finish();
    body(mail).write(&mut out, &mail.message_id);
    out
}

/// Whether the mail can only be handed to a server that announces SMTPUTF8: an
/// address has a local part outside ASCII.
pub fn needs_smtputf8(mail: &Outgoing) -> bool {
    let people = mail.to.iter().chain(&mail.cc).chain(&mail.reply_to).chain([&mail.from]);
    people.into_iter().any(|m| !header::address(&m.address).is_ascii())
}

fn people(head: &mut Head, mail: &Outgoing) {
    head.mailboxes("From", std::slice::from_ref(&mail.from));
    if let Some(reply_to) = &mail.reply_to {
        head.mailboxes("Reply-To", std::slice::from_ref(reply_to));
    }
    if mail.to.is_empty() && mail.cc.is_empty() {
        head.line("To", "undisclosed-recipients:;");
    }
    head.mailboxes("To", &mail.to);
    head.mailboxes("Cc", &mail.cc);
}

/// The first and the newest ids.
fn references(ids: &[String]) -> Vec<&String> {
    if ids.len() <= REFERENCES {
        return ids.iter().collect();
    }
    ids.iter().take(1).chain(&ids[ids.len() - (REFERENCES - 1)..]).collect()
}

fn automatic(head: &mut Head, mail: &Outgoing) {
    if let Some(automatic) = mail.automatic {
        let word = match automatic {
            Automatic::Reply => "auto-replied",
            Automatic::Notice => "auto-generated",
        };
        head.line("Auto-Submitted", word);
        head.line("X-Auto-Response-Suppress", "All");
        head.line("Precedence", "bulk");
    }
    if let Some(mark) = &mail.loop_mark {
        head.unstructured(LOOP_HEADER, mark);
    }
}

fn date(time: Timestamp) -> String {
    let zoned = time.to_zoned(jiff::tz::TimeZone::UTC);
    jiff::fmt::rfc2822::to_string(&zoned)
        .unwrap_or_else(|_| "Thu, 1 Jan 1970 00:00:00 +0000".into())
}

fn body(mail: &Outgoing) -> Part {
    let mut files: Vec<Part> = Vec::new();
    let marker = mail.marker.as_deref().map(crate::text::one_line);
    let readable = match &mail.html {
        None => {
            files.extend(mail.inline.iter().map(|f| Part::file(f, false)));
            Part::text("plain", &with_line(&mail.text, marker.as_deref()))
        }
        Some(html) => {
            let html = Part::text("html", &with_hidden(html, marker.as_deref()));
            let html = if mail.inline.is_empty() {
                html
            } else {
                let images = mail.inline.iter().map(|f| Part::file(f, true));
                Part::multipart("related", std::iter::once(html).chain(images).collect())
            };
            Part::multipart("alternative", vec![Part::text("plain", &mail.text), html])
        }
    };
    files.extend(mail.attachments.iter().map(|f| Part::file(f, false)));
    if files.is_empty() {
        return readable;
    }
    Part::multipart("mixed", std::iter::once(readable).chain(files).collect())
}

fn with_line(text: &str, marker: Option<&str>) -> String {
    match marker {
        Some(marker) => format!("{}\n\n[{marker}]\n", text.trim_end()),
        None => text.to_owned(),
    }
}

/// The marker where readers don't see it, inside the body element.
fn with_hidden(html: &str, marker: Option<&str>) -> String {
    let Some(marker) = marker else { return html.to_owned() };
    let hidden = format!(
        "<div style=\"display:none;font-size:0;line-height:0;max-height:0;overflow:hidden\">{}</div>",
        crate::html::escape(marker)
    );
    let end = html.to_ascii_lowercase().rfind("</body").unwrap_or(html.len());
    format!("{}{hidden}{}", &html[..end], &html[end..])
}

/// A file name as it is sent.
fn file_name(file: &OutgoingFile) -> String {
    parse::clean_name(&file.name, &file.media_type)
}

#[cfg(test)]
mod tests;
