//! What one has begun to write, and conversations that have not begun yet.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    drafts::{self, Content, DraftId, Place},
    uploads,
};
use tend_views::{
    inbox::{draft_elsewhere, draft_state, drafts_page},
    urls,
};

use super::{
    fragment,
    send::{Written, stored_html},
};
use crate::{
    App,
    asked::{Form, Query},
    pages::{Answer, frame::Wanted},
    who::{
        May,
        may::{ConversationsRead, ConversationsReply},
    },
};

/// All drafts of the one who asks.
pub(crate) async fn all(who: May<ConversationsRead>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::drafts());
    let page = app
        .read(move |tx| {
            let all = drafts::all(tx, &wanted.me)?;
            Ok(drafts_page(&wanted.read(tx)?, &all))
        })
        .await?;
    Ok(page.into_response())
}

/// Keeps the draft of a new conversation; the answer says which one it is.
pub(crate) async fn keep(
    who: May<ConversationsReply>,
    State(app): State<App>,
    Form(written): Form<Written>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let kept = app
        .write(move |tx| {
            let me = &wanted.me;
            let content = Content {
                html: stored_html(&written),
                recipients: written.recipients(),
                subject: written.subject.clone(),
                inbox: written.inbox.parse().ok(),
                ..Content::default()
            };
            let place = match written.draft.parse::<DraftId>() {
                Ok(id) => Place::Known(id),
                Err(_) => Place::New,
            };
            let saved = drafts::save(tx, me, place, written.version, &content)?;
            uploads::tie(tx, me, saved.id, &written.files())?;
            let frame = wanted.read(tx)?;
            let id = saved.id.to_string();
            Ok(draft_state(&frame, Some(frame.now.at), saved.version, Some(&id)))
        })
        .await;
    match kept {
        Ok(page) => Ok(fragment(page)),
        Err(error) if error.status == StatusCode::CONFLICT => {
            Ok((StatusCode::CONFLICT, draft_elsewhere()).into_response())
        }
        Err(error) => Err(error),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Named {
    draft: String,
}

/// Throws it away.
pub(crate) async fn discard(
    who: May<ConversationsReply>,
    State(app): State<App>,
    Query(asked): Query<Named>,
) -> Answer {
    let me = who.me.clone();
    if let Ok(id) = asked.draft.parse::<DraftId>() {
        app.write(move |tx| drafts::discard(tx, &me, id)).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
