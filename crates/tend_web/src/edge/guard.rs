//! Which requests come in at all.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
};
use tokio::time::timeout;

use super::body;
use crate::{app::App, error::WebError};

/// Bytes of path and query.
const LONGEST_URI: usize = 8 * 1024;

pub(super) async fn admit(app: &App, request: Request) -> Result<Request, WebError> {
    let uri = request.uri();
    if uri.path().len() + uri.query().map_or(0, str::len) > LONGEST_URI {
        return Err(WebError::new(StatusCode::URI_TOO_LONG, "This address is too long."));
    }
    if !is_our_host(app, &request) {
        let text = "This address is not where Tend is to be found.";
        return Err(WebError::new(StatusCode::MISDIRECTED_REQUEST, text));
    }
    if is_safe(request.method()) {
        return Ok(request);
    }
    // None takes cookies, so nobody's browser can be made to call them.
    let takes_no_cookies = ["/api/", "/v1/", "/hooks/", "/u/", "/o/", "/w/"]
        .iter()
        .any(|it| uri.path().starts_with(it));
    if !takes_no_cookies && is_from_elsewhere(app, request.headers()) {
        return Err(WebError::forged());
    }
    // A form says who it is in its first bytes; whoever sends those too slowly goes.
    timeout(app.config.request_time, body::look_into(request))
        .await
        .map_err(|_| WebError::new(StatusCode::REQUEST_TIMEOUT, "This took too long to arrive."))?
}

pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A57: nobody chooses by `Host` where our links lead.
fn is_our_host(app: &App, request: &Request) -> bool {
    let Some(ours) = app.config.authority() else { return true };
    let named = host(request.headers());
    let meant = request.uri().authority().map(|it| it.as_str()).or(named);
    meant.is_some_and(|it| it.eq_ignore_ascii_case(ours))
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

/// A51: a browser says where a request comes from; one that says nothing of the
/// kind has to bring a proof all the same, see `who`.
fn is_from_elsewhere(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return false };
    let origin = origin.split_once("://").map_or("", |(_, it)| it);
    let ours = app.config.authority().or(host(headers)).unwrap_or_default();
    origin.is_empty() || !origin.eq_ignore_ascii_case(ours)
}
