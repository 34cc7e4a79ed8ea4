//! What could not be shown or done, as a page and as a fragment.

use axum::http::{StatusCode, request::Parts};
use maud::{Markup, html};
use tend_views::{
    errors::{Around, Trouble, refused_page, trouble_page},
    layout::Frame,
    parts::refusal,
};

use super::frame::Wanted;
use crate::{App, assets, error::WebError, who};

/// The page for it: within the frame of the agent who asked, if it could be read.
pub(crate) fn page(error: &WebError, frame: Option<&Frame>, reference: &str) -> Markup {
    let known = match error.status {
        StatusCode::NOT_FOUND => Some(Trouble::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Trouble::TooBig),
        StatusCode::TOO_MANY_REQUESTS => Some(Trouble::TooMany),
        StatusCode::INTERNAL_SERVER_ERROR => Some(Trouble::Broken),
        StatusCode::SERVICE_UNAVAILABLE => Some(Trouble::Busy),
        StatusCode::FORBIDDEN if error.is_forged => Some(Trouble::Forbidden),
        _ => None,
    };
    let around = frame.map_or(Around::Nobody(assets::base()), Around::Agent);
    match known {
        Some(it) => trouble_page(around, it, Some(reference)),
        None => refused(error, around, reference),
    }
}

/// The frame for it. When the database is away, it isn't asked again.
pub(crate) async fn frame(app: &App, error: &WebError, asker: &Parts) -> Option<Frame> {
    let bare = [
        StatusCode::SERVICE_UNAVAILABLE,
        StatusCode::UNAUTHORIZED,
        StatusCode::MISDIRECTED_REQUEST,
        StatusCode::URI_TOO_LONG,
    ];
    // A frame brings a proof: who had none gets none.
    if error.is_forged || bare.contains(&error.status) {
        return None;
    }
    let who = who::known(asker, app).await?;
    let wanted = Wanted::by(&who, "");
    app.read(move |tx| wanted.read(tx)).await.ok()
}

/// A rule said no: its sentence, and the way back.
fn refused(error: &WebError, around: Around<'_>, reference: &str) -> Markup {
    let title = match error.status {
        StatusCode::FORBIDDEN => "This is not for your role",
        StatusCode::UNAUTHORIZED => "You are not signed in",
        StatusCode::CONFLICT => "Something else came first",
        _ => "This could not be done",
    };
    let text = html! {
        (error.text)
        @if error.status == StatusCode::FORBIDDEN { " An admin can change what your role may do." }
        @if !error.fields.is_empty() {
            ul { @for it in &error.fields { li { (it.problem) } } }
        }
    };
    refused_page(around, title, text, Some(reference))
}

/// Over the page that asked.
pub(crate) fn fragment(error: &WebError) -> Markup {
    let text = match error.fields.as_slice() {
        [] => error.text.to_string(),
        fields => fields.iter().map(|it| it.problem.as_ref()).collect::<Vec<_>>().join(" "),
    };
    refusal(text)
}
