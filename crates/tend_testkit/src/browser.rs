//! A browser without a window: it keeps cookies, knows the proof that forms
//! carry, and follows nothing by itself.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header},
};

use futures_util::StreamExt;

use crate::{Tend, html::indent, tend::runtime};

/// See [`Tend::guest`] and [`Tend::browser`].
pub struct Browser<'t> {
    tend: &'t Tend,
    cookies: RefCell<BTreeMap<String, String>>,
    csrf: RefCell<String>,
    headers: RefCell<HeaderMap>,
}

/// What came back.
#[derive(Debug)]
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Seen {
    /// Status, and where it leads if it leads elsewhere: `303 /sign-in`.
    pub fn line(&self) -> String {
        let status = self.status.as_u16();
        match self.header("location") {
            "" => status.to_string(),
            to => format!("{status} {to}"),
        }
    }

    /// Nothing for a header that is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
    }

    /// Status and body, for people to read.
    pub fn shown(&self) -> String {
        format!("{}\n{}", self.status.as_u16(), indent(&self.body))
    }
}

impl<'t> Browser<'t> {
    pub(crate) fn new(tend: &'t Tend) -> Self {
        Self {
            tend,
            cookies: RefCell::default(),
            csrf: RefCell::default(),
            headers: RefCell::default(),
        }
    }

    pub(crate) fn signed_in(tend: &'t Tend, cookie: &str, csrf: &str) -> Self {
        let it = Self::new(tend);
        it.cookies.borrow_mut().insert("tend".to_owned(), cookie.to_owned());
        // A mask of nothing but zeros is as good as any.
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as base64};
        let secret = base64.decode(csrf).expect("a session's secret is base64");
        *it.csrf.borrow_mut() = base64.encode([vec![0; 32], secret].concat());
        it
    }

    /// Sends this header with each request from now on.
    pub fn with(self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("is a header");
        self.headers.borrow_mut().insert(name, value);
        self
    }

    /// As htmx asks: for a fragment.
    pub fn htmx(self) -> Self {
        self.with("hx-request", "true")
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    /// The proof that the last form carried.
    pub fn csrf(&self) -> String {
        self.csrf.borrow().clone()
    }

    /// Forgets the proof.
    pub fn forget_csrf(&self) {
        self.csrf.borrow_mut().clear();
    }

    pub fn get(&self, path: &str) -> Seen {
        self.send(self.request(Method::GET, path), Body::empty())
    }

    /// A form, with the proof of the last page.
    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> Seen {
        self.form(Method::POST, path, form)
    }

    pub fn put(&self, path: &str, form: &[(&str, &str)]) -> Seen {
        self.form(Method::PUT, path, form)
    }

    pub fn delete(&self, path: &str) -> Seen {
        self.form(Method::DELETE, path, &[])
    }

    pub fn form(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Seen {
        let csrf = self.csrf();
        let own = (!csrf.is_empty()).then_some(("csrf", csrf.as_str()));
        let pairs = own.iter().chain(form).map(|(name, value)| format!("{name}={}", encode(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let kind = "application/x-www-form-urlencoded";
        self.send(self.request(method, path).header(header::CONTENT_TYPE, kind), Body::from(body))
    }

    /// A form with files: (name, file name, content).
    pub fn upload(&self, path: &str, form: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Seen {
        let csrf = self.csrf();
        let mut body = Vec::new();
        let part = "--tend-boundary\r\nContent-Disposition: form-data";
        for (name, value) in std::iter::once(&("csrf", csrf.as_str())).chain(form) {
            body.extend(format!("{part}; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        for (name, file, content) in files {
            let head = format!("{part}; name=\"{name}\"; filename=\"{file}\"\r\n\r\n");
            body.extend(head.bytes().chain(content.iter().copied()).chain(*b"\r\n"));
        }
        body.extend(b"--tend-boundary--\r\n");
        let kind = "multipart/form-data; boundary=tend-boundary";
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, kind);
        self.send(request, Body::from(body))
    }

    /// A request of one's own making, with this browser's cookies.
    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header("host", "tend.test");
        let cookies = self.cookies.borrow();
        if !cookies.is_empty() {
            let all: Vec<_> = cookies.iter().map(|(name, it)| format!("{name}={it}")).collect();
            request = request.header(header::COOKIE, all.join("; "));
        }
        for (name, value) in self.headers.borrow().iter() {
            request = request.header(name, value);
        }
        request
    }

    pub fn send(&self, request: axum::http::request::Builder, body: Body) -> Seen {
        let request = request.body(body).expect("is a request");
        let seen = runtime().block_on(async { read(self.tend.answer(request).await).await });
        self.remember(&seen);
        seen
    }

    /// Sends a request whose answer goes on; see [`Open::next`].
    pub fn open(&self, path: &str) -> Open {
        let request = self.request(Method::GET, path).body(Body::empty()).expect("is a request");
        let response = runtime().block_on(self.tend.answer(request));
        let status = response.status();
        Open { status, body: response.into_body().into_data_stream(), read: String::new() }
    }

    fn remember(&self, seen: &Seen) {
        for cookie in seen.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("a cookie is text");
            let (pair, rest) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            match rest.contains("Max-Age=0") {
                true => self.cookies.borrow_mut().remove(name),
                false => self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned()),
            };
        }
        let field = "name=\"csrf\" value=\"";
        let meta = "name=\"csrf\" content=\"";
        let found = seen.body.split_once(field).or_else(|| seen.body.split_once(meta));
        if let Some((csrf, _)) = found.and_then(|(_, rest)| rest.split_once('"')) {
            *self.csrf.borrow_mut() = csrf.to_owned();
        }
    }
}

async fn read(response: Response<Body>) -> Seen {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("has an end");
    Seen {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

fn encode(value: &str) -> String {
    let plain = |it: &u8| it.is_ascii_alphanumeric() || b"-_.~".contains(it);
    value.bytes().fold(String::new(), |mut out, byte| {
        match plain(&byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

/// An answer that goes on.
pub struct Open {
    pub status: StatusCode,
    body: axum::body::BodyDataStream,
    read: String,
}

impl Open {
    /// The next event, without its blank line; nothing when the stream has ended.
    ///
    /// # Panics
    /// When none comes for ten seconds.
    pub fn next_event(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.read = rest;
                return Some(event);
            }
            let chunk = runtime().block_on(async {
                tokio::time::timeout(Duration::from_secs(10), self.body.next()).await
            });
            let chunk = chunk.expect("an event comes")?.expect("the stream is whole");
            self.read.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}
