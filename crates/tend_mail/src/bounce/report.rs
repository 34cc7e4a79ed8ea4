//! `message/delivery-status` and `message/feedback-report`.

use super::{Texts, judge};
use crate::{Attachment, Bounce, Class, Failed, Mail, Outcome, Reason, Report};

/// The fields of one group, names in lower case.
type Fields = Vec<(String, String)>;

/// A complaint, where the mail holds a feedback report.
pub(crate) fn complaint(mail: &Mail) -> Option<Bounce> {
    let Some(part) = part(mail, "message/feedback-report") else { return unmarked(mail) };
    let fields: Fields = groups(&text_of(part)).concat();
    let kind = get(&fields, "feedback-type").unwrap_or("abuse").to_ascii_lowercase();
    let named = fields.iter().filter(|(n, _)| {
        matches!(
            &**n,
            "original-rcpt-to" | "removal-recipient" | "redacted-address" | "source-recipient"
        )
    });
    let mut addresses: Vec<String> =
        named.flat_map(|(_, v)| crate::parse::addresses(v.as_bytes())).collect();
    if addresses.is_empty() {
        addresses = super::original::read(mail).to;
    }
    addresses.dedup();
    let answer = crate::text::one_line(mail.text.as_deref().unwrap_or(""));
    let answer = crate::text::cut(&answer, 1000).to_owned();
    let failed = addresses.into_iter().map(|address| Failed {
        address,
        // Whoever complains has got it.
        outcome: Outcome::Delivered,
        class: Class::None,
        reason: if kind == "auth-failure" { Reason::AuthFailure } else { Reason::Complaint },
        answer: (!answer.is_empty()).then(|| answer.clone()),
        ..Failed::default()
    });
    Some(Bounce {
        report: Report::Complaint,
        failed: failed.collect(),
        complaint: Some(kind),
        ..Bounce::default()
    })
}

/// Complaints of services that send no feedback report: Hotmail's junk mail
/// reporting and Amazon's notifications.
fn unmarked(mail: &Mail) -> Option<Bounce> {
    let text = mail.text.as_deref().unwrap_or("").trim_start();
    let address = if text.starts_with("{\"notificationType\":\"Complaint\"") {
        let rest = text.split("\"emailAddress\":\"").nth(1)?;
        rest.split('"').next()?.to_owned()
    } else if mail.subject.to_lowercase().starts_with("complaint about message from") {
        let inner = part(mail, "message/rfc822")?;
        let inner = text_of(inner);
        let line = inner.lines().find_map(|l| l.strip_prefix("X-HmXmrOriginalRecipient:"))?;
        crate::parse::addresses(line.as_bytes()).into_iter().next()?
    } else {
        return None;
    };
    let (outcome, class) = (Outcome::Delivered, Class::None);
    let failed = Failed { address, outcome, class, reason: Reason::Complaint, ..Failed::default() };
    let complaint = Some("abuse".to_owned());
    Some(Bounce { report: Report::Complaint, failed: vec![failed], complaint, ..Bounce::default() })
}

/// The recipients of a delivery-status part, or of such fields in the text.
/// `None` where there are no such fields.
pub(crate) fn delivery_status(mail: &Mail, texts: &Texts) -> Option<Vec<Failed>> {
    let parts = mail.attachments.iter().filter(|f| {
        matches!(&*f.media_type, "message/delivery-status" | "message/global-delivery-status")
    });
    let mut failed: Vec<Failed> = Vec::new();
    let mut has_part = false;
    for part in parts {
        has_part = true;
        failed.extend(groups(&text_of(part)).iter().filter_map(|g| recipient(g, &texts.report)));
    }
    let is_in_text = || {
        let lower = texts.report.to_ascii_lowercase();
        lower.contains("final-recipient:")
            && (has_part || super::signs::is_bounce(mail, &texts.report))
    };
    if failed.is_empty() && is_in_text() {
        failed.extend(groups(&texts.report).iter().filter_map(|g| recipient(g, &texts.report)));
    }
    let mut seen = std::collections::HashSet::new();
    failed.retain(|f| seen.insert((f.address.to_lowercase(), f.outcome == Outcome::Failed)));
    (!failed.is_empty()).then_some(failed)
}

