//! What browsers and programs write after the question mark, and what forms send.
//!
//! A key may be given more than once where a list is wanted, and one without a value is as if it
//! were left out where that is possible.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::{App, WebError};

/// The query, or what is wrong with it.
pub(crate) struct Query<T>(pub T);

/// The body of a form, or what is wrong with it.
pub(crate) struct Form<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, WebError> {
        read(parts.uri.query().unwrap_or_default().as_bytes(), "after the question mark").map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let read = read(&body(request, app).await?, "in this form").map(Self);
        // What was written can be read, and not taken.
        read.map_err(|it| WebError { status: StatusCode::UNPROCESSABLE_ENTITY, ..it })
    }
}

async fn body(request: Request, app: &App) -> Result<Bytes, WebError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let text = "A form is sent as application/x-www-form-urlencoded.";
        return Err(WebError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let body = Bytes::from_request(request, app).await;
    body.map_err(|it| WebError::new(it.status(), "This is more than we take at once."))
}

fn read<T: DeserializeOwned>(said: &[u8], place: &str) -> Result<T, WebError> {
    let wrong = |said: &[u8]| serde_html_form::from_bytes::<T>(said).err().map(|it| it.to_string());
    serde_html_form::from_bytes(said).map_err(|it| not_understood(said, place, &it, &wrong))
}

fn not_understood(
    said: &[u8],
    place: &str,
    error: &dyn std::fmt::Display,
    wrong: &dyn Fn(&[u8]) -> Option<String>,
) -> WebError {
    let error = error.to_string();
    let text = match culprit(said, &error, wrong) {
        Some(key) => format!("This is not understood {place}: {key}: {error}."),
        None => format!("This is not understood {place}: {error}."),
    };
    WebError::bad(text)
}

/// The key without which it would not have gone wrong in this way. One that nobody knows is named
/// by the error itself.
fn culprit(said: &[u8], error: &str, wrong: &dyn Fn(&[u8]) -> Option<String>) -> Option<String> {
    if said.len() > BYTES_TRIED {
        return None;
    }
    let all: Vec<(String, String)> = serde_html_form::from_bytes(said).ok()?;
    let without = |key: &str| {
        let rest: Vec<_> = all.iter().filter(|it| it.0 != key).collect();
        serde_html_form::to_string(&rest).ok()
    };
    let is_it =
        |key: &str| without(key).is_some_and(|it| wrong(it.as_bytes()).as_deref() != Some(error));
    let key = all.iter().take(KEYS_TRIED).map(|it| &it.0).find(|it| is_it(it))?;
    (!error.contains(&format!("`{key}`"))).then(|| key.clone())
}

/// So many keys are tried before the error goes without the name of one, and none of more than so
/// many bytes: whoever sends rubbish does not choose how much work it is.
const KEYS_TRIED: usize = 40;
const BYTES_TRIED: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct AskedFor {
        limit: Option<u32>,
        #[serde(default)]
        days: Vec<u8>,
        name: String,
    }

    fn asked(said: &str) -> Result<AskedFor, String> {
        read(said.as_bytes(), "here").map_err(|it| it.text.into_owned())
    }

    #[test]
    fn lists_are_keys_given_more_than_once_and_no_value_is_none() {
        let expected = AskedFor { limit: None, days: vec![1, 2], name: "a b".into() };
        assert_eq!(asked("days=1&name=a+b&limit=&days=2"), Ok(expected));
    }

    #[test]
    fn what_is_wrong_in_much_text_is_told_without_its_key() {
        let much = format!("name={}&limit=many", "a".repeat(BYTES_TRIED));
        let expected = "This is not understood here: invalid digit found in string.";
        assert_eq!(asked(&much), Err(expected.to_owned()));
    }

    #[test]
    fn what_is_wrong_names_its_key() {
        let cases = [
            ("name=a&limit=many", "limit: invalid digit found in string"),
            ("limit=3", "missing field `name`"),
            ("name=a&days=1&days=900", "days: number too large to fit in target type"),
            ("name=a&name=b", "name: unsupported value"),
            ("name=a&more=1", "unknown field `more`, expected one of `limit`, `days`, `name`"),
        ];
        for (said, wrong) in cases {
            let expected = format!("This is not understood here: {wrong}.");
            assert_eq!(asked(said), Err(expected), "{said}");
        }
    }
}
