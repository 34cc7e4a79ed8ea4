//! For those who watch over the process.

use axum::extract::State;

use crate::{app::App, error::WebError};

/// The process answers.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// It can serve: the database answers, and it is not about to stop.
pub(crate) async fn ready(State(app): State<App>) -> Result<&'static str, WebError> {
    if app.live.is_closed() {
        return Err(WebError::busy());
    }
    app.read(tend_core::agents::is_started).await?;
    Ok("ready\n")
}
