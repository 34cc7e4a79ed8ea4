//! A mail server that hands mail over to us.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

/// A connection that was greeted.
pub struct Smtp(BufReader<TcpStream>);

impl Smtp {
    pub fn connect(at: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        let mut it = Self(BufReader::new(stream));
        it.hear()?;
        it.say("EHLO mx.customer.test\r\n")?;
        Ok(it)
    }

    /// Says something, and hears the code of the answer.
    pub fn say(&mut self, text: &str) -> io::Result<u16> {
        self.0.get_mut().write_all(text.as_bytes())?;
        self.hear()
    }

    /// Hands one mail over; the answer is the first that is no yes, or the last one.
    pub fn send(&mut self, from: &str, to: &str, mail: &str) -> io::Result<u16> {
        for (line, expected) in [
            (format!("MAIL FROM:<{from}>\r\n"), 250),
            (format!("RCPT TO:<{to}>\r\n"), 250),
            ("DATA\r\n".to_owned(), 354),
        ] {
            let code = self.say(&line)?;
            if code != expected {
                self.say("RSET\r\n")?;
                return Ok(code);
            }
        }
        self.say(&format!("{mail}\r\n.\r\n"))
    }

    fn hear(&mut self) -> io::Result<u16> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line)? == 0 || !line.ends_with('\n') {
                return Err(io::Error::other("the connection was cut"));
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                let code = line.get(..3).and_then(|it| it.parse().ok());
                return code.ok_or_else(|| io::Error::other(line));
            }
        }
    }
}
