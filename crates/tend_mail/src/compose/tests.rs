use super::*;
use crate::{Keys, Limits, Mail, parse};
use proptest::prelude::*;

fn mail() -> Outgoing {
    Outgoing {
        message_id: "tend.1.2.abc@example.com".into(),
        date: Timestamp::from_second(1_700_000_000).expect("a time"),
        from: Mailbox::named("Zoë, Support", "support@example.com"),
        to: vec![Mailbox::named("Jo Doe", "jo@example.org")],
        subject: "Your order".into(),
        text: "Hello".into(),
        ..Outgoing::default()
    }
}

fn read(mail: &Outgoing) -> (String, Mail) {
    let bytes = compose(mail);
    let text = String::from_utf8(bytes.clone()).expect("text");
    for line in text.split("\r\n") {
        assert!(!line.contains(['\r', '\n']) && line.len() <= 998, "a bad line: {line:?}");
    }
    (text, parse(&bytes, &Limits::default()).expect("a mail"))
}

#[test]
fn a_plain_mail_is_plain() {
    let (text, back) = read(&mail());
    let want = "From: =?utf-8?Q?Zo=C3=AB=2C_Support?= <support@example.com>\r\n\
                To: Jo Doe <jo@example.org>\r\n\
                Subject: Your order\r\n\
                Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n\
                Message-ID: <tend.1.2.abc@example.com>\r\n\
                MIME-Version: 1.0\r\n\
                Content-Type: text/plain; charset=utf-8\r\n\
                Content-Transfer-Encoding: 7bit\r\n\
                \r\n\
                Hello\r\n";
    assert_eq!(text, want);
    assert_eq!(back.from, Some(mail().from));
    assert_eq!((back.date, back.flaws), (Some(mail().date), vec![]));
}

#[test]
fn everything_at_once_comes_back() {
    let keys = Keys::new(b"a key", &[]);
    let image = OutgoingFile {
        name: "logo.png".into(),
        media_type: "image/png".into(),
        content_id: Some("logo@tend".into()),
        bytes: vec![0, 1, 2, 255],
    };
    let report = OutgoingFile {
        name: "Größen und Maße – sehr langer Name für eine Datei, die niemand so nennt.pdf".into(),
        media_type: "application/pdf".into(),
        content_id: None,
        bytes: b"%PDF".repeat(100),
    };
    let sent = Outgoing {
        reply_to: keys.plus_address("support@example.com", 7).map(Mailbox::bare),
        cc: vec![Mailbox::bare("ann@bücher.example")],
        in_reply_to: Some("b@x".into()),
        references: (0..30).map(|i| format!("{i}@x")).collect(),
        text: "Grüße\n\nFrom here\n.\ntrailing \n".into(),
        html: Some("<p>Grüße <img src=\"cid:logo@tend\"></p>".into()),
        inline: vec![image],
        attachments: vec![report],
        automatic: Some(Automatic::Reply),
        loop_mark: Some(keys.loop_mark(9)),
        marker: Some(keys.marker(7)),
        headers: vec![("X-Note".into(), "ü".into()), ("Bcc".into(), "x@y".into())],
        ..mail()
    };
    let (text, back) = read(&sent);
    assert!(text.is_ascii() && !text.contains("Bcc"));
    assert_eq!(back.reply_to, Vec::from_iter(sent.reply_to.clone()));
    assert_eq!(back.cc[0].address, "ann@xn--bcher-kva.example");
    assert_eq!(back.in_reply_to, ["b@x"]);
    assert_eq!(
        (back.references.len(), &*back.references[0], &*back.references[19]),
        (20, "0@x", "29@x")
    );
    assert_eq!(back.text.as_deref(), Some("Grüße\n\nFrom here\n.\ntrailing"));
    assert!(back.html.is_some_and(|h| keys.read_markers(&h) == [7]));
    assert_eq!(back.loop_marks.iter().filter_map(|m| keys.read_loop_mark(m)).next(), Some(9));
    let files: Vec<_> =
        back.attachments.iter().map(|f| (&*f.name, f.bytes.len(), f.is_inline)).collect();
    assert_eq!(files, [("logo.png", 4, true), (&*sent.attachments[0].name, 400, false)]);
    assert_eq!(back.headers.iter().filter(|(n, _)| n == "Auto-Submitted").count(), 1);
    assert_eq!(compose(&sent), compose(&sent));
}

