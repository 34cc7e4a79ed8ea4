//! Transfer encodings, and characters of encoded words.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How a body is written.
pub(super) struct Encoded {
    /// Content-Transfer-Encoding.
    pub name: &'static str,
    /// Lines end in CRLF; the last one too.
    pub body: Vec<u8>,
}

/// A character of a Q-encoded word.
pub(super) fn q_symbol(c: char) -> String {
    match c {
        ' ' => "_".to_owned(),
        c if c.is_ascii_alphanumeric() || "!*+-/".contains(c) => c.to_string(),
        c => {
            let mut buffer = [0; 4];
            c.encode_utf8(&mut buffer).bytes().map(|b| format!("={b:02X}")).collect()
        }
    }
}

/// Cuts a text between characters, so that the sizes of each piece's
/// characters add up to `most` at most.
pub(super) fn word_chunks(text: &str, most: usize, size: impl Fn(char) -> usize) -> Vec<String> {
    let mut chunks = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        let len = size(c);
        if used + len > most {
            chunks.push(String::new());
            used = 0;
        }
        used += len;
        if let Some(last) = chunks.last_mut() {
            last.push(c);
        }
    }
    chunks
}

/// Text: as it is if it is short lines of ASCII, else quoted-printable or
/// base64, whichever is shorter.
pub(super) fn text(text: &str) -> Encoded {
    let text = crate::text::clean(text);
    let is_plain = text.is_ascii()
        && !text.contains("--=_")
        && text.split('\n').all(|line| {
            line.len() <= 78
                && !line.ends_with([' ', '\t'])
                && !line.starts_with("From ")
                && line != "."
        });
    if is_plain {
        let mut body = text.trim_end_matches('\n').replace('\n', "\r\n").into_bytes();
        body.extend_from_slice(b"\r\n");
        return Encoded { name: "7bit", body };
    }
    let odd = text.bytes().filter(|b| !matches!(b, b' '..=b'~' | b'\n' | b'\t')).count();
    if odd * 6 > text.len() {
        return base64(text.replace('\n', "\r\n").as_bytes());
    }
    Encoded { name: "quoted-printable", body: quoted_printable(&text) }
}

/// Base64 in lines of 76 characters.
pub(super) fn base64(bytes: &[u8]) -> Encoded {
    let text = STANDARD.encode(bytes);
    let mut body = Vec::with_capacity(text.len() + text.len() / 38 + 2);
    for line in text.as_bytes().chunks(76) {
        body.extend_from_slice(line);
        body.extend_from_slice(b"\r\n");
    }
    Encoded { name: "base64", body }
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 8);
    for line in text.trim_end_matches('\n').split('\n') {
        let bytes = line.as_bytes();
        let mut column = 0;
        for (i, &b) in bytes.iter().enumerate() {
            let is_last = i + 1 == bytes.len();
            let is_from = i == 0 && line.starts_with("From ");
            let is_dot = i == 0 && b == b'.';
            let is_plain = (matches!(b, b'!'..=b'~') && b != b'=' && !is_from && !is_dot)
                || (matches!(b, b' ' | b'\t') && !is_last);
            let len = if is_plain { 1 } else { 3 };
            if column + len > 75 {
                out.extend_from_slice(b"=\r\n");
                column = 0;
            }
            if is_plain {
                out.push(b);
            } else {
                out.extend_from_slice(format!("={b:02X}").as_bytes());
            }
            column += len;
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}
