use super::*;
use std::io::Read;

fn read(text: &[u8]) -> Vec<String> {
    Mbox::new(text, 10_000)
        .map(|mail| String::from_utf8_lossy(&mail.expect("readable").bytes).into_owned())
        .collect()
}

const FROM: &str = "From jo@example.com Mon May  2 10:00:00 2022\n";

#[test]
fn mails_of_an_mbox() {
    let text = format!(
        "{FROM}Subject: 1\n\none\n>From here\n>>From there\n\n{FROM}Subject: 2\n\ntwo\n\n\n{FROM}\n"
    );
    let want = ["Subject: 1\n\none\nFrom here\n>From there\n\n", "Subject: 2\n\ntwo\n\n\n"];
    assert_eq!(read(text.as_bytes()), want);
    let crlf = read(text.replace('\n', "\r\n").as_bytes());
    assert_eq!(crlf, want.map(|w| w.replace('\n', "\r\n")));
    let cr = read(text.replace('\n', "\r").as_bytes());
    assert_eq!(cr, want.map(|w| w.replace('\n', "\r")));
    assert!(read(b"").is_empty() && read(b"\n\n").is_empty());
}

#[test]
fn letters_that_begin_with_from_stay_whole() {
    let text =
        format!("{FROM}Subject: 1\n\none\n\nFrom the start we knew\n\n{FROM}Subject: 2\n\ntwo\n");
    assert_eq!(read(text.as_bytes()).len(), 2);
}

#[test]
fn a_content_length_counts_only_where_it_fits() {
    let inner = format!("a\n\n{FROM}b\n");
    let text =
        format!("{FROM}Content-Length: {}\n\n{inner}\n{FROM}Subject: 2\n\ntwo\n", inner.len());
    assert_eq!(read(text.as_bytes()).len(), 2);
    assert!(read(text.as_bytes())[0].ends_with("b\n"));
    for wrong in ["5", "999999", "0", "-1", "x"] {
        let text = format!("{FROM}Content-Length: {wrong}\n\none two\n\n{FROM}Subject: 2\n\ntwo\n");
        let mails = read(text.as_bytes());
        assert_eq!(mails.len(), 2, "{wrong}");
        assert!(mails[0].contains("one two"), "{wrong}");
    }
}

#[test]
fn of_a_long_mail_only_the_start_is_kept() {
    let body = "some text that goes on\n".repeat(100_000);
    let text = format!("{FROM}Subject: x\n\n{body}\n{FROM}Subject: y\n\nshort\n");
    let mails: Vec<RawMail> =
        Mbox::new(text.as_bytes(), 1000).map(|m| m.expect("readable")).collect();
    let seen: Vec<_> = mails.iter().map(|m| (m.bytes.len(), m.is_cut, m.nth)).collect();
    assert_eq!(seen, [(1000, true, 1), (18, false, 2)]);
}

#[test]
fn a_line_without_end_is_bounded() {
    let mut text = format!("{FROM}Subject: 1\n\n").into_bytes();
    text.extend(std::iter::repeat_n(b'x', 3 * 1024 * 1024));
    let mails: Vec<RawMail> = Mbox::new(&text[..], 100).map(|m| m.expect("readable")).collect();
    assert_eq!((mails.len(), mails[0].bytes.len(), mails[0].is_cut), (1, 100, true));
}

#[test]
fn a_broken_reader_ends_the_walk() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("gone"))
        }
    }
    assert_eq!(Mbox::new(Broken, 10).map(|m| m.is_err()).collect::<Vec<_>>(), [true]);
}

#[test]
fn folders_of_everything() {
    let root = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("a/one.eml", "Subject: one\n\n1\n");
    write("a/notes.txt", "just some notes: nothing else\n");
    write("b.mbox", &format!("{FROM}Subject: two\n\n2\n\n{FROM}Subject: three\n\n3\n"));
    write("c/cur/1:2,S", "Subject: four\n\n4\n");
    write("c/new/2", "Subject: five\n\n5\n");
    write("c/tmp/3", "Subject: never\n\n");
    write("c/dovecot-uidlist", "Subject: never\n\n");
    write("c/.Sent/cur/4", "Subject: six\n\n6\n");
    write("d.emlx", "18\nSubject: seven\n\n7\n<?xml version=\"1.0\"?><plist/>");
    write("e/noextension", "Received: from x\nSubject: eight\n\n8\n");
    let mut boxes = open(&[root.path().to_owned()], 10_000);
    let mut subjects = Vec::new();
    for mail in boxes.by_ref() {
        let mail = mail.expect("readable");
        let text = String::from_utf8(mail.bytes).expect("text");
        let subject = text.lines().find_map(|l| l.strip_prefix("Subject: ")).expect("a subject");
        subjects.push(subject.to_owned());
    }
    assert_eq!(subjects, ["one", "two", "three", "six", "four", "five", "seven", "eight"]);
    assert_eq!(boxes.skipped(), [root.path().join("a/notes.txt")]);
    let missing: Vec<_> = open(&[root.path().join("nothing")], 10).collect();
    assert!(matches!(&missing[..], [Err(_)]));
}
