use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use jiff::SignedDuration;
use serde::Deserialize;
use tend_core::{
    agents::{
        Permission, TokenId,
        tokens::{self, NewToken},
    },
    error::invalid,
    secrets::Fresh,
};
use tend_views::{
    parts::Problems,
    settings::{self, TokenRow},
    urls,
};

use super::show as show_section;
use crate::{
    WebError,
    app::App,
    asked::Form,
    forms::Parsed,
    pages::{Answer, go, problems},
    who::{May, may},
};

type Owner = May<may::TokensManage>;

pub(crate) async fn show(who: Owner, State(app): State<App>) -> Answer {
    let (me, now) = (who.me.clone(), app.now());
    show_section(&app, &who, "tokens", StatusCode::OK, move |tx, at| {
        let row = |token: tokens::Token| TokenRow {
            is_over: token.expires_at.is_some_and(|it| it <= now),
            token,
        };
        let rows: Vec<_> = tokens::mine(tx, &me)?.into_iter().map(row).collect();
        Ok(settings::tokens(at, &rows))
    })
    .await
}

pub(crate) async fn new(who: Owner, State(app): State<App>) -> Answer {
    form(&who, &app, String::new(), StatusCode::OK, Problems::default()).await
}

#[derive(Clone, Deserialize)]
pub(crate) struct Said {
    name: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    scope: Vec<Parsed<Permission>>,
}

/// Its text is in this answer and nowhere else.
pub(crate) async fn create(who: Owner, State(app): State<App>, Form(said): Form<Said>) -> Answer {
    match make(&who, &app, &said).await {
        Ok(text) => {
            show_section(&app, &who, "tokens", StatusCode::OK, move |_, at| {
                Ok(settings::token_made(at, &text))
            })
            .await
        }
        Err(error) => {
            let (status, wrong) = problems(error)?;
            form(&who, &app, said.name, status, wrong).await
        }
    }
}

async fn make(who: &Owner, app: &App, said: &Said) -> Result<String, WebError> {
    let fresh = Fresh::token();
    let expires_at = match said.days.trim() {
        "" => None,
        text => {
            let days = text.parse::<i64>().ok().filter(|it| (1..=3650).contains(it));
            let days = days.ok_or_else(|| invalid("days", "Choose between 1 and 3650 days."))?;
            Some(app.now() + SignedDuration::from_hours(days * 24))
        }
    };
    let new = NewToken {
        name: said.name.clone(),
        scopes: said.scope.iter().map(|it| it.0).collect(),
        expires_at,
        fingerprint: fresh.fingerprint(),
        hint: fresh.hint(),
    };
    let me = who.me.clone();
    app.write(move |tx| tokens::make(tx, &me, &new)).await?;
    Ok(fresh.text().to_owned())
}

pub(crate) async fn revoke(
    who: Owner,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<TokenId>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| tokens::revoke(tx, &me, id)).await?;
    Ok(go(&urls::settings_section("tokens")))
}

async fn form(
    who: &Owner,
    app: &App,
    name: String,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let mine = who.me.permissions;
    show_section(app, who, "tokens", status, move |_, at| {
        Ok(settings::new_token(at, &name, mine, &problems))
    })
    .await
}
