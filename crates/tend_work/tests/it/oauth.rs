use tend_work::oauth::{Grant, Refused, Tokens};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

use crate::desk::outside;

/// A token endpoint that answers so, one after the other, and tells what it was asked.
async fn endpoint(answers: &'static [(u16, &'static str)]) -> (Grant, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/token", listener.local_addr().unwrap());
    let (asked, hears) = unbounded_channel();
    tokio::spawn(async move {
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = String::new();
            while !request.contains("refresh_token=") {
                let mut bytes = [0; 4096];
                let read = stream.read(&mut bytes).await.unwrap();
                request += &String::from_utf8_lossy(&bytes[..read]);
            }
            asked.send(request).unwrap();
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let grant = Grant {
        token_endpoint: url,
        client_id: "tend".to_owned(),
        client_secret: "s&cret".to_owned(),
        refresh_token: "old".to_owned(),
        scope: String::new(),
    };
    (grant, hears)
}

#[tokio::test]
async fn tokens_are_kept_and_renewed() {
    let (grant, mut asked) = endpoint(&[
        (200, r#"{"access_token":"a1","expires_in":3600}"#),
        (200, r#"{"access_token":"a2","expires_in":3600,"refresh_token":"new"}"#),
    ])
    .await;
    let (tokens, outside) = (Tokens::default(), outside(None));
    let first = tokens.get(&outside, &grant).await.unwrap();
    assert_eq!((first.access_token.as_str(), first.refresh_token), ("a1", None));
    let form = asked.recv().await.unwrap();
    let expected =
        "grant_type=refresh_token&refresh_token=old&client_id=tend&client_secret=s%26cret";
    assert!(form.ends_with(expected), "{form}");
    assert_eq!(tokens.get(&outside, &grant).await.unwrap().access_token, "a1");
    tokens.forget(&grant);
    let second = tokens.get(&outside, &grant).await.unwrap();
    assert_eq!(second.refresh_token.as_deref(), Some("new"));
    let grant = Grant { refresh_token: "new".to_owned(), ..grant };
    assert_eq!(tokens.get(&outside, &grant).await.unwrap().access_token, "a2");
}

#[tokio::test]
async fn refusals() {
    let (grant, _asked) =
        endpoint(&[(400, r#"{"error":"invalid_grant"}"#), (503, "busy"), (200, "nonsense")]).await;
    let (tokens, outside) = (Tokens::default(), outside(None));
    assert!(matches!(tokens.get(&outside, &grant).await, Err(Refused::Gone(_))));
    assert!(matches!(tokens.get(&outside, &grant).await, Err(Refused::Later(_))));
    assert!(matches!(tokens.get(&outside, &grant).await, Err(Refused::Later(_))));
    let private = Grant { token_endpoint: "http://10.0.0.1/token".to_owned(), ..grant };
    assert!(matches!(tokens.get(&outside, &private).await, Err(Refused::Later(_))));
}
