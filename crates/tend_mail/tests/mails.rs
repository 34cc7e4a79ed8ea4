//! Ordinary and broken mails of real people.

mod common;

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;
use tend_mail::threading::{self, Evidence};
use tend_mail::{Flaw, Keys, Limits, Mail, parse, quotes};

/// A plain reading of a header, to compare with: unfolded, not decoded.
fn raw_header(raw: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(raw).replace("\r\n", "\n");
    let head = text
        .trim_start()
        .split("\n\n")
        .next()
        .unwrap_or("")
        .replace("\n\t", " ")
        .replace("\n ", " ");
    let prefix = format!("{}:", name.to_ascii_lowercase());
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&prefix))?;
    Some(line[prefix.len()..].trim().to_owned())
}

fn raw_ids(raw: &[u8], name: &str) -> Vec<String> {
    let value = raw_header(raw, name).unwrap_or_default();
    let ids = value.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    ids.map(|id| id.split_whitespace().collect::<String>()).filter(|id| !id.is_empty()).collect()
}

/// What must hold for any mail whatever.
fn check(mail: &Mail) {
    let texts = [mail.text.as_deref(), mail.html.as_deref(), Some(&*mail.subject)];
    for text in texts.into_iter().flatten().chain(mail.headers.iter().map(|(_, v)| &**v)) {
        assert!(!text.contains('\0'));
    }
    assert!(!mail.subject.contains(['\n', '\r']));
    assert!(!mail.message_key.is_empty() && mail.content_hash.len() == 64);
    for file in &mail.attachments {
        assert!(
            !file.name.is_empty()
                && file.name.len() <= 160
                && !file.name.contains(['/', '\\', '\n', '\0'])
        );
    }
    let folded = quotes::fold_mail(mail);
    if let (Some(text), Some(folded)) = (&mail.text, folded.text) {
        assert!(folded.visible_to <= text.len());
        folded.own(text);
    }
    threading::read(mail, &["support@example.com".into()], &Keys::new(b"key", &[]));
}

#[test]
fn every_real_mail_is_read() {
    for folder in ["mail/everyday", "mail/threads"] {
        let Some(folder) = common::corpus(folder) else { return };
        let mut count = 0;
        for (file, raw) in common::files(&folder) {
            let mail = parse(&raw, &Limits::default()).unwrap_or_else(|e| panic!("{file}: {e}"));
            check(&mail);
            let from = mail.from.as_ref().unwrap_or_else(|| panic!("{file}: nobody"));
            let raw_from = raw_header(&raw, "from").unwrap_or_default().to_lowercase();
            let (local, domain) = from.address.split_once('@').unwrap_or((&from.address, ""));
            assert!(
                raw_from.contains(&local.to_lowercase()) && raw_from.contains(domain),
                "{file}: {from:?} in {raw_from}"
            );
            let raw_subject = raw_header(&raw, "subject").unwrap_or_default();
            if !raw_subject.contains("=?") && raw_subject.is_ascii() {
                let squeezed = raw_subject.split_whitespace().collect::<Vec<_>>().join(" ");
                assert_eq!(mail.subject, squeezed, "{file}");
            }
            if let [id] = &raw_ids(&raw, "message-id")[..] {
                assert_eq!(mail.message_id.as_ref(), Some(id), "{file}");
            }
            let whole = String::from_utf8_lossy(&raw);
            let is_empty = whole.split_once("\n\n").is_none_or(|(_, body)| body.trim().is_empty());
            let is_read = mail.text.is_some() || !mail.attachments.is_empty();
            assert!(is_read || is_empty, "{file}: nothing to read");
            assert!(mail.date.is_some(), "{file}: no date");
            count += 1;
        }
        println!("{}: {count} mails", folder.display());
        assert!(count > 100);
    }
}

/// Joins what one mail names; gives the groups of files.
fn groups(mails: &[(String, Vec<String>)]) -> BTreeSet<BTreeSet<String>> {
    let mut root: HashMap<String, String> = HashMap::new();
    fn find(root: &mut HashMap<String, String>, id: &str) -> String {
        let mut at = id.to_owned();
        while let Some(up) = root.get(&at).filter(|up| **up != at) {
            at = up.clone();
        }
        root.insert(id.to_owned(), at.clone());
        at
    }
    for (file, ids) in mails {
        for id in ids {
            let (a, b) = (find(&mut root, file), find(&mut root, id));
            root.insert(a, b);
        }
    }
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, _) in mails {
        all.entry(find(&mut root, file)).or_default().insert(file.clone());
    }
    all.into_values().collect()
}

