//! The settings: each section shows a view, and each form calls one verb.

pub(crate) mod agents;
pub(crate) mod attributes;
pub(crate) mod company;
pub(crate) mod devices;
pub(crate) mod domain;
pub(crate) mod inboxes;
pub(crate) mod jobs;
pub(crate) mod mail;
pub(crate) mod messages;
pub(crate) mod profile;
pub(crate) mod quizzes;
pub(crate) mod remedies;
pub(crate) mod roles;
pub(crate) mod shops;
pub(crate) mod sources;
pub(crate) mod statuses;
pub(crate) mod surveys;
pub(crate) mod tags;
pub(crate) mod teams;
pub(crate) mod tokens;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::Markup;
use tend_core::Result;
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    settings::{Section, sections},
    urls,
};

use super::{Answer, frame::Wanted, go, problems};
use crate::{
    app::App,
    error::WebError,
    who::{SignedIn, Who},
};

/// To the section that everyone has.
pub(crate) async fn first(_: SignedIn) -> Response {
    go(&urls::settings_section("profile"))
}

/// Shows a page of a section; the view is made in the snapshot that it was read from.
pub(super) async fn show(
    app: &App,
    who: &Who,
    name: &'static str,
    status: StatusCode,
    view: impl FnOnce(&mut Tx, &Section<'_>) -> Result<Markup> + Send + 'static,
) -> Answer {
    let wanted = Wanted::by(who, urls::settings());
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            let section = Section { frame: &frame, nav: sections(&wanted.me), name };
            view(tx, &section)
        })
        .await?;
    Ok((status, page).into_response())
}

/// After a change: where to go, or what is wrong with the form.
pub(super) enum Done {
    Went(Response),
    Wrong(StatusCode, Problems),
}

pub(super) fn done<T>(result: Result<T, WebError>, to: &str) -> Result<Done, WebError> {
    match result {
        Ok(_) => Ok(Done::Went(go(to))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            Ok(Done::Wrong(status, wrong))
        }
    }
}
