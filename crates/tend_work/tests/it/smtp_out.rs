use std::time::Duration;

use tend_work::{
    smtp_in::Options,
    smtp_out::{
        Fate, Letter, Login, Manner, Protocol, Security, Sent, Server, Times, Trouble, check, send,
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};

use crate::desk::{Desk, options, outside, own_tls};

fn manner(protocol: Protocol) -> Manner {
    let times = Times {
        connect: Duration::from_secs(5),
        greeting: Duration::from_secs(2),
        command: Duration::from_secs(2),
        data: Duration::from_secs(2),
        verdict: Duration::from_secs(2),
    };
    Manner { protocol, name: "tend.test".to_owned(), times }
}

fn server(port: u16) -> Server {
    let login = Login::None;
    Server { host: "localhost".to_owned(), port, security: Security::None, login }
}

async fn post(server: &Server, protocol: Protocol, to: &[&str]) -> Sent {
    let to: Vec<_> = to.iter().map(|it| (*it).to_owned()).collect();
    let letter = Letter { from: "support@tend.test", to: &to, bytes: b"Subject: x\r\n\r\n.y\r\n" };
    send(&outside(None), server, &manner(protocol), letter).await
}

fn fates(sent: &Sent) -> Vec<(Fate, &str)> {
    sent.deliveries.iter().map(|it| (it.fate, it.answer.as_str())).collect()
}

#[tokio::test]
async fn to_our_own_receiver() {
    let desk = Desk::open(options()).await;
    let server = server(desk.address.port());
    let to = ["a@tend.test", "nobody@other.test", "away@tend.test", "odd address@tend.test"];
    for protocol in [Protocol::Smtp, Protocol::Lmtp] {
        let sent = post(&server, protocol, &to).await;
        assert!(sent.trouble.is_none());
        assert_eq!(
            fates(&sent),
            [
                (Fate::Accepted, "250 2.0.0 Taken"),
                (Fate::Permanent, "550 5.1.1 No such mailbox here"),
                (Fate::Temporary, "451 4.3.0 Try again later"),
                (Fate::Permanent, "This address can't be sent to by this server."),
            ]
        );
    }
    assert_eq!(desk.mails()[0].1, b"Subject: x\r\n\r\n.y\r\n");
    assert_eq!(desk.mails().len(), 2);
    let sent = post(&server, Protocol::Smtp, &["never@tend.test", "b@tend.test"]).await;
    let no = (Fate::Permanent, "550 5.7.1 Not250 today");
    assert_eq!(fates(&sent), [no, no]);
}

#[tokio::test]
async fn encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let tls = own_tls(folder.path());
    let certificate = std::fs::read(folder.path().join("smtp-cert.pem")).unwrap();
    let desk = Desk::open(Options { tls: Some(tls), ..options() }).await;
    let server = Server { security: Security::StartTls, ..server(desk.address.port()) };
    let manner = manner(Protocol::Smtp);
    check(&outside(Some(&certificate)), &server, &manner).await.unwrap();
    // A certificate that nobody vouches for, and one of another name.
    let strangers = check(&outside(None), &server, &manner).await.unwrap_err();
    assert!(matches!(strangers, Trouble::Outside(tend_outside::Error::Tls(..))), "{strangers}");
    let other = Server { host: "127.0.0.1".to_owned(), ..server };
    assert!(check(&outside(Some(&certificate)), &other, &manner).await.is_err());

    // No TLS, no mail: never in the open instead.
    let desk = Desk::open(options()).await;
    let plain = Server { security: Security::StartTls, ..self::server(desk.address.port()) };
    let sent = post(&plain, Protocol::Smtp, &["a@tend.test"]).await;
    assert_eq!(sent.deliveries[0].fate, Fate::Temporary);
    assert!(sent.deliveries[0].answer.contains("no STARTTLS"));
    assert!(desk.mails().is_empty());
}

#[tokio::test]
async fn too_large_for_the_server() {
    let desk = Desk::open(options()).await;
    let to = ["a@tend.test".to_owned()];
    let bytes = vec![b'x'; 100_001];
    let letter = Letter { from: "a@tend.test", to: &to, bytes: &bytes };
    let server = server(desk.address.port());
    let sent = send(&outside(None), &server, &manner(Protocol::Smtp), letter).await;
    assert_eq!(sent.deliveries[0].fate, Fate::Permanent);
    assert!(sent.deliveries[0].answer.contains("at most 100000"));
}

/// Answers each line with the next of these; what begins with `!` ends it so.
async fn script(answers: &'static [&'static str]) -> (Server, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let mut heard = Vec::new();
        for answer in answers {
            match *answer {
                "!hangs" => std::future::pending().await,
                "!leaves" => return heard,
                text => stream.write_all(text.as_bytes()).await.unwrap(),
            }
            let data = heard.last().is_some_and(|it: &String| it.starts_with("DATA"));
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                    return heard;
                }
                if !data || line == ".\r\n" {
                    heard.push(line);
                    break;
                }
            }
        }
        heard
    });
    (server(port), serving)
}

const OK: &str = "250 OK\r\n";

