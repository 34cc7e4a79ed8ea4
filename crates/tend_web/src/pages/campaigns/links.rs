//! Pages of customers who are not signed in: what they want to hear of, and their first steps. No
//! cookie is asked for and none is set: the link is the proof, and looking changes nothing.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tend_core::{
    campaigns::unsubscribe::{self, Behind},
    error::not_found,
    inboxes,
    onboarding::{self, StepId, link},
    outreach::consents::How,
    settings,
};
use tend_views::{
    campaigns::{ChoicesPage, choices_gone, choices_page},
    onboarding::{FirstSteps, first_steps, first_steps_gone},
    urls,
};

use super::{
    super::{Answer, go},
    form::Pairs,
};
use crate::{
    App, WebError,
    asked::Form,
    assets,
    router::{Access::Public, Route, get, post},
};

/// All of them.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get(urls::choices("{token}"), Public, look),
        post(urls::choices("{token}"), Public, decline),
        post(urls::choices_kept("{token}"), Public, choose),
        get(urls::first_steps("{token}"), Public, steps),
        post(urls::first_step("{token}", "{step}"), Public, tick),
    ]
}

fn gone() -> Response {
    (StatusCode::NOT_FOUND, choices_gone(assets::base())).into_response()
}

async fn page(app: &App, token: String, behind: Behind, done: Option<&'static str>) -> Answer {
    let page = app.read(move |tx| {
        Ok(choices_page(&ChoicesPage {
            assets: assets::base().to_owned(),
            company: settings::get_or(tx, settings::COMPANY, "")?,
            topic: unsubscribe::name_of(&behind.topic),
            is_trial: behind.is_trial(),
            chosen: unsubscribe::preferences(tx, behind.contact)?,
            token,
            done,
        }))
    });
    match page.await {
        Ok(page) => Ok(page.into_response()),
        Err(error) if error.status == StatusCode::NOT_FOUND => Ok(gone()),
        Err(error) => Err(error),
    }
}

async fn look(State(app): State<App>, Path(token): Path<String>) -> Answer {
    match unsubscribe::behind(&app.keys, &token) {
        Ok(behind) => page(&app, token, behind, None).await,
        Err(_) => Ok(gone()),
    }
}

/// By the button of a mail program (RFC 8058), or by the one of the page.
async fn decline(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(said): Form<Pairs>,
) -> Answer {
    let Ok(behind) = unsubscribe::behind(&app.keys, &token) else { return Ok(gone()) };
    let by_page = said.iter().any(|it| it.0 == "from");
    let (how, it) = (if by_page { How::Page } else { How::OneClick }, behind.clone());
    app.write(move |tx| unsubscribe::decline(tx, &it, how)).await?;
    match by_page {
        true => page(&app, token, behind, Some("You are unsubscribed.")).await,
        false => Ok((StatusCode::OK, "You are unsubscribed.\n").into_response()),
    }
}

async fn choose(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(said): Form<Pairs>,
) -> Answer {
    let Ok(behind) = unsubscribe::behind(&app.keys, &token) else { return Ok(gone()) };
    let on: Vec<String> = said.iter().filter(|it| it.0 == "topic").map(|it| it.1.clone()).collect();
    let off = said.iter().any(|it| it.0 == "off");
    let contact = behind.contact;
    app.write(move |tx| unsubscribe::choose(tx, contact, &on, off)).await?;
    page(&app, token, behind, Some("Your choice is kept.")).await
}

async fn steps(State(app): State<App>, Path(token): Path<String>) -> Answer {
    let Ok(id) = link::behind(&app.keys, &token) else { return Ok(no_steps()) };
    let page = app.read(move |tx| {
        let (list, account) = link::seen(tx, id)?;
        let (helpers, ask_at) = (link::helpers(tx, &list)?, inboxes::for_customers(tx)?);
        Ok(first_steps(&FirstSteps {
            assets: assets::base().to_owned(),
            company: settings::get_or(tx, settings::COMPANY, "")?,
            account,
            token,
            list,
            helpers,
            ask_at,
        }))
    });
    match page.await {
        Ok(page) => Ok(page.into_response()),
        Err(error) if error.status == StatusCode::NOT_FOUND => Ok(no_steps()),
        Err(error) => Err(error),
    }
}

fn no_steps() -> Response {
    (StatusCode::NOT_FOUND, first_steps_gone(assets::base())).into_response()
}

async fn tick(
    State(app): State<App>,
    Path((token, step)): Path<(String, String)>,
    Form(said): Form<Pairs>,
) -> Answer {
    let Ok(id) = link::behind(&app.keys, &token) else { return Ok(no_steps()) };
    let step: StepId = step.parse().map_err(|_| WebError::from(not_found("step")))?;
    let done = said.iter().any(|it| it.0 == "done" && it.1 == "yes");
    app.write(move |tx| match done {
        true => onboarding::tick_by_customer(tx, id, step),
        false => onboarding::untick_by_customer(tx, id, step),
    })
    .await?;
    Ok(go(&urls::first_steps(token)))
}
