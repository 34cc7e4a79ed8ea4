//! Bodies that programs send: JSON, said to be JSON, of a size that we take.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use serde::de::DeserializeOwned;

use crate::{App, WebError};

/// A JSON body, or what is wrong with it. No body at all is an empty object.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        Ok(Self(parse(&read(request, app).await?)?))
    }
}

/// The bytes of the body, which are said to be JSON.
pub(super) async fn read(request: Request, app: &App) -> Result<Bytes, WebError> {
    let said_so = is_json(request.headers());
    let body = Bytes::from_request(request, app).await;
    let body =
        body.map_err(|it| WebError::new(it.status(), "This is more than we take at once."))?;
    if !body.is_empty() && !said_so {
        let text = "Send JSON, and say so: Content-Type: application/json.";
        return Err(WebError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    Ok(body)
}

/// What the body says.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, WebError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|it| wrong(&it))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The reader speaks of what our program makes of it; who sends JSON knows objects, lists, texts
/// and numbers. Only the reader's own words are put otherwise: what it found, at the beginning,
/// and what it expected, at the end.
fn in_words_of_json(said: &str) -> String {
    let Some((found, expected)) = said.rsplit_once(", expected ") else {
        return said.to_owned();
    };
    let found = match found.strip_prefix("invalid type: ") {
        Some(kind) => format!("invalid type: {}", in_other_words(kind, &FOUND)),
        None => found.to_owned(),
    };
    let expected = match expected.strip_prefix("struct ").and_then(|it| it.split_once(' ')) {
        Some((_, rest)) => format!("an object {rest}"),
        None => in_other_words(expected, &EXPECTED),
    };
    format!("{found}, expected {expected}")
}

const FOUND: [(&str, &str); 8] = [
    ("map", "an object"),
    ("sequence", "a list"),
    ("string", "the text"),
    ("boolean", "the value"),
    ("integer", "the number"),
    ("floating point", "the number"),
    ("unit value", "null"),
    ("null", "null"),
];

const EXPECTED: [(&str, &str); 15] = [
    ("a map", "an object"),
    ("a sequence", "a list"),
    ("a string", "a text"),
    ("a boolean", "true or false"),
    ("u8", "a whole number"),
    ("u16", "a whole number"),
    ("u32", "a whole number"),
    ("u64", "a whole number"),
    ("usize", "a whole number"),
    ("i32", "a whole number"),
    ("i64", "a whole number"),
    ("f32", "a number"),
    ("f64", "a number"),
    ("unit", "null"),
    ("string or map", "a text or an object"),
];

/// A text that begins with one of the words, which end there, in others.
fn in_other_words(said: &str, words: &[(&str, &str)]) -> String {
    let other = words.iter().find_map(|(word, other)| {
        let rest = said.strip_prefix(word)?;
        (rest.is_empty() || rest.starts_with(' ')).then(|| format!("{other}{rest}"))
    });
    other.unwrap_or_else(|| said.to_owned())
}

/// What is no JSON at all cannot be read; JSON of another shape cannot be taken.
fn wrong(error: &serde_json::Error) -> WebError {
    if error.is_data() {
        let text = format!("The JSON does not fit: {}.", in_words_of_json(&error.to_string()));
        return WebError::new(StatusCode::UNPROCESSABLE_ENTITY, text);
    }
    WebError::bad(format!("This is not JSON: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Map,
        String,
    }

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only its errors are read")]
    struct TagIn {
        name: String,
        many: Vec<u32>,
        kind: Kind,
    }

    #[test]
    fn what_does_not_fit_is_said_in_words_of_json() {
        let cases = [
            ("{}", "missing field `name` at line 1 column 2"),
            ("[]", "invalid length 0, expected an object with 3 elements at line 1 column 2"),
            ("3", "invalid type: the number `3`, expected an object at line 1 column 1"),
            (r#"{"name":null}"#, "invalid type: null, expected a text at line 1 column 12"),
            (
                r#"{"name":"a","many":{}}"#,
                "invalid type: an object, expected a list at line 1 column 19",
            ),
            (
                r#"{"name":"a","many":["a map, expected u8"]}"#,
                "invalid type: the text \"a map, expected u8\", expected a whole number at line 1 column 40",
            ),
            (
                r#"{"name":"a","kind":"enum"}"#,
                "unknown variant `enum`, expected `map` or `string` at line 1 column 25",
            ),
        ];
        for (json, said) in cases {
            let error = serde_json::from_str::<TagIn>(json).expect_err("does not fit");
            assert_eq!(in_words_of_json(&error.to_string()), said);
        }
        assert!(matches!(serde_json::from_str(r#""map""#), Ok(Kind::Map)));
        assert!(matches!(serde_json::from_str(r#""string""#), Ok(Kind::String)));
    }
}
