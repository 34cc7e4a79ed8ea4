use std::{
    fmt,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{self, AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::{Error, Guard, Result, http::Http};

/// Everything that leaves this machine: one guard, one idea of whom to believe.
/// Cheap to clone.
#[derive(Clone)]
pub struct Outside {
    guard: Guard,
    tls: Arc<ClientConfig>,
    http: Http,
}

impl Outside {
    pub fn new(guard: Guard, tls: Arc<ClientConfig>) -> Self {
        let http = Http::new(guard.clone(), &tls);
        Self { guard, tls, http }
    }

    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    pub fn http(&self) -> &Http {
        &self.http
    }

    /// A connection to the first checked address that answers, all within `time`.
    pub async fn connect(&self, host: &str, port: u16, time: Duration) -> Result<Stream> {
        let addresses = self.guard.check(host).await?;
        let share = time / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
        let mut problem = Error::TimedOut("connecting");
        for address in addresses {
            match timeout(share, TcpStream::connect(SocketAddr::new(address, port))).await {
                Ok(Ok(stream)) => {
                    // Commands and answers are short and wait for each other.
                    let _ = stream.set_nodelay(true);
                    return Ok(Stream::new(stream));
                }
                Ok(Err(error)) => {
                    problem = Error::Connect(format!("{host}:{port}"), plain(&error));
                }
                Err(_) => problem = Error::TimedOut("connecting"),
            }
        }
        Err(problem)
    }

    /// TLS over a connection that is open; the certificate must be `host`'s.
    pub async fn secure(&self, stream: Stream, host: &str, time: Duration) -> Result<Stream> {
        let bare = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
        let name = ServerName::try_from(bare.to_owned())
            .map_err(|_| Error::Tls(host.to_owned(), "the name is not valid".to_owned()))?;
        let connector = TlsConnector::from(self.tls.clone());
        match timeout(time, connector.connect(name, stream)).await {
            Ok(Ok(secured)) => Ok(Stream::new(secured)),
            Ok(Err(error)) => Err(Error::Tls(host.to_owned(), plain(&error))),
            Err(_) => Err(Error::TimedOut("securing the connection")),
        }
    }
}

/// Without the number of the error, and without a final dot.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    text.trim_end_matches('.').to_owned()
}

/// What a protocol needs of a connection.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A connection, plain or with TLS.
pub struct Stream(Box<dyn Io>);

impl Stream {
    pub fn new(io: impl Io + 'static) -> Self {
        Self(Box::new(io))
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
