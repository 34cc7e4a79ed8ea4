//! Recipients of a bounce that is written in words.

use super::original::Original;
use super::{Texts, judge};
use crate::text::address_key;
use crate::{Failed, Mail, parse};

/// Lines of a report that are read.
const LINES: usize = 2000;

/// An address at the start of a line, and what is said below it.
struct Block {
    address: String,
    said: String,
}

/// Who did not get the mail, and why: from X-Failed-Recipients, from lines
/// that begin with an address, from addresses inside the servers' answers, or
/// at last from the original's To.
pub(crate) fn recipients(mail: &Mail, texts: &Texts, original: &Original) -> Vec<Failed> {
    let report = &*texts.report;
    let not = excluded(mail, original);
    let is_other = |address: &String| !not.contains(&address_key(address));
    let blocks = blocks(report);
    let header = mail.header("x-failed-recipients").map(|v| parse::addresses(v.as_bytes()));
    let leading = || blocks.iter().map(|b| b.address.clone()).filter(is_other).collect::<Vec<_>>();
    let inside = || inside(report).into_iter().filter(is_other).collect::<Vec<_>>();
    let mut all = header.filter(|h| !h.is_empty()).unwrap_or_else(leading);
    if all.is_empty() {
        all = inside();
    }
    if all.is_empty() {
        all = original.to.clone();
    }
    if all.is_empty() {
        all = blocks.iter().map(|b| b.address.clone()).collect();
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|address| seen.insert(address_key(address)));
    all.truncate(super::MOST);
    let is_delay = is_delay(mail, report);
    let action = if is_delay { "delayed" } else { "failed" };
    if all.is_empty() {
        all.push(String::new());
    }
    let is_one = all.len() == 1;
    all.into_iter().map(|address| one(address, action, report, &blocks, is_one)).collect()
}

fn one(address: String, action: &str, report: &str, blocks: &[Block], is_one: bool) -> Failed {
    let answer = said_of(&address, report, blocks, is_one);
    judge(address, action, None, &answer, report)
}

/// What a report says about one of its recipients; empty if nothing.
pub(crate) fn said(address: &str, report: &str) -> String {
    said_of(address, report, &blocks(report), false)
}

fn said_of(address: &str, report: &str, blocks: &[Block], is_one: bool) -> String {
    let key = address_key(address);
    let block = blocks.iter().filter(|b| address_key(&b.address) == key);
    let said = block.map(|b| b.said.trim()).max_by_key(|said| said.len().min(200)).unwrap_or("");
    if said.len() >= 8 && super::reason::of(said, None) != crate::Reason::Undefined {
        return said.to_owned();
    }
    let about = lines_about(report, address, is_one);
    if about.is_empty() { said.to_owned() } else { about }
}

/// Whether the transcript shows that the server refused only after it was
/// offered the mail itself (`>>> DATA`), having taken the recipient.
pub(crate) fn is_after_data(report: &str) -> bool {
    let mut last = "";
    for line in report.lines().take(LINES).map(str::trim) {
        if let Some(command) = line.strip_prefix(">>>") {
            last = command.trim();
        } else if line.starts_with("<<< 5") || line.starts_with("<<< 4") {
            let lower = report.to_ascii_lowercase();
            let was_piped = ["need rcpt", "<<< 503", "no valid recipients"];
            let is_data = last.eq_ignore_ascii_case("data") || last == ".";
            return is_data && !was_piped.iter().any(|sign| lower.contains(sign));
        }
    }
    false
}

/// Lines that quote a server and name the address; for the only recipient all
/// lines that quote a server.
fn lines_about(report: &str, address: &str, is_one: bool) -> String {
    let lower = address.to_ascii_lowercase();
    let quotes =
        |line: &str| super::status::reply(line).is_some() || super::status::find(line).is_some();
    let lines: Vec<&str> = report.lines().take(LINES).collect();
    let mut found: Vec<&str> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let names = !lower.is_empty() && line.to_ascii_lowercase().contains(&lower);
        if quotes(line) && (names || is_one) {
            found.push(line.trim());
            let next = lines.get(i + 1).map_or("", |l| l.trim());
            if !next.is_empty() && !quotes(next) {
                found.push(next);
            }
        }
    }
    crate::text::cut(&found.join(" "), 2000).to_owned()
}

/// The delay notices of servers that go on trying.
fn is_delay(mail: &Mail, report: &str) -> bool {
    let subject = mail.subject.to_lowercase();
    let lower = report.to_lowercase();
    let in_subject = ["warning: could not send", "delayed", "delay)", "still being retried"];
    let in_text = [
        "this is a warning",
        "will be retried",
        "warning only",
        "has been delayed",
        "delivery attempts will continue",
        "you do not need to resend",
    ];
    let is_final = [
        "permanent",
        "giving up",
        "could not be delivered for",
        "retry timeout exceeded",
        "returned to sender",
    ];
    let says =
        in_subject.iter().any(|s| subject.contains(s)) || in_text.iter().any(|s| lower.contains(s));
    says && !is_final.iter().any(|s| lower.contains(s) && !lower.contains("warning only"))
}

