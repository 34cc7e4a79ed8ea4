//! What wrote a mail: a person, a list, a machine.

use crate::text::address_key;
use crate::tokens::Keys;
use crate::{Kind, Mail, Mailbox};

/// The kind of a mail and the signs of it, each a short sentence.
///
/// `own` are the addresses of the installation's inboxes: a mailing list or
/// group whose address is one of them only passes mail on to us, so its list
/// headers say nothing about who wrote it.
pub fn classify(mail: &Mail, own: &[String]) -> (Kind, Vec<String>) {
    let mut signs = Vec::new();
    if mail.bounce.is_some() {
        signs.push((Kind::Bounce, "It reports on the delivery of another mail.".to_owned()));
    }
    declared(mail, &mut signs);
    precedence(mail, own, &mut signs);
    headers_alone(mail, &mut signs);
    senders(mail, &mut signs);
    // In this order: a list may pass on an automatic reply, and so on.
    let order = [Kind::Bounce, Kind::AutoReply, Kind::Bulk, Kind::System];
    let kind = order.into_iter().find(|kind| signs.iter().any(|(k, _)| k == kind));
    let kind = kind.unwrap_or(Kind::Human);
    (kind, signs.into_iter().map(|(_, sentence)| sentence).collect())
}

/// Whether a mail came from ourselves, so that nothing may answer it: sent by
/// an inbox of ours, or carrying our own verified loop header or Message-ID.
pub fn is_loop(mail: &Mail, own: &[String], keys: &Keys) -> bool {
    let is_own = |mailbox: &Mailbox| {
        let key = mailbox.key();
        own.iter().any(|address| address_key(address) == key)
            || keys.read_plus_address(&mailbox.address).is_some()
    };
    mail.from.iter().chain(&mail.sender).any(is_own)
        || mail.loop_marks.iter().any(|mark| keys.read_loop_mark(mark).is_some())
        || mail.message_id.as_deref().is_some_and(|id| keys.read_message_id(id).is_some())
}

type Signs = Vec<(Kind, String)>;

/// RFC 3834 and read receipts.
fn declared(mail: &Mail, signs: &mut Signs) {
    if let Some(value) = mail.header("auto-submitted") {
        let word = value.split([';', ' ', '(']).next().unwrap_or("").to_ascii_lowercase();
        let kind = match word.as_str() {
            "no" | "" => None,
            "auto-replied" => Some(Kind::AutoReply),
            _ => Some(Kind::System),
        };
        signs.extend(kind.map(|k| (k, format!("Auto-Submitted says {word}."))));
    }
    let content = mail.header("content-type").unwrap_or("").to_ascii_lowercase();
    if content.starts_with("multipart/report") && content.contains("disposition-notification") {
        signs.push((Kind::System, "It is a read receipt.".into()));
    }
}

fn precedence(mail: &Mail, own: &[String], signs: &mut Signs) {
    let is_passed_on = is_own_list(mail, own);
    for name in ["precedence", "x-precedence"] {
        let value = mail.header(name).unwrap_or("").trim().to_ascii_lowercase();
        match value.as_str() {
            "auto_reply" | "auto-reply" => {
                signs.push((Kind::AutoReply, format!("Its precedence is {value}.")));
            }
            "list" if is_passed_on => {}
            "bulk" | "list" | "junk" => {
                signs.push((Kind::Bulk, format!("Its precedence is {value}.")));
            }
            _ => {}
        }
    }
    if is_passed_on {
        return;
    }
    let lists = ["list-id", "list-unsubscribe", "list-post", "x-mailing-list", "mailing-list"];
    for name in lists {
        if mail.header(name).is_some_and(|v| !v.is_empty() && !v.eq_ignore_ascii_case("no")) {
            signs.push((Kind::Bulk, format!("It has a {name} header.")));
        }
    }
}

/// The list's address, or its id with `@` for its first dot, is an inbox of
/// ours.
fn is_own_list(mail: &Mail, own: &[String]) -> bool {
    let id = mail.header("list-id").unwrap_or("");
    let id = id.rsplit_once('<').map_or(id, |(_, id)| id).trim_end_matches('>').trim();
    let posts = mail.headers_named("list-post").chain(mail.headers_named("mailing-list"));
    let posts: Vec<String> = posts.map(str::to_ascii_lowercase).collect();
    own.iter().map(|address| address_key(address)).any(|address| {
        id.eq_ignore_ascii_case(&address.replacen('@', ".", 1))
            || posts.iter().any(|post| post.contains(&address))
    })
}

