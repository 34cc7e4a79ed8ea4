use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, header, request::Parts},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Asked;
use crate::error::WebError;

/// What an inline script of this one answer must carry.
#[derive(Clone, Debug)]
pub struct Nonce(String);

impl Nonce {
    pub(super) fn fresh() -> Self {
        Self(URL_SAFE_NO_PAD.encode(tend_core::secrets::random::<16>()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The policy of a page that may stand within pages of these origins, with spaces between
    /// them; without any within none.
    pub(crate) fn policy_within(&self, origins: &str) -> String {
        let by = if origins.trim().is_empty() { "'none'" } else { origins.trim() };
        policy(self, by)
    }
}

impl<S: Sync> FromRequestParts<S> for Nonce {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| WebError::broken("no nonce"))
    }
}

const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ),
];

/// Gives an answer the headers that it does not have yet: a handler may be
/// stricter (a sandbox for mail), or name a longer life (assets).
pub(super) fn put(response: &mut Response, asked: &Asked, nonce: &Nonce, https: bool) {
    let headers = response.headers_mut();
    // Where a page names the sites that may frame it, the older header would say no to them.
    let framed = headers
        .get(header::CONTENT_SECURITY_POLICY)
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.contains("frame-ancestors 'self' https://"));
    for (name, value) in &ALWAYS {
        if framed && *name == header::X_FRAME_OPTIONS {
            continue;
        }
        headers.entry(name).or_insert_with(|| value.clone());
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let policy = policy(nonce, "'none'");
        let policy = HeaderValue::from_str(&policy).expect("a nonce is plain text");
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    let id = HeaderValue::from_str(&asked.id).expect("an id is hexadecimal");
    headers.insert("x-request-id", id);
}

fn policy(nonce: &Nonce, within: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{0}'; style-src 'self' 'nonce-{0}'; \
         img-src 'self' data: blob:; media-src 'self'; font-src 'self'; connect-src 'self'; \
         frame-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors {within}",
        nonce.as_str()
    )
}
