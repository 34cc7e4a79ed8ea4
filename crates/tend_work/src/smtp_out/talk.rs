use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use tend_outside::{Error, Outside, Stream};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    time::timeout,
};

use super::{Fate, Manner, Protocol, bytes};
use crate::account::{Login, Security, Server, Trouble, xoauth2};

/// A conversation with a server that has let us in.
pub struct Talk {
    stream: BufReader<Stream>,
    pub offer: Offer,
}

/// What the server says it can.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    pub eight_bit: bool,
    pub utf8: bool,
    pub size_known: bool,
    /// The largest mail; 0 says nothing.
    pub size: u64,
    start_tls: bool,
    /// Upper-cased, between spaces.
    auth: String,
}

#[derive(Clone, Debug)]
pub struct Reply {
    pub code: u16,
    /// On one line, with the code.
    pub text: String,
    lines: Vec<String>,
}

impl Reply {
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.code)
    }

    pub fn fate(&self) -> Fate {
        // 530 and 535 ask for a login: the account is wrong, not the mail.
        match self.code {
            530 | 535 => Fate::Temporary,
            500..=599 => Fate::Permanent,
            _ => Fate::Temporary,
        }
    }
}

impl Talk {
    pub async fn open(
        outside: &Outside,
        server: &Server,
        manner: &Manner,
    ) -> Result<Self, Trouble> {
        let times = &manner.times;
        let stream = server.connect(outside, times.connect).await?;
        let mut talk = Self { stream: BufReader::new(stream), offer: Offer::default() };
        let banner = talk.hear(times.greeting, "waiting for the greeting").await?;
        if banner.code != 220 {
            return Err(Trouble::Said(banner.text));
        }
        talk.greet(manner).await?;
        if server.security == Security::StartTls {
            talk = talk.secure(outside, server, manner).await?;
        }
        talk.log_in(&server.login, times.command).await?;
        Ok(talk)
    }

    async fn greet(&mut self, manner: &Manner) -> Result<(), Trouble> {
        let lmtp = manner.protocol == Protocol::Lmtp;
        let hello = format!("{} {}\r\n", if lmtp { "LHLO" } else { "EHLO" }, manner.name);
        let reply = self.ask(&hello, manner.times.command, "greeting").await?;
        if reply.is_good() {
            self.offer = Offer::read(&reply.lines);
            return Ok(());
        }
        let helo = format!("HELO {}\r\n", manner.name);
        let reply = self.ask(&helo, manner.times.command, "greeting").await?;
        if reply.is_good() { Ok(()) } else { Err(Trouble::Said(reply.text)) }
    }

    /// What the server said before it was secured counts for nothing.
    async fn secure(
        mut self,
        outside: &Outside,
        server: &Server,
        manner: &Manner,
    ) -> Result<Self, Trouble> {
        if !self.offer.start_tls {
            let text = "it offers no STARTTLS, and we don't go on in the open.";
            return Err(Trouble::Said(text.to_owned()));
        }
        let reply = self.ask("STARTTLS\r\n", manner.times.command, "securing").await?;
        if reply.code != 220 {
            return Err(Trouble::Said(reply.text));
        }
        let stream = self.stream.into_inner();
        let stream = outside.secure(stream, &server.host, manner.times.connect).await?;
        let mut talk = Self { stream: BufReader::new(stream), offer: Offer::default() };
        talk.greet(manner).await?;
        Ok(talk)
    }

    async fn log_in(&mut self, login: &Login, time: Duration) -> Result<(), Trouble> {
        let knows = |method: &str| self.offer.auth.contains(&format!(" {method} "));
        let phase = "logging in";
        let reply = match login {
            Login::None => return Ok(()),
            Login::Bearer { user, token } => {
                let text = BASE64.encode(xoauth2(user, token));
                let reply = self.ask(&format!("AUTH XOAUTH2 {text}\r\n"), time, phase).await?;
                // With 334 the server explains, and wants to hear that we have understood.
                if reply.code == 334 { self.ask("\r\n", time, phase).await? } else { reply }
            }
            Login::Password { user, secret } if knows("PLAIN") || !knows("LOGIN") => {
                let text = BASE64.encode(format!("\0{user}\0{secret}"));
                self.ask(&format!("AUTH PLAIN {text}\r\n"), time, phase).await?
            }
            Login::Password { user, secret } => {
                let mut reply = self.ask("AUTH LOGIN\r\n", time, phase).await?;
                for text in [user, secret] {
                    if reply.code == 334 {
                        let line = format!("{}\r\n", BASE64.encode(text));
                        reply = self.ask(&line, time, phase).await?;
                    }
                }
                reply
            }
        };
        match reply.code {
            200..=299 => Ok(()),
            400..=499 => Err(Trouble::Said(reply.text)),
            _ => Err(Trouble::Login(reply.text)),
        }
    }

