//! Bytes that are kept: attachments, raw mail. In a folder or in S3, behind one
//! interface.
//!
//! A file's place is made here, from its content and a random number; nothing
//! that a person wrote becomes part of a path. When [`Files::put`] returns, the
//! bytes survive a power cut.

mod blocking;
mod folder;
mod incoming;
mod s3;

use std::{ops::Range, path::Path, pin::Pin, time::SystemTime};

use aws_lc_rs::{
    digest::Digest,
    rand::{SecureRandom, SystemRandom},
};
use futures_util::Stream;
use tokio_util::bytes::Bytes;

pub use blocking::{BlockingFiles, Reading};
pub use folder::Space;
pub use incoming::Incoming;
pub use s3::S3Options;

use crate::{Error, Result};

/// Where files are kept. Cheap to clone.
#[derive(Clone)]
pub enum Files {
    Folder(folder::Folder),
    S3(s3::S3),
}

/// What is written down about a file that was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Where it is: ASCII letters, digits, `-` and one `/`.
    pub place: String,
    /// Of its bytes, in hex.
    pub sha256: String,
    pub size: u64,
}

/// A file that is being read.
pub struct Opened {
    /// Of the whole file, in bytes.
    pub size: u64,
    pub bytes: Chunks,
}

pub type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// A file as the store lists it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub place: String,
    pub size: u64,
    pub changed_at: SystemTime,
}

impl Files {
    /// Files in a folder, which is made if need be.
    pub fn folder(root: &Path) -> Result<Self> {
        Ok(Self::Folder(folder::Folder::open(root)?))
    }

    /// Files in a bucket. Mails on their way in are spooled in `spool` first.
    pub fn s3(options: &S3Options, spool: &Path) -> Result<Self> {
        Ok(Self::S3(s3::S3::open(options, spool)?))
    }

    /// Keeps these bytes. On disk when it returns.
    pub async fn put(&self, bytes: impl Into<Bytes> + Send) -> Result<Stored> {
        match self {
            Self::Folder(it) => it.put(bytes.into()).await,
            Self::S3(it) => it.put(bytes.into()).await,
        }
    }

    /// Keeps bytes that come a piece at a time: what is not finished leaves nothing.
    pub async fn incoming(&self) -> Result<Incoming> {
        Incoming::begin(self.clone()).await
    }

    /// The whole file.
    pub async fn get(&self, place: &str) -> Result<Bytes> {
        let place = checked(place)?;
        match self {
            Self::Folder(it) => it.get(place).await,
            Self::S3(it) => it.get(place).await,
        }
    }

    /// The file, or the part of it in `range` (bytes from and to, of which the
    /// second may lie behind the end), a piece at a time.
    pub async fn open(&self, place: &str, range: Option<Range<u64>>) -> Result<Opened> {
        let place = checked(place)?;
        match self {
            Self::Folder(it) => it.open_at(place, range).await,
            Self::S3(it) => it.open_at(place, range).await,
        }
    }

    /// How many bytes the file has; none if it is not there.
    pub async fn size(&self, place: &str) -> Result<Option<u64>> {
        let place = checked(place)?;
        let size = match self {
            Self::Folder(it) => it.size(place).await,
            Self::S3(it) => it.size(place).await,
        };
        match size {
            Ok(size) => Ok(Some(size)),
            Err(Error::NotThere) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A file comes back to the place that it had, as out of a backup. One that is there, and as
    /// large, is left alone.
    pub async fn put_back(&self, place: &str, bytes: impl Into<Bytes> + Send) -> Result<()> {
        let bytes = bytes.into();
        if self.size(place).await? == Some(bytes.len() as u64) {
            return Ok(());
        }
        match self {
            Self::Folder(it) => it.put_back(checked(place)?, bytes).await,
            Self::S3(it) => it.put_back(checked(place)?, bytes).await,
        }
    }

    /// A file that is not there is deleted already.
    pub async fn delete(&self, place: &str) -> Result<()> {
        let place = checked(place)?;
        let deleted = match self {
            Self::Folder(it) => it.delete(place).await,
            Self::S3(it) => it.delete(place).await,
        };
        match deleted {
            Err(Error::NotThere) => Ok(()),
            other => other,
        }
    }

    /// Every file that there is, in no order, for the sweep of orphans.
    pub async fn list(&self) -> Result<Vec<Listed>> {
        match self {
            Self::Folder(it) => it.list().await,
            Self::S3(it) => it.list().await,
        }
    }

    /// Writes, reads and deletes a small file.
    pub async fn check(&self) -> Result<()> {
        let probe = Bytes::from_static(b"Tend was here.\n");
        let stored = self.put(probe.clone()).await?;
        let read = self.get(&stored.place).await;
        self.delete(&stored.place).await?;
        if read? == probe {
            Ok(())
        } else {
            Err(Error::Files("what was written is not what was read".to_owned()))
        }
    }

    /// How much room the folder has; unknown for a bucket.
    pub fn space(&self) -> Option<Space> {
        match self {
            Self::Folder(it) => it.space().ok(),
            Self::S3(_) => None,
        }
    }

    /// Removes what an unfinished write left behind more than a day ago.
    pub async fn sweep_unfinished(&self, now: SystemTime) -> Result<u64> {
        match self {
            Self::Folder(it) => it.sweep_unfinished(now).await,
            Self::S3(it) => it.spool().sweep_unfinished(now).await,
        }
    }
}

/// `abc/<64 hex>-<16 hex>`: a place tells what its file must hold.
fn make_place(sha256: &str) -> Result<String> {
    let mut random = [0; 8];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(|_| Error::Files("the system has no randomness".to_owned()))?;
    Ok(format!("{}/{sha256}-{}", &sha256[..3], hex(&random)))
}

/// A place comes from the database, but a path is built from it.
fn checked(place: &str) -> Result<&str> {
    let fits = |it: u8| it.is_ascii_hexdigit() || it == b'-';
    match place.split_once('/') {
        Some((folder, name))
            if folder.len() == 3
                && name.len() > 64
                && folder.bytes().all(fits)
                && name.bytes().all(fits) =>
        {
            Ok(place)
        }
        _ => Err(Error::NotThere),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn hex_of(digest: &Digest) -> String {
    hex(digest.as_ref())
}
