//! Signs by which Tend knows its own mails again, each with a MAC
//! (HMAC-SHA256 cut to 100 bits, 20 characters), so that nobody can
//! guess his way into another's conversation.
//!
//! | sign | looks like |
//! |---|---|
//! | plus-address | `support+1042.<mac>@example.com` |
//! | Message-ID | `tend.<conversation>.<message>.<mac>@example.com` |
//! | marker in the body | `tend-ref-1042-<mac>` |
//! | token in the subject | `[#1042-k7f3]` (20 bits: a hint, never proof) |
//! | loop header | `<message>.<mac>` in `X-Tend-Loop` |

use crate::base32;
use crate::text::address_key;
use aws_lc_rs::{constant_time, hmac};
use std::fmt;

/// Characters of a MAC: 5 bits each.
const MAC: usize = 20;
/// Characters of a subject token's checksum.
const CHECK: usize = 4;
/// Longest local part (RFC 5321).
const LOCAL: usize = 64;

/// Keys to sign and verify with. The first signs; all verify, so that a key
/// can be replaced while mails signed with the old one still come back.
#[derive(Clone)]
pub struct Keys {
    keys: Vec<hmac::Key>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.keys.len())
    }
}

impl Keys {
    /// `current` signs; `old` ones only verify. Keys should be 32 random bytes.
    pub fn new(current: &[u8], old: &[&[u8]]) -> Self {
        let key = |bytes: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, bytes);
        Self { keys: std::iter::once(current).chain(old.iter().copied()).map(key).collect() }
    }

    fn sign(&self, key: &hmac::Key, purpose: &str, fields: &[&str], len: usize) -> String {
        let mut context = hmac::Context::with_key(key);
        context.update(purpose.as_bytes());
        for field in fields {
            context.update(b"\0");
            context.update(field.as_bytes());
        }
        let mut text = base32::encode(context.sign().as_ref());
        text.truncate(len);
        text
    }

    fn mac(&self, purpose: &str, fields: &[&str], len: usize) -> String {
        match self.keys.first() {
            Some(key) => self.sign(key, purpose, fields, len),
            None => String::new(),
        }
    }

    /// Constant time in the MAC; every key is tried.
    fn is_valid(&self, purpose: &str, fields: &[&str], mac: &str, len: usize) -> bool {
        let Some(mac) = base32::canonical(mac).filter(|mac| mac.len() == len) else { return false };
        self.keys.iter().fold(false, |found, key| {
            let want = self.sign(key, purpose, fields, len);
            found | constant_time::verify_slices_are_equal(want.as_bytes(), mac.as_bytes()).is_ok()
        })
    }

    /// The address to which answers to conversation `number` in the inbox
    /// `inbox` go. `None` where the inbox's local part is too long for it.
    pub fn plus_address(&self, inbox: &str, number: u64) -> Option<String> {
        let (local, domain) = inbox.rsplit_once('@')?;
        let number = number.to_string();
        let mac = self.mac("plus", &[&address_key(inbox), &number], MAC);
        let local = format!("{local}+{number}.{mac}");
        (local.len() <= LOCAL).then(|| format!("{local}@{domain}"))
    }

    /// Takes a plus-address apart: the inbox's own address and the
    /// conversation's number, if the MAC is ours.
    pub fn read_plus_address(&self, address: &str) -> Option<(String, u64)> {
        let (local, domain) = address.rsplit_once('@')?;
        let (base, tail) = local.rsplit_once('+')?;
        let (number, mac) = tail.split_once('.')?;
        let inbox = format!("{base}@{domain}");
        let fields = [&*address_key(&inbox), number];
        let is_ours = is_number(number) && self.is_valid("plus", &fields, mac, MAC);
        Some((inbox, number.parse().ok()?)).filter(|_| is_ours)
    }

    /// A Message-ID (without brackets) for a message of ours.
    pub fn message_id(&self, conversation: u64, message: u64, domain: &str) -> String {
        let (conversation, message) = (base32::number(conversation), base32::number(message));
        let mac = self.mac("id", &[&conversation, &message], MAC);
        format!("tend.{conversation}.{message}.{mac}@{}", crate::text::ascii_domain(domain))
    }

    /// The conversation and the message of a Message-ID (without brackets), if
    /// it is one of ours, whatever its domain has become on the way.
    pub fn read_message_id(&self, id: &str) -> Option<(u64, u64)> {
        let local = id.split('@').next()?;
        let mut fields = local.split('.');
        let is_tend = fields.next()?.eq_ignore_ascii_case("tend");
        let conversation = base32::read_number(fields.next()?)?;
        let message = base32::read_number(fields.next()?)?;
        let mac = fields.next()?;
        let written = [&*base32::number(conversation), &*base32::number(message)];
        let is_ours = is_tend && fields.next().is_none() && self.is_valid("id", &written, mac, MAC);
        is_ours.then_some((conversation, message))
    }

    /// A marker to hide in a body, for providers that rewrite Message-IDs.
    pub fn marker(&self, number: u64) -> String {
        let number = number.to_string();
        format!("{MARKER}{number}-{}", self.mac("mark", &[&number], MAC))
    }

    /// The numbers of the markers of ours in a text, the first one first. At
    /// most 20 candidates are looked at.
    pub fn read_markers(&self, text: &str) -> Vec<u64> {
        let mut found = Vec::new();
        for candidate in text.split(MARKER).skip(1).take(20) {
            let Some((number, rest)) = candidate.split_once('-') else { continue };
            let Some(mac) = rest.get(..MAC) else { continue };
            if is_number(number) && self.is_valid("mark", &[number], mac, MAC) {
                found.extend(number.parse::<u64>().ok().filter(|n| !found.contains(n)));
            }
        }
        found
    }

    /// The token for a subject: `[#1042-k7f3]`.
    pub fn subject_token(&self, number: u64) -> String {
        let number = number.to_string();
        format!("[#{number}-{}]", self.mac("subject", &[&number], CHECK))
    }

    /// The number of the last token of ours in a subject. Its checksum only
    /// catches slips and chance: who sent the mail must be checked as well.
    pub fn read_subject(&self, subject: &str) -> Option<u64> {
        let tokens = subject.rsplit("[#").take(20);
        let mut numbers = tokens.filter_map(|tail| {
            let (number, check) = tail.split(']').next()?.split_once('-')?;
            let is_ours = is_number(number) && self.is_valid("subject", &[number], check, CHECK);
            is_ours.then(|| number.parse().ok())?
        });
        numbers.next()
    }

    /// The value of our loop header on the message `message`.
    pub fn loop_mark(&self, message: u64) -> String {
        let message = base32::number(message);
        format!("{message}.{}", self.mac("loop", &[&message], MAC))
    }

    /// The message that a loop header names, if we wrote it.
    pub fn read_loop_mark(&self, mark: &str) -> Option<u64> {
        let (message, mac) = mark.trim().split_once('.')?;
        let message = base32::read_number(message)?;
        self.is_valid("loop", &[&base32::number(message)], mac, MAC).then_some(message)
    }
}

