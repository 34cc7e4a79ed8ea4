use tokio::runtime::{Builder, Runtime};
use tokio_util::bytes::Bytes;

use super::{Files, Stored};
use crate::Result;

/// [`Files`] for callers that wait, such as the command line. Never inside a task.
pub struct BlockingFiles {
    files: Files,
    runtime: Runtime,
}

impl BlockingFiles {
    pub fn new(files: Files) -> Result<Self> {
        Ok(Self { files, runtime: Builder::new_current_thread().enable_all().build()? })
    }

    /// As [`Files::put`].
    pub fn put(&self, bytes: impl Into<Bytes> + Send) -> Result<Stored> {
        self.runtime.block_on(self.files.put(bytes))
    }

    /// As [`Files::get`].
    pub fn get(&self, place: &str) -> Result<Bytes> {
        self.runtime.block_on(self.files.get(place))
    }

    /// As [`Files::delete`].
    pub fn delete(&self, place: &str) -> Result<()> {
        self.runtime.block_on(self.files.delete(place))
    }
}
