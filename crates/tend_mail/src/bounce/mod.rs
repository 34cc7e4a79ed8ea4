//! Delivery reports (RFC 3464), bounces in the words of old servers, and
//! complaints (RFC 5965).

mod loose;
mod original;
mod reason;
mod report;
mod signs;
mod status;
#[rustfmt::skip]
mod words;

use crate::text::cut;
use crate::{Bounce, Class, Failed, Kind, Mail, Outcome, Reason, Report};

/// Recipients kept of one report.
const MOST: usize = 100;
/// Bytes of text that are searched.
const SEARCHED: usize = 64 * 1024;

/// What a mail that is already read reports, if it is a report.
pub(crate) fn read(mail: &Mail) -> Option<Bounce> {
    let original = original::read(mail);
    if let Some(complaint) = report::complaint(mail) {
        return Some(complete(complaint, mail, original));
    }
    let texts = Texts::of(mail);
    if let Some(failed) = report::delivery_status(mail, &texts) {
        let bounce = Bounce { report: Report::Standard, failed, ..Bounce::default() };
        return Some(complete(bounce, mail, original));
    }
    if !signs::is_bounce(mail, &texts.report) {
        return None;
    }
    let failed = loose::recipients(mail, &texts, &original);
    let bounce = Bounce { report: Report::Loose, failed, ..Bounce::default() };
    Some(complete(bounce, mail, original))
}

/// Adds what is known of the original mail.
fn complete(mut bounce: Bounce, mail: &Mail, original: original::Original) -> Bounce {
    bounce.failed.truncate(MOST);
    bounce.original_subject = original.subject;
    let answered = mail.in_reply_to.iter().chain(mail.references.iter().rev());
    for id in original.ids.iter().chain(answered) {
        if !bounce.original_ids.contains(id) && mail.message_id.as_ref() != Some(id) {
            bounce.original_ids.push(id.clone());
        }
    }
    bounce.original_ids.truncate(20);
    bounce
}

/// The texts of a report: what the server says, without the original mail.
pub(crate) struct Texts {
    pub report: String,
}

impl Texts {
    fn of(mail: &Mail) -> Self {
        let mut all = mail.text.clone().unwrap_or_default();
        for file in &mail.attachments {
            let is_note =
                matches!(&*file.media_type, "text/plain" | "text/html" | "message/delivery-status")
                    && file.name.to_ascii_lowercase().find("header").is_none();
            if is_note && all.len() < SEARCHED {
                all.push('\n');
                let bytes = &file.bytes[..file.bytes.len().min(SEARCHED)];
                all.push_str(&String::from_utf8_lossy(bytes));
            }
        }
        let all = all.replace("\r\n", "\n");
        let (report, _) = original::split(cut(&all, SEARCHED));
        Self { report: report.to_owned() }
    }
}

/// Puts a recipient's facts together: reason and class from the answer.
pub(crate) fn judge(
    address: String,
    action: &str,
    status: Option<&str>,
    answer: &str,
    more: &str,
) -> Failed {
    let stated = status.and_then(status::find);
    let answered = status::find(answer);
    let status = match (stated, answered) {
        // The remote server knows better than the one that reports.
        (Some(stated), Some(answered)) if stated[..1] == answered[..1] => Some(answered),
        (stated, answered) => stated.or(answered),
    };
    let outcome = match action.to_ascii_lowercase().as_str() {
        "delayed" => Outcome::Delayed,
        "delivered" | "relayed" | "expanded" => Outcome::Delivered,
        _ if status.as_deref().is_some_and(|code| code.starts_with('2')) => Outcome::Delivered,
        _ => Outcome::Failed,
    };
    let mut reason = reason::of(answer, status.as_deref());
    if reason == Reason::UserUnknown && loose::is_after_data(more) {
        reason = Reason::Filtered;
    }
    if reason == Reason::Undefined {
        reason = reason::of(more, status.as_deref());
    }
    if outcome == Outcome::Delivered {
        reason = Reason::Delivered;
    }
    let answer = crate::text::one_line(answer);
    let answer = cut(&answer, 1000).to_owned();
    Failed {
        address,
        outcome,
        class: class(outcome, reason),
        reason,
        status,
        remote: status::host(&answer),
        answer: (!answer.is_empty()).then_some(answer),
    }
}

fn class(outcome: Outcome, reason: Reason) -> Class {
    match (outcome, reason) {
        (Outcome::Delivered, _) => Class::None,
        (Outcome::Delayed, _) => Class::Soft,
        (
            _,
            Reason::UserUnknown | Reason::HostUnknown | Reason::HasMoved | Reason::NotAccepting,
        ) => Class::Hard,
        _ => Class::Soft,
    }
}

/// Reads a report, then says what kind the mail is.
pub(crate) fn finish(mail: &mut Mail) {
    mail.bounce = read(mail);
    (mail.kind, mail.reasons) = crate::kind::classify(mail, &[]);
    debug_assert!(mail.bounce.is_none() || mail.kind == Kind::Bounce);
}
