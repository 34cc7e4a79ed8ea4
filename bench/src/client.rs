//! A client of HTTP/1.1 that does little else than wait, so that the server has the processors.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
    pub took: Duration,
}

impl Client {
    pub async fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a whole request and reads the whole answer.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer> {
        let began = Instant::now();
        self.stream.write_all(request).await?;
        let (head, rest) = self.head().await?;
        let body = match header(&head, "content-length") {
            Some(length) => self.exactly(rest, length.parse()?).await?,
            None if header(&head, "transfer-encoding").is_some() => self.chunks(rest).await?,
            None => Vec::new(),
        };
        let took = began.elapsed();
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).context("no status")?;
        Ok(Answer { status, head, body: String::from_utf8_lossy(&body).into_owned(), took })
    }

    /// The head of an answer, and the position in the buffer where its body begins.
    pub async fn head(&mut self) -> Result<(String, usize)> {
        self.buffer.clear();
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
                return Ok((head, end + 4));
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the connection ended");
        }
        Ok(())
    }

    async fn exactly(&mut self, from: usize, length: usize) -> Result<Vec<u8>> {
        while self.buffer.len() < from + length {
            self.more().await?;
        }
        Ok(self.buffer[from..from + length].to_vec())
    }

    async fn chunks(&mut self, mut at: usize) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                match find(&self.buffer[at..], b"\r\n") {
                    Some(end) => break at + end,
                    None => self.more().await?,
                }
            };
            let length = std::str::from_utf8(&self.buffer[at..end])?.trim();
            let length = usize::from_str_radix(length, 16)?;
            let from = end + 2;
            let chunk = self.exactly(from, length + 2).await?;
            body.extend(&chunk[..length]);
            at = from + length + 2;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    /// Waits for a piece of a stream that holds this text.
    pub async fn hears(&mut self, text: &[u8]) -> Result<Instant> {
        loop {
            if find(&self.buffer, text).is_some() {
                return Ok(Instant::now());
            }
            self.more().await?;
        }
    }

    /// Whatever was heard is forgotten.
    pub fn forget(&mut self) {
        self.buffer.clear();
    }

    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(bytes).await?)
    }
}

fn find(all: &[u8], some: &[u8]) -> Option<usize> {
    all.windows(some.len()).position(|it| it == some)
}

/// A header, by its name in lower case.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|it| it.split_once(':'))
        .find(|it| it.0.eq_ignore_ascii_case(name))
        .map(|it| it.1.trim())
}

/// A request of a browser that is signed in.
pub fn get(address: &str, path: &str, cookie: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nAccept: text/html\r\n\
         Sec-Fetch-Site: same-origin\r\n\r\n"
    )
    .into_bytes()
}

/// A request of a page's script for a part of that page.
pub fn part(address: &str, path: &str, cookie: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nAccept: text/html\r\n\
         HX-Request: true\r\nSec-Fetch-Site: same-origin\r\n\r\n"
    )
    .into_bytes()
}

/// A request of a program with a token.
pub fn api(
    address: &str,
    method: &str,
    path: &str,
    token: &str,
    more: &str,
    body: &str,
) -> Vec<u8> {
    format!(
        "{method} /api/v1{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n{more}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Text as it stands in an address.
pub fn encode(text: &str) -> String {
    let plain = |it: &u8| it.is_ascii_alphanumeric() || b"-_.".contains(it);
    text.bytes().fold(String::new(), |mut out, byte| {
        match plain(&byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}
