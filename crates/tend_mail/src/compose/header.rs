//! Header lines: folded, encoded, and never more than the one they are.

use super::encode::{q_symbol, word_chunks};
use crate::Mailbox;
use crate::text::{ascii_domain, cut, one_line};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Lines are folded before they get longer than this.
const WIDTH: usize = 76;
/// Longest value of a header, in bytes; what is longer is cut.
const LONGEST: usize = 8 * 1024;

/// The headers written so far.
#[derive(Default)]
pub(super) struct Head {
    out: String,
}

impl Head {
    /// A header whose value is our own and needs neither folding nor encoding.
    pub fn line(&mut self, name: &str, value: &str) {
        self.out.push_str(&format!("{name}: {value}\r\n"));
    }

    /// A header of free text.
    pub fn unstructured(&mut self, name: &str, value: &str) {
        let is_name = !name.is_empty()
            && name.len() <= 60
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if !is_name {
            return;
        }
        let value = one_line(value);
        let value = cut(&value, LONGEST);
        let is_plain = value.bytes().all(|b| matches!(b, b' '..=b'~'))
            && !value.contains("=?")
            && value.split(' ').all(|word| word.len() < WIDTH - 2);
        let words = if is_plain {
            value.split(' ').map(str::to_owned).collect()
        } else {
            encoded_words(value)
        };
        self.folded(name, &words);
    }

    /// A header of mailboxes; none where there are none.
    pub fn mailboxes(&mut self, name: &str, all: &[Mailbox]) {
        let mut words: Vec<String> = Vec::new();
        for mailbox in all {
            let address = address(&mailbox.address);
            if address.is_empty() {
                continue;
            }
            if let Some(last) = words.last_mut() {
                last.push(',');
            }
            let phrase = mailbox.name.as_deref().map(phrase).unwrap_or_default();
            if phrase.is_empty() {
                words.push(address);
            } else {
                words.extend(phrase);
                words.push(format!("<{address}>"));
            }
        }
        if !words.is_empty() {
            self.folded(name, &words);
        }
    }

    /// A header of message ids; unusable ones are left out.
    pub fn ids(&mut self, name: &str, ids: &[&String]) {
        let is_usable = |id: &str| {
            !id.is_empty()
                && id.len() <= 900
                && id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'))
        };
        let words: Vec<String> =
            ids.iter().filter(|id| is_usable(id)).map(|id| format!("<{id}>")).collect();
        if !words.is_empty() {
            self.folded(name, &words);
        }
    }

    /// A header of addresses in angle brackets and single words, as those of lists are (RFC 2369):
    /// they are never encoded, for no program reads them then. What cannot stand there is left out.
    pub fn links(&mut self, name: &str, value: &str) {
        let is_usable =
            |word: &&str| word.len() <= 900 && word.bytes().all(|b| b.is_ascii_graphic());
        let words: Vec<String> = value
            .split(' ')
            .filter(|it| !it.is_empty())
            .filter(is_usable)
            .map(str::to_owned)
            .collect();
        if !words.is_empty() {
            self.folded(name, &words);
        }
    }

    /// Words with a space between them, or a line break where it gets long.
    fn folded(&mut self, name: &str, words: &[String]) {
        self.out.push_str(name);
        self.out.push(':');
        let mut column = name.len() + 1;
        for (i, word) in words.iter().enumerate() {
            if i > 0 && column + 1 + word.len() > WIDTH {
                self.out.push_str("\r\n");
                column = 0;
            }
            self.out.push(' ');
            self.out.push_str(word);
            column += 1 + word.len();
        }
        self.out.push_str("\r\n");
    }

    pub fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }
}

/// RFC 2047 words of at most 75 characters, cut between characters.
pub(super) fn encoded_words(text: &str) -> Vec<String> {
    let is_mostly_ascii = text.bytes().filter(u8::is_ascii_graphic).count() * 3 > text.len();
    if is_mostly_ascii {
        let chunks = word_chunks(text, 60, |c| q_symbol(c).len());
        return chunks
            .iter()
            .map(|chunk| format!("=?utf-8?Q?{}?=", chunk.chars().map(q_symbol).collect::<String>()))
            .collect();
    }
    let chunks = word_chunks(text, 45, char::len_utf8);
    chunks.iter().map(|chunk| format!("=?utf-8?B?{}?=", STANDARD.encode(chunk))).collect()
}

/// A display name as words of a header: atoms, a quoted string, or encoded.
fn phrase(name: &str) -> Vec<String> {
    let name = one_line(name);
    let name = cut(&name, 200);
    if name.is_empty() {
        return Vec::new();
    }
    let is_ascii = name.bytes().all(|b| matches!(b, b' '..=b'~'));
    if !is_ascii || name.contains("=?") || name.len() > 60 {
        return encoded_words(name);
    }
    let is_atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~ ".contains(&b);
    if name.bytes().all(is_atom) {
        return name.split(' ').map(str::to_owned).collect();
    }
    vec![format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))]
}

/// An address for a header or an envelope: blanks and control characters gone,
/// the domain in its ASCII form, a local part with special characters quoted.
/// Empty if it can't be written.
pub(super) fn address(address: &str) -> String {
    let bare: String = address
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace() && !crate::text::is_direction(*c))
        .collect();
    let Some((local, domain)) = bare.rsplit_once('@') else { return String::new() };
    let domain = ascii_domain(domain.trim_matches('.'));
    let is_domain = |b: u8| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b);
    if local.is_empty() || domain.is_empty() || !domain.bytes().all(is_domain) || bare.len() > 320 {
        return String::new();
    }
    let is_atom =
        |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_dotted = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    if local.chars().all(is_atom) && is_dotted {
        return format!("{local}@{domain}");
    }
    let inner = local.strip_prefix('"').and_then(|l| l.strip_suffix('"')).unwrap_or(local);
    let inner = inner.replace(['\\', '"'], "");
    if inner.is_empty() { String::new() } else { format!("\"{inner}\"@{domain}") }
}
