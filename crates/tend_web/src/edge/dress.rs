//! An error's form: a page, a fragment, or `application/problem+json`.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tend_core::error::FieldError;
use tend_views::layout::Frame;

use super::{Asked, Matched, Shape};
use crate::{app::App, error::WebError, pages::trouble};

/// How much of a refusal's text is looked at.
const LONGEST_TEXT: usize = 2_000;

pub(super) async fn dress(
    app: &App,
    asked: &Asked,
    asker: Option<Parts>,
    response: Response,
) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let matched = response.extensions().get::<Matched>().cloned();
    let mut dressed = match response.extensions().get::<WebError>().cloned() {
        Some(error) => {
            let frame = framed(app, asker, &error).await;
            put_on(asked, &error, frame.as_ref(), response)
        }
        // A handler that made its own answer, such as a form with its problems.
        None if has_form(&response) => response,
        None => {
            let error = named(status, said(response).await, asked.shape);
            let frame = framed(app, asker, &error).await;
            put_on(asked, &error, frame.as_ref(), status.into_response())
        }
    };
    if let Some(matched) = matched {
        dressed.extensions_mut().insert(matched);
    }
    dressed
}

/// What stands around a page that says why not.
async fn framed(app: &App, asker: Option<Parts>, error: &WebError) -> Option<Frame> {
    match asker {
        Some(asker) if error.instead.is_none() => trouble::frame(app, error, &asker).await,
        _ => None,
    }
}

/// Extractors refuse in plain text; everything else that has a type is meant so.
fn has_form(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    kind.is_some_and(|it| !it.starts_with("text/plain"))
}

async fn said(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), LONGEST_TEXT).await.unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A refusal of the framework, in our words; to programs also in its own.
fn named(status: StatusCode, said: String, shape: Shape) -> WebError {
    let text = match status {
        StatusCode::NOT_FOUND => return WebError::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => "This cannot be done here.",
        StatusCode::PAYLOAD_TOO_LARGE => "This is more than we take at once.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "This is of a kind that we don't take here.",
        _ if status.is_client_error() => "This request cannot be understood.",
        _ => "Something broke on our side. Nothing that was saved is lost.",
    };
    match shape {
        Shape::Json if status.is_client_error() && !said.is_empty() => WebError::new(status, said),
        _ => WebError::new(status, text),
    }
}

fn put_on(asked: &Asked, error: &WebError, frame: Option<&Frame>, bare: Response) -> Response {
    let (mut parts, _) = bare.into_parts();
    let is_look = asked.method == Method::GET || asked.method == Method::HEAD;
    let (kind, body) = match (asked.shape, &error.instead) {
        (Shape::Page, Some(instead)) if is_look => {
            parts.status = StatusCode::SEE_OTHER;
            parts.headers.insert(header::LOCATION, location(instead));
            ("text/html; charset=utf-8", String::new())
        }
        (Shape::Json, _) => ("application/problem+json", problem(asked, error)),
        (Shape::Fragment, instead) => {
            if let Some(instead) = instead {
                parts.headers.insert("hx-redirect", location(instead));
            }
            ("text/html; charset=utf-8", trouble::fragment(error).into_string())
        }
        (Shape::Page, _) => {
            ("text/html; charset=utf-8", trouble::page(error, frame, &asked.id).into_string())
        }
    };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body))
}

fn location(path: &str) -> HeaderValue {
    HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"))
}

/// RFC 9457.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    request_id: &'a str,
}

fn problem(asked: &Asked, error: &WebError) -> String {
    let problem = Problem {
        r#type: "about:blank",
        title: error.status.canonical_reason().unwrap_or("Error"),
        status: error.status.as_u16(),
        detail: &error.text,
        errors: &error.fields,
        request_id: &asked.id,
    };
    serde_json::to_string(&problem).expect("a problem is plain data")
}