/// F-16 to F-19: where it breaks decides what we know.
#[tokio::test]
async fn where_it_breaks() {
    let lost = "The connection was lost while waiting for the verdict.";
    let silent = "No answer in time while waiting for the verdict.";
    let cases: &[(&'static [&'static str], Fate, &str)] = &[
        (&["!leaves"], Fate::Temporary, "lost while waiting for the greeting"),
        (&["!hangs"], Fate::Temporary, "in time while waiting for the greeting"),
        (&["554 No\r\n"], Fate::Temporary, "554 No"),
        (&["nonsense\r\n"], Fate::Temporary, "nothing that makes sense"),
        (&["220 x\r\n", "!leaves"], Fate::Temporary, "lost while greeting"),
        (&["220 x\r\n", OK, "451 4.7.1 Later\r\n"], Fate::Temporary, "451 4.7.1 Later"),
        (&["220 x\r\n", OK, "550 5.7.1 Never\r\n"], Fate::Permanent, "550 5.7.1 Never"),
        (&["220 x\r\n", OK, "530 5.7.0 Log in\r\n"], Fate::Temporary, "530"),
        (&["220 x\r\n", OK, OK, "550 5.1.1 Who\r\n"], Fate::Permanent, "550 5.1.1 Who"),
        (&["220 x\r\n", OK, OK, "552 Too many\r\n"], Fate::Temporary, "552 Too many"),
        (&["220 x\r\n", OK, OK, OK, "!leaves"], Fate::Temporary, "lost while beginning"),
        (&["220 x\r\n", OK, OK, OK, "354 Go\r\n", "!leaves"], Fate::Unknown, lost),
        (&["220 x\r\n", OK, OK, OK, "354 Go\r\n", "!hangs"], Fate::Unknown, silent),
        (&["220 x\r\n", OK, OK, OK, "354 Go\r\n", "451 Later\r\n"], Fate::Temporary, "451"),
        (&["220 x\r\n", OK, OK, OK, "354 Go\r\n", "554 Spam\r\n"], Fate::Permanent, "554 Spam"),
        (&["220 x\r\n", OK, OK, OK, "354 Go\r\n", "250 Q1\r\n"], Fate::Accepted, "250 Q1"),
    ];
    for (answers, fate, text) in cases {
        let (server, serving) = script(answers).await;
        let sent = post(&server, Protocol::Smtp, &["a@b.test"]).await;
        let it = &sent.deliveries[0];
        assert_eq!(it.fate, *fate, "{answers:?}: {it:?}");
        assert!(it.answer.contains(text), "{answers:?}: {it:?}");
        serving.abort();
    }
    let nobody = post(&server(1), Protocol::Smtp, &["a@b.test", "c@d.test"]).await;
    assert!(nobody.deliveries.iter().all(|it| it.fate == Fate::Temporary && !it.answer.is_empty()));
}

/// LMTP: the second recipient's answer is lost, the first one's is not.
#[tokio::test]
async fn half_a_verdict() {
    let (server, _serving) =
        script(&["220 x\r\n", OK, OK, OK, OK, "354 Go\r\n", "250 first\r\n", "!leaves"]).await;
    let sent = post(&server, Protocol::Lmtp, &["a@b.test", "c@d.test"]).await;
    assert_eq!(sent.deliveries[0].fate, Fate::Accepted);
    assert_eq!(sent.deliveries[1].fate, Fate::Unknown);
}

#[tokio::test]
async fn logins() {
    let password = Login::Password { user: "ann".to_owned(), secret: "s3cret".to_owned() };
    let bearer = Login::Bearer { user: "ann".to_owned(), token: "tok".to_owned() };
    let cases: [(Login, &'static [&'static str], &[&str], bool); 6] = [
        (
            password.clone(),
            &["220 x\r\n", "250-x\r\n250 AUTH LOGIN PLAIN\r\n", "235 in\r\n"],
            &["AUTH PLAIN AGFubgBzM2NyZXQ=\r\n"],
            true,
        ),
        (
            password.clone(),
            &["220 x\r\n", "250-x\r\n250 AUTH=LOGIN\r\n", "334 u\r\n", "334 p\r\n", "235 in\r\n"],
            &["AUTH LOGIN\r\n", "YW5u\r\n", "czNjcmV0\r\n"],
            true,
        ),
        (
            password.clone(),
            &["220 x\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "535 5.7.8 No\r\n"],
            &["AUTH PLAIN AGFubgBzM2NyZXQ=\r\n"],
            false,
        ),
        (password, &["220 x\r\n", OK, "503 What\r\n"], &["AUTH PLAIN AGFubgBzM2NyZXQ=\r\n"], false),
        (
            bearer.clone(),
            &["220 x\r\n", "250-x\r\n250 AUTH XOAUTH2\r\n", "235 in\r\n"],
            &["AUTH XOAUTH2 dXNlcj1hbm4BYXV0aD1CZWFyZXIgdG9rAQE=\r\n"],
            true,
        ),
        (
            bearer,
            &["220 x\r\n", "250-x\r\n250 AUTH XOAUTH2\r\n", "334 e30=\r\n", "535 No\r\n"],
            &["AUTH XOAUTH2 dXNlcj1hbm4BYXV0aD1CZWFyZXIgdG9rAQE=\r\n", "\r\n"],
            false,
        ),
    ];
    for (login, answers, said, works) in cases {
        assert!(!format!("{login:?}").contains("ann"));
        let (server, serving) = script(answers).await;
        let server = Server { login, ..server };
        let checked = check(&outside(None), &server, &manner(Protocol::Smtp)).await;
        match &checked {
            Ok(()) => assert!(works),
            Err(trouble) => assert!(!works && matches!(trouble, Trouble::Login(_)), "{trouble}"),
        }
        let heard = serving.await.unwrap();
        assert_eq!(heard[1..=said.len()], *said);
    }
}
