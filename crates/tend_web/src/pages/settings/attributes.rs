//! What a company wants to know of contacts, accounts and conversations.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use tend_core::{
    Result,
    attributes::{self as verbs, About, AttributeId, Kind, NewDefinition},
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    settings::{self, AttributeForm, AttributeGroup},
    urls,
};

use super::{Done, done, show as show_section};
use crate::{
    App, WebError,
    api::Id,
    asked::{Form, Query},
    pages::Answer,
    who::{May, may},
};

type Manager = May<may::AttributesManage>;

/// How many values are counted.
const MOST_USED: i64 = 100_000;

pub(crate) async fn show(who: Manager, State(app): State<App>) -> Answer {
    show_section(&app, &who, "attributes", StatusCode::OK, move |tx, at| {
        let mut all = Vec::new();
        for about in About::ALL.iter().copied() {
            all.push(AttributeGroup {
                about,
                offered: verbs::definitions(tx, about)?,
                archived: verbs::archived(tx, about)?,
            });
        }
        Ok(settings::attributes(at, &all))
    })
    .await
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    about: String,
    label: String,
    name: String,
    kind: String,
    choices: String,
    way: String,
}

impl Sent {
    fn about(&self) -> About {
        self.about.parse().unwrap_or(About::Contact)
    }

    fn kind(&self) -> Kind {
        self.kind.parse().unwrap_or(Kind::Text)
    }

    fn choices(&self) -> Vec<String> {
        self.choices.lines().map(str::to_owned).collect()
    }

    fn form(&self, id: Option<AttributeId>) -> AttributeForm {
        AttributeForm {
            id: id.map(|it| it.to_string()).unwrap_or_default(),
            about: self.about(),
            label: self.label.clone(),
            name: self.name.clone(),
            kind: self.kind(),
            choices: self.choices.clone(),
            used: 0,
        }
    }
}

pub(crate) async fn new(who: Manager, State(app): State<App>, Query(sent): Query<Sent>) -> Answer {
    form(&app, &who, StatusCode::OK, sent.form(None), Problems::default()).await
}

async fn form(
    app: &App,
    who: &Manager,
    status: StatusCode,
    it: AttributeForm,
    problems: Problems,
) -> Answer {
    show_section(app, who, "attributes", status, move |_, at| {
        Ok(settings::attribute(at, &it, &problems))
    })
    .await
}

pub(crate) async fn create(who: Manager, State(app): State<App>, Form(sent): Form<Sent>) -> Answer {
    let me = who.me.clone();
    let new = NewDefinition {
        about: sent.about(),
        label: sent.label.clone(),
        name: sent.name.clone(),
        kind: sent.kind(),
        choices: sent.choices(),
    };
    let made = app.write(move |tx| verbs::define(tx, &me, &new)).await;
    match done(made, &urls::settings_section("attributes"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => form(&app, &who, status, sent.form(None), wrong).await,
    }
}

fn read(tx: &mut Tx, id: AttributeId) -> Result<AttributeForm> {
    let it = verbs::find(tx, id)?;
    Ok(AttributeForm {
        id: it.id.to_string(),
        about: it.subject_kind,
        choices: it.choices().join("\n"),
        used: verbs::used(tx, id, MOST_USED)?,
        label: it.label,
        name: it.name,
        kind: it.kind,
    })
}

pub(crate) async fn edit(who: Manager, State(app): State<App>, Id(id): Id<AttributeId>) -> Answer {
    show_section(&app, &who, "attributes", StatusCode::OK, move |tx, at| {
        Ok(settings::attribute(at, &read(tx, id)?, &Problems::default()))
    })
    .await
}

pub(crate) async fn change(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<AttributeId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, to) = (who.me.clone(), sent.clone());
    let changed = app.write(move |tx| verbs::redefine(tx, &me, id, &to.label, &to.choices())).await;
    match done(changed, &urls::settings_section("attributes"))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => {
            let kept = app.read(move |tx| read(tx, id)).await?;
            let it = AttributeForm { label: sent.label, choices: sent.choices, ..kept };
            form(&app, &who, status, it, wrong).await
        }
    }
}

pub(crate) async fn archive(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<AttributeId>,
) -> Answer {
    let me = who.me.clone();
    back(app.write(move |tx| verbs::archive(tx, &me, id)).await)
}

pub(crate) async fn restore(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<AttributeId>,
) -> Answer {
    let me = who.me.clone();
    back(app.write(move |tx| verbs::restore(tx, &me, id)).await)
}

/// `way`: `up` or `down`, by one place.
pub(crate) async fn move_it(
    who: Manager,
    State(app): State<App>,
    Id(id): Id<AttributeId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    let moved = app.write(move |tx| {
        let about = verbs::find(tx, id)?.subject_kind;
        let mut all: Vec<_> = verbs::definitions(tx, about)?.into_iter().map(|it| it.id).collect();
        if let Some(at) = all.iter().position(|it| *it == id) {
            let to = if sent.way == "up" { at.saturating_sub(1) } else { at + 1 };
            if to < all.len() {
                all.swap(at, to);
            }
        }
        verbs::order(tx, &me, about, &all)
    });
    back(moved.await)
}

fn back(result: Result<(), WebError>) -> Answer {
    result?;
    Ok(super::super::go(&urls::settings_section("attributes")))
}