    pub async fn ask(
        &mut self,
        command: &str,
        time: Duration,
        phase: &'static str,
    ) -> Result<Reply, Trouble> {
        let write = async {
            self.stream.write_all(command.as_bytes()).await?;
            self.stream.flush().await
        };
        match timeout(time, write).await {
            Ok(Ok(())) => {}
            // It may have said why before it hung up.
            Ok(Err(_)) => return self.last_words(phase).await,
            Err(_) => return Err(Error::TimedOut(phase).into()),
        }
        self.hear(time, phase).await
    }

    /// All but the final dot. When it fails, the server does not have the mail.
    pub async fn body(&mut self, mail: &[u8], time: Duration) -> Result<(), Trouble> {
        let wire = bytes::dotted(mail);
        let write = async {
            self.stream.write_all(&wire).await?;
            self.stream.flush().await
        };
        match timeout(time, write).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => {
                let said = self.last_words("sending the mail").await?;
                Err(Trouble::Said(said.text))
            }
            Err(_) => Err(Error::TimedOut("sending the mail").into()),
        }
    }

    async fn last_words(&mut self, phase: &'static str) -> Result<Reply, Trouble> {
        self.hear(Duration::from_secs(1), phase).await.map_err(|_| Trouble::Lost(phase))
    }

    pub async fn hear(&mut self, time: Duration, phase: &'static str) -> Result<Reply, Trouble> {
        match timeout(time, self.reply(phase)).await {
            Ok(reply) => reply,
            Err(_) => Err(Error::TimedOut(phase).into()),
        }
    }

    async fn reply(&mut self, phase: &'static str) -> Result<Reply, Trouble> {
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            let read = (&mut self.stream).take(4096).read_until(b'\n', &mut line).await;
            if read.is_err() || !line.ends_with(b"\n") || lines.len() > 100 {
                return Err(Trouble::Lost(phase));
            }
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let code = line.get(..3).and_then(|it| it.parse::<u16>().ok());
            let more = line.as_bytes().get(3) == Some(&b'-');
            let Some(code) = code.filter(|it| (200..600).contains(it)) else {
                return Err(Trouble::Said("nothing that makes sense.".to_owned()));
            };
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            if !more {
                return Ok(Reply { code, text: one_line(code, &lines), lines });
            }
        }
    }

    /// The mail is settled; whether this is heard does not matter.
    pub async fn quit(mut self) {
        let _ = timeout(Duration::from_secs(5), self.stream.write_all(b"QUIT\r\n")).await;
        let _ = timeout(Duration::from_secs(5), self.stream.shutdown()).await;
    }
}

/// The code, and the lines without the numbers that each repeats.
fn one_line(code: u16, lines: &[String]) -> String {
    let mut text = code.to_string();
    let mut number = "";
    for line in lines {
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        let is_number =
            first.contains('.') && first.bytes().all(|it| it.is_ascii_digit() || it == b'.');
        let line = if is_number && first == number { rest } else { line };
        if is_number {
            number = first;
        }
        text.push(' ');
        text.extend(line.chars().filter(|it| !it.is_control()));
    }
    text.chars().take(500).collect()
}

impl Offer {
    fn read(lines: &[String]) -> Self {
        let mut offer = Self::default();
        for line in lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            let (word, rest) = line.split_once([' ', '=']).unwrap_or((&line, ""));
            match word {
                "8BITMIME" => offer.eight_bit = true,
                "SMTPUTF8" => offer.utf8 = true,
                "STARTTLS" => offer.start_tls = true,
                "AUTH" => offer.auth += &format!(" {rest} "),
                "SIZE" => {
                    offer.size_known = true;
                    offer.size = rest.trim().parse().unwrap_or(0);
                }
                _ => {}
            }
        }
        offer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_lines_become_one() {
        let lines = ["5.7.1 Go away,", "5.7.1 please", "and\tdon't\u{1b}come back"];
        let lines: Vec<_> = lines.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(one_line(550, &lines), "550 5.7.1 Go away, please anddon'tcome back");
    }
}
