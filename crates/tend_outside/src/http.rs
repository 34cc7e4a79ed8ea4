//! The only HTTP client: guarded hosts, no cookies, no proxy, no redirect unless
//! asked, and an end to each answer in bytes and in time.

use std::{error::Error as _, net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client, Method, Response,
    dns::{Name, Resolve, Resolving},
    header::{HeaderMap, HeaderName, HeaderValue, LOCATION},
    redirect::Policy,
};
use rustls::ClientConfig;

pub use reqwest::{Url, header};

use crate::{Error, Guard, Result};

/// Cheap to clone. Connections are kept and used again; each was made to an
/// address that the guard had checked.
#[derive(Clone)]
pub struct Http {
    client: Client,
    guard: Guard,
}

/// A request, made by [`Ask::get`] or [`Ask::post`].
#[derive(Clone, Debug)]
pub struct Ask {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Vec<u8>,
    most: u64,
    cut: bool,
    time: Duration,
    hops: u8,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// The body went on after the limit (only with [`Ask::cut_at`]).
    pub cut: bool,
}

impl Ask {
    /// # Errors
    /// [`Error::Refused`] when it is not an http or https address of a host, or
    /// carries a password.
    pub fn get(url: &str) -> Result<Self> {
        Self::new(Method::GET, url)
    }

    /// # Errors
    /// As [`Ask::get`].
    pub fn post(url: &str, media_type: &str, body: impl Into<Vec<u8>>) -> Result<Self> {
        let mut ask = Self::new(Method::POST, url)?.with("content-type", media_type)?;
        ask.body = body.into();
        Ok(ask)
    }

    fn new(method: Method, url: &str) -> Result<Self> {
        Ok(Self {
            method,
            url: checked(url)?,
            headers: HeaderMap::new(),
            body: Vec::new(),
            most: 1024 * 1024,
            cut: false,
            time: Duration::from_secs(15),
            hops: 0,
        })
    }

    /// # Errors
    /// [`Error::Refused`] when it is no header.
    pub fn with(mut self, name: &str, value: &str) -> Result<Self> {
        let bad = || Error::Refused(format!("{name} is not a usable header."));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
        self.headers.insert(name, HeaderValue::from_str(value).map_err(|_| bad())?);
        Ok(self)
    }

    /// A larger body is an error. Counted as it is unpacked.
    pub fn at_most(mut self, bytes: u64) -> Self {
        (self.most, self.cut) = (bytes, false);
        self
    }

    /// A larger body is read so far.
    pub fn cut_at(mut self, bytes: u64) -> Self {
        (self.most, self.cut) = (bytes, true);
        self
    }

    /// For all of it: looking up, connecting, sending and reading.
    pub fn within(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Goes after up to so many redirects, each checked as the first address was.
    pub fn follow(mut self, hops: u8) -> Self {
        self.hops = hops;
        self
    }
}

fn checked(url: &str) -> Result<Url> {
    let bad = |why: &str| Error::Refused(why.to_owned());
    let url = Url::parse(url).map_err(|_| bad("This is not an address of the web."))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(bad("The address must begin with http:// or https://."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("The address may not hold a user name or a password."));
    }
    Ok(url)
}

impl Http {
    pub(crate) fn new(guard: Guard, tls: &ClientConfig) -> Self {
        let client = Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .dns_resolver(Arc::new(Checked(guard.clone())))
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(Duration::from_secs(10))
            .pool_max_idle_per_host(2)
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent(concat!("Tend/", env!("CARGO_PKG_VERSION")))
            .build()
            .expect("the settings are right");
        Self { client, guard }
    }

    /// Any status is an answer.
    ///
    /// # Errors
    /// What the guard refuses, what does not answer in time, and what answers
    /// with more than it may.
    pub async fn send(&self, ask: Ask) -> Result<Answer> {
        tokio::time::timeout(ask.time, self.follow(ask))
            .await
            .unwrap_or(Err(Error::TimedOut("waiting for the answer")))
    }

    async fn follow(&self, mut ask: Ask) -> Result<Answer> {
        loop {
            let response = self.once(&ask).await?;
            let Some(next) = next_hop(&ask, &response)? else {
                return read(response, ask.most, ask.cut).await;
            };
            ask.hops -= 1;
            ask.url = next;
        }
    }

    async fn once(&self, ask: &Ask) -> Result<Response> {
        let host = ask.url.host_str().unwrap_or_default();
        // The client's own connector takes addresses in numbers without asking the resolver.
        if host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok() {
            self.guard.check(host).await?;
        }
        let request = self
            .client
            .request(ask.method.clone(), ask.url.clone())
            .headers(ask.headers.clone())
            .body(ask.body.clone());
        request.send().await.map_err(|error| reason(host, &error))
    }
}

fn next_hop(ask: &Ask, response: &Response) -> Result<Option<Url>> {
    if ask.hops == 0 || !response.status().is_redirection() || ask.method != Method::GET {
        return Ok(None);
    }
    let Some(place) = response.headers().get(LOCATION).and_then(|it| it.to_str().ok()) else {
        return Ok(None);
    };
    let next = ask.url.join(place).map_err(|_| {
        Error::Protocol("The server sent us on to something that is no address.".to_owned())
    })?;
    let next = checked(next.as_str())?;
    if ask.url.scheme() == "https" && next.scheme() == "http" {
        return Err(Error::Refused("The server sent us on to an open connection.".to_owned()));
    }
    Ok(Some(next))
}

async fn read(mut response: Response, most: u64, cut: bool) -> Result<Answer> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let host = response.url().host_str().unwrap_or_default().to_owned();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| reason(&host, &error))? {
        let room = most.saturating_sub(body.len() as u64);
        if chunk.len() as u64 > room {
            if !cut {
                return Err(Error::TooLarge(most));
            }
            body.extend(chunk.iter().take(room as usize));
            return Ok(Answer { status, headers, body, cut: true });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body, cut: false })
}

/// The guard's own refusal when it is at the bottom of it; else in short.
fn reason(host: &str, error: &reqwest::Error) -> Error {
    let mut last = error.to_string();
    let mut source = error.source();
    while let Some(it) = source {
        if let Some(ours) = it.downcast_ref::<Error>() {
            return ours.clone();
        }
        last = it.to_string();
        source = it.source();
    }
    if error.is_timeout() {
        return Error::TimedOut("waiting for the answer");
    }
    let last = last.split(" (os error").next().unwrap_or_default();
    Error::Connect(host.to_owned(), last.trim_end_matches('.').to_owned())
}

struct Checked(Guard);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0.clone();
        Box::pin(async move {
            let addresses = guard.check(name.as_str()).await?;
            let addresses = addresses.into_iter().map(|it| SocketAddr::new(it, 0));
            Ok(Box::new(addresses) as Box<dyn Iterator<Item = SocketAddr> + Send>)
        })
    }
}
