//! What comes over the wire from those who mean harm, or from those who are broken.
//! The marks are those of docs/reliability.md.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::{
    crash::free_address,
    http,
    mailbox::Mailbox,
    office::{ADDRESS, Office},
    program::{Installation, Serving},
    smtp::Smtp,
};

fn connect(at: &str) -> TcpStream {
    let stream = TcpStream::connect(at).expect("listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("is a time");
    stream
}

/// What is answered to these bytes, until the connection ends.
fn raw(at: &str, bytes: &[u8]) -> String {
    let mut stream = connect(at);
    // It may answer and close before it has heard all.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Kilobytes of memory that a process holds.
fn memory(serving: &Serving) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", serving.id())).expect("is there");
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).expect("is told");
    line.trim().trim_end_matches(" kB").parse().expect("is a number")
}

/// A58
#[test]
fn requests_that_are_not_what_they_seem_are_refused() {
    let it = Installation::on_sqlite();
    let mailbox = Mailbox::open();
    let office = Office::furnish(&it, &mailbox, 1);
    let serving = it.serve(&["--set", "log.level=off"]);
    let at = &serving.address;
    let both = format!(
        "POST /api/v1/conversations HTTP/1.1\r\nHost: {at}\r\nContent-Length: 4\r\n\
         Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: {at}\r\n\r\n"
    );
    let answer = raw(at, both.as_bytes());
    // However it is read, there is one request, and what follows it is not another's.
    assert!(answer.matches("HTTP/1.1 ").count() <= 2, "{answer}");
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    let twice = format!(
        "POST / HTTP/1.1\r\nHost: {at}\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\nabcd"
    );
    assert!(raw(at, twice.as_bytes()).starts_with("HTTP/1.1 400"));
    let chunk = format!(
        "POST / HTTP/1.1\r\nHost: {at}\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"
    );
    assert!(raw(at, chunk.as_bytes()).starts_with("HTTP/1.1 4"));
    let header = format!("GET / HTTP/1.1\r\nHost: {at}\r\nX: {}\r\n\r\n", "x".repeat(1 << 20));
    assert!(raw(at, header.as_bytes()).starts_with("HTTP/1.1 431"));
    let many = "X-Y: z\r\n".repeat(5000);
    let many = format!("GET / HTTP/1.1\r\nHost: {at}\r\n{many}\r\n");
    assert!(raw(at, many.as_bytes()).starts_with("HTTP/1.1 431"));
    let (token, path) = (&office.tokens[0], "/api/v1/conversations");
    for deep in ["[".repeat(100_000), "{\"a\":".repeat(100_000)] {
        let answer = http::post(at, path, token, "deep", &deep).expect("answers");
        assert!((400..500).contains(&answer.status), "{}", answer.status);
    }
    let answer = http::post(at, path, token, "bad\u{7f}", "{}").expect("answers");
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    assert_eq!(serving.get("/health/live", "").0, 200);
    assert_eq!(serving.stop(), Some(0));
}

/// A58, slowly
#[test]
fn who_never_comes_to_the_point_is_let_go_and_nobody_waits_for_them() {
    let it = Installation::on_sqlite();
    let serving = it.serve(&["--set", "log.level=off", "--set", "http.header_seconds=1"]);
    let mut slow: Vec<_> = (0..200).map(|_| connect(&serving.address)).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\nHost").expect("takes it");
    }
    let began = Instant::now();
    assert_eq!(serving.get("/health/live", "").0, 200);
    assert!(began.elapsed() < Duration::from_secs(1), "others wait {:?}", began.elapsed());
    for stream in &mut slow {
        let mut rest = Vec::new();
        // A reset is as good as an end.
        let _ = stream.read_to_end(&mut rest);
    }
    assert!(began.elapsed() < Duration::from_secs(10), "they stay {:?}", began.elapsed());
    assert_eq!(serving.stop(), Some(0));
}

/// A01, A02: bytes go to the disk as they come, and memory does not grow with them.
#[test]
fn a_mail_without_end_costs_no_memory() {
    let it = Installation::on_sqlite();
    let mailbox = Mailbox::open();
    Office::furnish(&it, &mailbox, 0);
    let smtp = free_address();
    let name = format!("--smtp-listen={smtp}");
    let serving = it.serve(&[&name, "--set", "mail.max_message_mb=10", "--set", "log.level=off"]);
    let mut client = Smtp::connect(&smtp).expect("listens");
    let from = "MAIL FROM:<ann@customer.test>";
    assert_eq!(client.say(&format!("{from} SIZE=99000000\r\n")).expect("answers"), 552);
    let before = memory(&serving);
    let line = format!("{}\r\n", "x".repeat(998));
    // More than it takes, and less than it has the patience to read.
    let mail = format!("Subject: large\r\n\r\n{}", line.repeat(30_000));
    assert_eq!(client.send("ann@customer.test", ADDRESS, &mail).expect("answers"), 552);
    let grown = memory(&serving).saturating_sub(before);
    assert!(grown < 32_000, "it grew by {grown} kB");
    // The connection is as good as before.
    let small = "From: ann@customer.test\r\nSubject: small\r\n\r\nHello.";
    assert_eq!(client.send("ann@customer.test", ADDRESS, small).expect("answers"), 250);
    assert_eq!(serving.stop(), Some(0));
}

/// A25: those who hold connections and say nothing hold only so many.
#[test]
fn silent_mail_servers_take_nobodys_place() {
    let it = Installation::on_sqlite();
    let mailbox = Mailbox::open();
    Office::furnish(&it, &mailbox, 0);
    let smtp = free_address();
    let name = format!("--smtp-listen={smtp}");
    let few = ["--set", "mail.max_connections_per_address=5", "--set", "log.level=off"];
    let serving = it.serve(&[&[name.as_str()][..], &few].concat());
    let mut silent = Vec::new();
    let mut turned_away = 0;
    for _ in 0..50 {
        let mut stream = connect(&smtp);
        let mut hello = [0; 3];
        stream.read_exact(&mut hello).expect("is greeted");
        match &hello {
            b"220" => silent.push(stream),
            b"421" => turned_away += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((silent.len(), turned_away), (5, 45));
    assert_eq!(serving.get("/health/ready", "").0, 200);
    silent.pop();
    let small = "From: ann@customer.test\r\nSubject: small\r\n\r\nHello.";
    let began = Instant::now();
    loop {
        // Until it has seen that one is gone.
        match Smtp::connect(&smtp).and_then(|mut it| it.send("a@customer.test", ADDRESS, small)) {
            Ok(250) => break,
            other => assert!(began.elapsed() < Duration::from_secs(10), "{other:?}"),
        }
    }
    assert_eq!(serving.stop(), Some(0));
}
