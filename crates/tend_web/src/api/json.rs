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
        Ok(Self(read(request, app).await?.0))
    }
}

/// What the body says, and its bytes.
pub(super) async fn read<T: DeserializeOwned>(
    request: Request,
    app: &App,
) -> Result<(T, Bytes), WebError> {
    let said_so = is_json(request.headers());
    let body = Bytes::from_request(request, app).await;
    let body =
        body.map_err(|it| WebError::new(it.status(), "This is more than we take at once."))?;
    if !body.is_empty() && !said_so {
        let text = "Send JSON, and say so: Content-Type: application/json.";
        return Err(WebError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let it = serde_json::from_slice(if body.is_empty() { b"{}" } else { &body[..] });
    Ok((it.map_err(|it| wrong(&it))?, body))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The reader speaks of what our program makes of it; who sends JSON knows objects, lists, texts
/// and numbers.
fn in_words_of_json(said: &str) -> String {
    let of_rust = |word: &str| {
        let number = word.strip_prefix(['u', 'i', 'f']).is_some_and(|it| it.parse::<u8>().is_ok());
        match word {
            "map" => "an object",
            "sequence" => "a list",
            "boolean" => "true or false",
            "unit" | "Option" => "null",
            "usize" | "isize" | "integer" => "a whole number",
            "floating" => "a number",
            "string" | "str" | "character" => "a text",
            _ if number && word.starts_with('f') => "a number",
            _ if number => "a whole number",
            _ => "",
        }
    };
    let mut out: Vec<&str> = Vec::new();
    let mut words = said.split(' ').peekable();
    while let Some(word) = words.next() {
        let bare = word.trim_end_matches([',', '.']);
        let plain = of_rust(bare);
        match bare {
            // "struct TagIn", "struct variant X", "tuple struct X"
            "struct" | "tuple" | "variant" | "enum" => {
                while words.next_if(|it| ["struct", "variant", "of"].contains(it)).is_some() {}
                words.next();
                out.push("an object");
            }
            _ if !plain.is_empty() => {
                if matches!(out.last(), Some(&("a" | "an"))) {
                    out.pop();
                }
                words.next_if(|it| ["point", "value"].contains(it));
                out.push(plain);
                if bare.len() < word.len() {
                    let end = &word[bare.len()..];
                    out.push(end);
                }
            }
            _ => out.push(word),
        }
    }
    out.join(" ").replace(" ,", ",")
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
    #[expect(dead_code, reason = "only its errors are read")]
    struct TagIn {
        name: String,
        many: Vec<u32>,
    }

    #[test]
    fn what_does_not_fit_is_said_in_words_of_json() {
        let said = |text: &str| {
            let error = serde_json::from_str::<TagIn>(text).expect_err("does not fit");
            in_words_of_json(&error.to_string())
        };
        assert_eq!(said("{}"), "missing field `name` at line 1 column 2");
        assert_eq!(
            said("[]"),
            "invalid length 0, expected an object with 2 elements at line 1 column 2"
        );
        assert_eq!(
            said("3"),
            "invalid type: a whole number `3`, expected an object at line 1 column 1"
        );
        assert_eq!(
            said(r#"{"name":null}"#),
            "invalid type: null, expected a text at line 1 column 12"
        );
        assert_eq!(
            said(r#"{"name":"a","many":{}}"#),
            "invalid type: an object, expected a list at line 1 column 19"
        );
        assert_eq!(
            said(r#"{"name":"a","many":["x"]}"#),
            "invalid type: a text \"x\", expected a whole number at line 1 column 23"
        );
    }
}
