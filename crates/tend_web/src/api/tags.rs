use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use tend_core::tags::{self as verbs, TagId};
use utoipa::ToSchema;

use super::{Body, Id, List, Post, out::Named};
use crate::{
    App, WebError,
    who::{May, SignedIn, may::TagsManage},
};

/// What a tag is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagIn {
    pub name: String,
}

/// List tags
#[utoipa::path(get, path = "/api/v1/tags", tag = "tags", responses((status = 200, body = List<Named>)))]
pub(crate) async fn list(
    _who: SignedIn,
    State(app): State<App>,
) -> Result<Json<List<Named>>, WebError> {
    let all = app.read(verbs::all).await?;
    Ok(List::whole(all.into_iter().map(Named::from).collect()))
}

/// Make a tag
#[utoipa::path(post, path = "/api/v1/tags", tag = "tags", request_body = TagIn, responses((status = 201, body = Named)))]
pub(crate) async fn create(
    who: May<TagsManage>,
    State(app): State<App>,
    post: Post<TagIn>,
) -> Result<Response, WebError> {
    post.create(&app, &who, |tx, me, it| {
        let id = verbs::create(tx, me, &it.name)?;
        Ok(Named::from(verbs::find(tx, id)?))
    })
    .await
}

/// Rename a tag
#[utoipa::path(patch, path = "/api/v1/tags/{id}", tag = "tags", params(("id" = String, Path)), request_body = TagIn, responses((status = 200, body = Named)))]
pub(crate) async fn change(
    who: May<TagsManage>,
    State(app): State<App>,
    Id(id): Id<TagId>,
    Body(it): Body<TagIn>,
) -> Result<Json<Named>, WebError> {
    let me = who.me.clone();
    let tag = app
        .write(move |tx| {
            verbs::rename(tx, &me, id, &it.name)?;
            verbs::find(tx, id)
        })
        .await?;
    Ok(Json(tag.into()))
}

/// Archive a tag
///
/// It is offered no more; where it is, it stays.
#[utoipa::path(delete, path = "/api/v1/tags/{id}", tag = "tags", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<TagsManage>,
    State(app): State<App>,
    Id(id): Id<TagId>,
) -> Result<StatusCode, WebError> {
    let me = who.me.clone();
    app.write(move |tx| verbs::archive(tx, &me, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
