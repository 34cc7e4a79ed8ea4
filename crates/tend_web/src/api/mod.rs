//! `/api/v1`: the same verbs as the pages, as JSON.
//!
//! Lists answer `{"items": […], "next_cursor": …}` and take `limit` and `cursor`; errors are
//! `application/problem+json`; every POST takes an `Idempotency-Key`.

mod adoption;
mod agents;
mod book;
mod campaigns;
mod canned;
mod case;
mod company;
mod conversations;
mod customers;
mod dkim_keys;
mod docs;
mod drafts;
mod etag;
mod files;
mod health;
mod inboxes;
mod invoices;
mod journal;
mod json;
mod mail_servers;
mod meetings;
mod messages;
mod money;
mod onboarding;
mod orders;
pub(crate) mod out;
mod people;
mod post;
mod profile;
mod proof;
mod quizzes;
mod rate;
mod recommend;
mod remedies;
mod revenue;
mod routes;
mod search;
mod sources;
mod statuses;
mod stripe;
mod subscriptions;
mod success;
mod surveys;
mod tags;
mod teams;
mod upkeep;
mod usage;
mod views;

pub use docs::{described, openapi};
pub(crate) use etag::If;
pub(crate) use json::Body;
pub(crate) use post::Post;
pub(crate) use rate::{Buckets, limit};
pub(crate) use routes::routes;

use axum::{
    Json,
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tend_core::page::{Cursor, Page};

pub(crate) use crate::asked::Query;
use crate::{App, WebError};

/// One page of a list, as JSON.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct List<T> {
    pub items: Vec<T>,
    /// Where the next page begins, for `cursor`; null at the end.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// One page of a list that is short enough to be read whole: `cursor` is the key of the
    /// last item that was seen.
    pub fn cut(mut items: Vec<T>, paging: &Paging) -> Answer
    where
        T: Keyed + Serialize,
    {
        let limit = paging.limit()?;
        if let Some(at) = paging.cursor.as_deref().filter(|it| !it.is_empty()) {
            let seen = items.iter().position(|it| it.key() == at);
            let seen = seen.ok_or_else(|| WebError::bad("This is not a cursor of this list."))?;
            items.drain(..=seen);
        }
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(Keyed::key);
        Ok(Json(Self { items, next_cursor }).into_response())
    }

    /// One page of it.
    pub fn of<U>(page: Page<U>, change: impl FnMut(U) -> T) -> Json<Self> {
        let page = page.map(change);
        Json(Self { items: page.items, next_cursor: page.next.map(|it| it.to_string()) })
    }
}

/// By what an item of a list is told from the others.
pub(crate) trait Keyed {
    fn key(&self) -> String;
}

macro_rules! keyed {
    ($($of:path),* $(,)?) => {
        $(impl Keyed for $of {
            fn key(&self) -> String {
                self.id.clone()
            }
        })*
    };
}

keyed! {
    out::AgentOut, out::InboxOut, out::Named, teams::TeamOut, statuses::StatusOut,
    views::ViewOut, canned::CannedOut, drafts::DraftLine, people::RoleOut,
    customers::attributes::AttributeOut, customers::out::IdentityOut,
    customers::merges::MergeOut, customers::imports::ImportOut,
}

/// What a list is asked for.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Paging {
    pub fn limit(&self) -> Result<usize, WebError> {
        match self.limit.unwrap_or(50) {
            it @ 1..=200 => Ok(it),
            _ => Err(WebError::bad("The limit is 1 to 200.")),
        }
    }

    pub fn cursor(&self) -> Result<Option<Cursor>, WebError> {
        let parse =
            |it: &str| it.parse().map_err(|_| WebError::bad("This is not a cursor of ours."));
        self.cursor.as_deref().filter(|it| !it.is_empty()).map(parse).transpose()
    }
}

/// An id in the path; what is not an id of the kind is not found.
pub(crate) struct Id<T>(pub T);

impl<T: std::str::FromStr + Send> FromRequestParts<App> for Id<T> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        id_of(parts, app).await?.parse().map(Self).map_err(|_| WebError::not_found())
    }
}

async fn id_of(parts: &mut Parts, app: &App) -> Result<String, WebError> {
    let path = Path::<Vec<(String, String)>>::from_request_parts(parts, app).await;
    let path = path.map_err(|_| WebError::not_found())?;
    path.0.into_iter().find(|it| it.0 == "id").map(|it| it.1).ok_or_else(WebError::not_found)
}

/// Both ids of the path: of the whole, and of one of its parts.
pub(crate) struct Ids<A, B>(pub A, pub B);

impl<A, B> FromRequestParts<App> for Ids<A, B>
where
    A: std::str::FromStr + Send,
    B: std::str::FromStr + Send,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let path = Path::<(String, String)>::from_request_parts(parts, app).await;
        let Path((whole, part)) = path.map_err(|_| WebError::not_found())?;
        match (whole.parse(), part.parse()) {
            (Ok(whole), Ok(part)) => Ok(Self(whole, part)),
            _ => Err(WebError::not_found()),
        }
    }
}

/// What a handler answers with.
pub(crate) type Answer = Result<Response, WebError>;

/// It is done, and there is nothing to tell.
pub(crate) fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Tells null from what is not there.
pub(crate) fn present<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(from).map(Some)
}
