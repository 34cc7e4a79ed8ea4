//! Receives mail over SMTP and LMTP.
//!
//! One listener speaks both: a client that says LHLO gets an answer for each
//! recipient. Bytes go to the files as they come; 250 is said after the
//! [`Intake`] has answered that everything is on disk. Who a recipient is and
//! what becomes of a mail is the intake's business.

mod conn;
mod data;
mod gate;
mod reply;
mod session;
pub mod tls;

use std::{future::Future, net::IpAddr, sync::Arc, time::Duration};

use rustls::ServerConfig;
use tend_outside::{Files, Stream, files::Stored};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use gate::Gate;
use session::Session;

/// What the receiver asks.
pub trait Intake: Send + Sync + 'static {
    /// May mail for this address come in? Asked at RCPT, for each recipient.
    fn recipient(&self, address: &str) -> impl Future<Output = Recipient> + Send;

    /// Takes a mail whose bytes are on disk. After [`Accept::Taken`] the client
    /// hears 250 and forgets the mail. The file of what is refused is deleted; after
    /// [`Accept::Later`] it stays, for nobody may know whether the mail was taken.
    fn accept(&self, envelope: Envelope, mail: Stored) -> impl Future<Output = Accept> + Send;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    Known,
    /// 550.
    Unknown,
    /// 451: it can't be told now.
    Later,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accept {
    /// 250. Whatever this means is committed.
    Taken,
    /// 451: too much is waiting, or the database is away.
    Later,
    /// 452: there is no room.
    Full,
    /// 550, with a sentence for the sender.
    Refused(String),
}

/// What the client said about a mail, outside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Empty for bounces.
    pub from: String,
    /// At least one, each known to the intake.
    pub to: Vec<String>,
    pub remote: IpAddr,
    /// The name that the client gave itself.
    pub helo: String,
    /// `SMTP`, `ESMTP` or `LMTP`, with an `S` when it was encrypted.
    pub protocol: &'static str,
}

#[derive(Clone)]
pub struct Options {
    /// What we call ourselves.
    pub host: String,
    /// The largest mail, in bytes.
    pub largest: u64,
    pub recipients: usize,
    pub connections: usize,
    /// Of one address; of one /64 for IPv6.
    pub connections_each: usize,
    /// How long a client may say nothing.
    pub idle: Duration,
    /// How long one mail may take.
    pub mail_time: Duration,
    /// Who speaks within this time of connecting, before we did, is no mail server.
    pub greet_pause: Duration,
    /// After so many mistakes the client is sent away.
    pub mistakes: u32,
    /// How long mails that are under way may take at the end.
    pub drain: Duration,
    /// Who does not say LHLO is not served.
    pub only_lmtp: bool,
    /// With it STARTTLS is offered.
    pub tls: Option<Arc<ServerConfig>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            largest: 50 * 1024 * 1024,
            recipients: 100,
            connections: 100,
            connections_each: 10,
            idle: Duration::from_secs(300),
            mail_time: Duration::from_secs(30 * 60),
            greet_pause: Duration::from_millis(20),
            mistakes: 20,
            drain: Duration::from_secs(25),
            only_lmtp: false,
            tls: None,
        }
    }
}

/// Serves until `stop`; then the listener closes, clients that are between mails
/// hear 421, and mails that are under way are finished within [`Options::drain`].
pub async fn serve<I: Intake>(
    listener: TcpListener,
    options: Options,
    files: Files,
    intake: Arc<I>,
    stop: CancellationToken,
) {
    let gate = Gate::new(options.connections, options.connections_each);
    let options = Arc::new(options);
    let mut sessions = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
            // Forgets the ones that are over.
            Some(_) = sessions.join_next() => continue,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: let some be given back.
                tracing::warn!(%error, "smtp: no connection could be taken");
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        let remote = peer.ip().to_canonical();
        let Some(pass) = gate.enter(remote) else {
            metrics::counter!("tend_smtp_turned_away_total").increment(1);
            sessions.spawn(reply::turn_away(stream, options.clone()));
            continue;
        };
        let _ = stream.set_nodelay(true);
        let session = Session::new(
            Stream::new(stream),
            remote,
            options.clone(),
            files.clone(),
            intake.clone(),
            stop.clone(),
        );
        sessions.spawn(async move {
            session.run().await;
            drop(pass);
        });
    }
    drop(listener);
    let finish = async { while sessions.join_next().await.is_some() {} };
    if tokio::time::timeout(options.drain, finish).await.is_err() {
        tracing::warn!("smtp: clients were cut off, for they took too long to finish");
    }
}
