//! Roles, who is invited and who leaves, and what the agent is told.

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    agents::{
        self, AgentId, Me, Permission, Permissions, Reach, Role, RoleId, TeamId,
        invitations::{self, Invitation},
        roles as verbs,
        roles::RoleSpec,
        teams,
    },
    error::invalid,
    notifications::{self, Notification},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, List, Paging, Post, Query, out::AgentOut, post::Nothing};
use crate::{
    App, WebError,
    pages::forgotten::new_link,
    who::{
        May, SignedIn,
        may::{AgentsManage, RolesManage},
    },
};

/// What agents with it may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleOut {
    pub id: String,
    pub name: String,
    /// `admin`, `lead`, `agent` or `viewer`; null for a role of the company's own.
    pub builtin: Option<String>,
    pub permissions: Vec<String>,
    /// `own`, `team` or `all`: which conversations they see.
    pub reach: String,
}

impl From<Role> for RoleOut {
    fn from(it: Role) -> Self {
        Self {
            id: it.id.to_string(),
            name: it.name,
            builtin: it.builtin,
            permissions: it.permissions.iter().map(|it| it.word().to_owned()).collect(),
            reach: it.reach.to_string(),
        }
    }
}

fn load_role(id: RoleId) -> impl Fn(&mut Tx, &Me) -> Result<RoleOut> + Send + 'static {
    move |tx, _| verbs::find(tx, id).map(RoleOut::from)
}

/// List roles
///
/// The built-in ones first.
#[utoipa::path(get, path = "/api/v1/roles", tag = "roles", params(Paging), responses((status = 200, body = List<RoleOut>)))]
pub(crate) async fn roles(
    _who: SignedIn,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let all = app.read(verbs::all).await?;
    List::cut(all.into_iter().map(RoleOut::from).collect(), &paging)
}

/// One role
#[utoipa::path(get, path = "/api/v1/roles/{id}", tag = "roles", params(("id" = String, Path), If), responses((status = 200, body = RoleOut)))]
pub(crate) async fn role(
    who: SignedIn,
    State(app): State<App>,
    Id(id): Id<RoleId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load_role(id)).await
}

/// A role to be made, or what changes in one; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleIn {
    pub name: Option<String>,
    /// All of them, by their words. None beyond one's own.
    pub permissions: Option<Vec<String>>,
    /// `own`, `team` or `all`.
    pub reach: Option<String>,
}

impl RoleIn {
    fn spec(&self, before: RoleSpec) -> Result<RoleSpec> {
        let permissions = match &self.permissions {
            None => before.permissions,
            Some(words) => {
                let one = |it: &String| {
                    let wrong = format!("There is no permission {it}.");
                    it.parse::<Permission>().map_err(|_| invalid("permissions", wrong))
                };
                words.iter().map(one).collect::<Result<Permissions>>()?
            }
        };
        let reach = match &self.reach {
            None => before.reach,
            Some(it) => {
                it.parse().map_err(|_| invalid("reach", "The reach is own, team or all."))?
            }
        };
        Ok(RoleSpec { name: self.name.clone().unwrap_or(before.name), permissions, reach })
    }
}

/// Make a role
///
/// It cannot do more than the one who makes it.
#[utoipa::path(post, path = "/api/v1/roles", tag = "roles", request_body = RoleIn, responses((status = 201, body = RoleOut)))]
pub(crate) async fn make_role(
    who: May<RolesManage>,
    State(app): State<App>,
    post: Post<RoleIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let empty = RoleSpec {
            name: String::new(),
            permissions: Permissions::default(),
            reach: Reach::All,
        };
        let id = verbs::make(tx, me, &it.spec(empty)?)?;
        verbs::find(tx, id).map(RoleOut::from)
    })
    .await
}

/// Change a role
///
/// For everyone who has it, from their next request on. The built-in ones stay as they are.
#[utoipa::path(patch, path = "/api/v1/roles/{id}", tag = "roles", params(("id" = String, Path), If), request_body = RoleIn, responses((status = 200, body = RoleOut)))]
pub(crate) async fn change_role(
    who: May<RolesManage>,
    State(app): State<App>,
    Id(id): Id<RoleId>,
    seen: If,
    Body(it): Body<RoleIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        let before = verbs::find(tx, id)?;
        let before =
            RoleSpec { name: before.name, permissions: before.permissions, reach: before.reach };
        verbs::change(tx, me, id, &it.spec(before)?)
    };
    seen.change(&app, &who, load_role(id), work).await
}

/// Remove a role
///
/// One that nobody has any more.
#[utoipa::path(delete, path = "/api/v1/roles/{id}", tag = "roles", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn remove_role(
    who: May<RolesManage>,
    State(app): State<App>,
    Id(id): Id<RoleId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load_role(id), move |tx, me| verbs::remove(tx, me, id)).await
}

