//! mbox, in its several dialects.

use super::{RawMail, is_from_line};
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// A line longer than this is passed on in pieces.
const LONGEST_LINE: usize = 1024 * 1024;

/// The mails of an mbox, one after the other. Lines end in LF, CRLF or CR;
/// `>From ` is unquoted; a Content-Length is followed where it leads to the
/// next mail, and passed over where it does not.
pub struct Mbox<R> {
    reader: R,
    file: PathBuf,
    most: usize,
    nth: usize,
    /// Read but not yet taken: `buffer[at..]`.
    buffer: Vec<u8>,
    at: usize,
    is_done: bool,
    /// What ends a line: LF, or CR where the file has no LF.
    end: u8,
}

impl<R: Read> Mbox<R> {
    /// Reads an mbox; of each mail at most `most` bytes.
    pub fn new(reader: R, most: usize) -> Self {
        Self::of_file(reader, PathBuf::new(), most)
    }

    pub(super) fn of_file(reader: R, file: PathBuf, most: usize) -> Self {
        Self { reader, file, most, nth: 0, buffer: Vec::new(), at: 0, is_done: false, end: b'\n' }
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Reads on until `want` bytes are waiting, or the end.
    fn fill(&mut self, want: usize) -> io::Result<()> {
        let waiting = self.buffer.len() - self.at;
        if waiting >= want || self.is_done {
            return Ok(());
        }
        self.buffer.drain(..self.at);
        self.at = 0;
        let is_first = self.nth == 0 && waiting == 0;
        let asked = (want - waiting).max(CHUNK);
        let read = (&mut self.reader).take(asked as u64).read_to_end(&mut self.buffer)?;
        self.is_done = read < asked;
        if is_first && !self.buffer.contains(&b'\n') && self.buffer.contains(&b'\r') {
            self.end = b'\r';
        }
        Ok(())
    }

    /// Length of the next line with its end; 0 at the end of the file.
    fn line(&mut self) -> io::Result<usize> {
        loop {
            let waiting = &self.buffer[self.at..];
            let mut rest = waiting;
            let len = rest.skip_until(self.end)?;
            let is_whole = len > 0 && waiting[len - 1] == self.end;
            if is_whole || self.is_done || len >= LONGEST_LINE {
                return Ok(len);
            }
            let want = waiting.len() + CHUNK;
            self.fill(want)?;
        }
    }

    fn peek(&self, len: usize) -> &[u8] {
        &self.buffer[self.at..self.at + len]
    }

    /// The bytes of the next mail.
    fn mail(&mut self) -> io::Result<Option<RawMail>> {
        while self.skip_to_mail()? {
            let mut mail = Kept { bytes: Vec::new(), most: self.most, is_cut: false };
            let length = self.headers(&mut mail)?;
            let is_told = match length {
                Some(length) => self.told_body(length, &mut mail)?,
                None => false,
            };
            if !is_told {
                self.body(&mut mail)?;
            }
            let Kept { bytes, is_cut, .. } = mail;
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                self.nth += 1;
                return Ok(Some(RawMail { bytes, file: self.file.clone(), nth: self.nth, is_cut }));
            }
        }
        Ok(None)
    }

    /// Passes over blank lines and one From line; false at the end.
    fn skip_to_mail(&mut self) -> io::Result<bool> {
        loop {
            let len = self.line()?;
            if len == 0 {
                return Ok(false);
            }
            let is_from = is_from_line(self.peek(len));
            let is_blank = self.peek(len).iter().all(u8::is_ascii_whitespace);
            if !is_from && !is_blank {
                return Ok(true);
            }
            self.at += len;
            if is_from {
                return Ok(self.line()? > 0);
            }
        }
    }

    /// Keeps the header lines and the empty line after them; gives the
    /// Content-Length.
    fn headers(&mut self, mail: &mut Kept) -> io::Result<Option<usize>> {
        let mut length = None;
        loop {
            let len = self.line()?;
            let line = &self.buffer[self.at..self.at + len];
            if len == 0 || (is_from_line(line) && !mail.bytes.is_empty()) {
                return Ok(None);
            }
            let is_end = line.iter().all(u8::is_ascii_whitespace);
            if let Some(value) = content_length(line) {
                length = Some(value);
            }
            mail.keep(line);
            self.at += len;
            if is_end {
                return Ok(length);
            }
        }
    }

    /// Keeps a body of the length the header tells, if it ends at a From line
    /// or with the file. Otherwise nothing is taken.
    fn told_body(&mut self, length: usize, mail: &mut Kept) -> io::Result<bool> {
        if length == 0 || length > self.most {
            return Ok(false);
        }
        self.fill(length + CHUNK)?;
        let waiting = &self.buffer[self.at..];
        let Some(after) = waiting.get(length..) else { return Ok(false) };
        let blank = after.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let next = &after[blank..];
        let line_end = next.iter().position(|b| *b == self.end).unwrap_or(next.len());
        let ends_well = next.is_empty() || is_from_line(&next[..line_end]);
        if !ends_well
            || (blank == 0 && !next.is_empty() && !waiting[..length].ends_with(&[self.end]))
        {
            return Ok(false);
        }
        mail.keep(&waiting[..length]);
        self.at += length;
        Ok(true)
    }

    /// Keeps lines up to the next From line that follows an empty line.
    fn body(&mut self, mail: &mut Kept) -> io::Result<()> {
        let mut was_blank = true;
        loop {
            let len = self.line()?;
            let line = &self.buffer[self.at..self.at + len];
            if len == 0 || (was_blank && is_from_line(line)) {
                return Ok(());
            }
            was_blank = line.iter().all(|b| matches!(b, b'\r' | b'\n'));
            mail.keep(unquoted(line));
            self.at += len;
        }
    }
}

impl<R: Read> Iterator for Mbox<R> {
    type Item = io::Result<RawMail>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.mail().transpose();
        if matches!(next, Some(Err(_))) {
            // A reader that failed is not asked again.
            self.is_done = true;
            self.at = self.buffer.len();
        }
        next
    }
}

/// The bytes of a mail up to the limit.
struct Kept {
    bytes: Vec<u8>,
    most: usize,
    is_cut: bool,
}

impl Kept {
    fn keep(&mut self, line: &[u8]) {
        let room = self.most - self.bytes.len().min(self.most);
        self.bytes.extend_from_slice(&line[..line.len().min(room)]);
        self.is_cut |= line.len() > room;
    }
}

fn content_length(line: &[u8]) -> Option<usize> {
    let (name, value) = line.split_at_checked(15)?;
    if !name.eq_ignore_ascii_case(b"content-length:") {
        return None;
    }
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

/// `>From ` without one of its marks (the mboxrd rule).
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    if marks > 0 && line[marks..].starts_with(b"From ") { &line[1..] } else { line }
}
