//! A receiver to send to, and a client that says exactly what it is told.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use tend_outside::{Allow, Files, Guard, Outside, Stream, files::Stored, tls};
use tend_work::smtp_in::{self, Accept, Envelope, Intake, Options, Recipient};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// Takes mail for `@tend.test`; `full@`, `later@` and `panic@` do what they say.
pub struct Desk {
    pub address: SocketAddr,
    pub stop: CancellationToken,
    pub serving: JoinHandle<()>,
    pub folder: tempfile::TempDir,
    taken: Arc<Taken>,
}

struct Taken {
    mails: Mutex<Vec<(Envelope, Vec<u8>)>>,
    files: Files,
}

impl Intake for Taken {
    async fn recipient(&self, address: &str) -> Recipient {
        match address {
            "away@tend.test" => Recipient::Later,
            it if it.ends_with("@tend.test") => Recipient::Known,
            _ => Recipient::Unknown,
        }
    }

    async fn accept(&self, envelope: Envelope, mail: Stored) -> Accept {
        match envelope.to[0].as_str() {
            "full@tend.test" => return Accept::Full,
            "later@tend.test" => return Accept::Later,
            "never@tend.test" => return Accept::Refused("Not\r\n250 today".to_owned()),
            "panic@tend.test" => panic!("the intake fails"),
            _ => {}
        }
        let bytes = self.files.get(&mail.place).await.unwrap();
        self.mails.lock().unwrap().push((envelope, bytes.to_vec()));
        Accept::Taken
    }
}

impl Desk {
    pub async fn open(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::folder(&folder.path().join("files")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let taken = Arc::new(Taken { mails: Mutex::default(), files: files.clone() });
        let stop = CancellationToken::new();
        let serving =
            tokio::spawn(smtp_in::serve(listener, options, files, taken.clone(), stop.clone()));
        Self { address, stop, serving, folder, taken }
    }

    pub fn mails(&self) -> Vec<(Envelope, Vec<u8>)> {
        self.taken.mails.lock().unwrap().clone()
    }

    /// Files that are kept.
    pub async fn kept(&self) -> usize {
        self.taken.files.list().await.unwrap().len()
    }

    pub async fn client(&self) -> Client {
        Client::new(Stream::new(TcpStream::connect(self.address).await.unwrap()))
    }

    /// A client that was greeted and has said EHLO.
    pub async fn greeted(&self) -> Client {
        let mut client = self.client().await;
        client.hears("220").await;
        client.asks("EHLO client.test\r\n", "250").await;
        client
    }
}

pub fn options() -> Options {
    Options {
        host: "tend.test".to_owned(),
        largest: 100_000,
        greet_pause: Duration::ZERO,
        ..Options::default()
    }
}

pub fn own_tls(folder: &Path) -> Arc<rustls::ServerConfig> {
    smtp_in::tls::own(folder, "localhost", "2026-11-22T10:00:00Z".parse().unwrap()).unwrap()
}

/// Speaks to this machine, and believes in one certificate more.
pub fn outside(extra: Option<&[u8]>) -> Outside {
    let allow = Allow::parse(["127.0.0.0/8", "localhost"]).unwrap();
    Outside::new(Guard::new(allow), tls::client_config(extra).unwrap())
}

pub struct Client {
    stream: BufReader<Stream>,
}

impl Client {
    pub fn new(stream: Stream) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    pub fn into_stream(self) -> Stream {
        self.stream.into_inner()
    }

    pub async fn says(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// Another answer than this is a failure. Answers of many lines are read whole.
    pub async fn hears(&mut self, beginning: &str) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            let read = self.stream.read_line(&mut line);
            tokio::time::timeout(Duration::from_secs(10), read).await.unwrap().unwrap();
            all += &line;
            if line.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
        assert!(all.starts_with(beginning), "expected {beginning}, heard {all:?}");
        all
    }

    pub async fn asks(&mut self, text: &str, beginning: &str) -> String {
        self.says(text).await;
        self.hears(beginning).await
    }

    pub async fn is_sent_away(&mut self) {
        let mut rest = String::new();
        let read = self.stream.read_to_string(&mut rest);
        // A reset is as good as an end.
        let _ = tokio::time::timeout(Duration::from_secs(10), read).await.unwrap();
        assert_eq!(rest, "");
    }

    /// MAIL and RCPT.
    pub async fn addresses(&mut self, to: &str) {
        self.asks("MAIL FROM:<a@client.test>\r\n", "250").await;
        self.asks(&format!("RCPT TO:<{to}>\r\n"), "250").await;
    }
}
