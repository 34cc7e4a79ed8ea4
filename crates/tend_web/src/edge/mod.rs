//! What every request passes on its way in, and every answer on its way out.
//!
//! In: is it for us (host), may it change anything (origin), what does its form
//! say about itself (proof, method). Out: errors get their form, every answer
//! its headers, and the log a line without anybody's data.

mod body;
mod dress;
mod guard;
mod headers;
mod part;

pub(crate) use body::FormHead;
pub(crate) use guard::is_safe;
pub use headers::Nonce;
pub(crate) use part::part_of;

use std::{panic::AssertUnwindSafe, time::Instant};

use axum::{
    Router,
    extract::{Request, State},
    http::{self, HeaderMap, Method, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use tower::Layer;
use tower_http::compression::CompressionLayer;

use crate::{app::App, client, error::WebError};

/// Puts the edge around the routes. It has to stand outside of them, because a
/// form may name its method.
pub fn around(app: App, routes: Router) -> Router {
    let inner = middleware::from_fn_with_state(app, pass).layer(routes);
    Router::new().fallback_service(CompressionLayer::new().layer(inner))
}

/// The form that the answer to a request shall have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Page,
    Fragment,
    Json,
}

/// What is known of a request before anybody looks at it closely.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// For logs and error pages: no two requests share it.
    pub id: String,
    pub shape: Shape,
    pub method: Method,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let has = |name: &str| request.headers().contains_key(name);
        let shape = match () {
            () if request.uri().path().starts_with("/api/") => Shape::Json,
            () if request.uri().path().starts_with("/v1/") => Shape::Json,
            () if request.uri().path().starts_with("/hooks/") => Shape::Json,
            () if has("hx-request") && !has("hx-boosted") => Shape::Fragment,
            () if prefers_json(request.headers()) => Shape::Json,
            () => Shape::Page,
        };
        let id = tend_core::secrets::hex(&tend_core::secrets::random::<8>());
        Self { id, shape, method: request.method().clone() }
    }
}

fn prefers_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    accept.contains("application/json") && !accept.contains("text/html")
}

/// The route that answered, with its answer, for logs and figures: a path may hold
/// a secret, its pattern does not.
#[derive(Clone, Debug)]
pub struct Matched(pub String);

async fn pass(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let (started, asked, nonce) = (Instant::now(), Asked::of(&request), Nonce::fresh());
    let client = client::of(&app.config, &request);
    let extensions = request.extensions_mut();
    extensions.insert(asked.clone());
    extensions.insert(nonce.clone());
    extensions.insert(client);
    let asker = (asked.shape == Shape::Page).then(|| asker(&request, client));

    let mut response = match guard::admit(&app, request).await {
        Ok(request) => AssertUnwindSafe(next.run(request))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| WebError::broken("a handler panicked").into_response()),
        Err(refusal) => refusal.into_response(),
    };
    response = dress::dress(&app, &asked, asker, response).await;
    headers::put(&mut response, &asked, &nonce, client.is_https);
    note(&asked, &response, started);
    response
}

/// Who asked, for a page that says why not: as if they had only looked.
fn asker(request: &Request, client: client::Client) -> Parts {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.uri = request.uri().clone();
    parts.headers = request.headers().clone();
    parts.extensions.insert(client);
    parts
}

fn note(asked: &Asked, response: &Response, started: Instant) {
    let took = started.elapsed();
    let route = response.extensions().get::<Matched>().map_or("none", |it| it.0.as_str());
    let status = response.status().as_u16();
    let millis = took.as_secs_f64() * 1e3;
    let (id, method) = (asked.id.as_str(), asked.method.as_str());
    if status >= 500 {
        tracing::warn!(id, method, route, status, millis, "answered");
    } else {
        tracing::debug!(id, method, route, status, millis, "answered");
    }
}
