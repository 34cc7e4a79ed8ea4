//! Forgotten passwords: asking for a link, and what is behind it.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use tend_core::{
    agents::{LINK_PURPOSE, invitations::NewLink, resets, sessions},
    secrets::{Fresh, fingerprint, passwords},
};
use tend_views::{
    parts::Problems,
    start::{Forgotten, Reset, forgotten, forgotten_sent, link_spent, reset as reset_page},
    urls,
};

use super::{Answer, bare, enter, new_session, problems, to_guest};
use crate::{app::App, asked::Form, error::WebError, who::Guest};

pub(crate) async fn show(guest: Guest) -> Response {
    to_guest(&guest, StatusCode::OK, forgotten(&bare(&guest), &Forgotten::default()))
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    email: String,
}

/// Answers the same whether the address is known or not, after the same work.
pub(crate) async fn ask(guest: Guest, State(app): State<App>, Form(form): Form<Asked>) -> Answer {
    if let Err(seconds) = app.attempts.take_from(guest.client.address, app.now()) {
        return Err(WebError::too_often(seconds));
    }
    let (email, link) = (form.email.clone(), new_link(&app));
    app.write(move |tx| resets::ask(tx, &email, &link)).await?;
    Ok(to_guest(&guest, StatusCode::OK, forgotten_sent(&bare(&guest), &form.email)))
}

/// A link to be mailed: only the mailer opens what is sealed.
pub(crate) fn new_link(app: &App) -> NewLink {
    let fresh = Fresh::make();
    let sealed = app.keys.seal(LINK_PURPOSE, fresh.text());
    NewLink { fingerprint: fresh.fingerprint(), sealed }
}

pub(crate) async fn show_reset(
    guest: Guest,
    State(app): State<App>,
    Path(token): Path<String>,
) -> Answer {
    let Some(email) = email_behind(&app, &token).await? else { return Ok(spent(&guest)) };
    Ok(page(&guest, StatusCode::OK, token, email, Problems::default()))
}

#[derive(Deserialize)]
pub(crate) struct NewPassword {
    password: String,
}

pub(crate) async fn reset(
    guest: Guest,
    State(app): State<App>,
    Path(token): Path<String>,
    Form(form): Form<NewPassword>,
) -> Answer {
    let Some(email) = email_behind(&app, &token).await? else { return Ok(spent(&guest)) };
    if let Err(error) = passwords::check(&form.password, &email) {
        let (status, wrong) = problems(error.into())?;
        return Ok(page(&guest, status, token, email, wrong));
    }
    let hash = app.hash(move || passwords::hash(&form.password)).await?;
    let (print, (cookie, session)) = (fingerprint(&token), new_session(&guest));
    let done = app
        .write(move |tx| {
            let id = resets::reset(tx, &print, &hash)?;
            sessions::begin(tx, id, &hash, &session)
        })
        .await;
    match done {
        Ok(_) => Ok(enter(&guest, &cookie, false, &urls::home())),
        Err(error) if error.status == StatusCode::NOT_FOUND => Ok(spent(&guest)),
        Err(error) => Err(error),
    }
}

/// Whose password it is about; nobody's if the link does not count (any more).
async fn email_behind(app: &App, token: &str) -> Result<Option<String>, WebError> {
    let print = fingerprint(token);
    match app.read(move |tx| resets::of(tx, &print)).await {
        Ok(agent) => Ok(Some(agent.email)),
        Err(error) if error.status == StatusCode::NOT_FOUND => Ok(None),
        Err(error) => Err(error),
    }
}

/// The link was used, or its time is over, or it never was.
pub(crate) fn spent(guest: &Guest) -> Response {
    to_guest(guest, StatusCode::GONE, link_spent(&bare(guest)))
}

fn page(
    guest: &Guest,
    status: StatusCode,
    token: String,
    email: String,
    problems: Problems,
) -> Response {
    let view = Reset { token, email, problems };
    to_guest(guest, status, reset_page(&bare(guest), &view))
}
