//! What a mail says about the conversation it belongs to.

use crate::subject;
use crate::text::address_key;
use crate::tokens::Keys;
use crate::{Mail, Mailbox};

/// A sign that a mail belongs to a conversation we have. The store resolves
/// the signs in their order and takes the first that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// Sent to a signed plus-address of ours. Proof: only who got a mail of
    /// that conversation knows the address.
    PlusAddress {
        /// The conversation's public number.
        number: u64,
        /// The inbox's address, without the plus part.
        inbox: String,
    },
    /// Answers a message of ours, by its signed Message-ID. Proof, as above.
    OwnMessageId {
        /// The conversation's id.
        conversation: u64,
        /// The message's id.
        message: u64,
        /// The Message-ID itself, without brackets.
        id: String,
    },
    /// Names this Message-ID. Not proof: anyone can write it, so the sender
    /// must be a participant.
    Reference(String),
    /// Quotes a body that carries our signed marker. Proof that the sender saw
    /// that mail, or a forward of it.
    BodyMarker {
        /// The conversation's public number.
        number: u64,
    },
    /// The subject carries our token. A hint: the sender must be a participant
    /// or of the same verified company.
    SubjectToken {
        /// The conversation's public number.
        number: u64,
    },
}

/// Where a mail belongs, as far as the mail itself can tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Threading {
    /// The signs, the one to try first at the front. Empty: a new conversation.
    pub evidence: Vec<Evidence>,
    /// The subject without its marks.
    pub base_subject: String,
    pub is_reply: bool,
    /// A forward: only a token may put it into a conversation we have.
    pub is_forward: bool,
}

/// Reads the signs of a mail. `own` are the addresses of the installation's
/// inboxes, aliases included; a plus-address of any other is passed over.
pub fn read(mail: &Mail, own: &[String], keys: &Keys) -> Threading {
    let subject = subject::read(&mail.subject);
    let mut evidence = plus_addresses(mail, own, keys);
    if !subject.is_forward {
        evidence.extend(references(mail, keys));
        evidence.extend(markers(mail, keys));
    }
    evidence
        .extend(keys.read_subject(&mail.subject).map(|number| Evidence::SubjectToken { number }));
    Threading {
        evidence,
        base_subject: subject.base,
        is_reply: subject.is_reply,
        is_forward: subject.is_forward,
    }
}

fn plus_addresses(mail: &Mail, own: &[String], keys: &Keys) -> Vec<Evidence> {
    let own: std::collections::HashSet<String> = own.iter().map(|a| address_key(a)).collect();
    let delivered = mail.delivered_to.iter().map(String::as_str);
    let named = mail.to.iter().chain(&mail.cc).chain(&mail.bcc).map(|m: &Mailbox| &*m.address);
    let mut all: Vec<Evidence> = Vec::new();
    for address in delivered.chain(named).filter(|a| a.contains('+')) {
        let Some((inbox, number)) = keys.read_plus_address(address) else { continue };
        let sign = Evidence::PlusAddress { number, inbox };
        let is_own = matches!(&sign, Evidence::PlusAddress { inbox, .. } if own.contains(&address_key(inbox)));
        if is_own && !all.contains(&sign) {
            all.push(sign);
        }
    }
    all
}

/// In-Reply-To, then References from the newest to the oldest. An id that
/// looks like ours but does not verify stays a mere reference.
fn references(mail: &Mail, keys: &Keys) -> Vec<Evidence> {
    let mut seen = std::collections::HashSet::new();
    let ids = mail.in_reply_to.iter().chain(mail.references.iter().rev());
    let new = ids.filter(|id| seen.insert(id.as_str()) && mail.message_id.as_ref() != Some(*id));
    new.map(|id| match keys.read_message_id(id) {
        Some((conversation, message)) => {
            Evidence::OwnMessageId { conversation, message, id: id.clone() }
        }
        None => Evidence::Reference(id.clone()),
    })
    .collect()
}

fn markers(mail: &Mail, keys: &Keys) -> Vec<Evidence> {
    let mut numbers = keys.read_markers(mail.html.as_deref().unwrap_or(""));
    for number in keys.read_markers(mail.text.as_deref().unwrap_or("")) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers.into_iter().map(|number| Evidence::BodyMarker { number }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, parse};

    fn keys() -> Keys {
        Keys::new(b"a key", &[])
    }

    fn signs(mail: &str) -> Vec<Evidence> {
        let mail = parse(mail.as_bytes(), &Limits::default()).expect("a mail");
        read(&mail, &["support@example.com".into()], &keys()).evidence
    }

    #[test]
    fn signs_come_in_their_order() {
        let keys = keys();
        let plus = keys.plus_address("support@example.com", 42).expect("short");
        let own = keys.message_id(7, 8, "example.com");
        let mail = format!(
            "From: jo@x.org\nTo: {plus}\nSubject: Re: Hi {}\nMessage-ID: <new@x>\n\
             In-Reply-To: <b@x>\nReferences: <a@x> <{own}> <new@x>\n <b@x>\n\nYes\n> {}\n",
            keys.subject_token(43),
            keys.marker(44),
        );
        let want = [
            Evidence::PlusAddress { number: 42, inbox: "support@example.com".into() },
            Evidence::Reference("b@x".into()),
            Evidence::OwnMessageId { conversation: 7, message: 8, id: own },
            Evidence::Reference("a@x".into()),
            Evidence::BodyMarker { number: 44 },
            Evidence::SubjectToken { number: 43 },
        ];
        assert_eq!(signs(&mail), want);
    }

    #[test]
    fn a_forward_starts_anew_unless_it_has_a_token() {
        let mail = "From: jo@x.org\nSubject: WG: Hi\nReferences: <a@x>\n\nSee below\n";
        assert_eq!(signs(mail), []);
        let token = keys().subject_token(9);
        let mail = format!("From: jo@x.org\nSubject: Fwd: Hi {token}\nReferences: <a@x>\n\nSee\n");
        assert_eq!(signs(&mail), [Evidence::SubjectToken { number: 9 }]);
    }

    #[test]
    fn forged_signs_prove_nothing() {
        let other = Keys::new(b"another key", &[]);
        let plus = other.plus_address("support@example.com", 42).expect("short");
        let id = other.message_id(7, 8, "example.com");
        let foreign = keys().plus_address("sales@elsewhere.org", 42).expect("short");
        let mail = format!(
            "From: jo@x.org\nTo: {plus}, {foreign}\nSubject: Re: Hi {}\nIn-Reply-To: <{id}>\n\n{}\n",
            other.subject_token(1).replace("[#1-", "[#1-x"),
            other.marker(1),
        );
        assert_eq!(signs(&mail), [Evidence::Reference(id)]);
    }
}
