//! RFC 2047: `=?utf-8?Q?words?=` in headers.

use super::charset;
use super::transfer::{base64, hex};
use std::borrow::Cow;

/// A header's bytes as a string, encoded words still in place. Raw 8-bit
/// bytes are UTF-8 if they can be, else in `hint`, else windows-1252.
pub(crate) fn to_string(raw: &[u8], hint: Option<&str>) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) if !raw.contains(&0x1b) => text.to_owned(),
        Ok(_) => charset::guess(raw),
        Err(_) => charset::decode(raw, hint).0,
    }
}

struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
}

/// Decodes the encoded words of a text. Words that stand side by side are
/// joined, and decoded together if they share a character set, since mailers
/// cut characters in two.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains("=?") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut pending: Option<Word<'_>> = None;
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        let (before, from) = rest.split_at(start);
        match read(from) {
            Some((word, len)) => {
                if pending.is_none() || !before.trim().is_empty() {
                    flush(&mut out, &mut pending);
                    out.push_str(before);
                }
                join(&mut out, &mut pending, word);
                rest = &from[len..];
            }
            None => {
                flush(&mut out, &mut pending);
                out.push_str(before);
                out.push_str("=?");
                rest = &from[2..];
            }
        }
    }
    flush(&mut out, &mut pending);
    out.push_str(rest);
    Cow::Owned(out)
}

fn join<'a>(out: &mut String, pending: &mut Option<Word<'a>>, word: Word<'a>) {
    match pending {
        Some(open) if open.charset.eq_ignore_ascii_case(word.charset) => {
            open.bytes.extend_from_slice(&word.bytes);
        }
        _ => {
            flush(out, pending);
            *pending = Some(word);
        }
    }
}

fn flush(out: &mut String, pending: &mut Option<Word<'_>>) {
    if let Some(word) = pending.take() {
        out.push_str(&charset::decode(&word.bytes, Some(word.charset)).0);
    }
}

/// One encoded word at the start of `text`, and its length.
fn read(text: &str) -> Option<(Word<'_>, usize)> {
    let inner = text.strip_prefix("=?")?;
    let mark = inner.as_bytes().iter().take(64).position(|&b| b == b'?')?;
    let charset = inner[..mark].split('*').next().unwrap_or("").trim();
    let after = &inner[mark + 1..];
    let encoding = after.as_bytes().first()?.to_ascii_lowercase();
    let data = after.get(1..)?.strip_prefix('?')?;
    if charset.is_empty() || charset.contains(char::is_whitespace) {
        return None;
    }
    let end = data_end(data, encoding)?;
    let bytes = match encoding {
        b'b' => base64(&data.as_bytes()[..end]).0,
        b'q' => q_word(&data.as_bytes()[..end]),
        _ => return None,
    };
    let len = 2 + mark + 1 + 2 + end + 2;
    Some((Word { charset, bytes }, len))
}

/// Where the data of a word ends: at its `?=`. A raw `?` inside a Q word is
/// tolerated, unless another word starts there.
fn data_end(data: &str, encoding: u8) -> Option<usize> {
    let bytes = data.as_bytes();
    for (i, &b) in bytes.iter().enumerate().take(4096) {
        if b != b'?' {
            continue;
        }
        if bytes.get(i + 1) == Some(&b'=') {
            // "?=3F" inside a Q word is a question mark followed by a code.
            let is_code = hex(bytes.get(i + 2)).is_some() && hex(bytes.get(i + 3)).is_some();
            if encoding == b'b' || !is_code || !more(&bytes[i + 2..]) {
                return Some(i);
            }
        } else if encoding == b'b' || (i > 0 && bytes[i - 1] == b'=') {
            return None;
        }
    }
    None
}

/// Another `?=` follows before a space does.
fn more(bytes: &[u8]) -> bool {
    for pair in bytes.windows(2).take(256) {
        match pair {
            b"?=" => return true,
            [b' ' | b'\t', _] => return false,
            _ => {}
        }
    }
    false
}

fn q_word(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        match (bytes[i], hex(bytes.get(i + 1)), hex(bytes.get(i + 2))) {
            (b'=', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                i += 3;
                continue;
            }
            (b'_', ..) => out.push(b' '),
            (b, ..) => out.push(b),
        }
        i += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_and_joined() {
        for (input, want) in [
            ("plain", "plain"),
            ("=?utf-8?Q?R=C3=BCck_gabe?=", "Rück gabe"),
            ("Re: =?ISO-8859-1?B?/GJlcg==?= alles", "Re: über alles"),
            ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
            ("=?utf-8?B?w?= =?utf-8?B?w7w=?=", "ü"),
            ("=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "ü"),
            ("=?iso-8859-1?Q?=FC?= =?utf-8?Q?=C3=BC?=", "üü"),
            ("=?us-ascii*en?Q?hi?=", "hi"),
            ("=?utf-8?Q?open", "=?utf-8?Q?open"),
            ("=?utf-8?X?no?=", "=?utf-8?X?no?="),
            ("a =?b c?= d", "a =?b c?= d"),
            ("=?utf-8?Q?with space inside?=", "with space inside"),
            ("=?utf-8?Q?what?_now?=", "what? now"),
        ] {
            assert_eq!(decode(input), want, "{input}");
        }
    }

    #[test]
    fn a_line_of_openings_is_linear() {
        let text = "=?".repeat(200_000);
        assert_eq!(decode(&text), text);
        let text = "=?utf-8?q?".repeat(20_000);
        decode(&text);
    }
}
