//! Making one conversation of two, and deleting one.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::{
    conversations::{self as verbs, ConversationId, MergeId},
    error::invalid,
};
use tend_views::{
    inbox::{MergeChoice, merge_choices, merge_page},
    parts::{toast, toast_itself},
    urls,
};

use super::{
    Htmx,
    read::{head_of, open_page},
};
use crate::{
    App, WebError,
    api::Id,
    asked::{Form, Query},
    pages::{Answer, frame::Wanted, go},
    who::{
        May,
        may::{ConversationsDelete, ConversationsMerge},
    },
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    into: String,
}

/// Asks into which one.
pub(crate) async fn ask(
    who: May<ConversationsMerge>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Htmx(is_htmx): Htmx,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::view_list("mine"));
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let of = verbs::find_visible(tx, me, id)?;
            let found: Vec<_> = verbs::merge_candidates(tx, me, id, &asked.q)?
                .into_iter()
                .map(|it| MergeChoice {
                    conversation: it.conversation,
                    contact: it.contact,
                    is_theirs: it.is_theirs,
                })
                .collect();
            let frame = wanted.read(tx)?;
            Ok(match is_htmx {
                true => merge_choices(&frame, &of, &asked.q, &found),
                false => merge_page(&frame, &of, &asked.q, &found),
            })
        })
        .await?;
    Ok(page.into_response())
}

/// Merges, and opens the one that stays, with the way back.
pub(crate) async fn merge(
    who: May<ConversationsMerge>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Htmx(is_htmx): Htmx,
    Form(asked): Form<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let into: ConversationId =
        asked.into.parse().map_err(|_| WebError::from(invalid("into", "Choose one of them.")))?;
    let page = app
        .write(move |tx| {
            let merge = verbs::merge(tx, &wanted.me, id, into)?;
            let number = verbs::find(tx, id)?.number;
            let text = format!("#{number} went into this one.");
            let said = toast(text, Some(&urls::merge_undo(id, merge)));
            let asked = super::read::Asked::default();
            let pane = open_page(tx, &wanted, into, "mine", &[], &asked, true)?;
            Ok(maud::html! { (pane) (said) })
        })
        .await?;
    let to = urls::conversation(into);
    match (is_htmx, HeaderValue::from_str(&to)) {
        (true, Ok(to)) => {
            Ok(([(HeaderName::from_static("hx-push-url"), to)], page).into_response())
        }
        _ => Ok(go(&to)),
    }
}

/// Takes a merge back.
pub(crate) async fn unmerge(
    who: May<ConversationsMerge>,
    State(app): State<App>,
    axum::extract::Path((_, merge)): axum::extract::Path<(String, String)>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let merge: MergeId = merge.parse().map_err(|_| WebError::not_found())?;
    let me = who.me.clone();
    app.write(move |tx| verbs::unmerge(tx, &me, merge)).await?;
    match is_htmx {
        true => Ok(toast_itself("They are two conversations again.", None).into_response()),
        false => Ok(go(&urls::home())),
    }
}

/// Deletes it in a minute; until then that can be taken back.
pub(crate) async fn delete(
    who: May<ConversationsDelete>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let page = app
        .write(move |tx| {
            let number = verbs::find_visible(tx, &wanted.me, id)?.number;
            let undo = verbs::delete_later(tx, &wanted.me, id)?;
            let head = head_of(tx, &wanted, id, "mine")?;
            let text = format!("#{number} is deleted in a minute.");
            Ok(maud::html! { (head) (toast(text, Some(&urls::undo(undo)))) })
        })
        .await?;
    Ok(if is_htmx { page.into_response() } else { go(&urls::home()) })
}
