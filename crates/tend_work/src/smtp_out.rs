//! Sends one mail through one server, and tells for each recipient what the
//! server said.
//!
//! Small on purpose: what matters is the difference between "not taken", "taken"
//! and "we can't know", and that is a matter of the exact moment at which a
//! connection was lost.

mod bytes;
mod talk;

use std::time::Duration;

use tend_outside::Outside;

pub use crate::account::{Login, Security, Server, Trouble};
use talk::{Offer, Reply, Talk};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Smtp,
    /// For a mail store on our own premises; answers for each recipient.
    Lmtp,
}

/// How we speak.
#[derive(Clone, Debug)]
pub struct Manner {
    pub protocol: Protocol,
    /// The name we give ourselves.
    pub name: String,
    pub times: Times,
}

/// How long each phase may take (RFC 5321 §4.5.3.2, rather less).
#[derive(Clone, Debug)]
pub struct Times {
    pub connect: Duration,
    pub greeting: Duration,
    pub command: Duration,
    /// For the bytes of the mail.
    pub data: Duration,
    /// For the answer to the final dot. Too short makes doubles.
    pub verdict: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: Duration::from_secs(60),
            command: Duration::from_secs(120),
            data: Duration::from_secs(600),
            verdict: Duration::from_secs(600),
        }
    }
}

/// A mail in its envelope.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// Empty for mail that must not be answered.
    pub from: &'a str,
    pub to: &'a [String],
    pub bytes: &'a [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Accepted,
    /// Not now; the server does not have it.
    Temporary,
    /// Never; the server does not have it.
    Permanent,
    /// All of it was sent and no answer came: the server may have it.
    Unknown,
}

/// What became of the mail for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub address: String,
    pub fate: Fate,
    /// The server's own words, or what kept us from hearing them.
    pub answer: String,
}

/// What became of a mail: a delivery for each recipient, in their order.
#[derive(Clone, Debug)]
pub struct Sent {
    pub deliveries: Vec<Delivery>,
    /// Something that concerns the server, not this mail.
    pub trouble: Option<Trouble>,
}

/// Sends. Never fails as a whole: what happened stands in each delivery.
pub async fn send(outside: &Outside, server: &Server, manner: &Manner, letter: Letter<'_>) -> Sent {
    let mut talk = match Talk::open(outside, server, manner).await {
        Ok(talk) => talk,
        Err(trouble) => {
            let deliveries = all(letter, Fate::Temporary, &trouble.to_string());
            return Sent { deliveries, trouble: Some(trouble) };
        }
    };
    let mut deliveries = all(letter, Fate::Temporary, "");
    let trouble = transfer(&mut talk, manner, letter, &mut deliveries).await.err();
    if let Some(trouble) = &trouble {
        for it in deliveries.iter_mut().filter(|it| it.answer.is_empty()) {
            it.answer = trouble.to_string();
        }
    } else {
        talk.quit().await;
    }
    Sent { deliveries, trouble }
}

/// Connects and logs in, and sends nothing.
pub async fn check(outside: &Outside, server: &Server, manner: &Manner) -> Result<(), Trouble> {
    Talk::open(outside, server, manner).await?.quit().await;
    Ok(())
}

fn all(letter: Letter<'_>, fate: Fate, answer: &str) -> Vec<Delivery> {
    let one =
        |address: &String| Delivery { address: address.clone(), fate, answer: answer.to_owned() };
    letter.to.iter().map(one).collect()
}

