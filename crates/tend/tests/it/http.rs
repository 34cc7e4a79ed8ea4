//! As much of HTTP as a customer's program needs.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// Asks once, on a connection of its own.
pub fn ask(at: &str, method: &str, path: &str, headers: &str, body: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(at)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\
         Content-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let cut = || io::Error::other("the answer was cut");
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).ok_or_else(cut)?;
    let says = |name: &str| {
        head.lines().find_map(|it| it.to_lowercase().strip_prefix(name)?.trim().parse().ok())
    };
    let whole = says("content-length:").is_none_or(|length: usize| length == body.len());
    match whole {
        true => Ok(Answer { status, head: head.to_owned(), body: body.to_owned() }),
        false => Err(cut()),
    }
}

/// Posts JSON with a token, under a key by which it is done once.
pub fn post(at: &str, path: &str, token: &str, key: &str, body: &str) -> io::Result<Answer> {
    let headers = format!(
        "Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Idempotency-Key: {key}\r\n"
    );
    ask(at, "POST", path, &headers, body)
}