/// Whom one wants to have on the team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvitationIn {
    pub name: String,
    pub email: String,
    #[schema(value_type = String)]
    pub role: RoleId,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub teams: Vec<TeamId>,
}

/// Invite an agent
///
/// By mail, with a link that is good for seven days.
#[utoipa::path(post, path = "/api/v1/agents", tag = "agents", request_body = InvitationIn, responses((status = 201, body = AgentOut)))]
pub(crate) async fn invite(
    who: May<AgentsManage>,
    State(app): State<App>,
    post: Post<InvitationIn>,
) -> Answer {
    let link = new_link(&app);
    post.create(&app, &who, move |tx, me, it| {
        let new = Invitation {
            name: it.name.clone(),
            email: it.email.clone(),
            role: it.role,
            teams: it.teams.clone(),
        };
        let id = match invitations::invite(tx, me, &new, &link) {
            Err(tend_core::Error::NotFound("role")) => {
                return Err(invalid("role", "There is no such role."));
            }
            other => other?,
        };
        agents::find(tx, id).map(AgentOut::from)
    })
    .await
}

/// Invite an agent again
///
/// One who has not accepted yet; the old link is void.
#[utoipa::path(post, path = "/api/v1/agents/{id}/invite", tag = "agents", params(("id" = String, Path)), request_body = Nothing, responses((status = 204)))]
pub(crate) async fn invite_again(
    who: May<AgentsManage>,
    State(app): State<App>,
    Id(id): Id<AgentId>,
    post: Post<Nothing>,
) -> Answer {
    let link = new_link(&app);
    post.quiet(&app, &who, move |tx, me, _| invitations::invite_again(tx, me, id, &link)).await
}

/// What changes for an agent; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentChangesIn {
    #[schema(value_type = Option<String>)]
    pub role: Option<RoleId>,
    /// All of them.
    #[schema(value_type = Option<Vec<String>>)]
    pub teams: Option<Vec<TeamId>>,
}

fn load_agent(id: AgentId) -> impl Fn(&mut Tx, &Me) -> Result<AgentOut> + Send + 'static {
    move |tx, _| agents::find(tx, id).map(AgentOut::from)
}

/// Change an agent
///
/// Role and teams.
#[utoipa::path(patch, path = "/api/v1/agents/{id}", tag = "agents", params(("id" = String, Path), If), request_body = AgentChangesIn, responses((status = 200, body = AgentOut)))]
pub(crate) async fn change_agent(
    who: May<AgentsManage>,
    State(app): State<App>,
    Id(id): Id<AgentId>,
    seen: If,
    Body(it): Body<AgentChangesIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| {
        agents::find(tx, id)?;
        if let Some(role) = it.role {
            agents::change_role(tx, me, id, role)?;
        }
        match &it.teams {
            Some(to) => teams::set_teams(tx, me, id, to),
            None => Ok(()),
        }
    };
    seen.change(&app, &who, load_agent(id), work).await
}

/// Let an agent leave
///
/// They can do nothing any more; what they had goes back to the queue.
#[utoipa::path(delete, path = "/api/v1/agents/{id}", tag = "agents", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn leave(
    who: May<AgentsManage>,
    State(app): State<App>,
    Id(id): Id<AgentId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load_agent(id), move |tx, me| agents::leave(tx, me, id)).await
}

/// Something that the agent was told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationOut {
    pub id: String,
    /// `assigned`, `mentioned`, `replied`, `followed`, `woken`, `failed`.
    pub kind: String,
    pub conversation_id: Option<String>,
    /// The conversation's.
    pub number: Option<i64>,
    pub subject: Option<String>,
    /// The name of who did it.
    pub actor: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
}

impl From<Notification> for NotificationOut {
    fn from(it: Notification) -> Self {
        Self {
            id: it.id.to_string(),
            kind: it.kind,
            conversation_id: it.conversation_id.map(|it| it.to_string()),
            number: it.number,
            subject: it.subject,
            actor: it.actor,
            created_at: it.created_at,
            read_at: it.read_at,
        }
    }
}

/// List notifications
///
/// What the agent was told, the newest first.
#[utoipa::path(get, path = "/api/v1/me/notifications", tag = "agents", params(Paging), responses((status = 200, body = List<NotificationOut>)))]
pub(crate) async fn told(
    who: SignedIn,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<NotificationOut>>, WebError> {
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app.read(move |tx| notifications::page(tx, &me, from, limit)).await?;
    Ok(List::of(page, NotificationOut::from))
}

/// Mark all notifications as read
#[utoipa::path(post, path = "/api/v1/me/notifications/read", tag = "agents", request_body = Nothing, responses((status = 204)))]
pub(crate) async fn read_all(who: SignedIn, State(app): State<App>, post: Post<Nothing>) -> Answer {
    post.quiet(&app, &who, |tx, me, _| notifications::read_all(tx, me)).await
}