/// How a body marker starts.
pub(crate) const MARKER: &str = "tend-ref-";

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 19 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::new(b"current key", &[b"old key"])
    }

    #[test]
    fn every_sign_is_read_back() {
        let keys = keys();
        let address = keys.plus_address("Support@Example.com", 1042).expect("short");
        assert!(
            address.starts_with("Support+1042.")
                && address.len() == "Support+1042.@Example.com".len() + 20
        );
        let read = keys.read_plus_address(&address.to_lowercase());
        assert_eq!(read, Some(("support@example.com".into(), 1042)));
        let id = keys.message_id(7, u64::MAX, "Bücher.example");
        assert!(id.starts_with("tend.7.") && id.ends_with("@xn--bcher-kva.example"), "{id}");
        assert_eq!(keys.read_message_id(&id.to_uppercase()), Some((7, u64::MAX)));
        let text = format!("> {} x {}", keys.marker(1), keys.marker(2));
        assert_eq!(keys.read_markers(&text), [1, 2]);
        let subject = format!("Re: [#99] {} {} x", keys.subject_token(1), keys.subject_token(1042));
        assert_eq!(keys.read_subject(&subject), Some(1042));
        assert_eq!(keys.read_loop_mark(&keys.loop_mark(5)), Some(5));
    }

    #[test]
    fn old_keys_verify_and_strange_ones_do_not() {
        let old = Keys::new(b"old key", &[]);
        let strange = Keys::new(b"strange key", &[]);
        let address = old.plus_address("a@x.org", 1).expect("short");
        assert!(keys().read_plus_address(&address).is_some());
        assert!(strange.read_plus_address(&address).is_none());
        assert!(
            old.read_plus_address(&keys().plus_address("a@x.org", 1).expect("short")).is_none()
        );
    }

    #[test]
    fn a_changed_sign_is_not_ours() {
        let keys = keys();
        let address = keys.plus_address("a@x.org", 1042).expect("short");
        assert_eq!(keys.read_plus_address(&address.replace("1042", "1043")), None);
        assert_eq!(keys.read_plus_address(&address.replace("x.org", "y.org")), None);
        assert_eq!(keys.read_plus_address(&address.replacen("a+", "b+", 1)), None);
        assert_eq!(keys.read_plus_address("a+1042.@x.org"), None);
        assert_eq!(keys.read_plus_address("a+1042@x.org"), None);
        let id = keys.message_id(1, 2, "x.org");
        assert_eq!(keys.read_message_id(&id.replacen(".1.", ".3.", 1)), None);
        assert_eq!(keys.read_message_id(&id.replacen(".1.2.", ".01.2.", 1)), Some((1, 2)));
        assert_eq!(keys.read_markers(&keys.marker(1).replace("-1-", "-2-")), Vec::<u64>::new());
        assert_eq!(keys.read_subject(&keys.subject_token(1).replace("#1", "#2")), None);
        assert_eq!(keys.read_loop_mark("x"), None);
    }

    #[test]
    fn one_sign_is_no_other() {
        let keys = keys();
        let (mark, plus) = (keys.marker(5), keys.plus_address("a@x.org", 5).expect("short"));
        let mac = mark.rsplit('-').next().expect("a mac");
        assert!(!plus.contains(mac) && !keys.loop_mark(5).contains(mac));
    }

    #[test]
    fn local_parts_keep_their_limit() {
        let keys = keys();
        let longest = "a".repeat(64 - "+1042.".len() - 20);
        assert!(keys.plus_address(&format!("{longest}@x.org"), 1042).is_some());
        assert!(keys.plus_address(&format!("{longest}a@x.org"), 1042).is_none());
    }

    #[test]
    fn hostile_texts_are_cheap() {
        let keys = keys();
        assert!(keys.read_markers(&MARKER.repeat(100_000)).is_empty());
        assert!(keys.read_subject(&"[#1-abcd]".repeat(20_000)).is_none());
    }
}
