use axum::{
    extract::State,
    http::{StatusCode, header},
    response::Response,
};
use jiff::tz::TimeZone;
use serde::Deserialize;
use tend_core::{
    Error,
    agents::{self, passwords as own, sessions},
    secrets::passwords,
    settings,
};
use tend_views::{
    parts::Problems,
    start::{SignIn, sign_in},
    urls,
};

use super::{Answer, bare, enter as go_in, go, new_session, to_guest};
use crate::{
    app::App,
    asked::{Form, Query},
    client::Client,
    cookies::Cookie,
    error::WebError,
    forms::{Ticked, own_path},
    who::{Guest, SignedIn},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Next {
    next: String,
}

pub(crate) async fn show(
    guest: Guest,
    State(app): State<App>,
    Query(Next { next }): Query<Next>,
) -> Answer {
    if !app.read(agents::is_started).await? {
        return Ok(go(&urls::first_run()));
    }
    if let Some(print) = guest.session.clone()
        && app.read(move |tx| sessions::who(tx, &print)).await?.is_some()
    {
        return Ok(go(own_path(&next)));
    }
    let form = Entry { next, ..Entry::default() };
    page(&guest, &app, form, StatusCode::OK, Problems::default()).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    email: String,
    password: String,
    stay: Ticked,
    next: String,
}

/// Unknown and wrong give the same answer, after the same work.
pub(crate) async fn enter(guest: Guest, State(app): State<App>, Form(form): Form<Entry>) -> Answer {
    let address = guest.client.address;
    if let Err(seconds) = app.attempts.take(&form.email, address, app.now()) {
        return too_often(&guest, &app, form, seconds).await;
    }
    let email = form.email.clone();
    let candidate = app.read(move |tx| own::candidate(tx, &email)).await?;
    let hash = candidate.as_ref().map(|it| it.password_hash.clone());
    let password = form.password.clone();
    let is_right = app.hash(move || passwords::verify(&password, hash.as_deref())).await?;
    let Some(candidate) = candidate.filter(|_| is_right) else {
        let wrong = [("password", "Email and password do not belong together.")];
        let wrong = wrong.into_iter().collect();
        return page(&guest, &app, form, StatusCode::UNAUTHORIZED, wrong).await;
    };
    let (cookie, session) = new_session(&guest);
    app.write(move |tx| sessions::begin(tx, candidate.id, &candidate.password_hash, &session))
        .await?;
    app.attempts.succeeded(&form.email, address);
    Ok(go_in(&guest, &cookie, form.stay.0, own_path(&form.next)))
}

async fn too_often(guest: &Guest, app: &App, form: Entry, seconds: u64) -> Answer {
    let minutes = seconds.div_ceil(60);
    let wait = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
    let wrong =
        [(String::new(), format!("There were too many tries. Wait {wait}, then try again."))];
    let wrong = wrong.into_iter().collect();
    let mut response = page(guest, app, form, StatusCode::TOO_MANY_REQUESTS, wrong).await?;
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    Ok(response)
}

/// Ends this session, here and on the server.
pub(crate) async fn leave(
    SignedIn(who): SignedIn,
    client: Client,
    State(app): State<App>,
) -> Answer {
    if let Some(id) = who.session() {
        let ended = app.write(move |tx| sessions::end(tx, &who.me, id)).await;
        // Somebody else may have been faster to end it.
        if let Err(error) = ended
            && error.status != StatusCode::NOT_FOUND
        {
            return Err(error);
        }
    }
    let mut response = go(&urls::sign_in());
    response.headers_mut().append(header::SET_COOKIE, Cookie::Session.clear(client.is_https));
    let everything = header::HeaderValue::from_static("\"cache\"");
    response.headers_mut().insert("clear-site-data", everything);
    Ok(response)
}

async fn page(
    guest: &Guest,
    app: &App,
    form: Entry,
    status: StatusCode,
    problems: Problems,
) -> Result<Response, WebError> {
    let (company, zone) = app
        .read(|tx| {
            let company = settings::get_or(tx, settings::COMPANY, "Tend")?;
            Ok::<_, Error>((company, settings::get_or(tx, settings::TIME_ZONE, "UTC")?))
        })
        .await?;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let view = SignIn {
        company,
        hour: app.now().to_zoned(zone).hour(),
        email: form.email,
        stay: form.stay.0,
        next: own_path(&form.next).to_owned(),
        problems,
        notice: None,
    };
    Ok(to_guest(guest, status, sign_in(&bare(guest), &view)))
}
