use axum::{Json, extract::State};
use serde::Serialize;
use tend_core::agents::{self as verbs, AgentId};
use utoipa::ToSchema;

use super::{Answer, Id, If, List, Paging, Query, out::AgentOut};
use crate::{App, who::SignedIn};

/// Who the token speaks for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeOut {
    pub id: String,
    pub name: String,
    pub email: String,
    pub role: String,
    /// What this token may do.
    pub permissions: Vec<String>,
    pub teams: Vec<String>,
}

/// Who asks
///
/// The agent whom the token speaks for, and what it may do.
#[utoipa::path(get, path = "/api/v1/me", tag = "agents", responses((status = 200, body = MeOut)))]
pub(crate) async fn me(who: SignedIn) -> Json<MeOut> {
    Json(MeOut {
        id: who.me.id.to_string(),
        name: who.me.name.clone(),
        email: who.me.email.clone(),
        role: who.me.role.clone(),
        permissions: who.me.permissions.iter().map(|it| it.word().to_owned()).collect(),
        teams: who.me.teams.iter().map(|it| it.to_string()).collect(),
    })
}

/// List agents
///
/// Those who are there, by name.
#[utoipa::path(get, path = "/api/v1/agents", tag = "agents", params(Paging), responses((status = 200, body = List<AgentOut>)))]
pub(crate) async fn list(
    _who: SignedIn,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let all = app.read(verbs::present).await?;
    List::cut(all.into_iter().map(AgentOut::from).collect(), &paging)
}

/// One agent
///
/// Also one who left.
#[utoipa::path(get, path = "/api/v1/agents/{id}", tag = "agents", params(("id" = String, Path), If), responses((status = 200, body = AgentOut)))]
pub(crate) async fn find(
    who: SignedIn,
    State(app): State<App>,
    Id(id): Id<AgentId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, move |tx, _| verbs::find(tx, id).map(AgentOut::from)).await
}
