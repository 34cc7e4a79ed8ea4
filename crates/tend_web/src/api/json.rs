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

/// What is no JSON at all cannot be read; JSON of another shape cannot be taken.
fn wrong(error: &serde_json::Error) -> WebError {
    if error.is_data() {
        let text = format!("The JSON does not fit: {error}.");
        return WebError::new(StatusCode::UNPROCESSABLE_ENTITY, text);
    }
    WebError::bad(format!("This is not JSON: {error}."))
}
