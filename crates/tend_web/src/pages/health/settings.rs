//! What counts for whom: profiles, what is leaving, and learning.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use tend_core::{
    Error, Result as Done_,
    agents::Me,
    attributes::{self, About, Kind as Of},
    book,
    error::{FieldError, invalid, not_found},
    health::{self, Document, Options, Profile, ProfileId},
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    settings::{HealthForm, HealthSettings, health as section, health_profile},
    urls,
};

use super::form::{Pairs, Typed};
use crate::{
    WebError,
    api::Id,
    app::App,
    asked::Form,
    pages::{
        Answer, go, problems,
        settings::{Done, done, show as show_section},
    },
    who::{May, may},
};

type Manager = May<may::StagesManage>;

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    page(&who, &app, StatusCode::OK, None, Problems::default()).await
}

/// What counts as leaving, and alerts.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    horizon_days: String,
    drop_percent: String,
    alerts_a_week: String,
    hysteresis_percent: String,
    /// Of a move: `up` or `down`.
    to: String,
}

impl Said {
    fn options(&self) -> Done_<Options> {
        let number = |field: &'static str, text: &str| {
            text.trim().parse::<i64>().map_err(|_| invalid(field, "Write a whole number."))
        };
        Ok(Options {
            horizon_days: number("horizon_days", &self.horizon_days)?,
            drop_percent: number("drop_percent", &self.drop_percent)?,
            alerts_a_week: number("alerts_a_week", &self.alerts_a_week)?,
            hysteresis_percent: number("hysteresis_percent", &self.hysteresis_percent)?,
        })
    }
}

pub(crate) async fn options(
    who: Manager,
    State(app): State<App>,
    Form(said): Form<Said>,
) -> Answer {
    let (me, it) = (who.me.clone(), said.clone());
    let set = app.write(move |tx| health::set_options(tx, &me, &it.options()?)).await;
    shown(&who, &app, said.options().ok(), set).await
}

pub(crate) async fn learn(who: Manager, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| health::owe_fit(tx, &me)).await?;
    Ok(go(&urls::health_settings()))
}

/// `to`: `up` or `down`, by one place.
pub(crate) async fn arrange(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<ProfileId>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    let moved = app.write(move |tx| {
        let own = health::profiles(tx)?.into_iter().filter(|it| !it.is_default);
        let mut order: Vec<ProfileId> = own.map(|it| it.id).collect();
        let at = order.iter().position(|it| *it == id).ok_or(not_found("profile"))?;
        match said.to.as_str() {
            "up" if at > 0 => order.swap(at, at - 1),
            "down" if at + 1 < order.len() => order.swap(at, at + 1),
            _ => {}
        }
        health::arrange_profiles(tx, &me, &order)
    });
    shown(&who, &app, None, moved.await).await
}

pub(crate) async fn archive(who: Manager, State(app): State<App>, Id(id): Id<ProfileId>) -> Answer {
    let me = who.me.clone();
    let archived = app.write(move |tx| health::archive_profile(tx, &me, id)).await;
    shown(&who, &app, None, archived).await
}

async fn shown(
    who: &Manager,
    app: &App,
    said: Option<Options>,
    result: Result<(), WebError>,
) -> Answer {
    match done(result, &urls::health_settings())? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => page(who, app, status, said, wrong).await,
    }
}

async fn page(
    who: &Manager,
    app: &App,
    status: StatusCode,
    said: Option<Options>,
    problems: Problems,
) -> Answer {
    let me = who.me.clone();
    show_section(app, who, "health", status, move |tx, at| {
        let mut profiles = Vec::new();
        for it in health::profiles(tx)? {
            let whom = whom(tx, &me, &it)?;
            profiles.push((it, whom));
        }
        let it = HealthSettings {
            profiles,
            options: match said {
                Some(it) => it,
                None => health::options(tx)?,
            },
            models: health::models(tx)?,
            is_learning: health::fit_is_owed(tx)?,
        };
        Ok(section(at, &it, &problems))
    })
    .await
}

/// Whom a profile is for, in words.
fn whom(tx: &mut Tx, me: &Me, it: &Profile) -> Done_<String> {
    let mut parts = Vec::new();
    if let Some(id) = it.document.segment {
        parts.push(match book::segments(tx, me)?.into_iter().find(|it| it.id == id) {
            Some(segment) => format!("In the segment {}", segment.name),
            None => "In a segment that is gone".to_owned(),
        });
    }
    if !it.document.stages.is_empty() {
        let mut names = Vec::new();
        for id in &it.document.stages {
            names.push(book::find_stage(tx, *id)?.name);
        }
        parts.push(format!("In {}", names.join(" or ")));
    }
    Ok(if parts.is_empty() { "For everybody else".to_owned() } else { parts.join(", ") })
}

