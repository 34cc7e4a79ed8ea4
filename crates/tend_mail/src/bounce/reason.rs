//! Why a mail was refused, from the words and codes of the answer.

use super::words::*;
use crate::Reason;

/// Words of an answer and what they mean; the first that is found counts, so
/// the particular stand before the general.
const WORDS: &[(Reason, &[&str])] = &[
    (Reason::Rejected, SENDER),
    (Reason::MailboxFull, FULL),
    (Reason::TooLarge, LARGE),
    (Reason::HasMoved, MOVED),
    (Reason::TooMany, MANY),
    (Reason::Rejected, GROUP),
    (Reason::Policy, RELAY),
    (Reason::AuthFailure, AUTH),
    (Reason::NotAccepting, NO_MAIL),
    (Reason::Suspended, SUSPENDED),
    (Reason::UserUnknown, UNKNOWN),
    (Reason::HostUnknown, HOST),
    (Reason::Spam, SPAM),
    (Reason::Virus, VIRUS),
    (Reason::Blocked, BLOCKED),
    (Reason::Policy, POLICY),
    (Reason::Expired, EXPIRED),
    (Reason::Network, NETWORK),
    (Reason::Filtered, FILTERED),
    (Reason::Content, CONTENT),
    (Reason::SystemError, SYSTEM),
];

/// The reason in an answer; `status` helps where the words say nothing.
pub(crate) fn of(answer: &str, status: Option<&str>) -> Reason {
    let lower = answer.to_lowercase();
    let lower = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    // What Postfix puts before whatever the reason is.
    let lower = lower
        .replace("recipient address rejected: access denied", "user unknown")
        .replace("recipient address rejected:", "");
    let is_after_data =
        ["end of data", "after end of", "to data command", "final data", "[data]", "[end_of_data]"]
            .iter()
            .any(|s| lower.contains(s));
    let found = WORDS.iter().find(|(_, words)| words.iter().any(|word| lower.contains(word)));
    let by_words = found.map(|(reason, _)| *reason);
    let by_code = status.and_then(of_status);

    match (by_words, by_code) {
        // "User unknown" once the whole mail was taken is a filter's answer.
        (Some(Reason::UserUnknown), _) if is_after_data => Reason::Filtered,
        (Some(Reason::SystemError | Reason::Content | Reason::Network), Some(by_code)) => by_code,
        (Some(by_words), _) => by_words,
        (None, by_code) => by_code.or_else(|| of_reply(&lower)).unwrap_or_default(),
    }
}

/// RFC 3463 codes that say something on their own.
fn of_status(status: &str) -> Option<Reason> {
    let detail = status.get(2..)?;
    let is_permanent = status.starts_with('5');
    Some(match detail {
        "1.0" | "1.1" | "1.3" | "1.10" | "1.351" if is_permanent => Reason::UserUnknown,
        "1.2" | "4.4" if is_permanent => Reason::HostUnknown,
        "1.6" => Reason::HasMoved,
        "1.7" | "1.8" | "1.9" => Reason::Rejected,
        "2.1" if is_permanent => Reason::Suspended,
        "2.2" => Reason::MailboxFull,
        "2.3" | "3.4" => Reason::TooLarge,
        "2.0" => Reason::Filtered,
        "3.1" | "4.5" => Reason::SystemError,
        "4.0" | "4.1" | "4.3" | "4.6" => Reason::Network,
        "4.2" | "4.7" => Reason::Expired,
        "5.3" => Reason::TooMany,
        "6.0" | "6.1" | "6.2" | "6.3" | "6.9" => Reason::Content,
        "7.13" => Reason::Suspended,
        "7.20" | "7.21" | "7.22" | "7.23" | "7.24" | "7.25" | "7.26" => Reason::AuthFailure,
        "7.27" if is_permanent => Reason::NotAccepting,
        _ if detail.starts_with("7.") => Reason::Policy,
        _ => return None,
    })
}

/// What a bare reply code says.
fn of_reply(lower: &str) -> Option<Reason> {
    Some(match super::status::reply(lower)? {
        421 | 450 | 451 => Reason::SystemError,
        422 | 452 | 552 => Reason::MailboxFull,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_their_reasons() {
        for (answer, want) in [
            ("550 5.1.1 <jo@x.org>... User unknown", Reason::UserUnknown),
            (
                "host mx[1.2.3.4] said: 550 : User unknown (in reply to end of DATA command)",
                Reason::Filtered,
            ),
            ("550 5.2.2 <jo@x.org>... Mailbox Full", Reason::MailboxFull),
            ("553 5.1.8 <a@b>... Domain of sender address a@b does not exist", Reason::Rejected),
            ("554 5.7.1 <jo@x.org>: Relay access denied", Reason::Policy),
            ("Host or domain name not found. Name service error", Reason::HostUnknown),
            ("552 5.3.4 Message too large", Reason::TooLarge),
            (
                "554 5.7.1 Service unavailable; Client host [1.2.3.4] blocked using zen.spamhaus.org",
                Reason::Spam,
            ),
            (
                "550 5.7.26 Unauthenticated email from x.org is not accepted due to domain's DMARC policy",
                Reason::AuthFailure,
            ),
            ("retry timeout exceeded", Reason::Expired),
            (
                "550 5.1.2 <jo@x.org>: Recipient address rejected: Bad destination",
                Reason::HostUnknown,
            ),
            (
                "554 5.7.1 <jo@x.org>: Recipient address rejected: Access denied",
                Reason::UserUnknown,
            ),
            ("550 5.7.0 <jo@x.org>: Recipient address rejected: Virus detected", Reason::Virus),
            ("nothing to go by", Reason::Undefined),
        ] {
            let status = super::super::status::find(answer);
            assert_eq!(of(answer, status.as_deref()), want, "{answer}");
        }
    }
}
