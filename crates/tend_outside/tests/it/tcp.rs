use std::time::Duration;

use tend_outside::{Allow, Error, Guard, Outside, tls};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const TIME: Duration = Duration::from_secs(5);

fn outside(allow: &[&str]) -> Outside {
    let allow = Allow::parse(allow.iter().copied()).unwrap();
    Outside::new(Guard::new(allow), tls::client_config(None).unwrap())
}

#[tokio::test]
async fn a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"hello").await.unwrap();
    });
    let mut stream = outside(&["127.0.0.1"]).connect("127.0.0.1", port, TIME).await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    assert_eq!(said, "hello");
    serving.await.unwrap();

    let refused = outside(&[]).connect("127.0.0.1", port, TIME).await;
    assert!(matches!(refused, Err(Error::Refused(_))));
    let nobody = outside(&["127.0.0.1"]).connect("127.0.0.1", port, TIME).await;
    assert_eq!(
        nobody.unwrap_err(),
        Error::Connect(format!("127.0.0.1:{port}"), "Connection refused".to_owned())
    );
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"220 plain text\r\n").await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    });
    let outside = outside(&["127.0.0.1"]);
    let stream = outside.connect("127.0.0.1", port, TIME).await.unwrap();
    let secured = outside.secure(stream, "127.0.0.1", TIME).await;
    assert!(matches!(secured, Err(Error::Tls(..))), "{secured:?}");
    serving.abort();
}

#[test]
fn extra_authorities() {
    assert!(tls::client_config(Some(b"nothing")).is_err());
    let bad = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(tls::client_config(Some(bad)).is_err());
}
