//! Is it a bounce at all?

use crate::Mail;
use crate::kind::is_daemon;

/// Subjects of bounces, in lower case, anywhere in the subject.
const SUBJECTS: &[&str] = &[
    "undeliver",
    "returned mail",
    "delivery status",
    "delivery fail",
    "delivery notification",
    "mail delivery",
    "failure notice",
    "failed mail",
    "returned to sender",
    "delivery report",
    "non-delivery",
    "nondeliver",
    "not delivered",
    "could not be delivered",
    "couldn't be delivered",
    "could not send",
    "error sending",
    "delivery has failed",
    "mail system error",
    "warning: could not send",
    "message status",
    "undelivered",
    "unzustellbar",
    "nicht zugestellt",
    "non remis",
    "échec de la remise",
    "no se puede entregar",
    "no entregado",
    "non recapitabile",
    "mancato recapito",
    "não entregue",
    "onbestelbaar",
    "недоставлен",
    "не доставлен",
    "olevererbart",
    "kunne ikke leveres",
    "delayed mail",
    "配信不能",
    "配信エラー",
    "未送達",
    "delivery delayed",
    "delayed:",
    "delivery problem",
    "user unknown",
    "mail could not",
    "message could not",
    "rejected:",
    "delivery error",
    "mail failure",
    "mail error",
    "エラー通知",
];

/// What the text of a bounce says, in lower case.
const PHRASES: &[&str] = &[
    "could not be delivered",
    "couldn't be delivered",
    "can't be delivered",
    "cannot be delivered",
    "can not be delivered",
    "unable to deliver",
    "unable to be delivered",
    "wasn't delivered",
    "not delivered",
    "undeliverable",
    "undelivered",
    "did not reach",
    "delivery to the following",
    "delivery failed",
    "delivery has failed",
    "failed permanently",
    "permanent fatal error",
    "permanent error",
    "returned to sender",
    "transcript of session",
    "delivery attempts",
    "has been delayed",
    "delivery problems",
    "delivery errors",
    "delivery error",
    "error delivering",
    "trouble delivering",
    "failed to deliver",
    "final-recipient",
    "could not deliver",
    "couldn't deliver",
    "was rejected by",
    "rejected by the recipient",
    "user unknown",
    "unknown user",
    "no such user",
    "does not exist",
    "mailbox full",
    "invalid user address",
    "mailbox is full",
    "rejected recipient",
    "the following recipient",
    "the following address",
    "delivery of the following",
    "incorrectly constructed",
    "malformed address",
    "could not send",
    "送信できませんでした",
];

/// Whether a mail without a delivery-status part is a bounce: sent by a mail
/// server (or along the null path), and speaking of failure. A person who
/// forwards a bounce is no mail server, and stays a person.
pub(crate) fn is_bounce(mail: &Mail, report: &str) -> bool {
    if mail.header("x-failed-recipients").is_some() {
        return true;
    }
    if report.trim_start().starts_with("{\"notificationType\":\"Bounce\"") {
        return true;
    }
    let subject = mail.subject.to_lowercase();
    let has_subject = SUBJECTS.iter().any(|s| subject.contains(s));
    let lower = report.to_lowercase();
    let is_null = mail.return_path.as_deref() == Some("");
    let has_phrase = PHRASES.iter().any(|p| lower.contains(p)) || (is_null && has_answer(&lower));
    if is_server(mail) {
        return has_subject || has_phrase;
    }
    let replied = mail.header("auto-submitted").is_some_and(|v| v.starts_with("auto-replied"));
    let returns_mail = mail.attachments.iter().any(|f| f.media_type == "message/rfc822");
    if returns_mail && has_phrase && crate::kind::takes_no_reply(mail) && (has_subject || is_null) {
        return true;
    }
    if is_null && !replied && !crate::kind::is_absence(&mail.subject) {
        return has_subject && has_phrase;
    }
    let is_automatic = mail.header("auto-submitted").is_some_and(|v| !v.eq_ignore_ascii_case("no"));
    is_automatic && has_subject && has_phrase && has_answer(&lower)
}

/// A server's answer is quoted: `550 `, `(#5.1.1)`.
fn has_answer(lower: &str) -> bool {
    super::status::reply(lower).is_some() || super::status::find(lower).is_some()
}

fn is_server(mail: &Mail) -> bool {
    let by_path = mail.return_path.as_deref().is_some_and(is_daemon_address);
    let by_sender = mail.from.iter().chain(&mail.sender).any(|m| {
        let name = m.name.as_deref().unwrap_or("").to_lowercase();
        let is_named = [
            "mail delivery s",
            "mailer-daemon",
            "mailer daemon",
            "mail delivery subsystem",
            "system administrator",
            "mail deliver system",
            "postmaster",
            "microsoft outlook",
        ]
        .iter()
        .any(|n| name.starts_with(n));
        is_daemon_address(&m.address) || (is_named && !is_person(&m.address))
    });
    by_path || by_sender
}

/// An address whose local part is none of a server's.
fn is_person(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or("");
    !local.is_empty()
        && !local.to_ascii_lowercase().starts_with("microsoftexchange")
        && !is_daemon_address(address)
}

fn is_daemon_address(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or("").to_ascii_lowercase();
    is_daemon(&local)
        || local.starts_with("microsoftexchange329")
        || local.starts_with("mailer-daemon")
}