#[test]
fn threads_are_those_of_the_headers() {
    let Some(folder) = common::corpus("mail/threads") else { return };
    let (mut plain, mut ours) = (Vec::new(), Vec::new());
    for (file, raw) in common::files(&folder) {
        let names = ["message-id", "in-reply-to", "references"];
        plain.push((file.clone(), names.iter().flat_map(|name| raw_ids(&raw, name)).collect()));
        let mail = parse(&raw, &Limits::default()).expect("a mail");
        let signs = threading::read(&mail, &[], &Keys::new(b"key", &[])).evidence;
        let named = signs.into_iter().filter_map(|sign| match sign {
            Evidence::Reference(id) => Some(id),
            _ => None,
        });
        ours.push((file, mail.message_id.into_iter().chain(named).collect()));
    }
    let (plain, ours) = (groups(&plain), groups(&ours));
    println!("{} threads", plain.len());
    assert_eq!(ours, plain);
}

#[test]
fn hostile_mails_end_in_time() {
    let nested: String = (0..10_000)
        .map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"))
        .collect();
    let chain = "Content-Type: message/rfc822\n\n".repeat(10_000);
    let parts =
        format!("Content-Type: multipart/mixed; boundary=a\n\n{}", "--a\n\nx\n".repeat(1_000_000));
    let blank = format!("{}From: jo@example.com\n\nHi\n", "\n".repeat(100_000));
    let comment = format!("From: {}\n\nHi\n", "(".repeat(1_000_000));
    let lines = format!("From: jo@example.com\n{}\nHi\n", "X-Line: y\n".repeat(50_000));
    let words = format!("Subject: {}\n\nHi\n", "=?utf-8?q?a".repeat(20_000));
    let html = format!("Content-Type: text/html\n\n{}", "<div><table><tr><td>".repeat(50_000));
    let quotes = format!("From: a@b.org\n\n{}", "> ".repeat(500_000));
    let references = format!("References: {}\n\nHi\n", "<a@b>".repeat(50_000));
    let recipients = format!("To: {}\n\nHi\n", "jo@example.com, ".repeat(10_000));
    let all = [
        ("nested", nested),
        ("chain", chain),
        ("parts", parts),
        ("blank", blank),
        ("comment", comment),
        ("lines", lines),
        ("words", words),
        ("html", html),
        ("quotes", quotes),
        ("references", references),
        ("recipients", recipients),
    ];
    for (name, raw) in all {
        let start = Instant::now();
        if let Ok(mail) = parse(raw.as_bytes(), &Limits::default()) {
            check(&mail);
        }
        println!("{name}: {:?}", start.elapsed());
        assert!(start.elapsed().as_secs() < 20, "{name} takes {:?}", start.elapsed());
    }
}

#[test]
fn limits_hold_on_both_sides() {
    let small = Limits { header_lines: 10, parts: 5, depth: 2, ..Limits::default() };
    let with = |n: usize| format!("From: a@b.org\n{}\nHi\n", "X: y\n".repeat(n));
    let flaws = |raw: &str| parse(raw.as_bytes(), &small).expect("a mail").flaws;
    assert!(!flaws(&with(9)).contains(&Flaw::HeadersCut));
    assert!(flaws(&with(10)).contains(&Flaw::HeadersCut));
    let with = |n: usize| {
        format!(
            "From: a@b.org\nContent-Type: multipart/mixed; boundary=q\n\n{}--q--\n",
            "--q\n\nx\n".repeat(n)
        )
    };
    assert!(!flaws(&with(4)).contains(&Flaw::TooManyParts));
    assert!(flaws(&with(5)).contains(&Flaw::TooManyParts));
    let tiny = Limits { bytes: 20, ..Limits::default() };
    assert!(parse(b"From: a@b.org\n\nHello", &tiny).is_ok());
    assert!(parse(b"From: a@b.org\n\nHello!", &tiny).is_err());
}