#[test]
fn the_way_to_decline_is_never_encoded() {
    let url = format!("https://support.example.com/u/{}", "a1".repeat(40));
    let by_mail = format!("mailto:support@example.com?subject=unsubscribe%20{}", "b2".repeat(40));
    let value = format!("<{url}>, <{by_mail}>");
    let headers = vec![
        ("List-Unsubscribe".to_owned(), value),
        ("List-Unsubscribe-Post".to_owned(), "List-Unsubscribe=One-Click".to_owned()),
        ("List-Id".to_owned(), "\u{fc}ber \r\nBcc: x@y".to_owned()),
    ];
    let (text, _) = read(&Outgoing { headers, ..mail() });
    let unfolded = text.replace("\r\n ", " ");
    assert!(unfolded.contains(&format!("List-Unsubscribe: <{url}>, <{by_mail}>\r\n")), "{text}");
    assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert!(!text.contains("\r\nBcc:"), "{text}");
}

#[test]
fn bcc_alone_names_nobody() {
    let (text, _) = read(&Outgoing { to: vec![], ..mail() });
    assert!(text.contains("To: undisclosed-recipients:;\r\n"));
}

#[test]
fn an_attached_mail_stays_a_mail() {
    let inner = compose(&mail());
    let file = OutgoingFile {
        name: "old.eml".into(),
        media_type: "message/rfc822".into(),
        bytes: inner.clone(),
        content_id: None,
    };
    let (text, back) = read(&Outgoing { attachments: vec![file], ..mail() });
    assert!(text.contains("Content-Type: message/rfc822;"));
    assert_eq!(back.attachments[0].media_type, "message/rfc822");
    assert!(parse(&back.attachments[0].bytes, &Limits::default()).is_ok());
}

#[test]
fn local_parts_outside_ascii_are_told() {
    assert!(!needs_smtputf8(&mail()));
    let sent = Outgoing { to: vec![Mailbox::bare("jö@example.org")], ..mail() };
    assert!(needs_smtputf8(&sent));
    let sent = Outgoing { to: vec![Mailbox::bare("jo@bücher.example")], ..mail() };
    assert!(!needs_smtputf8(&sent));
}

/// What one may try to smuggle in.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\r\nBcc: evil@x.org".to_owned()),
        Just("\nX-Evil: 1".to_owned()),
        Just("\r".to_owned()),
        Just("\0".to_owned()),
        Just("\u{2028}".to_owned()),
        Just("\u{85}X-Evil: 1".to_owned()),
        Just("\r\n\r\nbody".to_owned()),
        Just("=?utf-8?Q?=0D=0AX-Evil:_1?=".to_owned()),
        Just("\"<>,;:\\()@".to_owned()),
        Just("x".repeat(1100)),
        Just("ü".repeat(500)),
        Just("\u{202e}".to_owned()),
        "\\PC{0,20}",
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|v| v.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_value_begins_a_header(
        name in hostile(), address in hostile(), subject in hostile(), id in hostile(),
        extra in hostile(), file in hostile(), kind in hostile(),
    ) {
        let file = OutgoingFile { name: file.clone(), media_type: kind, content_id: Some(id.clone()), bytes: vec![1] };
        let sent = Outgoing {
            message_id: "m@x".into(),
            from: Mailbox::named(name.clone(), format!("{address}@example.com")),
            to: vec![Mailbox::named(name, address.clone()), Mailbox::bare("jo@example.org")],
            subject: subject.clone(),
            in_reply_to: Some(id.clone()),
            references: vec![id],
            headers: vec![("X-Extra".into(), extra.clone()), (extra, "v".into())],
            html: Some("<p>x</p>".into()),
            attachments: vec![file],
            ..mail()
        };
        let (text, back) = read(&sent);
        prop_assert!(text.contains("\r\n\r\n"));
        let allowed = ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
            "X-Extra", "MIME-Version", "Content-Type"];
        for (name, _) in &back.headers {
            let is_extra = sent.headers.iter().any(|(n, _)| n == name);
            prop_assert!(allowed.contains(&&**name) || is_extra, "{name} in\n{text}");
        }
        prop_assert!(!back.headers.iter().any(|(n, _)| n == "Bcc" || n == "X-Evil"));
        prop_assert_eq!(back.attachments.len(), 1);
    }

    #[test]
    fn what_is_written_is_read(
        subject in "\\PC{0,300}", text in "(?s).{0,400}", name in "[\\PC&&[^\\p{C}]]{1,40}", html in "\\PC{0,200}",
    ) {
        let sent = Outgoing {
            subject: subject.clone(),
            text: text.clone(),
            html: Some(format!("<p>{html}</p>")),
            from: Mailbox::named(name, "support@example.com"),
            ..mail()
        };
        let (_, back) = read(&sent);
        prop_assert_eq!(back.subject, crate::text::one_line(&subject));
        let want = crate::text::clean(&text);
        if !want.trim().is_empty() {
            prop_assert_eq!(back.text.unwrap_or_default(), want.trim_end());
        }
        let (got, want) = (back.html.unwrap_or_default(), format!("<p>{html}</p>"));
        prop_assert_eq!(got.trim_end(), want.trim_end());
        prop_assert_eq!(back.from.map(|m| m.address), Some("support@example.com".to_owned()));
    }
}
