use std::{io, time::Duration};

use tend_outside::Stream;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};
use tokio_util::bytes::{Bytes, BytesMut};

/// RFC 5321 asks for 512; long addresses and parameters need more.
const LONGEST: usize = 4096;
/// After so much of one line the client is not worth an answer.
const ENDLESS: usize = 1024 * 1024;
const PIECE: usize = 64 * 1024;

/// A connection and what was read from it but not looked at.
pub struct Conn {
    stream: Stream,
    buffer: BytesMut,
    /// Bytes of a line that is too long.
    skipped: usize,
    idle: Duration,
}

/// What came where a command was expected.
#[derive(Debug)]
pub enum Line {
    /// With its CR LF.
    Whole(Bytes),
    TooLong,
    /// It ended with LF alone.
    LoneLf,
    /// The client is gone, or not worth an answer.
    Closed,
    /// Nothing came for too long.
    Silent,
}

impl Conn {
    pub fn new(stream: Stream, idle: Duration) -> Self {
        Self { stream, buffer: BytesMut::new(), skipped: 0, idle }
    }

    /// The stream, without what was read ahead of it: nothing that came before
    /// TLS is taken for something that came inside it.
    pub fn into_stream(self) -> Stream {
        self.stream
    }

    /// Was something said that nobody has looked at?
    pub fn has_more(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Does the client speak before it was greeted?
    pub async fn speaks_first(&mut self, pause: Duration) -> bool {
        let read = timeout(pause, self.stream.read_buf(&mut self.buffer));
        matches!(read.await, Ok(Ok(1..)))
    }

    /// May be given up and asked again.
    pub async fn line(&mut self) -> Line {
        loop {
            if let Some(end) = self.buffer.iter().position(|it| *it == b'\n') {
                let line = self.buffer.split_to(end + 1).freeze();
                let skipped = std::mem::take(&mut self.skipped);
                return match line.as_ref() {
                    _ if skipped + line.len() > LONGEST => Line::TooLong,
                    [.., b'\r', b'\n'] => Line::Whole(line),
                    _ => Line::LoneLf,
                };
            }
            if self.buffer.len() > LONGEST {
                self.skipped += self.buffer.len();
                self.buffer.clear();
            }
            if self.skipped > ENDLESS {
                return Line::Closed;
            }
            match self.fill().await {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Line::Silent,
                Err(_) => return Line::Closed,
            }
        }
    }

    /// At least one byte, at most `most`.
    pub async fn piece(&mut self, most: usize) -> io::Result<Bytes> {
        if self.buffer.is_empty() {
            self.fill().await?;
        }
        Ok(self.buffer.split_to(self.buffer.len().min(most)).freeze())
    }

    /// Puts back what did not belong to the piece.
    pub fn put_back(&mut self, rest: &[u8]) {
        let later = std::mem::take(&mut self.buffer);
        self.buffer = BytesMut::with_capacity(rest.len() + later.len());
        self.buffer.extend_from_slice(rest);
        self.buffer.extend_from_slice(&later);
    }

    async fn fill(&mut self) -> io::Result<()> {
        self.buffer.reserve(PIECE);
        match timeout(self.idle, self.stream.read_buf(&mut self.buffer)).await {
            Ok(Ok(0)) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    pub async fn say(&mut self, text: &str) -> io::Result<()> {
        let write = async {
            self.stream.write_all(text.as_bytes()).await?;
            self.stream.flush().await
        };
        timeout(self.idle, write).await.unwrap_or(Err(io::ErrorKind::TimedOut.into()))
    }

    /// A client that is sent away should hear why before the connection is reset.
    pub async fn close(mut self) {
        let part = async {
            self.stream.shutdown().await?;
            let mut rest = [0; 4096];
            let mut heard = 0;
            while heard < PIECE {
                match self.stream.read(&mut rest).await? {
                    0 => break,
                    more => heard += more,
                }
            }
            io::Result::Ok(())
        };
        let _ = timeout(Duration::from_millis(500), part).await;
    }
}
