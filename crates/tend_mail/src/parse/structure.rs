//! The parts of a mail, found in one pass over its lines.
//!
//! No recursion: open multiparts are a stack that is at most
//! [`crate::Limits::depth`] high, and a line is compared with the boundaries
//! on it. An attached mail (`message/rfc822`) is one part; nothing looks into
//! it here.

use super::headers::{self, Headers, note};
use super::params::{self, Params};
use crate::source::line;
use crate::{Flaw, Limits};
use std::ops::Range;

/// One MIME part.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub headers: Headers,
    pub content_type: Params,
    pub disposition: Params,
    /// Transfer encoding, as written.
    pub encoding: String,
    /// The body's bytes, still encoded.
    pub body: Range<usize>,
    /// Parts inside, if it is a multipart that was opened.
    pub children: Vec<usize>,
    pub is_multipart: bool,
    pub is_digest: bool,
}

impl Part {
    /// `text` of `text/plain`.
    pub fn main_type(&self) -> &str {
        self.content_type.value.split('/').next().unwrap_or("")
    }

    /// `plain` of `text/plain`.
    pub fn sub_type(&self) -> &str {
        self.content_type.value.split_once('/').map_or("", |(_, sub)| sub)
    }

    /// True for `message/rfc822` and its like.
    pub fn is_mail(&self) -> bool {
        matches!(
            self.content_type.value.as_str(),
            "message/rfc822" | "message/global" | "message/news"
        )
    }
}

/// An opened multipart.
struct Open {
    part: usize,
    boundary: Vec<u8>,
}

/// A line that is a boundary.
struct Mark {
    /// Index in the stack of open multiparts.
    level: usize,
    is_last: bool,
}

pub(crate) struct Scan<'a> {
    data: &'a [u8],
    limits: &'a Limits,
    flaws: Vec<Flaw>,
    parts: Vec<Part>,
    open: Vec<Open>,
    at: usize,
}

/// All parts, the root first, and what was wrong with them.
pub(crate) fn scan(data: &[u8], start: usize, limits: &Limits) -> (Vec<Part>, Vec<Flaw>) {
    let mut scan =
        Scan { data, limits, flaws: Vec::new(), parts: Vec::new(), open: Vec::new(), at: start };
    scan.run();
    (scan.parts, scan.flaws)
}

impl Scan<'_> {
    fn run(&mut self) {
        self.part(None);
        loop {
            let leaf = self.leaf();
            let body_start = self.at;
            let (body_end, mark) = self.seek();
            if let Some(leaf) = leaf {
                self.parts[leaf].body = body_start..body_end;
            }
            let Some(mark) = mark else {
                if !self.open.is_empty() && leaf.is_some() {
                    note(&mut self.flaws, Flaw::UnclosedMultipart);
                }
                break;
            };
            if mark.level + 1 < self.open.len() {
                self.close_to(mark.level + 1, body_end);
            }
            if mark.is_last {
                continue;
            }
            if self.parts.len() >= self.limits.parts {
                note(&mut self.flaws, Flaw::TooManyParts);
                break;
            }
            let parent = self.open.last().map(|open| open.part);
            self.part(parent);
        }
        let end = self.data.len();
        self.close_to(0, end);
        self.recover();
    }

    /// The part whose body starts here, unless it is a multipart's preamble
    /// or what follows a closing boundary.
    fn leaf(&self) -> Option<usize> {
        let last = self.parts.len().checked_sub(1)?;
        let part = &self.parts[last];
        (!part.is_multipart && part.body.start == self.at && part.body.end == self.at)
            .then_some(last)
    }

    /// Reads the headers of a part that starts here.
    fn part(&mut self, parent: Option<usize>) {
        let open = &self.open;
        let is_end = |text: &[u8]| mark(open, text).is_some();
        let block = headers::read(self.data, self.at, self.limits, &mut self.flaws, &is_end);
        let is_in_digest = parent.is_some_and(|p| self.parts[p].is_digest);
        let mut part = describe(block.headers, is_in_digest);
        part.body = block.body..block.body;
        self.at = block.body;
        let index = self.parts.len();
        if let Some(parent) = parent {
            self.parts[parent].children.push(index);
        }
        let boundary =
            part.content_type.get("boundary").unwrap_or("").trim_end().as_bytes().to_vec();
        if part.main_type() == "multipart" && !boundary.is_empty() && boundary.len() <= 200 {
            if self.open.len() < self.limits.depth {
                part.is_multipart = true;
                self.open.push(Open { part: index, boundary });
            } else {
                note(&mut self.flaws, Flaw::NestedTooDeep);
            }
        } else if part.main_type() == "multipart" {
            // Without a boundary it can't be taken apart: read it as text.
            part.content_type = Params { value: "text/plain".into(), params: Vec::new() };
        }
        self.parts.push(part);
    }

    /// Goes on to the next boundary; gives where the body before it ends.
    fn seek(&mut self) -> (usize, Option<Mark>) {
        if self.open.is_empty() {
            self.at = self.data.len();
            return (self.at, None);
        }
        let start = self.at;
        while let Some((text, next)) = line(self.data, self.at) {
            if let Some(mark) = mark(&self.open, text) {
                let end = without_line_end(self.data, start, self.at);
                self.at = next;
                return (end, Some(mark));
            }
            self.at = next;
        }
        (self.at, None)
    }

    /// Closes multiparts until `level` are open.
    fn close_to(&mut self, level: usize, end: usize) {
        while self.open.len() > level {
            if let Some(open) = self.open.pop() {
                self.parts[open.part].body.end = end.max(self.parts[open.part].body.start);
            }
        }
    }

    /// A multipart in which no boundary was found is text after all.
    fn recover(&mut self) {
        for part in &mut self.parts {
            if part.is_multipart && part.children.is_empty() {
                part.is_multipart = false;
                part.content_type = Params { value: "text/plain".into(), params: Vec::new() };
                note(&mut self.flaws, Flaw::UnclosedMultipart);
            }
        }
    }
}

