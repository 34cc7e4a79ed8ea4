//! What answers: a handler reads its form, calls a verb, and shows a view.

pub(crate) mod book;
pub(crate) mod campaigns;
pub(crate) mod canned;
pub(crate) mod customers;
pub(crate) mod forgotten;
pub(crate) mod frame;
pub(crate) mod gallery;
pub(crate) mod health;
pub(crate) mod inbox;
pub(crate) mod invitation;
pub(crate) mod live;
pub(crate) mod meetings;
pub(crate) mod mine;
pub(crate) mod notifications;
pub(crate) mod onboarding;
pub(crate) mod orders;
pub(crate) mod proof;
pub(crate) mod quizzes;
pub(crate) mod recommend;
pub(crate) mod remedies;
pub(crate) mod revenue;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod start;
pub(crate) mod surveys;
pub(crate) mod trouble;
pub(crate) mod usage;
pub(crate) mod views;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::Markup;
use tend_core::{
    agents::sessions::NewSession,
    error::FieldError,
    secrets::{Fresh, random_text},
};
use tend_views::{parts::Problems, start::Bare};

use crate::{assets, cookies::Cookie, error::WebError, who::Guest};

/// What a handler answers with.
pub(crate) type Answer = Result<Response, WebError>;

/// To another page, by GET.
pub(crate) fn go(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// To another page, also for htmx, which would put a plain redirect into the page.
pub(crate) fn lead(to: &str, is_htmx: bool) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) if is_htmx => ([(HeaderName::from_static("hx-redirect"), to)], "").into_response(),
        _ => go(to),
    }
}

/// A table as a file: kept, never shown.
pub(crate) fn table_file(name: &str, body: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, body.into()).into_response()
}

/// What pages for guests need to know.
pub(crate) fn bare(guest: &Guest) -> Bare {
    Bare { assets: assets::base().to_owned(), csrf: guest.csrf() }
}

/// A page for a guest, which may set the cookie that its form belongs to.
pub(crate) fn to_guest(guest: &Guest, status: StatusCode, page: Markup) -> Response {
    let mut response = (status, page).into_response();
    if let Some(cookie) = &guest.new_cookie {
        let cookie = Cookie::Form.set(cookie, guest.client.is_https);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A session to begin: the text for the cookie, and what is kept of it.
pub(crate) fn new_session(guest: &Guest) -> (Fresh, NewSession) {
    let cookie = Fresh::make();
    let session = NewSession {
        fingerprint: cookie.fingerprint(),
        csrf: random_text(),
        user_agent: guest.user_agent.clone(),
        network: guest.client.address.to_string(),
        replaces: guest.session.clone(),
    };
    (cookie, session)
}

/// To a page, signed in from now on.
pub(crate) fn enter(guest: &Guest, cookie: &Fresh, stay: bool, to: &str) -> Response {
    let https = guest.client.is_https;
    let cookie = match stay {
        true => Cookie::Session.set_for_long(cookie.text(), https),
        false => Cookie::Session.set(cookie.text(), https),
    };
    let mut response = go(to);
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookie);
    headers.append(header::SET_COOKIE, Cookie::Form.clear(https));
    response
}

/// What is wrong with a form, for the form; anything else is an error still.
pub(crate) fn problems(error: WebError) -> Result<(StatusCode, Problems), WebError> {
    let status = error.status;
    if !error.fields.is_empty() {
        let each = |it: &FieldError| (it.field.to_string(), it.problem.to_string());
        return Ok((status, error.fields.iter().map(each).collect()));
    }
    match status {
        StatusCode::UNPROCESSABLE_ENTITY => {
            Ok((status, [("", error.text.as_ref())].into_iter().collect()))
        }
        _ => Err(error),
    }
}

/// A text as it stands in a query.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len() + 16), |mut out, byte| {
        match byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}
