//! Attached files: names, and which of them the HTML shows.

use super::headers::note;
use super::structure::Part;
use super::{ids, names};
use crate::html::token::{Token, Tokens};
use crate::{Attachment, Flaw, Limits, text};
use std::collections::HashSet;

/// A file before it is known whether the HTML shows it.
pub(crate) struct Found {
    name: Option<String>,
    inner_subject: Option<String>,
    location: Option<String>,
    is_shown_inline: bool,
    file: Attachment,
}

impl Found {
    /// A file from its part; `inner_subject` names an attached mail.
    pub fn new(part: &Part, bytes: Vec<u8>, inner_subject: Option<String>) -> Self {
        let media_type = text::cut(&part.content_type.value, 127).to_owned();
        let content_id = part.headers.get("content-id").and_then(ids::one);
        let location = part.headers.get("content-location");
        let location = location.map(|raw| String::from_utf8_lossy(raw).trim().to_owned());
        Self {
            name: declared_name(part),
            inner_subject,
            location: location.filter(|l| !l.is_empty()),
            is_shown_inline: part.disposition.value == "inline",
            file: Attachment { media_type, bytes, content_id, ..Attachment::default() },
        }
    }
}

/// The file name a part declares, decoded but not cleaned.
pub(crate) fn declared_name(part: &Part) -> Option<String> {
    let name = part.disposition.get("filename").or(part.content_type.get("name"));
    let name = name.filter(|n| !n.trim().is_empty());
    name.map(str::to_owned)
}

/// Gives every file its name and says which the HTML shows.
pub(crate) fn finish(
    found: Vec<Found>,
    html: Option<&str>,
    limits: &Limits,
    flaws: &mut Vec<Flaw>,
) -> Vec<Attachment> {
    if found.len() > limits.attachments {
        note(flaws, Flaw::TooManyAttachments);
    }
    let shown = html.map(references).unwrap_or_default();
    let mut all = Vec::with_capacity(found.len());
    for (i, found) in found.into_iter().enumerate() {
        let mut file = found.file;
        file.name = match (&found.name, &found.inner_subject) {
            (None, Some(subject)) => names::of_mail(subject, i + 1),
            (name, _) => names::clean(name.as_deref(), &file.media_type, i + 1),
        };
        let by_id = file.content_id.as_ref().is_some_and(|id| shown.contains(&format!("cid:{id}")));
        let by_place = found.location.as_ref().is_some_and(|place| shown.contains(place));
        let is_inline_text =
            html.is_none() && found.is_shown_inline && file.media_type == "text/plain";
        file.is_inline = by_id || by_place || is_inline_text;
        all.push(file);
    }
    all
}

/// What `src` and `background` of the document point at; `cid:` in lower case.
fn references(html: &str) -> HashSet<String> {
    let mut all = HashSet::new();
    for (_, token) in Tokens::new(html) {
        let Token::Open(tag) = token else { continue };
        for name in ["src", "background", "data", "href"] {
            if (name == "href") == (tag.is("a") || tag.is("image")) {
                insert(&mut all, tag.get(name));
            }
        }
        if let Some(style) = tag.get("style").filter(|s| s.contains("cid:")) {
            let urls = style.split("cid:").skip(1);
            let ids = urls.filter_map(|u| u.split([')', '"', '\'', ' ', ';']).next());
            all.extend(ids.map(|id| format!("cid:{}", unpercent(id))));
        }
        if all.len() > 10_000 {
            break;
        }
    }
    all
}

fn insert(all: &mut HashSet<String>, value: Option<String>) {
    let Some(value) = value else { return };
    let value = value.trim();
    match value.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("cid:") => {
            all.insert(format!("cid:{}", unpercent(&value[4..])));
        }
        _ if !value.is_empty() && value.len() < 2000 => {
            all.insert(value.to_owned());
        }
        _ => {}
    }
}

fn unpercent(text: &str) -> String {
    let (mut out, mut i, bytes) = (Vec::new(), 0, text.as_bytes());
    while i < bytes.len() {
        let hex = |at: usize| super::transfer::hex(bytes.get(at));
        match (bytes[i], hex(i + 1), hex(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                i += 3;
            }
            (b, ..) => {
                out.push(b);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
