//! MIME parts of an outgoing mail.

use super::encode::{self, Encoded};
use super::header::encoded_words;
use super::{OutgoingFile, file_name};
use crate::base32;
use aws_lc_rs::digest;

/// A part: its own headers and what it holds.
pub(super) struct Part {
    headers: Vec<String>,
    content: Content,
}

enum Content {
    Leaf(Encoded),
    Multi(&'static str, Vec<Part>),
}

impl Part {
    /// `text/plain` or `text/html`.
    pub fn text(kind: &str, text: &str) -> Self {
        let encoded = encode::text(text);
        let headers = vec![format!("Content-Type: text/{kind}; charset=utf-8")];
        Self { headers, content: Content::Leaf(encoded) }
    }

    /// Parts together.
    pub fn multipart(kind: &'static str, parts: Vec<Part>) -> Self {
        Self { headers: Vec::new(), content: Content::Multi(kind, parts) }
    }

    /// A file: shown in its place by the HTML, or attached.
    pub fn file(file: &OutgoingFile, is_inline: bool) -> Self {
        let name = file_name(file);
        let is_mail = file.media_type.eq_ignore_ascii_case("message/rfc822");
        let encoded = match as_mail(&file.bytes) {
            Some(encoded) if is_mail => encoded,
            _ => encode::base64(&file.bytes),
        };
        let media_type = match media_type(&file.media_type) {
            _ if is_mail && encoded.name == "base64" => "application/octet-stream".to_owned(),
            media_type => media_type,
        };
        let mut headers = vec![format!("Content-Type: {media_type};\r\n name={}", old_name(&name))];
        let word = if is_inline { "inline" } else { "attachment" };
        headers.push(format!("Content-Disposition: {word};\r\n {}", disposition(&name)));
        if let Some(id) = file.content_id.as_deref().and_then(content_id) {
            headers.push(format!("Content-ID: <{id}>"));
        }
        Self { headers, content: Content::Leaf(encoded) }
    }

    /// Writes the part's headers, the empty line and the body.
    pub fn write(self, out: &mut Vec<u8>, message_id: &str) {
        self.write_nth(out, message_id, &mut 0);
    }

    fn write_nth(self, out: &mut Vec<u8>, message_id: &str, nth: &mut usize) {
        for header in &self.headers {
            out.extend_from_slice(header.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        match self.content {
            Content::Leaf(encoded) => {
                let line = format!("Content-Transfer-Encoding: {}\r\n\r\n", encoded.name);
                out.extend_from_slice(line.as_bytes());
                out.extend_from_slice(&encoded.body);
            }
            Content::Multi(kind, parts) => {
                let boundary = boundary(message_id, *nth);
                *nth += 1;
                let line =
                    format!("Content-Type: multipart/{kind};\r\n boundary=\"{boundary}\"\r\n\r\n");
                out.extend_from_slice(line.as_bytes());
                for part in parts {
                    out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
                    part.write_nth(out, message_id, nth);
                }
                out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
            }
        }
    }
}

/// Starts with `=_`, which neither quoted-printable nor base64 can contain;
/// text that is sent as it is has been searched for it.
fn boundary(message_id: &str, nth: usize) -> String {
    let hash = digest::digest(&digest::SHA256, format!("{message_id}\0{nth}").as_bytes());
    format!("=_{}", base32::encode(&hash.as_ref()[..15]))
}

/// `type/subtype` of tokens, or the type of anything.
fn media_type(declared: &str) -> String {
    let declared = declared.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let is_token = |s: &str| {
        !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    match declared.split_once('/') {
        Some(("multipart" | "message", _)) if declared != "message/rfc822" => {
            "application/octet-stream".into()
        }
        Some((main, sub)) if is_token(main) && is_token(sub) && declared.len() <= 127 => declared,
        _ => "application/octet-stream".into(),
    }
}

/// A mail may not be encoded (RFC 2046), so it goes as it is if it is 7-bit.
fn as_mail(bytes: &[u8]) -> Option<Encoded> {
    let text = std::str::from_utf8(bytes).ok().filter(|t| t.is_ascii() && !t.contains('\0'))?;
    let text = crate::text::clean(text);
    let is_short = text.split('\n').all(|line| line.len() <= 990);
    if !is_short || text.contains("--=_") {
        return None;
    }
    let mut body = text.trim_end_matches('\n').replace('\n', "\r\n").into_bytes();
    body.extend_from_slice(b"\r\n");
    Some(Encoded { name: "7bit", body })
}

/// The name for readers that know no RFC 2231: encoded words in quotes.
fn old_name(name: &str) -> String {
    if name.bytes().all(|b| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\')) {
        return format!("\"{name}\"");
    }
    format!("\"{}\"", encoded_words(name).join("\r\n "))
}

/// `filename=…` (RFC 2231 where it must be, in pieces where it is long).
fn disposition(name: &str) -> String {
    let is_plain =
        name.bytes().all(|b| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\' | b'%'));
    if is_plain && name.len() <= 60 {
        return format!("filename=\"{name}\"");
    }
    let pieces = encode::word_chunks(name, 50, |c| percent(c).len());
    if let [only] = &pieces[..] {
        return format!("filename*=utf-8''{}", only.chars().map(percent).collect::<String>());
    }
    let lines = pieces.iter().enumerate().map(|(i, piece)| {
        let charset = if i == 0 { "utf-8''" } else { "" };
        format!("filename*{i}*={charset}{}", piece.chars().map(percent).collect::<String>())
    });
    lines.collect::<Vec<_>>().join(";\r\n ")
}

fn percent(c: char) -> String {
    if c.is_ascii_alphanumeric() || "-._".contains(c) {
        return c.to_string();
    }
    let mut buffer = [0; 4];
    c.encode_utf8(&mut buffer).bytes().map(|b| format!("%{b:02X}")).collect()
}

fn content_id(id: &str) -> Option<&str> {
    let id = id.trim_matches(['<', '>']);
    let is_usable = id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"'));
    (is_usable && !id.is_empty() && id.len() <= 200).then_some(id)
}
