//! Statuses of the company's own.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use tend_core::{
    conversations::{self, Category, StatusId},
    error::invalid,
};
use tend_views::{parts::Problems, settings, urls};

use super::{Done, done, show as show_section};
use crate::{
    WebError,
    api::Id,
    app::App,
    asked::Form,
    pages::Answer,
    who::{May, may},
};

type Manager = May<may::AttributesManage>;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    name: String,
    category: String,
}

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, "", Problems::default()).await
}

pub(crate) async fn define(who: Manager, State(app): State<App>, Form(said): Form<Said>) -> Answer {
    let (me, it) = (who.me.clone(), said.clone());
    let made = app.write(move |tx| {
        let inside: Category = it.category.parse().map_err(|why| invalid("category", why))?;
        conversations::define_status(tx, &me, &it.name, inside)
    });
    shown(&who, &app, &said.name, made.await.map(drop)).await
}

pub(crate) async fn rename(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<StatusId>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let renamed = app.write(move |tx| conversations::rename_status(tx, &me, id, &said.name)).await;
    shown(&who, &app, "", renamed).await
}

pub(crate) async fn archive(who: Manager, State(app): State<App>, Id(id): Id<StatusId>) -> Answer {
    let me = who.me.clone();
    let archived = app.write(move |tx| conversations::archive_status(tx, &me, id)).await;
    shown(&who, &app, "", archived).await
}

async fn shown(who: &Manager, app: &App, said: &str, result: Result<(), WebError>) -> Answer {
    match done(result, &urls::settings_section("statuses"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(who, app, status, said, wrong).await,
    }
}

async fn page(
    who: &Manager,
    app: &App,
    status: StatusCode,
    said: &str,
    problems: Problems,
) -> Answer {
    let said = said.to_owned();
    show_section(app, who, "statuses", status, move |tx, at| {
        Ok(settings::statuses(at, &conversations::statuses(tx)?, &said, &problems))
    })
    .await
}
