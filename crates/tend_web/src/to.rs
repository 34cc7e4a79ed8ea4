use std::{pin::Pin, sync::Arc};

use axum::{extract::Request, handler::Handler, response::Response};

use crate::app::App;

/// What each handler's answer is, whatever the handler.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Whatever answers a request.
pub(crate) trait Answers<T>: Handler<T, App, Future = Answering> {}

impl<T, H: Handler<T, App, Future = Answering>> Answers<T> for H {}

/// A handler whose type is forgotten: what axum makes of a handler is compiled once, and not for
/// each of hundreds.
#[derive(Clone)]
pub(crate) struct To(Arc<dyn Fn(Request, App) -> Answering + Send + Sync>);

impl To {
    pub fn handler<T>(it: impl Answers<T>) -> Self {
        Self(Arc::new(move |request, app| it.clone().call(request, app)))
    }
}

impl Handler<(), App> for To {
    type Future = Answering;

    fn call(self, request: Request, app: App) -> Answering {
        (self.0)(request, app)
    }
}
