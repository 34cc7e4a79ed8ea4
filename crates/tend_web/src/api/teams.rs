use axum::extract::State;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    agents::{
        AgentId, Me, TeamId,
        teams::{self as verbs, Team},
    },
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, List, Paging, Post, Query};
use crate::{
    App,
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
    fn load(tx: &mut Tx, it: Team) -> Result<Self> {
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
#[utoipa::path(get, path = "/api/v1/teams", tag = "teams", params(Paging), responses((status = 200, body = List<TeamOut>)))]
pub(crate) async fn list(
    _who: SignedIn,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let all = app
        .read(|tx| {
            let all = verbs::all(tx)?;
            all.into_iter().map(|it| TeamOut::load(tx, it)).collect::<Result<Vec<_>>>()
        })
        .await?;
    List::cut(all, &paging)
}

fn load(id: TeamId) -> impl Fn(&mut Tx, &Me) -> Result<TeamOut> + Send + 'static {
    move |tx, _| {
        let team = verbs::find(tx, id)?;
        TeamOut::load(tx, team)
    }
}

/// One team
#[utoipa::path(get, path = "/api/v1/teams/{id}", tag = "teams", params(("id" = String, Path), If), responses((status = 200, body = TeamOut)))]
pub(crate) async fn find(
    who: SignedIn,
    State(app): State<App>,
    Id(id): Id<TeamId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// Make a team
#[utoipa::path(post, path = "/api/v1/teams", tag = "teams", request_body = TeamIn, responses((status = 201, body = TeamOut)))]
pub(crate) async fn create(
    who: May<TeamsManage>,
    State(app): State<App>,
    post: Post<TeamIn>,
) -> Answer {
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
#[utoipa::path(patch, path = "/api/v1/teams/{id}", tag = "teams", params(("id" = String, Path), If), request_body = TeamIn, responses((status = 200, body = TeamOut)))]
pub(crate) async fn change(
    who: May<TeamsManage>,
    State(app): State<App>,
    Id(id): Id<TeamId>,
    seen: If,
    Body(it): Body<TeamIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        verbs::find(tx, id)?;
        if let Some(name) = &it.name {
            verbs::rename(tx, me, id, name)?;
        }
        match &it.members {
            Some(members) => verbs::set_members(tx, me, id, members),
            None => Ok(()),
        }
    };
    seen.change(&app, &who, load(id), work).await
}

/// Archive a team
///
/// What it had goes back to the queue.
#[utoipa::path(delete, path = "/api/v1/teams/{id}", tag = "teams", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<TeamsManage>,
    State(app): State<App>,
    Id(id): Id<TeamId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| verbs::archive(tx, me, id)).await
}
