use std::time::Duration;

use tend_work::smtp_in::Options;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::desk::{Client, Desk, options, outside, own_tls};

const TEXT: &str = "Subject: hello\r\n\r\n..dots\r\n.\r\n";

#[tokio::test]
async fn a_mail() {
    let desk = Desk::open(options()).await;
    let mut client = desk.client().await;
    client.hears("220 tend.test ").await;
    let offer = client.asks("EHLO client.test\r\n", "250-tend.test\r\n").await;
    for word in ["PIPELINING", "SIZE 100000", "8BITMIME", "SMTPUTF8", "CHUNKING"] {
        assert!(offer.contains(&format!("{word}\r\n")), "{offer}");
    }
    assert!(!offer.contains("STARTTLS"));
    client.asks("MAIL FROM:<a@client.test> SIZE=100 BODY=8BITMIME\r\n", "250 2.1.0").await;
    client.asks("RCPT TO:<nobody@other.test>\r\n", "550 5.1.1").await;
    client.asks("RCPT TO:<away@tend.test>\r\n", "451").await;
    client.asks("RCPT TO:<Support+x@tend.test>\r\n", "250 2.1.5").await;
    client.asks("DATA\r\n", "354").await;
    client.asks(TEXT, "250 2.0.0").await;
    let (envelope, bytes) = desk.mails().remove(0);
    assert_eq!(bytes, b"Subject: hello\r\n\r\n.dots\r\n");
    assert_eq!(envelope.from, "a@client.test");
    assert_eq!(envelope.to, ["Support+x@tend.test"]);
    assert_eq!((envelope.helo.as_str(), envelope.protocol), ("client.test", "ESMTP"));
    client.asks("DATA\r\n", "503").await;
    client.asks("QUIT\r\n", "221").await;
    client.is_sent_away().await;
    assert_eq!(desk.kept().await, 1);
}

#[tokio::test]
async fn commands_out_of_order_and_nonsense() {
    let desk = Desk::open(options()).await;
    let mut client = desk.client().await;
    client.hears("220").await;
    for (said, heard) in [
        ("MAIL FROM:<a@b.test>\r\n", "503"),
        ("HELO there\r\n", "250 tend.test\r\n"),
        ("RCPT TO:<a@tend.test>\r\n", "503"),
        ("DATA\r\n", "503"),
        ("MAIL FROM:a b c\r\n", "50"),
        ("MAIL FROM:<>\r\n", "250"),
        ("MAIL FROM:<>\r\n", "503"),
        ("DATA\r\n", "554"),
        ("RCPT TO:<>\r\n", "50"),
        ("RSET\r\n", "250"),
        ("NOOP\r\n", "250"),
        ("VRFY a\r\n", "252"),
        ("EXPN a\r\n", "502"),
        ("HELP\r\n", "214"),
        ("AUTH PLAIN AAAA\r\n", "502"),
        ("STARTTLS\r\n", "502"),
        ("\u{0}\u{1}\u{2}\r\n", "500"),
        ("WORLD\r\n", "500"),
        ("NOOP\n", "500"),
        ("\r\n", "500"),
    ] {
        client.asks(said, heard).await;
    }
    assert!(desk.mails().is_empty());
}

#[tokio::test]
async fn a_thousand_unknown_verbs_and_a_line_without_end() {
    let desk = Desk::open(options()).await;
    let mut client = desk.greeted().await;
    client.says(&"WORLD\r\n".repeat(1000)).await;
    for _ in 1..20 {
        client.hears("500").await;
    }
    client.hears("421").await;

    let mut client = desk.greeted().await;
    client.asks(&format!("NOOP {}\r\n", "x".repeat(5000)), "500 5.5.2 Line too long").await;
    client.asks("NOOP\r\n", "250").await;

    let mut stream = TcpStream::connect(desk.address).await.unwrap();
    let megabyte = vec![b'x'; 1024 * 1024];
    let mut sent = 0;
    while sent < 100 && stream.write_all(&megabyte).await.is_ok() {
        sent += 1;
    }
    assert!(sent < 100, "a line of 100 MB was read to its end");
}

/// A01
#[tokio::test]
async fn a_mail_that_is_too_large() {
    let desk = Desk::open(options()).await;
    let mut client = desk.greeted().await;
    client.asks("MAIL FROM:<a@client.test> SIZE=100001\r\n", "552").await;
    for (size, answer) in [(99_999, "250"), (100_000, "250"), (100_001, "552"), (300_000, "552")] {
        client.addresses("support@tend.test").await;
        client.asks("DATA\r\n", "354").await;
        let text = format!("{}\r\n", "x".repeat(size - 2));
        client.asks(&format!("{text}.\r\n"), answer).await;
    }
    client.asks("NOOP\r\n", "250").await;
    assert_eq!((desk.mails().len(), desk.kept().await), (2, 2));

    client.addresses("support@tend.test").await;
    client.asks("DATA\r\n", "354").await;
    // The desk hangs up before it has read all of that, so it may not be possible to write it.
    let (mut hears, mut says) = tokio::io::split(client.into_stream());
    let (much, mut code) = ("x".repeat(5_000_000), [0; 3]);
    let (_, heard) = tokio::join!(says.write_all(much.as_bytes()), hears.read_exact(&mut code));
    assert_eq!((heard.unwrap(), &code), (3, b"552"));
}