/// Headers that only automatic mail has.
fn headers_alone(mail: &Mail, signs: &mut Signs) {
    let replies = [
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-auto-reply",
        "x-autoreply-from",
        "x-mail-autoreply",
        "x-vacation",
        "x-auto-reply-from",
        "x-autorespond-to",
        "auto-reply",
        "x-amazon-auto-reply",
        "x-pmx-autoreply",
        "x-ms-exchange-inbox-rules-loop",
    ];
    for name in replies {
        if mail.header(name).is_some_and(|v| !v.eq_ignore_ascii_case("no")) {
            signs.push((Kind::AutoReply, format!("It has a {name} header.")));
        }
    }
    let values = [
        ("x-post-messageclass", "autoresponder"),
        ("delivered-to", "autoresponder"),
        ("x-ms-exchange-generated-message-source", "rules agent"),
        ("x-mailer", "autoresponder"),
        ("x-mailer", "vacation"),
    ];
    for (name, word) in values {
        if mail.headers_named(name).any(|v| v.to_ascii_lowercase().contains(word)) {
            signs.push((Kind::AutoReply, format!("Its {name} header says {word}.")));
        }
    }
    let machines = [
        "x-auto-response-suppress",
        "x-loop",
        "x-otrs-loop",
        "x-znuny-loop",
        "x-cron-env",
        "x-libredesk-loop-prevention",
        "x-freescout-mail-type",
        "x-autogenerated",
        "x-fc-machinegenerated",
        "x-zammad-send-auto-response",
    ];
    for name in machines {
        if mail.header(name).is_some_and(|v| !v.eq_ignore_ascii_case("none")) {
            signs.push((Kind::System, format!("It has a {name} header.")));
        }
    }
    if !mail.loop_marks.is_empty() {
        signs.push((Kind::System, "It has the loop header of a help desk.".into()));
    }
}

/// Who sent it, and subjects that absence notices have.
fn senders(mail: &Mail, signs: &mut Signs) {
    let is_notice = is_absence(&mail.subject);
    if is_notice {
        signs.push((Kind::AutoReply, "Its subject is that of an automatic reply.".into()));
    }
    if mail.return_path.as_deref() == Some("") && mail.bounce.is_none() {
        signs.push((Kind::System, "Its return path is empty.".into()));
    }
    let Some(from) = &mail.from else { return };
    let local = from.address.split('@').next().unwrap_or("").to_ascii_lowercase();
    if is_daemon(&local) {
        signs.push((Kind::System, "A mail server sent it.".into()));
    } else if takes_no_reply(mail) {
        signs.push((Kind::System, "Its sender takes no replies.".into()));
    }
}

/// Local parts of mail servers, in lower case.
pub(crate) fn is_daemon(local: &str) -> bool {
    let bare: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    let names = [
        "mailerdaemon",
        "maildaemon",
        "postmaster",
        "maildeliverysystem",
        "maildeliverysubsystem",
        "mdaemon",
        "mailsystem",
        "mailadministrator",
        "mailsubsystem",
        "maildelivery",
    ];
    names.iter().any(|name| bare == *name)
}

/// The sender says that nobody reads what is written to it.
pub(crate) fn takes_no_reply(mail: &Mail) -> bool {
    let address = mail.from.as_ref().map_or("", |from| &*from.address);
    let local = address.split('@').next().unwrap_or("").to_ascii_lowercase();
    let bare: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    let starts = [
        "noreply",
        "donotreply",
        "dontreply",
        "nepasrepondre",
        "nichtantworten",
        "noresponder",
        "noresponda",
        "naoresponda",
        "nonrispondere",
        "nereply",
        "neodpovidat",
        "autoreply",
        "notifications",
        "notification",
        "alerts",
        "automailer",
        "bounces",
    ];
    starts.iter().any(|start| bare.starts_with(start)) || bare.ends_with("noreply")
}

