//! Pages of customers who are not signed in: what they want to hear of, and their first steps. No
//! cookie is asked for and none is set: the link is the proof, and looking changes nothing.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use tend_core::{
    campaigns::unsubscribe::{self, Behind},
    error::not_found,
    inboxes, mails,
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
    super::{Answer, go, inbox::files},
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
        get(urls::first_step_picture("{token}", "{step}"), Public, picture),
    ]
}

/// What the company is called, for pages that know nothing else.
async fn company(app: &App) -> Result<String, WebError> {
    app.read(|tx| settings::get_or(tx, settings::COMPANY, "")).await
}

async fn gone(app: &App) -> Answer {
    let page = choices_gone(assets::base(), &company(app).await?);
    Ok((StatusCode::NOT_FOUND, page).into_response())
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
        Err(error) if error.status == StatusCode::NOT_FOUND => gone(app).await,
        Err(error) => Err(error),
    }
}

async fn look(State(app): State<App>, Path(token): Path<String>) -> Answer {
    match unsubscribe::behind(&app.keys, &token) {
        Ok(behind) => page(&app, token, behind, None).await,
        Err(_) => gone(&app).await,
    }
}

/// By the button of a mail program (RFC 8058), or by the one of the page.
async fn decline(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(said): Form<Pairs>,
) -> Answer {
    let Ok(behind) = unsubscribe::behind(&app.keys, &token) else { return gone(&app).await };
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
    let Ok(behind) = unsubscribe::behind(&app.keys, &token) else { return gone(&app).await };
    let on: Vec<String> = said.iter().filter(|it| it.0 == "topic").map(|it| it.1.clone()).collect();
    let off = said.iter().any(|it| it.0 == "off");
    let contact = behind.contact;
    app.write(move |tx| unsubscribe::choose(tx, contact, &on, off)).await?;
    page(&app, token, behind, Some("Your choice is kept.")).await
}

async fn steps(State(app): State<App>, Path(token): Path<String>) -> Answer {
    let Ok(id) = link::behind(&app.keys, &token) else { return no_steps(&app).await };
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
        Err(error) if error.status == StatusCode::NOT_FOUND => no_steps(&app).await,
        Err(error) => Err(error),
    }
}

/// The picture of who of us does a step.
async fn picture(State(app): State<App>, Path((token, step)): Path<(String, String)>) -> Answer {
    let none = || WebError::from(not_found("picture"));
    let (id, step): (_, StepId) =
        (link::behind(&app.keys, &token)?, step.parse().map_err(|_| none())?);
    let place = app.read(move |tx| {
        let file = link::picture(tx, id, step)?;
        Ok(mails::find_file(tx, file)?.place)
    });
    let bytes = app.files.get(&place.await?).await?;
    // Whose it is may change, so it is not kept for long.
    Ok(files::shown(bytes.to_vec(), "private, max-age=3600"))
}

async fn no_steps(app: &App) -> Answer {
    let page = first_steps_gone(assets::base(), &company(app).await?);
    Ok((StatusCode::NOT_FOUND, page).into_response())
}

async fn tick(
    State(app): State<App>,
    Path((token, step)): Path<(String, String)>,
    Form(said): Form<Pairs>,
) -> Answer {
    let Ok(id) = link::behind(&app.keys, &token) else { return no_steps(&app).await };
    let step: StepId = step.parse().map_err(|_| WebError::from(not_found("step")))?;
    let done = said.iter().any(|it| it.0 == "done" && it.1 == "yes");
    app.write(move |tx| match done {
        true => onboarding::tick_by_customer(tx, id, step),
        false => onboarding::untick_by_customer(tx, id, step),
    })
    .await?;
    Ok(go(&urls::first_steps(token)))
}