/// Real mails, to be damaged.
fn seeds() -> Vec<Vec<u8>> {
    let folders = ["mail/threads", "bounces/sisimai", "mail/everyday"];
    let found =
        folders.iter().filter_map(|folder| common::corpus(folder)).flat_map(|f| common::files(&f));
    let mut all: Vec<Vec<u8>> =
        found.map(|(_, raw)| raw).filter(|raw| raw.len() < 20_000).collect();
    all.push(
        b"From: a@b.org\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nHi\n--q--\n".to_vec(),
    );
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_bring_it_down(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        if let Ok(mail) = parse(&raw, &Limits::default()) {
            check(&mail);
        }
    }

    #[test]
    fn nothing_that_looks_like_a_mail_brings_it_down(
        pieces in proptest::collection::vec(prop_oneof![
            Just("From: "), Just("\n"), Just("\r\n"), Just("Content-Type: multipart/mixed; boundary=a"), Just("--a"), Just("--a--"),
            Just("Content-Type: text/html; charset=utf-7"), Just("Content-Transfer-Encoding: base64"), Just("=?utf-8?B?"), Just("?="),
            Just("<"), Just(">"), Just("\""), Just("("), Just("\\"), Just("message/rfc822"), Just("Content-Type: message/delivery-status"),
            Just("Final-Recipient: rfc822; x@y.org"), Just("550 5.1.1 "), Just("MAILER-DAEMON"), Just("Subject: Undelivered"), Just("\0"),
            Just("charset=\"utf-16\""), Just("filename*0*=utf-8''%E4"), Just("ü"), Just("On 1 Jan 2020 at 10:00 a@b.org wrote:"), Just("> "), Just("a@b.org"),
        ], 0..120)
    ) {
        if let Ok(mail) = parse(pieces.concat().as_bytes(), &Limits::default()) {
            check(&mail);
        }
    }
}

/// Numbers that are the same in each run, so that what fails once fails again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// Words at which readers stumble.
const ROCKS: [&[u8]; 16] = [
    b"\r\n\r\n",
    b"\n\n",
    b"\0",
    b"--",
    b"=?utf-8?B?",
    b"?=",
    b"=",
    b"((((((",
    b"\"",
    b"<>",
    b"Content-Type: multipart/mixed; boundary=\"\"\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"charset=utf-7",
    b"message/rfc822",
    b"\xff\xfe",
    b"> > > > > >",
];

/// One mail made of real ones: bytes changed, pieces cut out, doubled, exchanged, put in.
fn damaged(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut raw = seeds[chance.below(seeds.len())].clone();
    for _ in 0..=chance.below(8) {
        let (at, length) = (chance.below(raw.len()), 1 + chance.below(200));
        let end = (at + length).min(raw.len());
        match chance.below(6) {
            0 => drop(raw.splice(at..end.min(at + 1), [chance.below(256) as u8])),
            1 => drop(raw.drain(at..end)),
            2 => {
                let piece = raw[at..end].to_vec();
                raw.splice(at..at, piece.repeat(1 + chance.below(20)));
            }
            3 => {
                let other = &seeds[chance.below(seeds.len())];
                let from = chance.below(other.len());
                let piece = other[from..(from + length * 10).min(other.len())].to_vec();
                raw.splice(at..end, piece);
            }
            4 => drop(raw.splice(at..at, ROCKS[chance.below(ROCKS.len())].iter().copied())),
            _ => raw.truncate(at.max(1)),
        }
    }
    raw
}

/// What a mail holds once it is read; twice what it had on its way is plenty.
fn weight(mail: &Mail) -> usize {
    let texts = [&mail.text, &mail.html].into_iter().flatten().map(String::len).sum::<usize>();
    let files = mail.attachments.iter().map(|it| it.bytes.len() + it.name.len()).sum::<usize>();
    let headers = mail.headers.iter().map(|(name, it)| name.len() + it.len()).sum::<usize>();
    texts + files + headers
}

/// Each is read or is refused with a reason; none takes long or grows.
#[test]
fn damaged_mails_do_not_bring_it_down() {
    let (seeds, mut chance) = (seeds(), Chance(0x5EED_0F7E));
    let (mut read, mut refused) = (0, 0);
    let mut slowest = std::time::Duration::ZERO;
    for round in 0..2500 {
        let raw = damaged(&seeds, &mut chance);
        let start = Instant::now();
        match parse(&raw, &Limits::default()) {
            Ok(mail) => {
                check(&mail);
                let most = 4 * raw.len() + 64 * 1024;
                assert!(weight(&mail) <= most, "{round}: {} of {}", weight(&mail), raw.len());
                read += 1;
            }
            Err(_) => refused += 1,
        }
        slowest = slowest.max(start.elapsed());
        assert!(start.elapsed().as_secs() < 5, "{round} takes {:?}", start.elapsed());
    }
    println!("{read} read, {refused} refused, the slowest in {slowest:?}");
    assert_eq!(read + refused, 2500);
}