/// A subject that begins as out-of-office notices do.
pub(crate) fn is_absence(subject: &str) -> bool {
    let subject = subject.trim().to_lowercase();
    let starts = [
        "automatic reply",
        "auto reply:",
        "auto-reply:",
        "autoreply:",
        "auto response:",
        "auto-response:",
        "autoresponse:",
        "out of office:",
        "out of office reply",
        "out of office autoreply",
        "out-of-office:",
        "automatische antwort",
        "abwesenheitsnotiz",
        "abwesenheit:",
        "automatisch antwoord",
        "automatisches antwort",
        "afwezigheidsbericht",
        "réponse automatique",
        "reponse automatique",
        "absence du bureau",
        "respuesta automática",
        "respuesta automatica",
        "fuera de la oficina",
        "risposta automatica",
        "fuori sede",
        "resposta automática",
        "resposta automatica",
        "autosvar",
        "automatiskt svar",
        "automatisk svar",
        "automaattinen vastaus",
        "automatická odpověď",
        "odpowiedź automatyczna",
        "autoodpowiedź",
        "automatikus válasz",
        "автоответ",
        "автоматический ответ",
        "自动回复",
        "自動返信",
        "自動回覆",
        "자동 회신",
        "otomatik yanıt",
        "vacation notice",
        "i am out of the office",
    ];
    let (_, after) = subject.split_once(':').unwrap_or(("", ""));
    starts.iter().any(|s| subject.starts_with(s) || after.trim_start().starts_with(s))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, parse};

    fn kind(headers: &str) -> Kind {
        let raw = format!("{headers}\n\nHello\n");
        parse(raw.as_bytes(), &Limits::default()).expect("a mail").kind
    }

    #[test]
    fn headers_tell_the_kind() {
        for (headers, want) in [
            ("From: jo@x.org\nSubject: Hi", Kind::Human),
            ("From: jo@x.org\nAuto-Submitted: no", Kind::Human),
            ("From: jo@x.org\nAuto-Submitted: auto-replied", Kind::AutoReply),
            ("From: jo@x.org\nAuto-Submitted: auto-generated; type=x", Kind::System),
            ("From: jo@x.org\nPrecedence: bulk", Kind::Bulk),
            ("From: jo@x.org\nPrecedence: junk", Kind::Bulk),
            ("From: jo@x.org\nX-Precedence: list", Kind::Bulk),
            ("From: jo@x.org\nPrecedence: auto_reply", Kind::AutoReply),
            ("From: jo@x.org\nPrecedence: first-class", Kind::Human),
            ("From: jo@x.org\nX-Auto-Response-Suppress: All", Kind::System),
            ("From: jo@x.org\nX-Auto-Response-Suppress: OOF", Kind::System),
            ("From: jo@x.org\nX-Autoreply: yes", Kind::AutoReply),
            ("From: jo@x.org\nX-Autorespond: x", Kind::AutoReply),
            ("From: jo@x.org\nX-Autoresponder: x", Kind::AutoReply),
            ("From: jo@x.org\nX-Loop: jo@x.org", Kind::System),
            ("From: jo@x.org\nList-Id: <l.x.org>", Kind::Bulk),
            ("From: jo@x.org\nList-Unsubscribe: <mailto:u@x.org>", Kind::Bulk),
            ("From: jo@x.org\nDelivered-To: Autoresponder", Kind::AutoReply),
            ("From: jo@x.org\nX-MS-Exchange-Inbox-Rules-Loop: jo@x.org", Kind::AutoReply),
            ("Return-Path: <>\nFrom: jo@x.org", Kind::System),
            ("From: MAILER-DAEMON@x.org", Kind::System),
            ("From: no-reply@x.org", Kind::System),
            ("From: jo@x.org\nSubject: Automatic reply: Hi", Kind::AutoReply),
            ("From: jo@x.org\nSubject: How do I set an automatic reply?", Kind::Human),
            ("From: jo@x.org\nX-Tend-Loop: x.y", Kind::System),
            ("From: jo@x.org\nX-Tend-Kind: human\nPrecedence: bulk", Kind::Bulk),
            (
                "From: jo@x.org\nContent-Type: multipart/report; report-type=disposition-notification",
                Kind::System,
            ),
        ] {
            assert_eq!(kind(headers), want, "{headers}");
        }
    }

    #[test]
    fn a_group_of_ours_only_passes_mail_on() {
        let raw = "From: jo@x.org\nPrecedence: list\nList-ID: <support.example.com>\n\
                   List-Unsubscribe: <mailto:u@x>\nList-Post: <mailto:support@example.com>\n\nHi\n";
        let mail = parse(raw.as_bytes(), &Limits::default()).expect("a mail");
        assert_eq!(mail.kind, Kind::Bulk);
        assert_eq!(classify(&mail, &["Support@example.com".into()]).0, Kind::Human);
        assert_eq!(classify(&mail, &["sales@example.com".into()]).0, Kind::Bulk);
    }

    #[test]
    fn our_own_mail_is_known_again() {
        let keys = Keys::new(b"key", &[]);
        let own = ["support@example.com".to_owned()];
        let check = |headers: &str| {
            let raw = format!("{headers}\n\nHi\n");
            is_loop(&parse(raw.as_bytes(), &Limits::default()).expect("a mail"), &own, &keys)
        };
        assert!(check("From: Support@Example.com"));
        assert!(check(&format!("From: x@y.org\nX-Tend-Loop: {}", keys.loop_mark(1))));
        assert!(check(&format!("From: x@y.org\nMessage-ID: <{}>", keys.message_id(1, 2, "x.org"))));
        assert!(!check("From: x@y.org\nX-Tend-Loop: 1.00000000000000000000"));
        assert!(!check("From: x@y.org"));
    }
}
