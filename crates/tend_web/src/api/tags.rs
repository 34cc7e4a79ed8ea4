use axum::extract::State;
use serde::Deserialize;
use tend_core::{
    Result,
    agents::Me,
    tags::{self as verbs, TagId},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, List, Paging, Post, Query, out::Named};
use crate::{
    App,
    who::{May, SignedIn, may::TagsManage},
};

/// What a tag is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagIn {
    pub name: String,
}

/// List tags
#[utoipa::path(get, path = "/api/v1/tags", tag = "tags", params(Paging), responses((status = 200, body = List<Named>)))]
pub(crate) async fn list(
    _who: SignedIn,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let all = app.read(verbs::all).await?;
    List::cut(all.into_iter().map(Named::from).collect(), &paging)
}

/// Make a tag
#[utoipa::path(post, path = "/api/v1/tags", tag = "tags", request_body = TagIn, responses((status = 201, body = Named)))]
pub(crate) async fn create(
    who: May<TagsManage>,
    State(app): State<App>,
    post: Post<TagIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let id = verbs::create(tx, me, &it.name)?;
        Ok(Named::from(verbs::find(tx, id)?))
    })
    .await
}

fn load(id: TagId) -> impl Fn(&mut Tx, &Me) -> Result<Named> + Send + 'static {
    move |tx, _| verbs::find(tx, id).map(Named::from)
}

/// One tag
#[utoipa::path(get, path = "/api/v1/tags/{id}", tag = "tags", params(("id" = String, Path), If), responses((status = 200, body = Named)))]
pub(crate) async fn find(
    who: SignedIn,
    State(app): State<App>,
    Id(id): Id<TagId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Rename a tag
#[utoipa::path(patch, path = "/api/v1/tags/{id}", tag = "tags", params(("id" = String, Path), If), request_body = TagIn, responses((status = 200, body = Named)))]
pub(crate) async fn change(
    who: May<TagsManage>,
    State(app): State<App>,
    Id(id): Id<TagId>,
    seen: If,
    Body(it): Body<TagIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| verbs::rename(tx, me, id, &it.name);
    seen.change(&app, &who, load(id), work).await
}

/// Archive a tag
///
/// It is offered no more; where it is, it stays.
#[utoipa::path(delete, path = "/api/v1/tags/{id}", tag = "tags", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<TagsManage>,
    State(app): State<App>,
    Id(id): Id<TagId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| verbs::archive(tx, me, id)).await
}