fn describe(headers: Headers, is_in_digest: bool) -> Part {
    let mut content_type =
        headers.get("content-type").map(|raw| params::read(raw, None)).unwrap_or_default();
    if !content_type.value.contains('/') {
        let old_text = content_type.value == "text";
        content_type.value =
            if is_in_digest && !old_text { "message/rfc822" } else { "text/plain" }.to_owned();
    }
    let disposition =
        headers.get("content-disposition").map(|raw| params::read(raw, None)).unwrap_or_default();
    let encoding = headers.get("content-transfer-encoding").unwrap_or_default();
    let encoding = String::from_utf8_lossy(encoding).trim().to_owned();
    let is_digest = content_type.value == "multipart/digest";
    Part { headers, content_type, disposition, encoding, is_digest, ..Part::default() }
}

/// Which open multipart a line belongs to, the innermost first.
fn mark(open: &[Open], text: &[u8]) -> Option<Mark> {
    let rest = text.strip_prefix(b"--")?;
    for (level, open) in open.iter().enumerate().rev() {
        let Some(tail) = rest.strip_prefix(&*open.boundary) else { continue };
        let (tail, is_last) = match tail.strip_prefix(b"--") {
            Some(tail) => (tail, true),
            None => (tail, false),
        };
        if tail.iter().all(|b| matches!(b, b' ' | b'\t')) {
            return Some(Mark { level, is_last });
        }
    }
    None
}

/// The line end before a boundary belongs to the boundary.
fn without_line_end(data: &[u8], start: usize, end: usize) -> usize {
    match &data[start..end] {
        [.., b'\r', b'\n'] => end - 2,
        [.., b'\n'] => end - 1,
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(mail: &str) -> (Vec<(String, String)>, Vec<Flaw>) {
        let (parts, flaws) = scan(mail.as_bytes(), 0, &Limits::default());
        let all = parts.into_iter().map(|p| {
            let body = if p.is_multipart { "" } else { &mail[p.body] };
            (p.content_type.value, body.to_owned())
        });
        (all.collect(), flaws)
    }

    fn want(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
    }

    const MIXED: &str = "Content-Type: multipart/mixed; boundary=a\n\npreamble\n";

    #[test]
    fn parts_in_order() {
        let mail = format!(
            "{MIXED}--a\n\none\n--a\nContent-Type: multipart/alternative; boundary=b\n\n\
             --b\n\ntwo\n--b\nContent-Type: text/html\n\n<p>\n--b--\n\n--a--\nepilogue\n"
        );
        let all = [
            ("multipart/mixed", ""),
            ("text/plain", "one"),
            ("multipart/alternative", ""),
            ("text/plain", "two"),
            ("text/html", "<p>"),
        ];
        assert_eq!(shape(&mail), (want(&all), vec![]));
    }

    #[test]
    fn missing_boundaries() {
        let mail = format!("{MIXED}--a\n\none");
        let all = [("multipart/mixed", ""), ("text/plain", "one")];
        assert_eq!(shape(&mail), (want(&all), vec![Flaw::UnclosedMultipart]));
        // The inner one is never closed; the outer boundary ends it.
        let mail = format!(
            "{MIXED}--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--a\n\ntwo\n--a--\n"
        );
        let all = [
            ("multipart/mixed", ""),
            ("multipart/mixed", ""),
            ("text/plain", "one"),
            ("text/plain", "two"),
        ];
        assert_eq!(shape(&mail), (want(&all), vec![]));
        // No boundary at all: text.
        let all = [("text/plain", "preamble\n")];
        assert_eq!(shape(MIXED), (want(&all), vec![Flaw::UnclosedMultipart]));
    }

    #[test]
    fn a_part_that_is_only_headers() {
        let mail = format!("{MIXED}--a\nX: y\n--a\n\ntwo\n--a--\n");
        let all = [("multipart/mixed", ""), ("text/plain", ""), ("text/plain", "two")];
        assert_eq!(shape(&mail).0, want(&all));
    }

    #[test]
    fn depth_and_number_are_limited() {
        let mut deep = String::new();
        for i in 0..10_000 {
            deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
        }
        let (parts, flaws) = scan(deep.as_bytes(), 0, &Limits::default());
        assert_eq!((parts.len(), flaws.contains(&Flaw::NestedTooDeep)), (33, true));
        let many = format!("{MIXED}{}", "--a\n\nx\n".repeat(1_000_000));
        let (parts, flaws) = scan(many.as_bytes(), 0, &Limits::default());
        assert_eq!((parts.len(), flaws), (1000, vec![Flaw::TooManyParts]));
    }
}
