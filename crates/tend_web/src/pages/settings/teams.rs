use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use tend_core::agents::{self, AgentId, TeamId, teams};
use tend_views::{
    parts::Problems,
    settings::{self, TeamRow},
    urls,
};

use super::{Done, done, show as show_section};
use crate::{
    app::App,
    asked::Form,
    forms::Parsed,
    pages::Answer,
    who::{May, may},
};

type Manager = May<may::TeamsManage>;

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Problems::default()).await
}

#[derive(Clone, Deserialize)]
pub(crate) struct TeamForm {
    name: String,
    #[serde(default)]
    member: Vec<AgentId>,
}

pub(crate) async fn create(
    who: Manager,
    State(app): State<App>,
    Form(form): Form<TeamForm>,
) -> Answer {
    let me = who.me.clone();
    let made = app.write(move |tx| teams::make(tx, &me, &form.name)).await;
    match done(made, &urls::settings_section("teams"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(&who, &app, status, wrong).await,
    }
}

pub(crate) async fn one(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<TeamId>>,
) -> Answer {
    one_page(&who, &app, id, StatusCode::OK, Problems::default()).await
}

pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<TeamId>>,
    Form(form): Form<TeamForm>,
) -> Answer {
    let me = who.me.clone();
    let changed = app
        .write(move |tx| {
            teams::rename(tx, &me, id, &form.name)?;
            teams::set_members(tx, &me, id, &form.member)
        })
        .await;
    match done(changed, &urls::settings_section("teams"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => one_page(&who, &app, id, status, wrong).await,
    }
}

pub(crate) async fn archive(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<TeamId>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| teams::archive(tx, &me, id)).await?;
    Ok(crate::pages::go(&urls::settings_section("teams")))
}

async fn page(who: &Manager, app: &App, status: StatusCode, problems: Problems) -> Answer {
    show_section(app, who, "teams", status, move |tx, at| {
        let mut rows = Vec::new();
        for team in teams::all(tx)? {
            let members = teams::members(tx, team.id)?.len();
            rows.push(TeamRow { team, members });
        }
        Ok(settings::teams(at, &rows, &problems))
    })
    .await
}

async fn one_page(
    who: &Manager,
    app: &App,
    id: TeamId,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    show_section(app, who, "teams", status, move |tx, at| {
        let (team, members) = (teams::find(tx, id)?, teams::members(tx, id)?);
        Ok(settings::team(at, &team, &members, &agents::present(tx)?, &problems))
    })
    .await
}