/// One group with a recipient in it.
fn recipient(fields: &Fields, report: &str) -> Option<Failed> {
    let address = address(fields)?;
    let action =
        get(fields, "action").unwrap_or("failed").split([' ', '(']).next().unwrap_or("").trim();
    let answer = get(fields, "diagnostic-code").map(untyped).filter(|a| !a.is_empty());
    let answer = answer.map_or_else(|| super::loose::said(&address, report), str::to_owned);
    let mut failed = judge(address, action, get(fields, "status"), &answer, report);
    if let Some(remote) = get(fields, "remote-mta").map(untyped) {
        let name = remote.split([' ', '(', '[']).next().unwrap_or("").trim_matches('.');
        if name.contains('.') && name.len() <= 253 {
            failed.remote = Some(name.to_ascii_lowercase());
        }
    }
    Some(failed)
}

/// The recipient; as it was given to us where the final one is only known
/// inside the other side's house.
fn address(fields: &Fields) -> Option<String> {
    let named = ["final-recipient", "original-recipient", "x-actual-recipient"];
    let all: Vec<String> =
        named.iter().filter_map(|name| typed_address(get(fields, name)?)).collect();
    let is_full = |a: &&String| a.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    all.iter().find(is_full).or(all.first()).cloned()
}

/// `rfc822; jo@example.com`, `rfc822;<jo@example.com>`.
fn typed_address(value: &str) -> Option<String> {
    crate::parse::addresses(untyped(value).as_bytes()).into_iter().next()
}

fn untyped(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest)) if kind.trim().len() <= 20 && !kind.trim().contains(' ') => rest.trim(),
        _ => value.trim(),
    }
}

fn get<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(n, _)| n == name).map(|(_, v)| &**v)
}

fn part<'a>(mail: &'a Mail, media_type: &str) -> Option<&'a Attachment> {
    mail.attachments.iter().find(|f| f.media_type == media_type)
}

fn text_of(file: &Attachment) -> String {
    let bytes = &file.bytes[..file.bytes.len().min(super::SEARCHED)];
    crate::text::clean(&String::from_utf8_lossy(bytes))
}

/// Groups of fields with empty lines between them. A second recipient in one
/// group begins a new one; a stray line goes on where the last field stopped.
fn groups(text: &str) -> Vec<Fields> {
    let mut all: Vec<Fields> = Vec::new();
    let mut group = Fields::new();
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            all.push(std::mem::take(&mut group));
            continue;
        }
        let is_folded = line.starts_with([' ', '\t']) && !group.is_empty();
        match field(line).filter(|_| !is_folded) {
            Some(field) => {
                if field.0 == "final-recipient" && get(&group, "final-recipient").is_some() {
                    all.push(std::mem::take(&mut group));
                }
                group.push(field);
            }
            None => {
                if let Some((_, value)) = group.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            }
        }
    }
    all.push(group);
    merge(all)
}

fn field(line: &str) -> Option<(String, String)> {
    let (name, value) = line.trim_start().split_once(':')?;
    let name = name.trim().to_ascii_lowercase();
    let is_name = !name.is_empty() && name.len() <= 40 && !name.contains(' ');
    is_name.then(|| (name, value.trim().to_owned()))
}

/// Fields of a recipient that an empty line tore apart are put together.
fn merge(all: Vec<Fields>) -> Vec<Fields> {
    let mut out: Vec<Fields> = Vec::new();
    for group in all.into_iter().filter(|g| !g.is_empty()) {
        let starts =
            |g: &Fields| get(g, "final-recipient").or(get(g, "original-recipient")).is_some();
        match out.last_mut() {
            Some(last) if starts(last) && !starts(&group) && get(last, "status").is_none() => {
                last.extend(group);
            }
            Some(last) if !starts(last) && starts(&group) && get(last, "action").is_some() => {
                last.extend(group);
            }
            _ => out.push(group),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_fields() {
        let text = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; <A@X.org>\nAction: failed\n\
                    Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1\n <a@x.org>... User unknown\n\
                    Final-Recipient: rfc822;b@x.org\nAction: delayed\nStatus: 4.4.1\n";
        let all: Vec<Failed> = groups(text).iter().filter_map(|g| recipient(g, "")).collect();
        assert_eq!(all.len(), 2);
        assert_eq!((&*all[0].address, all[0].status.as_deref()), ("A@x.org", Some("5.1.1")));
        assert_eq!((all[0].reason, all[0].class), (Reason::UserUnknown, Class::Hard));
        assert_eq!((all[1].outcome, all[1].class), (Outcome::Delayed, Class::Soft));
    }
}
