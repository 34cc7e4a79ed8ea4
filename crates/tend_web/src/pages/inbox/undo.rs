//! Taking back what was done to conversations.

use axum::{extract::State, response::IntoResponse};
use tend_core::{
    Result,
    agents::Me,
    conversations::{self as verbs, BulkId, ConversationId, LongBulk, UndoId},
};
use tend_store::Tx;
use tend_views::{
    inbox::long_bulk,
    parts::{toast, toast_itself},
    urls,
};

use super::Htmx;
use crate::{
    App,
    api::Id,
    pages::{Answer, frame::Wanted, go},
    who::{May, may::ConversationsRead},
};

/// Does some work so that it can be taken back, and says so in a toast: what was done, with the
/// way to take it back. Nothing is said of what changed nothing.
pub(super) fn undoable(
    tx: &mut Tx,
    me: &Me,
    ids: &[ConversationId],
    work: impl FnOnce(&mut Tx) -> Result<String>,
) -> Result<maud::Markup> {
    let (said, undo) = verbs::undoable(tx, me, ids, work)?;
    Ok(match undo {
        Some(undo) => toast(said, Some(&urls::undo(undo))),
        None => maud::html! {},
    })
}

/// Takes it back. What is shown follows by the live stream.
pub(crate) async fn undo(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<UndoId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    let undone = app.write(move |tx| verbs::undo(tx, &me, id)).await?;
    if !is_htmx {
        return Ok(go(&urls::home()));
    }
    let text = match undone.left {
        0 => "Taken back.".to_owned(),
        1 => "Taken back, but for one that was changed again meanwhile.".to_owned(),
        left => format!("Taken back, but for {left} that were changed again meanwhile."),
    };
    Ok(toast_itself(text, None).into_response())
}

/// How far long work has come.
pub(crate) async fn progress(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<BulkId>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let page = app
        .read(move |tx| {
            let it = verbs::long_bulk(tx, &wanted.me, id)?;
            Ok(long_bulk(&wanted.read(tx)?, &it))
        })
        .await?;
    Ok(page.into_response())
}

pub(crate) async fn stop(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<BulkId>,
    htmx: Htmx,
) -> Answer {
    order(&who, &app, htmx, move |tx, me| {
        verbs::stop_long_bulk(tx, me, id)?;
        verbs::long_bulk(tx, me, id)
    })
    .await
}

pub(crate) async fn undo_long(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<BulkId>,
    htmx: Htmx,
) -> Answer {
    order(&who, &app, htmx, move |tx, me| {
        let back = verbs::undo_long_bulk(tx, me, id)?;
        verbs::long_bulk(tx, me, back)
    })
    .await
}

async fn order(
    who: &May<ConversationsRead>,
    app: &App,
    Htmx(is_htmx): Htmx,
    work: impl Fn(&mut Tx, &Me) -> Result<LongBulk> + Send + 'static,
) -> Answer {
    let wanted = Wanted::by(who, "");
    let page = app
        .write(move |tx| {
            let it = work(tx, &wanted.me)?;
            Ok(long_bulk(&wanted.read(tx)?, &it))
        })
        .await?;
    Ok(if is_htmx { page.into_response() } else { go(&urls::home()) })
}
