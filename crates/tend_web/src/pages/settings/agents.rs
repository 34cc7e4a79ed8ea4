use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::{
        self, AgentId, Listed, Permission, RoleId, TeamId,
        invitations::{self, Invitation},
        roles, teams,
    },
    error::not_found,
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    settings::{self, Person},
    urls,
};

use super::{Done, done, show as show_section};
use crate::{
    app::App,
    asked::Form,
    forms::Parsed,
    pages::{Answer, forgotten::new_link, go},
    who::{May, may},
};

type Manager = May<may::AgentsManage>;

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    show_section(&app, &who, "agents", StatusCode::OK, move |tx, at| {
        let person = |(listed, teams): (Listed, Vec<TeamId>)| Person { listed, teams };
        let all: Vec<_> = agents::list(tx, &me)?.into_iter().map(person).collect();
        Ok(settings::agents(at, &all, &teams::all(tx)?))
    })
    .await
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    name: String,
    email: String,
    role: Option<RoleId>,
    team: Vec<TeamId>,
}

pub(crate) async fn new(who: Manager, State(app): State<App>) -> Answer {
    form(&who, &app, Said::default(), StatusCode::OK, Problems::default()).await
}

pub(crate) async fn create(who: Manager, State(app): State<App>, Form(said): Form<Said>) -> Answer {
    let (me, link, form_said) = (who.me.clone(), new_link(&app), said.clone());
    let invited = app
        .write(move |tx| {
            let new = Invitation {
                name: said.name.clone(),
                email: said.email.clone(),
                role: said.role.ok_or(not_found("role"))?,
                teams: said.team.clone(),
            };
            invitations::invite(tx, &me, &new, &link)
        })
        .await;
    match done(invited, &urls::settings_section("agents"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => form(&who, &app, form_said, status, wrong).await,
    }
}

pub(crate) async fn one(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<AgentId>>,
) -> Answer {
    one_page(&who, &app, id, StatusCode::OK, Problems::default()).await
}

pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<AgentId>>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let changed = app
        .write(move |tx| {
            if let Some(role) = said.role {
                agents::change_role(tx, &me, id, role)?;
            }
            match me.may(Permission::TeamsManage) {
                true => teams::set_teams(tx, &me, id, &said.team),
                false => Ok(()),
            }
        })
        .await;
    match done(changed, &urls::settings_section("agents"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => one_page(&who, &app, id, status, wrong).await,
    }
}

pub(crate) async fn invite_again(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<AgentId>>,
) -> Answer {
    let (me, link) = (who.me.clone(), new_link(&app));
    app.write(move |tx| invitations::invite_again(tx, &me, id, &link)).await?;
    Ok(go(&urls::settings_item("agents", id)))
}

pub(crate) async fn leave(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<AgentId>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| agents::leave(tx, &me, id)).await?;
    Ok(go(&urls::settings_section("agents")))
}

async fn form(
    who: &Manager,
    app: &App,
    said: Said,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let shows_teams = who.me.may(Permission::TeamsManage);
    show_section(app, who, "agents", status, move |tx, at| {
        let teams = if shows_teams { teams::all(tx)? } else { Vec::new() };
        let said = (said.name.as_str(), said.email.as_str(), said.role);
        Ok(settings::invite(at, &roles::all(tx)?, &teams, said, &problems))
    })
    .await
}

async fn one_page(
    who: &Manager,
    app: &App,
    id: AgentId,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let me = who.me.clone();
    show_section(app, who, "agents", status, move |tx, at| {
        let person = person(tx, &me, id)?;
        let teams = if me.may(Permission::TeamsManage) { teams::all(tx)? } else { Vec::new() };
        let is_me = me.id == id;
        Ok(settings::agent(at, &person, &roles::all(tx)?, &teams, is_me, &problems))
    })
    .await
}

fn person(tx: &mut Tx, me: &agents::Me, id: AgentId) -> Result<Person> {
    let found = agents::list(tx, me)?.into_iter().find(|it| it.0.id == id);
    let (listed, teams) = found.ok_or(not_found("agent"))?;
    Ok(Person { listed, teams })
}
