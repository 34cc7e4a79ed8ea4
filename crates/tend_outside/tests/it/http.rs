use std::time::Duration;

use tend_outside::{
    Allow, Error, Guard, Outside,
    http::Ask,
    push::{Pushed, Sender, Subscription},
    tls,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

fn outside(allow: &str) -> Outside {
    let allow = Allow::parse(allow.split_whitespace()).unwrap();
    Outside::new(Guard::new(allow), tls::client_config(None).unwrap())
}

/// Answers each request with the next of these, and tells what was asked.
async fn server(answers: Vec<Vec<u8>>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 16 * 1024];
            let read = stream.read(&mut request).await.unwrap();
            asked.push(String::from_utf8_lossy(&request[..read]).into_owned());
            // The client may have heard enough.
            let _ = stream.write_all(&answer).await;
        }
        asked
    });
    (url, serving)
}

fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

#[tokio::test]
async fn an_answer() {
    let (url, serving) = server(vec![ok("hello")]).await;
    let ask = Ask::get(&format!("{url}/a?b=c")).unwrap().with("x-one", "1").unwrap();
    let answer = outside("127.0.0.1").http().send(ask).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"hello".as_slice()));
    let asked = serving.await.unwrap().remove(0);
    assert!(asked.starts_with("GET /a?b=c HTTP/1.1\r\n") && asked.contains("x-one: 1"), "{asked}");
}

#[tokio::test]
async fn private_places_are_refused() {
    for url in
        ["http://127.0.0.1:1/", "http://[::1]:1/", "http://localhost:1/", "http://2130706433/"]
    {
        let answer = outside("").http().send(Ask::get(url).unwrap()).await;
        assert!(matches!(answer, Err(Error::Refused(_))), "{url}: {answer:?}");
    }
    for url in ["ftp://example.com/", "file:///etc/passwd", "http://a:b@example.com/", "nothing"] {
        assert!(matches!(Ask::get(url), Err(Error::Refused(_))), "{url}");
    }
}

/// A83
#[tokio::test]
async fn redirects() {
    let to = |place: &str| {
        format!("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n")
            .into_bytes()
    };
    let http = outside("127.0.0.1");
    let http = http.http();

    let (url, _serving) = server(vec![to("/next")]).await;
    let answer = http.send(Ask::get(&url).unwrap()).await.unwrap();
    assert_eq!(answer.status, 302);

    let (url, _serving) = server(vec![to("/next"), ok("there")]).await;
    let answer = http.send(Ask::get(&url).unwrap().follow(3)).await.unwrap();
    assert_eq!(answer.body, b"there");

    for place in ["http://10.0.0.1/", "file:///etc/passwd", "http://169.254.169.254/latest"] {
        let (url, _serving) = server(vec![to(place)]).await;
        let answer = http.send(Ask::get(&url).unwrap().follow(3)).await;
        assert!(matches!(answer, Err(Error::Refused(_))), "{place}: {answer:?}");
    }
    let (url, _serving) = server(vec![to("/1"), to("/2"), to("/3")]).await;
    let answer = http.send(Ask::get(&url).unwrap().follow(2)).await.unwrap();
    assert_eq!(answer.status, 302);
}

/// A84
#[tokio::test]
async fn answers_without_end() {
    let long = ok(&"x".repeat(100_000));
    let http = outside("127.0.0.1");
    let http = http.http();

    let (url, _serving) = server(vec![long.clone()]).await;
    let answer = http.send(Ask::get(&url).unwrap().at_most(99_999)).await;
    assert_eq!(answer.unwrap_err(), Error::TooLarge(99_999));

    let (url, _serving) = server(vec![long.clone()]).await;
    let answer = http.send(Ask::get(&url).unwrap().at_most(100_000)).await.unwrap();
    assert_eq!((answer.body.len(), answer.cut), (100_000, false));

    let (url, _serving) = server(vec![long]).await;
    let answer = http.send(Ask::get(&url).unwrap().cut_at(1000)).await.unwrap();
    assert_eq!((answer.body.len(), answer.cut), (1000, true));

    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let ask = Ask::get(&url).unwrap().within(Duration::from_millis(50));
    assert!(matches!(http.send(ask).await, Err(Error::TimedOut(_))));
}

#[tokio::test]
async fn a_push_message() {
    let browser = aws_lc_rs::agreement::PrivateKey::generate(&aws_lc_rs::agreement::ECDH_P256);
    let public = browser.unwrap().compute_public_key().unwrap();
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    let sender = Sender::new(&Sender::make_key(), "mailto:admin@tend.test").unwrap();
    let status =
        |it: &str| format!("HTTP/1.1 {it}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    for (line, expected) in [
        ("201 Created", Pushed::Sent),
        ("410 Gone", Pushed::Gone),
        ("429 Slow down", Pushed::Later(Some(429))),
        ("413 Too large", Pushed::Refused(413)),
    ] {
        let (url, serving) = server(vec![status(line).into_bytes()]).await;
        let to = Subscription {
            endpoint: format!("{url}/push/1"),
            p256dh: BASE64.encode(public.as_ref()),
            auth: BASE64.encode([1; 16]),
        };
        let pushed = sender.send(outside("127.0.0.1").http(), &to, b"hello", now).await.unwrap();
        assert_eq!(pushed, expected);
        let asked = serving.await.unwrap().remove(0).to_ascii_lowercase();
        assert!(asked.contains("content-encoding: aes128gcm"), "{asked}");
        assert!(asked.contains("authorization: vapid t="), "{asked}");
    }
    let private = Subscription {
        endpoint: "http://127.0.0.1:9/".to_owned(),
        p256dh: BASE64.encode(public.as_ref()),
        auth: BASE64.encode([1; 16]),
    };
    let pushed = sender.send(outside("").http(), &private, b"hello", now).await;
    assert!(matches!(pushed, Err(Error::Refused(_))));
}