pub(crate) async fn new(who: Manager, State(app): State<App>) -> Answer {
    profile(&who, &app, StatusCode::OK, None, None, Problems::default()).await
}

pub(crate) async fn edit(who: Manager, State(app): State<App>, Id(id): Id<ProfileId>) -> Answer {
    profile(&who, &app, StatusCode::OK, Some(id), None, Problems::default()).await
}

pub(crate) async fn create(who: Manager, State(app): State<App>, Form(all): Form<Pairs>) -> Answer {
    pressed(&who, &app, None, all).await
}

pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<ProfileId>,
    Form(all): Form<Pairs>,
) -> Answer {
    pressed(&who, &app, Some(id), all).await
}

/// A button of the form was pressed: keep, try, add, remove.
async fn pressed(who: &Manager, app: &App, id: Option<ProfileId>, all: Pairs) -> Answer {
    let mut typed = Typed::read(&all);
    match typed.pressed.as_str() {
        "keep" => {
            let (me, it) = (who.me.clone(), typed.clone());
            let kept =
                app.write(move |tx| health::save_profile(tx, &me, id, &it.document()?)).await;
            match kept {
                Ok(_) => Ok(go(&urls::health_settings())),
                Err(error) => {
                    let (status, wrong) = problems(error)?;
                    profile(who, app, status, id, Some(typed), wrong).await
                }
            }
        }
        "try" => profile(who, app, StatusCode::OK, id, Some(typed), Problems::default()).await,
        other => {
            match other.strip_prefix("remove:").and_then(|it| it.parse::<usize>().ok()) {
                Some(n) if n < typed.measures.len() => drop(typed.measures.remove(n)),
                Some(_) => {}
                None => typed.add(),
            }
            profile(who, app, StatusCode::OK, id, Some(typed), Problems::default()).await
        }
    }
}

/// The form, as it is kept or as it was typed; tried, if that was asked.
async fn profile(
    who: &Manager,
    app: &App,
    status: StatusCode,
    id: Option<ProfileId>,
    typed: Option<Typed>,
    wrong: Problems,
) -> Answer {
    let me = who.me.clone();
    show_section(app, who, "health", status, move |tx, at| {
        let before = match id {
            Some(id) => Some(health::find_profile(tx, id)?),
            None => None,
        };
        let is_trial = typed.as_ref().is_some_and(|it| it.pressed == "try");
        let typed = match (typed, &before) {
            (Some(it), _) => it,
            (None, Some(it)) => Typed::of(&it.document),
            (None, None) => Typed::of(&start(tx)?),
        };
        let (tried, wrong) = match is_trial {
            false => (None, wrong),
            true => match tried(tx, &me, id, &typed) {
                Ok(it) => (Some(it), wrong),
                Err(Error::Invalid(fields)) => (None, said_of(&fields)),
                Err(Error::Refused(text)) => (None, [("", text)].into_iter().collect()),
                Err(error) => return Err(error),
            },
        };
        let offered = attributes::definitions(tx, About::Account)?;
        let form = HealthForm {
            id,
            is_default: before.as_ref().is_some_and(|it| it.is_default),
            version: before.as_ref().map_or(1, |it| it.version),
            tried,
            segments: book::segments(tx, &me)?
                .into_iter()
                .map(|it| (it.id.to_string(), it.name))
                .collect(),
            stages: book::stages(tx)?,
            attributes: offered.into_iter().filter(|it| it.kind == Of::Number).collect(),
            ..typed.form()
        };
        Ok(health_profile(at, &form, &wrong))
    })
    .await
}

fn said_of(fields: &[FieldError]) -> Problems {
    fields.iter().map(|it| (it.field.to_string(), it.problem.to_string())).collect()
}

/// A new profile begins as what holds for everybody.
fn start(tx: &mut Tx) -> Done_<Document> {
    let default = health::profiles(tx)?.into_iter().find(|it| it.is_default);
    let measures = default.map(|it| it.document.measures).unwrap_or_default();
    Ok(Document { name: String::new(), segment: None, stages: Vec::new(), measures })
}

fn tried(tx: &mut Tx, me: &Me, id: Option<ProfileId>, typed: &Typed) -> Done_<health::Tried> {
    let account = match typed.account.trim() {
        "" => None,
        text => Some(crate::pages::book::account::named_as(tx, me, text, "account")?),
    };
    health::try_out(tx, me, id, &typed.document()?, account)
}
