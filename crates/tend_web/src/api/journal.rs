use axum::{Json, extract::State};
use serde::Deserialize;
use tend_core::journal;
use utoipa::IntoParams;

use super::{List, Query, out::EntryOut};
use crate::{
    App, WebError,
    who::{May, may::JournalRead},
};

/// From where the journal is read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct From {
    /// The position after which to read; left out, from the first entry.
    pub cursor: Option<i64>,
    /// 1 to 200, 50 if it is left out.
    pub limit: Option<i64>,
}

/// Read the journal
///
/// Everything that happened, in one order, each entry once: whoever goes on from
/// `next_cursor` misses nothing. At the end `next_cursor` is where to ask again later.
#[utoipa::path(get, path = "/api/v1/journal", tag = "journal", params(From), responses((status = 200, body = List<EntryOut>)))]
pub(crate) async fn list(
    _who: May<JournalRead>,
    State(app): State<App>,
    Query(from): Query<From>,
) -> Result<Json<List<EntryOut>>, WebError> {
    let (after, limit) = (from.cursor.unwrap_or(0), from.limit.unwrap_or(50));
    if !(1..=200).contains(&limit) {
        return Err(WebError::bad("The limit is 1 to 200."));
    }
    let entries = app.read(move |tx| journal::follow(tx, after, limit)).await?;
    let next = entries.last().and_then(|it| it.position).unwrap_or(after);
    let items = entries.into_iter().map(EntryOut::from).collect();
    Ok(Json(List { items, next_cursor: Some(next.to_string()) }))
}
