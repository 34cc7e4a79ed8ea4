//! Finds mails in what the command line names: files, mailboxes, folders of them.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// A file with mails in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// Many mails in one file, and not one.
    pub is_mbox: bool,
    pub size: u64,
}

#[derive(Default, Debug)]
pub struct All {
    pub found: Vec<Found>,
    /// Files in folders that are no mails, such as a mail program's own.
    pub skipped: Vec<PathBuf>,
}

/// In the order of their names, so that older mails come first where names are dates.
pub fn mails(paths: &[PathBuf]) -> Result<All> {
    let mut all = All::default();
    for path in paths {
        let about =
            fs::metadata(path).with_context(|| format!("{} can't be read", path.display()))?;
        match about.is_dir() {
            true => folder(path, &mut all)?,
            // One that is named is a mail, whatever it looks like.
            false => all.found.push(found(path, starts_as_mbox(path)?)?),
        }
    }
    Ok(all)
}

fn folder(path: &Path, all: &mut All) -> Result<()> {
    let maildir = path.join("cur").is_dir() && path.join("new").is_dir();
    let listed = fs::read_dir(path).with_context(|| format!("{} can't be read", path.display()))?;
    let mut inside: Vec<PathBuf> = listed.map(|it| Ok(it?.path())).collect::<Result<_>>()?;
    inside.sort();
    for it in inside {
        let name = it.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        if it.is_dir() {
            match (maildir, name.as_str()) {
                // What lies in `tmp` was never delivered.
                (true, "tmp") => {}
                (true, "cur" | "new") => each_file(&it, all)?,
                _ => folder(&it, all)?,
            }
        } else if maildir || name.starts_with('.') {
            // A server's own notes.
            all.skipped.push(it);
        } else {
            file(it, &name, all)?;
        }
    }
    Ok(())
}

/// In `cur` and `new` each file is a mail.
fn each_file(path: &Path, all: &mut All) -> Result<()> {
    let listed = fs::read_dir(path).with_context(|| format!("{} can't be read", path.display()))?;
    let mut inside: Vec<PathBuf> = listed.map(|it| Ok(it?.path())).collect::<Result<_>>()?;
    inside.sort();
    for it in inside.iter().filter(|it| it.is_file()) {
        all.found.push(found(it, false)?);
    }
    Ok(())
}

/// In other folders a mail is known by its name or its first line.
fn file(path: PathBuf, name: &str, all: &mut All) -> Result<()> {
    let lower = name.to_lowercase();
    if lower.ends_with(".eml") {
        all.found.push(found(&path, false)?);
    } else if starts_as_mbox(&path)? {
        all.found.push(found(&path, true)?);
    } else {
        all.skipped.push(path);
    }
    Ok(())
}

fn found(path: &Path, is_mbox: bool) -> Result<Found> {
    Ok(Found { path: path.to_owned(), is_mbox, size: fs::metadata(path)?.len() })
}

fn starts_as_mbox(path: &Path) -> Result<bool> {
    let mut start = [0; 5];
    let mut file = File::open(path).with_context(|| format!("{} can't be read", path.display()))?;
    Ok(file.read_exact(&mut start).is_ok() && start == *b"From ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_of_each_kind_are_found() {
        let place = tempfile::tempdir().expect("makes");
        let write = |name: &str, text: &str| {
            let path = place.path().join(name);
            fs::create_dir_all(path.parent().expect("is inside")).expect("makes");
            fs::write(path, text).expect("writes");
        };
        write("b.eml", "Subject: b\n\n");
        write("a/old.mbox", "From x\nSubject: a\n\n");
        write("a/readme.txt", "no mail");
        for name in ["cur/1:2,S", "new/2", "tmp/3", "dovecot-uidlist", ".Sent/cur/4", ".Sent/new/5"]
        {
            write(&format!("m/{name}"), "Subject: m\n\n");
        }
        let all = mails(&[place.path().to_owned()]).expect("finds");
        let name =
            |it: &Path| it.strip_prefix(place.path()).expect("is inside").display().to_string();
        let found: Vec<_> = all.found.iter().map(|it| (name(&it.path), it.is_mbox)).collect();
        let expected =
            ["a/old.mbox", "b.eml", "m/.Sent/cur/4", "m/.Sent/new/5", "m/cur/1:2,S", "m/new/2"];
        assert_eq!(found, expected.map(|it| (it.to_owned(), it.ends_with("mbox"))));
        let skipped: Vec<_> = all.skipped.iter().map(|it| name(it)).collect();
        assert_eq!(skipped, ["a/readme.txt", "m/dovecot-uidlist"]);
        assert!(mails(&[place.path().join("none")]).is_err());
    }
}