#[tokio::test]
async fn chunks() {
    let desk = Desk::open(options()).await;
    let mut client = desk.greeted().await;
    client.addresses("support@tend.test").await;
    client.asks("BDAT 5\r\na\r\n.\n", "250").await;
    client.asks("DATA\r\n", "503").await;
    client.asks("RCPT TO:<b@tend.test>\r\n", "503").await;
    client.asks("BDAT 0\r\n", "250").await;
    client.asks("BDAT 3 LAST\r\nend", "250").await;
    assert_eq!(desk.mails()[0].1, b"a\r\n.\nend");

    // Its bytes are never taken for commands.
    client.asks("BDAT 6 LAST\r\nQUIT\r\n", "503").await;
    client.asks("MAIL FROM:<>\r\n", "250").await;
    client.asks("BDAT 6 LAST\r\nQUIT\r\n", "503").await;
    client.asks("NOOP\r\n", "250").await;

    client.addresses("support@tend.test").await;
    client.asks(&format!("BDAT 90000\r\n{}", "x".repeat(90_000)), "250").await;
    client.asks(&format!("BDAT 90000\r\n{}", "x".repeat(90_000)), "552").await;
    client.asks("BDAT 1 LAST\r\nx", "552").await;
    assert_eq!((desk.mails().len(), desk.kept().await), (1, 1));
}

/// LMTP answers for each recipient.
#[tokio::test]
async fn lmtp() {
    let desk = Desk::open(options()).await;
    let mut client = desk.client().await;
    client.hears("220").await;
    client.asks("LHLO mta.test\r\n", "250-").await;
    client.asks("MAIL FROM:<>\r\n", "250").await;
    client.asks("RCPT TO:<a@tend.test>\r\n", "250").await;
    client.asks("RCPT TO:<nobody@other.test>\r\n", "550").await;
    client.asks("RCPT TO:<b@tend.test>\r\n", "250").await;
    client.asks("DATA\r\n", "354").await;
    client.asks(TEXT, "250").await;
    client.hears("250").await;
    client.asks("NOOP\r\n", "250").await;
    let (envelope, _) = desk.mails().remove(0);
    assert_eq!((envelope.protocol, envelope.to.len()), ("LMTP", 2));
}

#[tokio::test]
async fn pipelining() {
    let desk = Desk::open(options()).await;
    let mut client = desk.greeted().await;
    client
        .says("MAIL FROM:<a@b.test>\r\nRCPT TO:<x@other.test>\r\nRCPT TO:<a@tend.test>\r\nDATA\r\n")
        .await;
    for heard in ["250", "550", "250", "354"] {
        client.hears(heard).await;
    }
    client.says(&format!("{TEXT}MAIL FROM:<c@d.test>\r\nRSET\r\nNOOP\r\n")).await;
    for heard in ["250 2.0.0 Taken", "250", "250", "250"] {
        client.hears(heard).await;
    }
    assert_eq!(desk.mails().len(), 1);

    // Talking on after DATA, before it was allowed, is how one smuggles.
    client.addresses("a@tend.test").await;
    client.says(&format!("DATA\r\n{TEXT}")).await;
    client.hears("554").await;
    client.is_sent_away().await;
    assert_eq!(desk.mails().len(), 1);
}

/// A24, V64
#[tokio::test]
async fn smuggling() {
    let desk = Desk::open(options()).await;
    for end in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r\n", "\r\n.\r", "\r.\r"] {
        let mut client = desk.greeted().await;
        client.addresses("support@tend.test").await;
        client.asks("DATA\r\n", "354").await;
        client.says(&format!("one{end}MAIL FROM:<evil@b.test>\r\nRCPT TO:<a@tend.test>\r\n")).await;
        client.asks("DATA\r\ntwo\r\n.\r\n", "250").await;
        client.asks("NOOP\r\n", "250").await;
    }
    for (envelope, bytes) in desk.mails() {
        assert_eq!(envelope.from, "a@client.test");
        assert!(String::from_utf8(bytes).unwrap().contains("evil"));
    }
    assert_eq!(desk.mails().len(), 6);
}

#[tokio::test]
async fn who_speaks_first_is_no_mail_server() {
    let desk = Desk::open(Options { greet_pause: Duration::from_secs(5), ..options() }).await;
    let mut client = desk.client().await;
    client.asks("EHLO early\r\n", "554").await;
    client.is_sent_away().await;
}

