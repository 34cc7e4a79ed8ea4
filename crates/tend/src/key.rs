//! The key of this installation: 32 random bytes, in a file beside the database and
//! never in it, so that a copy of the database alone opens no mailbox.

use std::{fs, os::unix::fs::PermissionsExt};

use anyhow::{Context, Result, bail};
use tend_core::secrets::{self, Keys, Recognised};
use tend_store::Db;

use crate::folder::{Folder, write_whole};

/// Reads the key from the variable `TEND_KEY` or from its file; a new installation
/// gets one. `make_new` gives up what was sealed with a key that is lost.
///
/// # Errors
/// The key is missing or another one, while the database holds what it sealed.
pub fn of(db: &Db, folder: &Folder, make_new: bool) -> Result<Keys> {
    let found = find(folder)?;
    let sealed = db.read(secrets::are_sealed)?;
    let keys = match found {
        Some(keys) => keys,
        None if sealed && !make_new => bail!(
            "The key file {} is missing, and the database holds passwords that only it opens. \
             Bring the file back, or set TEND_KEY to what it held. If it is lost for good, start \
             once with --new-key and enter the passwords of your mail servers again.",
            folder.key().display()
        ),
        None => generate(folder)?,
    };
    let seen = keys.clone();
    match db.read(move |tx| secrets::recognise(tx, &seen))? {
        Recognised::Same => return Ok(keys),
        Recognised::Other if sealed && !make_new => bail!(
            "This is not the key that the database's passwords were sealed with. Bring the right \
             key file back. If it is lost for good, start once with --new-key and enter the \
             passwords of your mail servers again."
        ),
        Recognised::Other | Recognised::Unknown => {}
    }
    let adopted = keys.clone();
    db.write(move |tx| secrets::adopt(tx, &adopted))?;
    Ok(keys)
}

/// Whether the key is the one that the database knows; changes nothing.
pub fn state(db: &Db, folder: &Folder) -> Result<()> {
    let sealed = db.read(secrets::are_sealed)?;
    let recognised = match find(folder)? {
        Some(keys) => db.read(move |tx| secrets::recognise(tx, &keys))?,
        None if sealed => bail!("The key file {} is missing.", folder.key().display()),
        None => return Ok(()),
    };
    match recognised {
        Recognised::Other => bail!("The key is not the one that this database knows."),
        Recognised::Same | Recognised::Unknown => Ok(()),
    }
}

/// The key, if there is one.
pub fn find(folder: &Folder) -> Result<Option<Keys>> {
    if let Ok(text) = std::env::var("TEND_KEY") {
        let keys = Keys::from_text(&text);
        return keys.map(Some).context("The variable TEND_KEY does not hold a key");
    }
    let path = folder.key();
    match fs::read_to_string(&path) {
        Ok(text) => {
            let keys = Keys::from_text(&text);
            keys.map(Some).with_context(|| format!("{} can't be used", path.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} can't be read", path.display())),
    }
}

/// Whether others on this machine may read the key file.
pub fn is_open_to_others(folder: &Folder) -> bool {
    fs::metadata(folder.key()).is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
}

fn generate(folder: &Folder) -> Result<Keys> {
    let keys = Keys::generate();
    let path = folder.key();
    write_whole(&path, format!("{}\n", keys.to_text()).as_bytes(), 0o600)
        .with_context(|| format!("{} can't be written", path.display()))?;
    Ok(keys)
}
