//! What is behind the link of an invitation.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::{self, Agent, invitations},
    secrets::{fingerprint, passwords},
    settings,
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    start::{Invitation, invitation},
    urls,
};

use super::{Answer, bare, enter, forgotten::spent, new_session, problems, to_guest};
use crate::{app::App, asked::Form, error::WebError, who::Guest};

pub(crate) async fn show(
    guest: Guest,
    State(app): State<App>,
    Path(token): Path<String>,
) -> Answer {
    let Some(invited) = behind(&app, &token).await? else { return Ok(spent(&guest)) };
    let name = invited.agent.name.clone();
    Ok(page(&guest, StatusCode::OK, token, invited, name, Problems::default()))
}

#[derive(Clone, Deserialize)]
pub(crate) struct Accepted {
    name: String,
    password: String,
}

pub(crate) async fn accept(
    guest: Guest,
    State(app): State<App>,
    Path(token): Path<String>,
    Form(form): Form<Accepted>,
) -> Answer {
    let Some(invited) = behind(&app, &token).await? else { return Ok(spent(&guest)) };
    let checked = passwords::check(&form.password, &invited.agent.email);
    let done = match checked {
        Ok(()) => join(&guest, &app, &token, &form).await,
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(response) => Ok(response),
        Err(error) if error.status == StatusCode::NOT_FOUND => Ok(spent(&guest)),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            Ok(page(&guest, status, token, invited, form.name, wrong))
        }
    }
}

async fn join(
    guest: &Guest,
    app: &App,
    token: &str,
    form: &Accepted,
) -> Result<Response, WebError> {
    let password = form.password.clone();
    let hash = app.hash(move || passwords::hash(&password)).await?;
    let (print, name) = (fingerprint(token), form.name.clone());
    let (cookie, session) = new_session(guest);
    app.write(move |tx| invitations::accept(tx, &print, &name, &hash, &session)).await?;
    Ok(enter(guest, &cookie, false, &urls::home()))
}

struct Invited {
    agent: Agent,
    company: String,
    by: String,
}

async fn behind(app: &App, token: &str) -> Result<Option<Invited>, WebError> {
    let print = fingerprint(token);
    match app.read(move |tx| invited(tx, &print)).await {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.status == StatusCode::NOT_FOUND => Ok(None),
        Err(error) => Err(error),
    }
}

fn invited(tx: &mut Tx, print: &str) -> Result<Invited> {
    let (link, agent) = invitations::of(tx, print)?;
    let company = settings::get_or(tx, settings::COMPANY, "Tend")?;
    let by = match link.created_by {
        Some(id) => agents::find(tx, id)?.name,
        None => company.clone(),
    };
    Ok(Invited { agent, company, by })
}

fn page(
    guest: &Guest,
    status: StatusCode,
    token: String,
    invited: Invited,
    name: String,
    problems: Problems,
) -> Response {
    let view = Invitation {
        token,
        company: invited.company,
        by: invited.by,
        by_picture: None,
        email: invited.agent.email,
        name,
        problems,
    };
    to_guest(guest, status, invitation(&bare(guest), &view))
}
