use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use tend_core::tags::{self, TagId};
use tend_views::{parts::Problems, settings, urls};

use super::{Done, done, show as show_section};
use crate::{
    WebError,
    app::App,
    asked::Form,
    forms::Parsed,
    pages::Answer,
    who::{May, may},
};

type Manager = May<may::TagsManage>;

#[derive(Clone, Deserialize)]
pub(crate) struct Named {
    name: String,
}

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, Problems::default()).await
}

pub(crate) async fn create(
    who: Manager,
    State(app): State<App>,
    Form(Named { name }): Form<Named>,
) -> Answer {
    let me = who.me.clone();
    let made = app.write(move |tx| tags::create(tx, &me, &name)).await;
    shown(&who, &app, made.map(drop)).await
}

pub(crate) async fn rename(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<TagId>>,
    Form(Named { name }): Form<Named>,
) -> Answer {
    let me = who.me.clone();
    let renamed = app.write(move |tx| tags::rename(tx, &me, id, &name)).await;
    shown(&who, &app, renamed).await
}

pub(crate) async fn archive(
    who: Manager,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<TagId>>,
) -> Answer {
    let me = who.me.clone();
    let archived = app.write(move |tx| tags::archive(tx, &me, id)).await;
    shown(&who, &app, archived).await
}

async fn shown(who: &Manager, app: &App, result: Result<(), WebError>) -> Answer {
    match done(result, &urls::settings_section("tags"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(who, app, status, wrong).await,
    }
}

async fn page(who: &Manager, app: &App, status: StatusCode, problems: Problems) -> Answer {
    show_section(app, who, "tags", status, move |tx, at| {
        Ok(settings::tags(at, &tags::all(tx)?, &problems))
    })
    .await
}