#[tokio::test]
async fn tls() {
    let folder = tempfile::tempdir().unwrap();
    let tls = own_tls(folder.path());
    let certificate = std::fs::read(folder.path().join("smtp-cert.pem")).unwrap();
    let desk = Desk::open(Options { tls: Some(tls), ..options() }).await;
    let mut client = desk.client().await;
    client.hears("220").await;
    let offer = client.asks("EHLO client.test\r\n", "250").await;
    assert!(offer.contains("STARTTLS"));
    client.asks("MAIL FROM:<before@tls.test>\r\n", "250").await;
    // What came before TLS is not heard inside it.
    client.asks("STARTTLS\r\nRSET\r\nNOOP\r\n", "220").await;
    let stream = outside(Some(&certificate))
        .secure(client.into_stream(), "localhost", Duration::from_secs(5))
        .await
        .unwrap();
    let mut client = Client::new(stream);
    client.asks("RCPT TO:<a@tend.test>\r\n", "503").await;
    client.asks("MAIL FROM:<a@b.test>\r\n", "503").await;
    let offer = client.asks("EHLO client.test\r\n", "250").await;
    assert!(!offer.contains("STARTTLS"));
    client.asks("STARTTLS\r\n", "502").await;
    client.addresses("support@tend.test").await;
    client.asks("DATA\r\n", "354").await;
    client.asks(TEXT, "250").await;
    assert_eq!(desk.mails()[0].0.protocol, "ESMTPS");

    // The same certificate serves the next start.
    own_tls(folder.path());
    assert_eq!(certificate, std::fs::read(folder.path().join("smtp-cert.pem")).unwrap());
}

#[tokio::test]
async fn what_is_not_taken_is_not_acknowledged() {
    let desk = Desk::open(options()).await;
    let mut client = desk.greeted().await;
    for (to, answer) in [
        ("full@tend.test", "452 4.3.1"),
        ("later@tend.test", "451 4.3.0"),
        ("panic@tend.test", "451 4.3.0"),
        ("never@tend.test", "550 5.7.1 Not250 today\r\n"),
    ] {
        client.addresses(to).await;
        client.asks("DATA\r\n", "354").await;
        client.asks(TEXT, answer).await;
    }
    assert_eq!((desk.mails().len(), desk.kept().await), (0, 2));

    // The folder is gone: what can't be written is not acknowledged.
    std::fs::remove_dir_all(desk.folder.path()).unwrap();
    client.addresses("support@tend.test").await;
    client.asks("DATA\r\n", "354").await;
    client.asks(TEXT, "451").await;
    client.asks("NOOP\r\n", "250").await;
}

/// A25
#[tokio::test]
async fn too_many_connections_and_silent_ones() {
    let desk = Desk::open(Options { connections_each: 3, ..options() }).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = desk.client().await;
        client.hears("220").await;
        clients.push(client);
    }
    let mut fourth = desk.client().await;
    fourth.hears("421 4.7.0").await;
    fourth.is_sent_away().await;
    let mut first = clients.remove(0);
    first.asks("QUIT\r\n", "221").await;
    first.is_sent_away().await;
    drop(first);
    loop {
        let mut again = desk.client().await;
        if again.hears("").await.starts_with("220") {
            break;
        }
    }

    let desk = Desk::open(Options { idle: Duration::from_millis(50), ..options() }).await;
    let mut client = desk.client().await;
    client.hears("220").await;
    client.hears("421 4.4.2").await;
    let mut client = desk.greeted().await;
    client.addresses("a@tend.test").await;
    client.asks("DATA\r\n", "354").await;
    client.hears("421 4.4.2").await;
}

/// F-26
#[tokio::test]
async fn stopping_finishes_the_mail_that_is_under_way() {
    let desk = Desk::open(options()).await;
    let mut idle = desk.greeted().await;
    let mut busy = desk.greeted().await;
    busy.addresses("support@tend.test").await;
    busy.asks("DATA\r\n", "354").await;
    busy.says("Subject: half\r\n").await;
    desk.stop.cancel();
    idle.hears("421 4.3.2").await;
    busy.asks(TEXT, "250").await;
    busy.hears("421 4.3.2").await;
    assert_eq!(desk.mails().len(), 1);
    assert!(TcpStream::connect(desk.address).await.is_err());
    drop((idle, busy));
    desk.serving.await.unwrap();
}

#[tokio::test]
async fn a_client_that_leaves_leaves_nothing() {
    let desk = Desk::open(options()).await;
    let mut client = desk.greeted().await;
    client.addresses("support@tend.test").await;
    client.asks("DATA\r\n", "354").await;
    client.says("half a mail\r\n").await;
    drop(client);
    desk.stop.cancel();
    desk.serving.await.unwrap();
    let unfinished = std::fs::read_dir(desk.folder.path().join("files/unfinished")).unwrap();
    assert_eq!(unfinished.count(), 0);
}
