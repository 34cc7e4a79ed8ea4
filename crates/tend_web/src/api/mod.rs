//! `/api/v1`: the same verbs as the pages, as JSON.
//!
//! Lists answer `{"items": […], "next_cursor": …}` and take `limit` and `cursor`; errors are
//! `application/problem+json`; every POST takes an `Idempotency-Key`.

mod agents;
mod conversations;
mod docs;
mod inboxes;
mod journal;
mod messages;
pub(crate) mod out;
mod post;
mod rate;
mod tags;
mod teams;

pub use docs::openapi;
pub(crate) use post::Post;
pub(crate) use rate::{Buckets, limit};

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::request::Parts,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tend_core::{
    agents::Permission,
    page::{Cursor, Page},
};

use crate::{
    App, WebError,
    router::{
        self,
        Access::{AnyToken, Public, Token},
        Route,
    },
};

/// All of them, on one page.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{
        ConversationsRead as Read, ConversationsUpdate as Update, InboxesManage, JournalRead,
        TagsManage, TeamsManage,
    };
    use router::{delete, get, patch, post, put};
    vec![
        get("/api/v1/openapi.json", Public, docs::document),
        get("/api/v1/me", AnyToken, agents::me),
        get("/api/v1/agents", AnyToken, agents::list),
        get("/api/v1/agents/{id}", AnyToken, agents::find),
        get("/api/v1/teams", AnyToken, teams::list),
        post("/api/v1/teams", Token(TeamsManage), teams::create),
        get("/api/v1/teams/{id}", AnyToken, teams::find),
        patch("/api/v1/teams/{id}", Token(TeamsManage), teams::change),
        delete("/api/v1/teams/{id}", Token(TeamsManage), teams::archive),
        get("/api/v1/inboxes", Token(Read), inboxes::list),
        post("/api/v1/inboxes", Token(InboxesManage), inboxes::create),
        get("/api/v1/inboxes/{id}", Token(Read), inboxes::find),
        patch("/api/v1/inboxes/{id}", Token(InboxesManage), inboxes::change),
        delete("/api/v1/inboxes/{id}", Token(InboxesManage), inboxes::archive),
        get("/api/v1/tags", AnyToken, tags::list),
        post("/api/v1/tags", Token(TagsManage), tags::create),
        patch("/api/v1/tags/{id}", Token(TagsManage), tags::change),
        delete("/api/v1/tags/{id}", Token(TagsManage), tags::archive),
        get("/api/v1/statuses", Token(Read), conversations::statuses),
        get("/api/v1/conversations", Token(Read), conversations::list),
        post("/api/v1/conversations", Token(Read), conversations::create),
        get("/api/v1/conversations/{id}", Token(Read), conversations::find),
        patch("/api/v1/conversations/{id}", Token(Read), conversations::change),
        get("/api/v1/conversations/{id}/messages", Token(Read), messages::list),
        post("/api/v1/conversations/{id}/messages", Token(Read), messages::create),
        post("/api/v1/conversations/{id}/tags", Token(Update), conversations::tag),
        delete("/api/v1/conversations/{id}/tags/{tag}", Token(Update), conversations::untag),
        put("/api/v1/conversations/{id}/snooze", Token(Update), conversations::snooze),
        put("/api/v1/conversations/{id}/follow", Token(Read), conversations::follow),
        delete("/api/v1/conversations/{id}/follow", Token(Read), conversations::unfollow),
        put("/api/v1/conversations/{id}/read", Token(Read), conversations::read),
        delete("/api/v1/conversations/{id}/read", Token(Read), conversations::unread),
        get("/api/v1/messages/{id}", Token(Read), messages::find),
        delete("/api/v1/messages/{id}", Token(Read), messages::undo),
        get("/api/v1/journal", Token(JournalRead), journal::list),
    ]
}

/// One page of a list, as JSON.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct List<T> {
    pub items: Vec<T>,
    /// Where the next page begins, for `cursor`; null at the end.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// All there is.
    pub fn whole(items: Vec<T>) -> Json<Self> {
        Json(Self { items, next_cursor: None })
    }

    /// One page of it.
    pub fn of<U>(page: Page<U>, change: impl FnMut(U) -> T) -> Json<Self> {
        let page = page.map(change);
        Json(Self { items: page.items, next_cursor: page.next.map(|it| it.to_string()) })
    }
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
        let path = Path::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        let path = path.map_err(|_| WebError::not_found())?;
        let text = path.iter().find(|it| it.0 == "id").map(|it| it.1.as_str());
        text.and_then(|it| it.parse().ok()).map(Self).ok_or_else(WebError::not_found)
    }
}

/// The query, or what is wrong with it.
pub(crate) struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let query = Query::<T>::from_request_parts(parts, app).await;
        query.map(|it| Self(it.0)).map_err(|it| WebError::bad(it.body_text()))
    }
}

/// A JSON body, or what is wrong with it.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let body = Json::<T>::from_request(request, app).await;
        body.map(|it| Self(it.0)).map_err(|it| WebError::new(it.status(), it.body_text()))
    }
}
