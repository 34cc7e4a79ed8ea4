//! How often a customer may be asked.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use tend_core::surveys::limits::{self, Limits};
use tend_views::{parts::Problems, settings, urls};

use super::{Done, done, show as show_section};
use crate::{
    app::App,
    asked::Form,
    pages::Answer,
    who::{May, may},
};

pub(crate) async fn show(who: May<may::SurveysManage>, State(app): State<App>) -> Answer {
    page(&who, &app, None, (StatusCode::OK, Problems::default())).await
}

async fn page(
    who: &May<may::SurveysManage>,
    app: &App,
    said: Option<Limits>,
    (status, problems): (StatusCode, Problems),
) -> Answer {
    show_section(app, who, "surveys", status, move |tx, at| {
        let it = match said {
            Some(it) => it,
            None => limits::limits(tx)?,
        };
        Ok(settings::surveys(at, &it, &problems))
    })
    .await
}

/// What the form sends, as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    between_any: String,
    between_same: String,
    between_nps: String,
    a_year: String,
}

pub(crate) async fn change(
    who: May<may::SurveysManage>,
    State(app): State<App>,
    Form(said): Form<Said>,
) -> Answer {
    // What is no number is out of every range, and is told so.
    let number = |text: &str| text.trim().parse().unwrap_or(-1);
    let to = Limits {
        between_any: number(&said.between_any),
        between_same: number(&said.between_same),
        between_nps: number(&said.between_nps),
        a_year: number(&said.a_year),
    };
    let me = who.me.clone();
    let changed = app.write(move |tx| limits::set(tx, &me, &to)).await;
    match done(changed, &urls::settings_section("surveys"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(&who, &app, Some(to), (status, wrong)).await,
    }
}