/// Addresses that are in every bounce: ours, and the server's.
fn excluded(mail: &Mail, original: &Original) -> Vec<String> {
    let people = mail.to.iter().chain(&mail.from).chain(&mail.sender).map(|m| m.key());
    let sender = original.from.iter().map(|a| address_key(a));
    people.chain(sender).collect()
}

fn blocks(report: &str) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    for line in report.lines().take(LINES) {
        if let Some((address, rest)) = leading(line) {
            if all.len() < 500 {
                all.push(Block { address, said: rest.to_owned() });
            }
            continue;
        }
        if let Some(last) = all.last_mut()
            && last.said.len() < 4000
        {
            last.said.push(' ');
            last.said.push_str(line.trim());
        }
    }
    all
}

/// An address at the start of a line: `<jo@x.org>: host …`, `* jo@x.org`,
/// `Recipient: jo@x.org`.
fn leading(line: &str) -> Option<(String, &str)> {
    let mut line = line.trim();
    for label in [
        "recipient address:",
        "recipient:",
        "rcpt to:",
        "rcpt:",
        "failed recipient:",
        "to address:",
        "recipients:",
    ] {
        if line.get(..label.len()).is_some_and(|l| l.eq_ignore_ascii_case(label)) {
            line = &line[label.len()..];
        }
    }
    let start = line.trim_start_matches(['*', '-', '<', '"', '\'', ' ', '\t', '•', '[', '=']);
    let (address, len) = address_at(start)?;
    let rest = start[len..].trim_start_matches(['>', '"', '\'', ':', ']', ' ', ',', ';']);
    Some((address, rest))
}

/// An address at the very start of a text, and its length.
fn address_at(text: &str) -> Option<(String, usize)> {
    let is_local =
        |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&b) || b >= 0x80;
    let is_domain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let bytes = text.as_bytes();
    let local = bytes.iter().take(128).take_while(|b| is_local(**b)).count();
    if local == 0 || bytes.get(local) != Some(&b'@') {
        return None;
    }
    let domain = bytes[local + 1..].iter().take(255).take_while(|b| is_domain(**b)).count();
    let domain = text[local + 1..local + 1 + domain].trim_end_matches(['.', '-']).len();
    let end = local + 1 + domain;
    let has_letter = bytes[local + 1..end].iter().any(u8::is_ascii_alphabetic);
    let address = text.get(..end)?;
    (domain > 1 && has_letter).then(|| (crate::parse::clean_address(address), end))
}

/// Addresses inside the text, those that stand in servers' answers first.
fn inside(report: &str) -> Vec<String> {
    let mut by_weight: [Vec<String>; 3] = Default::default();
    for line in report.lines().take(LINES) {
        let lower = line.to_ascii_lowercase();
        if [
            "mail from",
            "from:",
            "sender:",
            "reply-to:",
            "x-postfix-sender",
            "message-id",
            "envelope-from",
        ]
        .iter()
        .any(|l| lower.trim_start().starts_with(l))
        {
            continue;
        }
        let is_answer = super::status::reply(line).is_some() || lower.contains("rcpt to");
        for (at, _) in line.match_indices('@').take(20) {
            let Some((start, address)) = around(line, at) else { continue };
            let before = lower.get(..start).unwrap_or("");
            let is_named = [
                "to ",
                "to <",
                "to: <",
                "recipient ",
                "recipient <",
                "address ",
                "rcpt to:<",
                "rcpt to: ",
                "user ",
                "address: ",
                "to: ",
                "emailaddress\":\"",
                "mailbox ",
            ]
            .iter()
            .any(|w| before.ends_with(w));
            let weight = match (is_answer, is_named) {
                (true, _) => 0,
                (_, true) => 1,
                _ => 2,
            };
            by_weight[weight].push(address);
        }
    }
    by_weight.into_iter().find(|list| !list.is_empty()).unwrap_or_default()
}

/// The address around an `@`, and where it starts.
fn around(line: &str, at: usize) -> Option<(usize, String)> {
    let is_local = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&*+/=?^_{|}~.-".contains(&b);
    let before = line.as_bytes()[..at].iter().rev().take(128).take_while(|b| is_local(**b)).count();
    let start = at - before;
    let (address, _) = address_at(line.get(start..)?)?;
    (before > 0).then_some((start, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_begin_lines() {
        for (line, want) in [
            ("<jo@x.org>: host mx said: 550 no", Some(("jo@x.org", "host mx said: 550 no"))),
            ("   * jo@x.org", Some(("jo@x.org", ""))),
            ("jo@x.org on Thu", Some(("jo@x.org", "on Thu"))),
            ("RCPT TO: jo@x.org", Some(("jo@x.org", ""))),
            ("We could not reach jo@x.org", None),
            ("To: jo@x.org", None),
        ] {
            let got = leading(line);
            assert_eq!(got.as_ref().map(|(a, r)| (&**a, *r)), want, "{line}");
        }
        assert_eq!(inside("sent to x@y.org\n550 5.1.1 <jo@x.org>... no"), ["jo@x.org"]);
    }
}
