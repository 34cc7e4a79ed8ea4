//! One process at a time is the master of a SQLite file.

use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use crate::{Result, StoreError, backoff::Backoff};

/// Held until it is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "is held, not used")] File);

impl Lock {
    /// Waits a moment for one who is just closing.
    pub fn take(database: &Path) -> Result<Self> {
        let path = beside(database);
        let failed = |it: std::io::Error| {
            StoreError::Failed(format!("cannot lock {}: {it}", path.display()))
        };
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        let mut backoff = Backoff::new();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if backoff.wait() => {}
                Err(TryLockError::WouldBlock) => return Err(in_use(database, &mut file)),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        // For people only: who it was.
        let write = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| write!(file, "{}", std::process::id()));
        match write {
            Ok(()) => Ok(Self(file)),
            // On a full disk we may still read, and heal.
            Err(error) => {
                tracing::debug!(%error, "could not note who holds the lock");
                Ok(Self(file))
            }
        }
    }
}

fn in_use(database: &Path, file: &mut File) -> StoreError {
    let mut holder = String::new();
    let _ = file.read_to_string(&mut holder);
    let process = match holder.is_empty() {
        true => String::new(),
        false => format!(" (process {holder})"),
    };
    let database = database.display();
    StoreError::InUse(format!("Another Tend{process} is using {database}. Stop it first."))
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
