//! The first page of a new Tend: once, for one.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde::Deserialize;
use tend_core::{
    agents::{self, Start, sessions},
    secrets::{passwords, same},
};
use tend_views::{
    parts::Problems,
    start::{FirstRun, first_run},
    urls,
};

use super::{Answer, bare, enter, go, new_session, problems, to_guest};
use crate::{app::App, asked::Form, error::WebError, who::Guest};

pub(crate) async fn show(guest: Guest, State(app): State<App>) -> Answer {
    if app.read(agents::is_started).await? {
        return Ok(go(&urls::sign_in()));
    }
    let empty = FirstRunForm::default();
    Ok(page(&guest, &app, &empty, StatusCode::OK, Problems::default()))
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FirstRunForm {
    company: String,
    time_zone: String,
    name: String,
    email: String,
    password: String,
    code: String,
}

pub(crate) async fn begin(
    guest: Guest,
    State(app): State<App>,
    headers: HeaderMap,
    Form(form): Form<FirstRunForm>,
) -> Answer {
    if app.read(agents::is_started).await? {
        return Err(WebError::new(
            StatusCode::CONFLICT,
            "Tend is set up already. Sign in instead.",
        ));
    }
    if let Err(seconds) = app.attempts.take_from(guest.client.address, app.now()) {
        return Err(WebError::too_often(seconds));
    }
    let done = match check(&app, &form) {
        Ok(()) => set_up(&guest, &app, &headers, &form).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            Ok(page(&guest, &app, &form, status, wrong))
        }
    }
}

fn check(app: &App, form: &FirstRunForm) -> Result<(), WebError> {
    let code = app.config.start_code.as_deref();
    if code.is_some_and(|it| !same(it, form.code.trim())) {
        let text = "This is not the code that Tend printed when it started.";
        return Err(tend_core::error::invalid("code", text).into());
    }
    Ok(passwords::check(&form.password, &form.email)?)
}

async fn set_up(
    guest: &Guest,
    app: &App,
    headers: &HeaderMap,
    form: &FirstRunForm,
) -> Result<Response, WebError> {
    let password = form.password.clone();
    let hash = app.hash(move || passwords::hash(&password)).await?;
    let start = Start {
        company: form.company.clone(),
        time_zone: form.time_zone.clone(),
        name: form.name.clone(),
        email: form.email.clone(),
        base_url: found_at(app, guest, headers),
        password_hash: hash.clone(),
    };
    let (cookie, session) = new_session(guest);
    app.write(move |tx| {
        let id = agents::start(tx, &start)?;
        sessions::begin(tx, id, &hash, &session)
    })
    .await?;
    Ok(enter(guest, &cookie, true, &urls::home()))
}

/// Where the first admin's browser found us; links in mails will lead there,
/// unless the configuration or the settings say otherwise.
fn found_at(app: &App, guest: &Guest, headers: &HeaderMap) -> Option<String> {
    if app.config.base_url.is_some() {
        return app.config.base_url.clone();
    }
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let plain = |it: u8| it.is_ascii_alphanumeric() || b".-:[]".contains(&it);
    let scheme = if guest.client.is_https { "https" } else { "http" };
    (!host.is_empty() && host.bytes().all(plain)).then(|| format!("{scheme}://{host}"))
}

fn page(
    guest: &Guest,
    app: &App,
    form: &FirstRunForm,
    status: StatusCode,
    problems: Problems,
) -> Response {
    let view = FirstRun {
        company: form.company.clone(),
        time_zone: form.time_zone.clone(),
        name: form.name.clone(),
        email: form.email.clone(),
        problems,
        data: app.config.data.clone(),
        asks_code: app.config.start_code.is_some(),
    };
    to_guest(guest, status, first_run(&bare(guest), &view))
}
