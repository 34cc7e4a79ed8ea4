//! What can be done with one message that stands in a thread.

use axum::{extract::State, response::IntoResponse};
use tend_core::{
    agents::Me,
    conversations::{self as verbs, ConversationId, MessageId, thread},
};
use tend_store::Tx;
use tend_views::{
    inbox::{items, thread_head},
    parts::toast,
    urls,
};

use super::{Htmx, offered, read::MESSAGES};
use crate::{
    App,
    api::Id,
    pages::{Answer, frame::Wanted, go},
    who::{
        May,
        may::{ConversationsDelete, ConversationsMerge, ConversationsReply},
    },
};

/// Does something with a message and shows its thread as it is then, with a word about it.
async fn answer(
    app: &App,
    wanted: Wanted,
    is_htmx: bool,
    work: impl Fn(&mut Tx, &Me) -> tend_core::Result<(ConversationId, maud::Markup)> + Send + 'static,
) -> Answer {
    let (id, page) = app
        .write(move |tx| {
            let me = &wanted.me;
            let (id, said) = work(tx, me)?;
            let frame = wanted.read(tx)?;
            let offered = offered(tx, me)?;
            let it = thread::thread(tx, me, id, MESSAGES)?;
            let page = maud::html! {
                (items(&frame, &it, &offered))
                hx-partial hx-target="#thread-head" hx-swap="outerMorph" { (thread_head(&frame, "mine", &it, &offered)) }
                (said)
            };
            Ok((id, page))
        })
        .await?;
    Ok(if is_htmx { page.into_response() } else { go(&urls::conversation(id)) })
}

/// Tries a message again that failed.
pub(crate) async fn retry(
    who: May<ConversationsReply>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    answer(&app, Wanted::by(&who, ""), is_htmx, move |tx, me| {
        let (message, _) = thread::message(tx, me, id)?;
        tend_core::outbox::retry(tx, me, id)?;
        Ok((message.conversation_id, toast("It is sent again.", None)))
    })
    .await
}

/// Makes a conversation of its own of it.
pub(crate) async fn split(
    who: May<ConversationsMerge>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    answer(&app, Wanted::by(&who, ""), is_htmx, move |tx, me| {
        let (message, _) = thread::message(tx, me, id)?;
        let (into, undo) = verbs::split(tx, me, id)?;
        let number = verbs::find(tx, into)?.number;
        let text = format!("It is #{number} now.");
        Ok((message.conversation_id, toast(text, Some(&urls::undo(undo)))))
    })
    .await
}

/// Deletes it for good.
pub(crate) async fn delete(
    who: May<ConversationsDelete>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    answer(&app, Wanted::by(&who, ""), is_htmx, move |tx, me| {
        let conversation = verbs::delete_message(tx, me, id)?;
        Ok((conversation, toast("The message is deleted.", None)))
    })
    .await
}
