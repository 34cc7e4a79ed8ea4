//! What was written down, day by day.

use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use tend_core::{accounts::AccountId, health, page::Cursor};
use utoipa::IntoParams;

use super::out::SnapshotOut;
use crate::{
    App, WebError,
    api::{Answer, List, Query, book::out::read_day},
    who::{May, may::CustomersRead},
};

/// Which snapshots.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Of this account alone.
    pub account: Option<String>,
    /// Year-month-day: the first day, and the last.
    pub from: Option<String>,
    pub to: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// List snapshots
///
/// By day. An account has one on each day on which more than the day changed, and it holds until
/// the next; none is ever changed.
#[utoipa::path(get, path = "/api/v1/health/snapshots", tag = "health", params(Which), responses((status = 200, body = List<SnapshotOut>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(which): Query<Which>,
) -> Answer {
    let account: Option<AccountId> = match &which.account {
        None => None,
        Some(it) => Some(it.parse().map_err(|_| WebError::bad("This is not an account's id."))?),
    };
    let read = |it: &Option<String>| it.as_deref().map(read_day).transpose();
    let (from, to) = (read(&which.from)?, read(&which.to)?);
    let limit = match which.limit.unwrap_or(50) {
        it @ 1..=200 => it,
        _ => return Err(WebError::bad("The limit is 1 to 200.")),
    };
    let at: Option<Cursor> = match which.cursor.as_deref().filter(|it| !it.is_empty()) {
        None => None,
        Some(it) => {
            Some(it.parse().map_err(|_| WebError::bad("This is not a cursor of this list."))?)
        }
    };
    let me = who.me.clone();
    let days = (from.unwrap_or(0), to.unwrap_or(i64::from(i32::MAX)));
    let page = app.read(move |tx| health::page(tx, &me, account, days, at, limit)).await?;
    Ok(List::of(page, SnapshotOut::from).into_response())
}