/// Those without an answer when it fails were not sent.
async fn transfer(
    talk: &mut Talk,
    manner: &Manner,
    letter: Letter<'_>,
    deliveries: &mut [Delivery],
) -> Result<(), Trouble> {
    if let Some(no) = refused_by_us(&talk.offer, letter) {
        settle(deliveries.iter_mut(), Fate::Permanent, &no);
        return Ok(());
    }
    let time = manner.times.command;
    let mail = talk.ask(&mail_from(&talk.offer, letter), time, "giving the sender").await?;
    if !mail.is_good() {
        settle(deliveries.iter_mut(), mail.fate(), &mail.text);
        return Ok(());
    }
    for it in deliveries.iter_mut() {
        if !bytes::is_address(&it.address, talk.offer.utf8) {
            settle([&mut *it], Fate::Permanent, "This address can't be sent to by this server.");
            continue;
        }
        let rcpt = format!("RCPT TO:<{}>\r\n", it.address);
        let reply = talk.ask(&rcpt, time, "giving a recipient").await?;
        if !reply.is_good() {
            settle([it], reply.recipient_fate(), &reply.text);
        }
    }
    let mut accepted: Vec<_> = deliveries.iter_mut().filter(|it| it.answer.is_empty()).collect();
    if accepted.is_empty() {
        return Ok(());
    }
    let reply = talk.ask("DATA\r\n", time, "beginning the mail").await?;
    if reply.code != 354 {
        settle(accepted, reply.fate(), &reply.text);
        return Ok(());
    }
    talk.body(letter.bytes, manner.times.data).await?;
    verdict(talk, manner, &mut accepted).await
}

/// From the final dot on, silence means that nobody knows.
async fn verdict(
    talk: &mut Talk,
    manner: &Manner,
    accepted: &mut [&mut Delivery],
) -> Result<(), Trouble> {
    let answers = if manner.protocol == Protocol::Lmtp { accepted.len() } else { 1 };
    let mut last = talk.ask(".\r\n", manner.times.verdict, "waiting for the verdict").await;
    for at in 0..answers {
        let concerned = if answers == 1 { &mut *accepted } else { &mut accepted[at..=at] };
        match &last {
            Ok(reply) if reply.is_good() => {
                settle(concerned.iter_mut().map(|it| &mut **it), Fate::Accepted, &reply.text);
            }
            Ok(reply) => {
                settle(concerned.iter_mut().map(|it| &mut **it), reply.fate(), &reply.text);
            }
            Err(trouble) => {
                let rest = accepted[at..].iter_mut().map(|it| &mut **it);
                settle(rest, Fate::Unknown, &trouble.to_string());
                return Err(trouble.clone());
            }
        }
        if at + 1 < answers {
            last = talk.hear(manner.times.verdict, "waiting for the verdict").await;
        }
    }
    Ok(())
}

fn settle<'a>(deliveries: impl IntoIterator<Item = &'a mut Delivery>, fate: Fate, answer: &str) {
    for it in deliveries {
        it.fate = fate;
        answer.clone_into(&mut it.answer);
    }
}

/// What this server will never take, without asking it.
fn refused_by_us(offer: &Offer, letter: Letter<'_>) -> Option<String> {
    if offer.size > 0 && letter.bytes.len() as u64 > offer.size {
        return Some(format!(
            "The mail has {} bytes and the server takes at most {}.",
            letter.bytes.len(),
            offer.size
        ));
    }
    if !letter.from.is_empty() && !bytes::is_address(letter.from, offer.utf8) {
        return Some("The sender's address can't be used with this server.".to_owned());
    }
    None
}

fn mail_from(offer: &Offer, letter: Letter<'_>) -> String {
    let mut command = format!("MAIL FROM:<{}>", letter.from);
    if offer.size_known {
        command += &format!(" SIZE={}", letter.bytes.len());
    }
    if offer.eight_bit && !letter.bytes.is_ascii() {
        command += " BODY=8BITMIME";
    }
    let addresses = letter.to.iter().map(String::as_str).chain([letter.from]);
    if offer.utf8 && addresses.into_iter().any(|it| !it.is_ascii()) {
        command += " SMTPUTF8";
    }
    command + "\r\n"
}

impl Reply {
    /// RFC 5321 §4.5.3.1.10: 552 at RCPT means "too many at once".
    fn recipient_fate(&self) -> Fate {
        if self.code == 552 && !self.text.contains("5.2.2") { Fate::Temporary } else { self.fate() }
    }
}
