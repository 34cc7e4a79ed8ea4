//! Files and folders, one mail after the other.

use super::{Mbox, RawMail, is_from_line};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

/// The mails of files and folders.
pub struct Boxes {
    /// What is still to be looked at, in order.
    waiting: VecDeque<PathBuf>,
    most: usize,
    mbox: Option<Mbox<File>>,
    skipped: Vec<PathBuf>,
}

/// Reads the mails at `paths`: an mbox, a mail (`.eml`, Apple's `.emlx`, or
/// any file that begins with mail headers), a Maildir (`cur` and `new`, not
/// `tmp`), and folders of all that, in the order of their names. Of each mail
/// at most `most` bytes. An error belongs to one file; the walk goes on.
pub fn open(paths: &[PathBuf], most: usize) -> Boxes {
    Boxes { waiting: paths.iter().cloned().collect(), most, mbox: None, skipped: Vec::new() }
}

impl Boxes {
    /// Files that hold no mail, so far.
    pub fn skipped(&self) -> &[PathBuf] {
        &self.skipped
    }

    fn path(&mut self, path: PathBuf) -> io::Result<Option<RawMail>> {
        let kind = std::fs::symlink_metadata(&path)?.file_type();
        // A link to a folder may lead round in a circle.
        if kind.is_dir() {
            self.folder(&path)?;
            return Ok(None);
        }
        if kind.is_symlink() && std::fs::metadata(&path)?.is_dir() {
            self.skipped.push(path);
            return Ok(None);
        }
        let mut file = File::open(&path)?;
        let mut start = Vec::new();
        (&mut file).take(4096).read_to_end(&mut start)?;
        file.rewind()?;
        if is_from_line(first_line(&start)) {
            self.mbox = Some(Mbox::of_file(file, path, self.most));
            return Ok(None);
        }
        let extension =
            path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
        match extension.as_str() {
            "emlx" => return self.emlx(file, path).map(Some),
            "eml" => {}
            _ if is_mail(&start) => {}
            _ => {
                self.skipped.push(path);
                return Ok(None);
            }
        }
        self.whole(file, path).map(Some)
    }

    /// Puts a folder's entries at the front, so that the order stays.
    fn folder(&mut self, path: &Path) -> io::Result<()> {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?
            .map(|entry| entry.map(|e| e.path()))
            .collect::<io::Result<_>>()?;
        entries.sort();
        let name = |p: &PathBuf| p.file_name().and_then(|n| n.to_str()).unwrap_or("").to_owned();
        let is_maildir = entries.iter().any(|p| matches!(&*name(p), "cur" | "new") && p.is_dir());
        if is_maildir {
            // Beside cur and new: tmp (unfinished), folders, and notes of the server.
            entries.retain(|p| p.is_dir() && name(p) != "tmp");
        } else {
            entries.retain(|p| p.is_dir() || !name(p).starts_with('.'));
        }
        for entry in entries.into_iter().rev() {
            self.waiting.push_front(entry);
        }
        Ok(())
    }

    fn whole(&self, file: File, path: PathBuf) -> io::Result<RawMail> {
        let mut bytes = Vec::new();
        file.take(self.most as u64 + 1).read_to_end(&mut bytes)?;
        let is_cut = bytes.len() > self.most;
        bytes.truncate(self.most);
        Ok(RawMail { bytes, file: path, nth: 1, is_cut })
    }

    /// Apple Mail: the length on the first line, the mail, a property list.
    fn emlx(&self, file: File, path: PathBuf) -> io::Result<RawMail> {
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        io::BufRead::read_until(&mut (&mut reader).take(32), b'\n', &mut line)?;
        let length = std::str::from_utf8(&line).ok().and_then(|l| l.trim().parse::<u64>().ok());
        let length = length
            .ok_or_else(|| io::Error::other("The first line of this .emlx file is no length."))?;
        let mut bytes = Vec::new();
        reader.take(length.min(self.most as u64)).read_to_end(&mut bytes)?;
        Ok(RawMail { bytes, file: path, nth: 1, is_cut: length > self.most as u64 })
    }
}

impl Iterator for Boxes {
    type Item = Result<RawMail, (PathBuf, io::Error)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(mbox) = &mut self.mbox {
                match mbox.next() {
                    Some(Ok(mail)) => return Some(Ok(mail)),
                    Some(Err(error)) => {
                        let file = mbox.file().to_owned();
                        self.mbox = None;
                        return Some(Err((file, error)));
                    }
                    None => self.mbox = None,
                }
            }
            let path = self.waiting.pop_front()?;
            match self.path(path.clone()) {
                Ok(Some(mail)) => return Some(Ok(mail)),
                Ok(None) => {}
                Err(error) => return Some(Err((path, error))),
            }
        }
    }
}

fn first_line(start: &[u8]) -> &[u8] {
    let at = start.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(0);
    let rest = &start[at..];
    rest.split(|b| matches!(b, b'\n' | b'\r')).next().unwrap_or(rest)
}

/// Whether a file begins with mail headers: the first line is one, and a well
/// known one is among the first.
fn is_mail(start: &[u8]) -> bool {
    let known = [
        "from",
        "to",
        "subject",
        "date",
        "received",
        "return-path",
        "message-id",
        "delivered-to",
        "mime-version",
        "x-original-to",
        "envelope-to",
        "content-type",
    ];
    let text = String::from_utf8_lossy(start);
    let name = |line: &str| {
        let (name, _) = line.split_once(':')?;
        let is_name =
            !name.is_empty() && name.len() < 80 && name.bytes().all(|b| b.is_ascii_graphic());
        is_name.then(|| name.to_ascii_lowercase())
    };
    let mut lines = text.split(['\n', '\r']).filter(|line| !line.is_empty());
    let is_first = lines.clone().next().is_some_and(|line| name(line).is_some());
    is_first && lines.by_ref().take(60).filter_map(name).any(|n| known.contains(&&*n))
}
