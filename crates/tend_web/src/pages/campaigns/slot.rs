//! The slot on the company's own pages: for a customer whom the company has recognised there. No
//! cookie is asked for and none is set: the address is the proof, and looking changes nothing.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tend_core::{
    campaigns::slot::{self, Offer, Which},
    error::not_found,
    settings,
};
use tend_views::{
    campaigns::{SlotPage, slot_page},
    urls,
};

use super::{super::Answer, form::Pairs};
use crate::{
    App, WebError,
    asked::Form,
    assets,
    edge::Nonce,
    pages::{go, surveys::answer::FRAMES},
    router::{Access::Public, Route, get, post},
};

/// All of them.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get(urls::slot("{token}"), Public, frame),
        get(urls::slot_message("{token}"), Public, message),
        post(urls::slot_act("{token}", "{act}"), Public, act),
    ]
}

async fn next(app: &App, token: &str) -> Result<Option<Offer>, WebError> {
    let contact = slot::behind(&app.keys, token)?;
    let keys = app.keys.clone();
    app.read(move |tx| slot::next(tx, &keys, contact)).await
}

async fn frame(State(app): State<App>, Path(token): Path<String>, nonce: Nonce) -> Answer {
    let (status, offer) = match next(&app, &token).await {
        Ok(offer) => (StatusCode::OK, offer),
        Err(error) if error.status == StatusCode::NOT_FOUND => (StatusCode::NOT_FOUND, None),
        Err(error) => return Err(error),
    };
    let page = slot_page(&SlotPage { assets: assets::base().to_owned(), token, offer });
    let mut response = (status, page).into_response();
    let by = app.read(|tx| settings::get_or(tx, FRAMES, "")).await?;
    if let Ok(policy) = HeaderValue::from_str(&nonce.policy_within(&by)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // The address says who it is for: it is told to nobody.
    let referrer = HeaderValue::from_static("no-referrer");
    response.headers_mut().insert(header::REFERRER_POLICY, referrer);
    Ok(response)
}

/// What a page of the company shows by itself; `null` if there is nothing.
async fn message(State(app): State<App>, Path(token): Path<String>) -> Answer {
    let said = next(&app, &token).await?.map_or(Value::Null, |it| {
        json!({
            "message": it.which.to_string(), "title": it.title, "text": it.text,
            "link": it.link, "label": it.label,
        })
    });
    Ok(no_store(Json(said).into_response()))
}

fn no_store(mut response: Response) -> Response {
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}

/// What became of it. Whoever says that it was followed or closed says that it was seen, too.
async fn act(
    State(app): State<App>,
    Path((token, act)): Path<(String, String)>,
    Form(said): Form<Pairs>,
) -> Answer {
    let contact = slot::behind(&app.keys, &token)?;
    let of = |name: &str| said.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str());
    let (which, from_page): (Which, bool) = (of("message").parse()?, !of("from").is_empty());
    let verb = match act.as_str() {
        "seen" => slot::seen,
        "clicked" => slot::clicked,
        "dismissed" => slot::dismissed,
        _ => return Err(WebError::from(not_found("act"))),
    };
    let keys = app.keys.clone();
    let done = app.write(move |tx| verb(tx, &keys, contact, which)).await;
    match (done, from_page) {
        (Ok(()), true) => Ok(go(&urls::slot(token))),
        (Ok(()), false) => Ok(StatusCode::NO_CONTENT.into_response()),
        // It is gone by now, which is what the button is for.
        (Err(error), true) if error.status == StatusCode::CONFLICT => Ok(go(&urls::slot(token))),
        (Err(error), _) => Err(error),
    }
}
