//! Who a mail is from and to.

use super::headers::note;
use super::{Source, address};
use crate::{Flaw, Limits, Mail, Mailbox};

/// Headers in which a delivering server notes the address it delivered to.
const DELIVERED: [&str; 8] = [
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-forwarded-to",
    "x-envelope-to",
    "x-rcpt-to",
    "x-delivered-to",
    "x-original-recipient",
];
/// Addresses kept from those headers.
const MOST_DELIVERED: usize = 50;

/// Fills in the senders and recipients of a mail.
pub(crate) fn read(mail: &mut Mail, source: &Source<'_>, limits: &Limits, flaws: &mut Vec<Flaw>) {
    let mut list = |name: &str| {
        let mut all: Vec<Mailbox> = Vec::new();
        for raw in source.headers().named(name).take(20) {
            let (some, more) = address::list(raw, source.hint, limits.addresses);
            all.extend(some);
            if more || all.len() > limits.addresses {
                all.truncate(limits.addresses);
                note(flaws, Flaw::TooManyAddresses);
                break;
            }
        }
        all
    };
    let mut from = list("from");
    mail.sender = list("sender").into_iter().next();
    mail.reply_to = list("reply-to");
    mail.to = list("to");
    mail.cc = list("cc");
    mail.bcc = list("bcc");
    mail.return_path = return_path(source);
    mail.delivered_to = delivered_to(source);
    let fallback = fallback(mail, source);
    let first = if from.is_empty() { None } else { Some(from.remove(0)) };
    mail.from = first.or(fallback);
    mail.also_from = from;
    if !mail.also_from.is_empty() {
        note(flaws, Flaw::SeveralSenders);
    }
    if mail.from.is_none() {
        note(flaws, Flaw::NoSender);
    }
}

/// Whom a mail without From is from.
fn fallback(mail: &Mail, source: &Source<'_>) -> Option<Mailbox> {
    let path = mail.return_path.clone().filter(|p| !p.is_empty()).map(Mailbox::bare);
    let envelope =
        ["x-envelope-from", "envelope-from", "x-sender", "resent-from", "apparently-from"];
    let mut noted = envelope.iter().filter_map(|name| {
        let raw = source.headers().get(name)?;
        address::list(raw, source.hint, 1).0.into_iter().next()
    });
    let sender = mail.sender.clone().or_else(|| mail.reply_to.first().cloned());
    sender.or(path).or_else(|| noted.next())
}

fn return_path(source: &Source<'_>) -> Option<String> {
    let raw = source.headers().get("return-path")?;
    let text = String::from_utf8_lossy(raw);
    let inner = text.find('<').map_or(&*text, |at| &text[at + 1..]);
    Some(address::clean_address(inner.split('>').next().unwrap_or("")))
}

fn delivered_to(source: &Source<'_>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for header in &source.headers().all {
        if !DELIVERED.iter().any(|name| header.name.eq_ignore_ascii_case(name)) {
            continue;
        }
        for mailbox in address::list(&header.raw, source.hint, MOST_DELIVERED).0 {
            let is_new = mailbox.address.contains('@') && !all.contains(&mailbox.address);
            if is_new && all.len() < MOST_DELIVERED {
                all.push(mailbox.address);
            }
        }
    }
    all
}
