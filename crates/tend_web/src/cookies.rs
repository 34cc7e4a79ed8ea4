//! Our two cookies: the session's, and the one that ties a form to a browser
//! before anybody is signed in. Neither is ever read by a script.

use axum::http::{HeaderMap, HeaderValue, header};
use tend_core::agents::sessions;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    Session,
    Form,
}

impl Cookie {
    /// With TLS a name that no other site under our domain can set.
    fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-tend",
            (Self::Session, false) => "tend",
            (Self::Form, true) => "__Host-tend-form",
            (Self::Form, false) => "tend-form",
        }
    }

    pub fn read(self, headers: &HeaderMap, https: bool) -> Option<&str> {
        let name = self.name(https);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|it| it.to_str().ok())
            .flat_map(|it| it.split(';'))
            .filter_map(|it| it.trim().split_once('='))
            .find(|(it, value)| *it == name && is_ours(value))
            .map(|(_, value)| value)
    }

    /// Until the browser closes.
    pub fn set(self, value: &str, https: bool) -> HeaderValue {
        self.header(value, https)
    }

    /// Also beyond that; the server's own limits hold in any case.
    pub fn set_for_long(self, value: &str, https: bool) -> HeaderValue {
        let seconds = sessions::ABSOLUTE.as_secs();
        self.header(&format!("{value}; Max-Age={seconds}"), https)
    }

    pub fn clear(self, https: bool) -> HeaderValue {
        self.header("; Max-Age=0", https)
    }

    fn header(self, value: &str, https: bool) -> HeaderValue {
        let name = self.name(https);
        let secure = if https { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).expect("our cookies are plain text")
    }
}

/// As we make them: anything else is as good as nothing.
fn is_ours(value: &str) -> bool {
    value.len() == 43 && value.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
}
