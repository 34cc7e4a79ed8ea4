//! Mails in files: mbox, Maildir, `.eml`, and folders of them.
//!
//! One mail is in memory at a time, and of a mail no more than the limit.

mod mbox;
mod walk;

pub use mbox::Mbox;
pub use walk::{Boxes, open};

use std::path::PathBuf;

/// The bytes of one mail from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMail {
    pub bytes: Vec<u8>,
    /// The file it is in; empty where a reader was given.
    pub file: PathBuf,
    /// Which mail of the file it is, from 1.
    pub nth: usize,
    /// It is longer than the limit, and `bytes` is only its start.
    pub is_cut: bool,
}

/// `From jo@example.com Mon May  2 10:00:00 2022`: the line between two mails
/// of an mbox. The time is looked for, since letters have lines that begin
/// with the same word.
fn is_from_line(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let digit = |at: usize| rest.get(at).is_some_and(u8::is_ascii_digit);
    (1..rest.len().min(400))
        .any(|i| rest[i] == b':' && digit(i - 1) && digit(i + 1) && digit(i + 2))
}

#[cfg(test)]
mod tests;
