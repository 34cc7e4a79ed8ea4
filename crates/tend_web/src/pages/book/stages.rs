//! The stages of an account's life, and when a key person counts as silent.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use tend_core::{
    Result as Done_,
    book::{self, NewStage, StageId},
    error::invalid,
};
use tend_views::{parts::Problems, settings, urls};

use crate::{
    WebError,
    api::Id,
    app::App,
    asked::Form,
    pages::{
        Answer,
        settings::{Done, done, show as show_section},
    },
    who::{May, may},
};

type Manager = May<may::StagesManage>;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    name: String,
    means: String,
    tone: String,
    stuck_days: String,
    /// Of a move: `up` or `down`.
    to: String,
    days: String,
}

impl Said {
    fn stage(&self) -> Done_<NewStage> {
        let stuck_days = match self.stuck_days.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| {
                invalid("stuck_days", "Write a number of days from 1 to 3650, or nothing.")
            })?),
        };
        Ok(NewStage {
            name: self.name.clone(),
            means: self.means.parse().map_err(|why| invalid("means", why))?,
            tone: self.tone.parse().map_err(|why| invalid("tone", why))?,
            stuck_days,
        })
    }
}

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, "", Problems::default()).await
}

pub(crate) async fn define(who: Manager, State(app): State<App>, Form(said): Form<Said>) -> Answer {
    let (me, it) = (who.me.clone(), said.clone());
    let made = app.write(move |tx| book::define_stage(tx, &me, &it.stage()?)).await;
    shown(&who, &app, &said.name, made.map(drop)).await
}

pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<StageId>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let changed = app.write(move |tx| book::change_stage(tx, &me, id, &said.stage()?)).await;
    shown(&who, &app, "", changed).await
}

/// `to`: `up` or `down`, by one place.
pub(crate) async fn arrange(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<StageId>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let moved = app.write(move |tx| {
        let mut order: Vec<StageId> = book::stages(tx)?.into_iter().map(|it| it.id).collect();
        let at = order.iter().position(|it| *it == id);
        let at = at.ok_or(tend_core::error::not_found("stage"))?;
        match said.to.as_str() {
            "up" if at > 0 => order.swap(at, at - 1),
            "down" if at + 1 < order.len() => order.swap(at, at + 1),
            _ => {}
        }
        book::arrange_stages(tx, &me, &order)
    });
    shown(&who, &app, "", moved.await).await
}

pub(crate) async fn archive(who: Manager, State(app): State<App>, Id(id): Id<StageId>) -> Answer {
    let me = who.me.clone();
    let archived = app.write(move |tx| book::archive_stage(tx, &me, id)).await;
    shown(&who, &app, "", archived).await
}

/// `days`.
pub(crate) async fn silence(
    who: Manager,
    State(app): State<App>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let set = app.write(move |tx| {
        let days = said.days.trim().parse();
        let days = days.map_err(|_| invalid("silent_days", "Write a number of days."))?;
        book::set_silent_days(tx, &me, days)
    });
    shown(&who, &app, "", set.await).await
}

async fn shown(who: &Manager, app: &App, said: &str, result: Result<(), WebError>) -> Answer {
    match done(result, &urls::settings_section("stages"))? {
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
    show_section(app, who, "stages", status, move |tx, at| {
        let (all, days) = (book::stages(tx)?, book::silent_days(tx)?);
        Ok(settings::stages(at, &all, days, &said, &problems))
    })
    .await
}
