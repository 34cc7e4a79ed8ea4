//! The mail that a report speaks of.

use crate::parse::{headers, ids, subject_text};
use crate::{Limits, Mail};

/// What is known of it.
#[derive(Debug, Default)]
pub(crate) struct Original {
    pub ids: Vec<String>,
    pub subject: Option<String>,
    /// Addresses of its To header.
    pub to: Vec<String>,
    /// Address of its From header.
    pub from: Option<String>,
}

/// Lines after which the original mail follows, in lower case.
const SEPARATORS: [&str; 35] = [
    "--- below this line is a copy of the message",
    "this is a copy of the message",
    "this is a copy of your message",
    "original message follows",
    "----- original message -----",
    "message headers follow",
    "message header follows",
    "the header of the original message",
    "unsent message follows",
    "message body follows",
    "original message headers",
    "the headers of the message",
    "--- the following are the headers",
    "original mail as follows",
    "----- original headers -----",
    "------ this is a copy of",
    "returned message follows",
    "--- original message",
    "--- header of the original",
    "------ original message",
    "------original message",
    "the original message was received at the following",
    "--- the message you sent",
    "-- the attached file contains",
    "--- returned mail follows",
    "----- undelivered message",
    "------- undelivered message",
    "original message included",
    "----- message header follows",
    "copy of the original message",
    "------ returned message",
    "--- undeliverable message",
    "--- text of message",
    "the first bytes of the original",
    "returned content",
];

/// The report, and the original mail that stands below it in the same text.
pub(crate) fn split(text: &str) -> (&str, Option<&str>) {
    let mut at = 0;
    let mut is_past_start = false;
    for line in text.split_inclusive('\n') {
        let lower = line.trim().to_lowercase();
        let is_separator = SEPARATORS.iter().any(|s| lower.contains(s));
        if is_separator && is_past_start {
            return (&text[..at], text.get(at + line.len()..));
        }
        // Headers without a separator: "Received:" at the start of a line.
        let is_header = [
            "received: from",
            "received:from",
            "received: by",
            "return-path:",
            "received: (",
            "x-originating-ip:",
        ]
        .iter()
        .any(|h| lower.starts_with(h));
        if is_header && is_past_start {
            return (&text[..at], text.get(at..));
        }
        is_past_start |= !lower.is_empty();
        at += line.len();
    }
    (text, None)
}

/// Reads the original from an attached mail, attached headers, or the text.
pub(crate) fn read(mail: &Mail) -> Original {
    let attached = mail.attachments.iter().find(|f| {
        matches!(
            &*f.media_type,
            "message/rfc822"
                | "message/global"
                | "text/rfc822-headers"
                | "message/rfc822-headers"
                | "message/global-headers"
                | "message/partial"
        ) || (f.media_type == "text/plain" && f.name.to_ascii_lowercase().contains("header"))
    });
    let mut original = match attached {
        Some(file) => from_headers(&file.bytes),
        None => {
            let text = mail.text.as_deref().unwrap_or("");
            split(text).1.map(|t| from_headers(t.trim_start().as_bytes())).unwrap_or_default()
        }
    };
    let stated = ["x-original-message-id", "original-message-id"];
    let stated =
        stated.iter().filter_map(|name| mail.header(name)).flat_map(|v| ids::list(v.as_bytes()));
    original.ids.extend(stated);
    for file in mail.attachments.iter().filter(|f| f.media_type.starts_with("message/delivery")) {
        original.ids.extend(line_ids(&String::from_utf8_lossy(&file.bytes)));
    }
    if original.ids.is_empty() {
        original.ids.extend(line_ids(mail.text.as_deref().unwrap_or("")));
    }
    original
}

/// `X-Original-Message-ID: <…>` or `Message-ID: <…>` somewhere in a text.
fn line_ids(text: &str) -> Vec<String> {
    let lines = text.lines().take(2000).filter_map(|line| {
        let (name, value) = line.trim_start_matches(['>', ' ', '\t', '*']).split_once(':')?;
        let name = name.trim().to_ascii_lowercase();
        matches!(
            &*name,
            "x-original-message-id" | "original-message-id" | "message-id" | "x-message-id"
        )
        .then(|| ids::list(value.as_bytes()))
    });
    lines.flatten().take(5).collect()
}

fn from_headers(bytes: &[u8]) -> Original {
    let bytes = crate::source::with_newlines(bytes);
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(0);
    let block = headers::read(&bytes, start, &Limits::default(), &mut Vec::new(), &|_| false);
    let headers = block.headers;
    let list = |name: &str| headers.get(name).map(crate::parse::addresses).unwrap_or_default();
    Original {
        ids: headers.get("message-id").and_then(ids::one).into_iter().collect(),
        subject: headers
            .get("subject")
            .map(|raw| subject_text(raw, None))
            .filter(|s| !s.is_empty()),
        to: list("to"),
        from: list("from").into_iter().next(),
    }
}
