//! A block of header lines.

use crate::source::{line, trim};
use crate::{Flaw, Limits};

/// One header: name as written, value unfolded but not decoded.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub name: String,
    pub raw: Vec<u8>,
}

/// The headers of a mail or of a part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Headers {
    pub all: Vec<Header>,
}

impl Headers {
    /// The first header of that name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.all.iter().find(|h| h.name.eq_ignore_ascii_case(name)).map(|h| &*h.raw)
    }

    /// Every header of that name.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.all.iter().filter(move |h| h.name.eq_ignore_ascii_case(name)).map(|h| &*h.raw)
    }
}

/// Where a block of headers ended.
pub(crate) struct Block {
    pub headers: Headers,
    /// Where the body starts.
    pub body: usize,
}

/// Reads headers from `at` to the first blank line, the first line that
/// `is_end` knows (a boundary), or the first line that can't be a header.
pub(crate) fn read(
    data: &[u8],
    mut at: usize,
    limits: &Limits,
    flaws: &mut Vec<Flaw>,
    is_end: &dyn Fn(&[u8]) -> bool,
) -> Block {
    let mut headers = Headers::default();
    let (mut lines, mut bytes) = (0usize, 0usize);
    while let Some((text, next)) = line(data, at) {
        if text.is_empty() {
            return Block { headers, body: next };
        }
        if is_end(text) {
            return Block { headers, body: at };
        }
        lines += 1;
        bytes += next - at;
        let is_over = lines > limits.header_lines || bytes > limits.header_bytes;
        if is_over {
            note(flaws, Flaw::HeadersCut);
            keep_start(&mut headers, text, limits, bytes - (next - at));
        } else if matches!(text, [b' ' | b'\t', ..]) {
            if trim(text).is_empty() && blank_line_ends(data, next) {
                return Block { headers, body: next };
            }
            unfold(&mut headers, text);
        } else if let Some(header) = split(text) {
            headers.all.push(header);
        } else if is_lost_parameter(&headers, text) {
            unfold(&mut headers, text);
        } else if !is_mbox_line(text, headers.all.is_empty()) {
            note(flaws, Flaw::OddHeaderLine);
            if !header_follows(data, next) {
                return Block { headers, body: at };
            }
        }
        at = next;
    }
    Block { headers, body: data.len() }
}

/// The one line that crosses the limit in bytes is kept up to the limit.
fn keep_start(headers: &mut Headers, text: &[u8], limits: &Limits, before: usize) {
    let room = limits.header_bytes.saturating_sub(before).min(text.len());
    if room == 0 || matches!(text, [b' ' | b'\t', ..]) {
        return;
    }
    if let Some(header) = split(&text[..room]) {
        headers.all.push(header);
    }
}

fn unfold(headers: &mut Headers, text: &[u8]) {
    if let Some(last) = headers.all.last_mut() {
        last.raw.push(b' ');
        last.raw.extend_from_slice(trim(text));
    }
}

/// `boundary=x` that ought to be indented, after a header that ends in `;`.
fn is_lost_parameter(headers: &Headers, text: &[u8]) -> bool {
    let is_open = headers.all.last().is_some_and(|h| h.raw.ends_with(b";"));
    let name = text.iter().position(|&b| b == b'=').map_or(&b""[..], |at| &text[..at]);
    is_open && !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'*')
}

/// `Name: value`, or `None` where the line is nothing of the kind.
fn split(text: &[u8]) -> Option<Header> {
    let colon = text.iter().position(|&b| b == b':')?;
    let name = trim(&text[..colon]);
    if name.is_empty() || !name.iter().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    let name = String::from_utf8_lossy(name).into_owned();
    Some(Header { name, raw: trim(&text[colon + 1..]).to_vec() })
}

/// A line of blanks ends the headers unless another header follows it.
fn blank_line_ends(data: &[u8], next: usize) -> bool {
    match line(data, next) {
        Some((text, _)) => split(text).is_none(),
        None => true,
    }
}

fn header_follows(data: &[u8], next: usize) -> bool {
    match line(data, next) {
        Some((text, _)) => split(text).is_some_and(|h| h.name.len() < 80),
        None => false,
    }
}

/// `From somebody date` of an mbox, also with a quoting `>`.
fn is_mbox_line(text: &[u8], is_first: bool) -> bool {
    (is_first && text.starts_with(b"From ")) || text.starts_with(b">From ")
}

/// Adds a flaw once.
pub(crate) fn note(flaws: &mut Vec<Flaw>, flaw: Flaw) {
    if !flaws.contains(&flaw) {
        flaws.push(flaw);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(data: &[u8]) -> (Vec<(String, String)>, usize, Vec<Flaw>) {
        let mut flaws = Vec::new();
        let block = read(data, 0, &Limits::default(), &mut flaws, &|_| false);
        let all = block.headers.all.into_iter();
        let all = all.map(|h| (h.name, String::from_utf8_lossy(&h.raw).into_owned())).collect();
        (all, block.body, flaws)
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
    }

    #[test]
    fn folded_lines_become_one() {
        let (all, body, flaws) = block(b"From x@y Mon\nA: one\r\n\ttwo\r\nB : three\n\nbody");
        assert_eq!(all, pairs(&[("A", "one two"), ("B", "three")]));
        assert_eq!((body, flaws), (38, vec![]));
    }

    #[test]
    fn a_line_that_is_no_header_is_passed_over_or_ends_the_block() {
        let (all, _, flaws) = block(b"A: 1\nnot a header\nB: 2\n\nbody");
        assert_eq!(all, pairs(&[("A", "1"), ("B", "2")]));
        assert_eq!(flaws, [Flaw::OddHeaderLine]);
        let (all, body, _) = block(b"A: 1\nHello there\nhow are you\n");
        assert_eq!((all, body), (pairs(&[("A", "1")]), 5));
    }

    #[test]
    fn limits_cut_but_find_the_body() {
        let mut data = b"Subject: x\n".to_vec();
        for _ in 0..5000 {
            data.extend_from_slice(b"X: y\n");
        }
        data.extend_from_slice(b"\nbody");
        let mut flaws = Vec::new();
        let block = read(&data, 0, &Limits::default(), &mut flaws, &|_| false);
        assert_eq!(&data[block.body..], b"body");
        assert!(block.headers.all.len() >= 2000 && block.headers.all.len() <= 5001);
        assert_eq!(flaws, [Flaw::HeadersCut]);
    }
}
