use axum::{extract::State, http::HeaderMap};
use serde::Deserialize;

use super::Answer;
use crate::{app::App, asked::Query, live, who::SignedIn};

#[derive(Deserialize)]
pub(crate) struct Since {
    #[serde(default)]
    since: i64,
}

/// The page's stream. One who comes back says what they heard last; one who
/// comes from a page says how far the journal was when it was made.
pub(crate) async fn stream(
    SignedIn(who): SignedIn,
    State(app): State<App>,
    Query(Since { since }): Query<Since>,
    headers: HeaderMap,
) -> Answer {
    let heard = headers.get("last-event-id").and_then(|it| it.to_str().ok()?.parse().ok());
    live::stream(app, who, heard.unwrap_or(since)).await
}
