use std::io::{self, Read};

use futures_util::StreamExt;
use tokio::runtime::{Builder, Runtime};
use tokio_util::bytes::{Buf, Bytes};

use super::{Chunks, Files, Stored};
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

    /// As [`Files::open`], from the beginning: its size and its bytes, a piece at a time.
    pub fn read(&self, place: &str) -> Result<(u64, Reading<'_>)> {
        let opened = self.runtime.block_on(self.files.open(place, None))?;
        let reading = Reading { runtime: &self.runtime, chunks: opened.bytes, chunk: Bytes::new() };
        Ok((opened.size, reading))
    }

    /// As [`Files::size`].
    pub fn size(&self, place: &str) -> Result<Option<u64>> {
        self.runtime.block_on(self.files.size(place))
    }

    /// As [`Files::put_back`].
    pub fn put_back(&self, place: &str, bytes: impl Into<Bytes> + Send) -> Result<()> {
        self.runtime.block_on(self.files.put_back(place, bytes))
    }

    /// As [`Files::delete`].
    pub fn delete(&self, place: &str) -> Result<()> {
        self.runtime.block_on(self.files.delete(place))
    }
}

/// A file that is being read.
pub struct Reading<'a> {
    runtime: &'a Runtime,
    chunks: Chunks,
    chunk: Bytes,
}

impl Read for Reading<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.runtime.block_on(self.chunks.next()) {
                None => return Ok(0),
                Some(next) => self.chunk = next.map_err(io::Error::other)?,
            }
        }
        let taken = buffer.len().min(self.chunk.len());
        self.chunk.copy_to_slice(&mut buffer[..taken]);
        Ok(taken)
    }
}
