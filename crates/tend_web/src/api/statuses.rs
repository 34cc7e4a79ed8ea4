//! What a conversation can be, and the company's own words for it.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    agents::Me,
    conversations::{self as verbs, Category, Status, StatusId},
    error::not_found,
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, List, Paging, Post, Query};
use crate::{
    App,
    who::{
        May,
        may::{AttributesManage, ConversationsRead},
    },
};

/// A status.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusOut {
    pub id: String,
    pub name: String,
    /// Inside of which category it stands: `new`, `open`, `waiting_customer`,
    /// `waiting_third_party`, `snoozed`, `resolved`, `closed`, `spam`.
    #[schema(value_type = String)]
    pub category: Category,
    /// It comes with Tend: it can be renamed, and not archived.
    pub is_default: bool,
}

impl From<Status> for StatusOut {
    fn from(it: Status) -> Self {
        let id = it.id.to_string();
        Self { id, name: it.name, category: it.category, is_default: it.is_default }
    }
}

/// A status of the company's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusIn {
    pub name: String,
    /// Any but `snoozed`.
    #[schema(value_type = String)]
    pub category: Category,
}

/// What changes in a status.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusChangesIn {
    pub name: String,
}

fn load(id: StatusId) -> impl Fn(&mut Tx, &Me) -> Result<StatusOut> + Send + 'static {
    move |tx, _| {
        let found = verbs::statuses(tx)?.into_iter().find(|it| it.id == id);
        found.map(StatusOut::from).ok_or(not_found("status"))
    }
}

/// List statuses
///
/// Those that are offered, in the order of the categories.
#[utoipa::path(get, path = "/api/v1/statuses", tag = "statuses", params(Paging), responses((status = 200, body = List<StatusOut>)))]
pub(crate) async fn list(
    _who: May<ConversationsRead>,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let all = app.read(verbs::statuses).await?;
    List::cut(all.into_iter().map(StatusOut::from).collect(), &paging)
}

/// One status
#[utoipa::path(get, path = "/api/v1/statuses/{id}", tag = "statuses", params(("id" = String, Path), If), responses((status = 200, body = StatusOut)))]
pub(crate) async fn find(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<StatusId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Define a status
///
/// One that was archived under this name is offered again.
#[utoipa::path(post, path = "/api/v1/statuses", tag = "statuses", request_body = StatusIn, responses((status = 201, body = StatusOut)))]
pub(crate) async fn define(
    who: May<AttributesManage>,
    State(app): State<App>,
    post: Post<StatusIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let id = verbs::define_status(tx, me, &it.name, it.category)?;
        load(id)(tx, me)
    })
    .await
}

/// Rename a status
#[utoipa::path(patch, path = "/api/v1/statuses/{id}", tag = "statuses", params(("id" = String, Path), If), request_body = StatusChangesIn, responses((status = 200, body = StatusOut)))]
pub(crate) async fn rename(
    who: May<AttributesManage>,
    State(app): State<App>,
    Id(id): Id<StatusId>,
    seen: If,
    Body(it): Body<StatusChangesIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| verbs::rename_status(tx, me, id, &it.name);
    seen.change(&app, &who, load(id), work).await
}

/// Archive a status
///
/// It is offered no more; where it stands, it stays.
#[utoipa::path(delete, path = "/api/v1/statuses/{id}", tag = "statuses", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<AttributesManage>,
    State(app): State<App>,
    Id(id): Id<StatusId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| verbs::archive_status(tx, me, id)).await
}
