use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tend_outside::Stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream that ends when more comes than was asked for: a server may announce
/// a mail of any size, and the library would believe it.
#[derive(Debug)]
pub struct Metered {
    stream: Stream,
    left: u64,
}

impl Metered {
    pub fn new(stream: Stream, allowance: u64) -> Self {
        Self { stream, left: allowance }
    }

    /// What may come from now on, in bytes.
    pub fn allow(&mut self, bytes: u64) {
        self.left = bytes;
    }

    pub fn into_inner(self) -> Stream {
        self.stream
    }
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let came = (buf.filled().len() - before) as u64;
        match self.left.checked_sub(came) {
            Some(left) => {
                self.left = left;
                Poll::Ready(Ok(()))
            }
            None => Poll::Ready(Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "far more than was asked for",
            ))),
        }
    }
}

impl AsyncWrite for Metered {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
