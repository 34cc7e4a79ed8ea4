//! What could not be shown or done, as a page and as a fragment.

use axum::http::StatusCode;
use maud::{Markup, html};
use tend_views::{
    errors::{Around, Trouble, trouble_page},
    layout::{bare_page, brand},
    parts::{link_button, refusal, trouble},
    urls,
};

use crate::{assets, error::WebError};

pub(crate) fn page(error: &WebError, reference: &str) -> Markup {
    let known = match error.status {
        StatusCode::NOT_FOUND => Some(Trouble::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Trouble::TooBig),
        StatusCode::TOO_MANY_REQUESTS => Some(Trouble::TooMany),
        StatusCode::INTERNAL_SERVER_ERROR => Some(Trouble::Broken),
        StatusCode::SERVICE_UNAVAILABLE => Some(Trouble::Busy),
        StatusCode::FORBIDDEN if error.is_forged => Some(Trouble::Forbidden),
        _ => None,
    };
    match known {
        Some(it) => trouble_page(Around::Nobody(assets::base()), it, Some(reference)),
        None => refused(error, reference),
    }
}

/// A rule said no: its sentence, and the way back.
fn refused(error: &WebError, reference: &str) -> Markup {
    let title = match error.status {
        StatusCode::FORBIDDEN => "This is not for your role",
        StatusCode::UNAUTHORIZED => "You are not signed in",
        StatusCode::CONFLICT => "Something else came first",
        _ => "This could not be done",
    };
    let text = html! {
        (error.text)
        @if !error.fields.is_empty() {
            ul { @for it in &error.fields { li { (it.problem) } } }
        }
    };
    let home = link_button("Go to the inbox", urls::home());
    let said = trouble(title, text, home, Some(reference));
    bare_page(
        assets::base(),
        title,
        html! { main.start-alone { (brand()) div.start-empty { (said) } } },
    )
}

/// Over the page that asked.
pub(crate) fn fragment(error: &WebError) -> Markup {
    let text = match error.fields.as_slice() {
        [] => error.text.to_string(),
        fields => fields.iter().map(|it| it.problem.as_ref()).collect::<Vec<_>>().join(" "),
    };
    refusal(text)
}
