use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use tend_core::agents::{
    AgentId, TeamId,
    teams::{self as verbs, Team},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Body, Id, List, Post};
use crate::{
    App, WebError,
    who::{May, SignedIn, may::TeamsManage},
};

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamOut {
    pub id: String,
    pub name: String,
    /// Agents.
    pub members: Vec<String>,
}

impl TeamOut {
    fn load(tx: &mut Tx, it: Team) -> tend_core::Result<Self> {
        let members = verbs::members(tx, it.id)?.into_iter().map(|it| it.to_string()).collect();
        Ok(Self { id: it.id.to_string(), name: it.name, members })
    }
}

/// What a team starts with, or becomes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamIn {
    pub name: Option<String>,
    /// All of its members; left out, they stay as they are.
    #[schema(value_type = Option<Vec<String>>)]
    pub members: Option<Vec<AgentId>>,
}

/// List teams
#[utoipa::path(get, path = "/api/v1/teams", tag = "teams", responses((status = 200, body = List<TeamOut>)))]
pub(crate) async fn list(
    _who: SignedIn,
    State(app): State<App>,
) -> Result<Json<List<TeamOut>>, WebError> {
    let all = app
        .read(|tx| {
            let all = verbs::all(tx)?;
            all.into_iter().map(|it| TeamOut::load(tx, it)).collect::<tend_core::Result<Vec<_>>>()
        })
        .await?;
    Ok(List::whole(all))
}

/// One team
#[utoipa::path(get, path = "/api/v1/teams/{id}", tag = "teams", params(("id" = String, Path)), responses((status = 200, body = TeamOut)))]
pub(crate) async fn find(
    _who: SignedIn,
    State(app): State<App>,
    Id(id): Id<TeamId>,
) -> Result<Json<TeamOut>, WebError> {
    let team = app
        .read(move |tx| {
            let team = verbs::find(tx, id)?;
            TeamOut::load(tx, team)
        })
        .await?;
    Ok(Json(team))
}

/// Make a team
#[utoipa::path(post, path = "/api/v1/teams", tag = "teams", request_body = TeamIn, responses((status = 201, body = TeamOut)))]
pub(crate) async fn create(
    who: May<TeamsManage>,
    State(app): State<App>,
    post: Post<TeamIn>,
) -> Result<Response, WebError> {
    post.create(&app, &who, |tx, me, it| {
        let id = verbs::make(tx, me, it.name.as_deref().unwrap_or_default())?;
        if let Some(members) = &it.members {
            verbs::set_members(tx, me, id, members)?;
        }
        let team = verbs::find(tx, id)?;
        TeamOut::load(tx, team)
    })
    .await
}

/// Change a team
///
/// Only what is given changes.
#[utoipa::path(patch, path = "/api/v1/teams/{id}", tag = "teams", params(("id" = String, Path)), request_body = TeamIn, responses((status = 200, body = TeamOut)))]
pub(crate) async fn change(
    who: May<TeamsManage>,
    State(app): State<App>,
    Id(id): Id<TeamId>,
    Body(it): Body<TeamIn>,
) -> Result<Json<TeamOut>, WebError> {
    let me = who.me.clone();
    let team = app
        .write(move |tx| {
            verbs::find(tx, id)?;
            if let Some(name) = &it.name {
                verbs::rename(tx, &me, id, name)?;
            }
            if let Some(members) = &it.members {
                verbs::set_members(tx, &me, id, members)?;
            }
            let team = verbs::find(tx, id)?;
            TeamOut::load(tx, team)
        })
        .await?;
    Ok(Json(team))
}

/// Archive a team
///
/// What it had goes back to the queue.
#[utoipa::path(delete, path = "/api/v1/teams/{id}", tag = "teams", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<TeamsManage>,
    State(app): State<App>,
    Id(id): Id<TeamId>,
) -> Result<StatusCode, WebError> {
    let me = who.me.clone();
    app.write(move |tx| verbs::archive(tx, &me, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
