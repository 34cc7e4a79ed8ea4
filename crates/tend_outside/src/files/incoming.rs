use std::{fs::File, io::Write, path::PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use tokio_util::bytes::Bytes;

use super::{Files, Stored, folder::in_thread, hex_of};
use crate::{Error, Result};

/// So much is gathered before it goes to the disk.
const BUFFER: usize = 256 * 1024;

/// A file that comes a piece at a time. Dropped before [`Incoming::finish`], it
/// leaves nothing.
pub struct Incoming {
    files: Files,
    buffer: Vec<u8>,
    hash: Context,
    size: u64,
    /// Nothing is written for a file that fits into the buffer.
    spool: Option<Spool>,
}

/// The unfinished file, which goes when this does.
struct Spool {
    path: PathBuf,
    file: Option<File>,
}

impl Drop for Spool {
    fn drop(&mut self) {
        // Gone already when it was finished.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Incoming {
    pub(super) async fn begin(files: Files) -> Result<Self> {
        let hash = Context::new(&SHA256);
        Ok(Self { files, buffer: Vec::new(), hash, size: 0, spool: None })
    }

    /// Bytes so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.size += bytes.len() as u64;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER { self.spill().await } else { Ok(()) }
    }

    async fn spill(&mut self) -> Result<()> {
        let bytes = std::mem::take(&mut self.buffer);
        self.hash.update(&bytes);
        let mut spool = match self.spool.take() {
            Some(spool) => spool,
            None => Spool { path: self.folder().unfinished()?, file: None },
        };
        let (spool, buffer) = in_thread(move || {
            let file = match &mut spool.file {
                Some(file) => file,
                None => spool.file.insert(File::create_new(&spool.path)?),
            };
            file.write_all(&bytes)?;
            Ok((spool, bytes))
        })
        .await?;
        self.spool = Some(spool);
        self.buffer = buffer;
        self.buffer.clear();
        Ok(())
    }

    /// Keeps the file. On disk when it returns.
    pub async fn finish(mut self) -> Result<Stored> {
        if self.spool.is_none() {
            return self.files.put(Bytes::from(self.buffer)).await;
        }
        self.spill().await?;
        let sha256 = hex_of(&self.hash.finish());
        let Some(mut spool) = self.spool.take() else {
            return Err(Error::Files("the spool is gone".to_owned()));
        };
        let Some(file) = spool.file.take() else {
            return Err(Error::Files("the spool is gone".to_owned()));
        };
        match &self.files {
            Files::Folder(folder) => folder.keep(&spool.path, file, sha256, self.size).await,
            Files::S3(s3) => s3.upload(&spool.path, sha256, self.size).await,
        }
    }

    fn folder(&self) -> &super::folder::Folder {
        match &self.files {
            Files::Folder(folder) => folder,
            Files::S3(s3) => s3.spool(),
        }
    }
}
