//! Looking: lists, threads, and the pieces that are fetched anew.

use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Result,
    attributes::{self, About},
    conversations::{self, ConversationId, MessageId, list::Sort, thread},
    customers,
    page::Cursor,
};
use tend_store::Tx;
use tend_views::{
    inbox::{
        Open, Presence, RecordPane, Shown, ThreadPane, earlier, in_order, inbox_page, items,
        message_item, opened, presence_line, print_page, record_pane, rows, thread_head,
    },
    urls,
};

use super::{Htmx, Listed, ROWS, fragment, offered, presences, write};
use crate::{
    App, WebError,
    api::Id,
    asked::Query,
    pages::{Answer, frame::Wanted, go, lead},
    who::{May, SignedIn, may::ConversationsRead},
};

/// How many messages a thread shows at first.
pub(super) const MESSAGES: i64 = 50;

/// What a list or a thread is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    view: Option<String>,
    sort: Option<Sort>,
    cursor: Option<String>,
    /// How many rows the page shows, when they are fetched anew.
    shown: Option<usize>,
    /// Which composer.
    kind: Option<String>,
    back: Option<String>,
    before: Option<String>,
    #[serde(rename = "as")]
    form: Option<String>,
    message: Option<String>,
}

impl Asked {
    fn from(&self) -> Option<Cursor> {
        self.cursor.as_deref()?.parse().ok()
    }

    fn back(&self) -> String {
        self.back.clone().or(self.view.clone()).unwrap_or_else(|| "mine".to_owned())
    }
}

/// Where one lands.
pub(crate) async fn home(_who: SignedIn) -> Answer {
    Ok(go(&urls::view_list("mine")))
}

/// The list of a view, with nothing open beside it.
pub(crate) async fn list(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let key = asked.view.clone().unwrap_or_else(|| "mine".to_owned());
    let wanted = Wanted::by(&who, urls::view_list(&key));
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            let sort = asked.sort.unwrap_or_default();
            let listed = Listed::read(tx, &wanted.me, Some(&key), sort, None, ROWS)?;
            let offered = offered(tx, &wanted.me)?;
            let pane = listed.pane(&wanted.me, &offered, None, &[]);
            Ok(inbox_page(&frame, &pane, &Open::Nothing))
        })
        .await?;
    Ok(page.into_response())
}

/// Rows alone.
pub(crate) async fn more(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            let limit = asked.shown.unwrap_or(ROWS).clamp(ROWS, 200);
            let (sort, from) = (asked.sort.unwrap_or_default(), asked.from());
            let key = asked.view.as_deref();
            let listed = Listed::read(tx, &wanted.me, key, sort, from, limit)?;
            let offered = offered(tx, &wanted.me)?;
            Ok(rows(&frame, &listed.pane(&wanted.me, &offered, None, &[])))
        })
        .await?;
    Ok(fragment(page))
}

/// One conversation, beside its list; for htmx the open pane alone.
pub(crate) async fn open(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Htmx(is_htmx): Htmx,
    Query(asked): Query<Asked>,
) -> Answer {
    let key = asked.view.clone().unwrap_or_else(|| "mine".to_owned());
    let wanted = Wanted::by(&who, urls::view_list(&key));
    let here = presences(app.live.others(&who.me, id), id);
    let page = app
        .read(move |tx| {
            // One that was merged leads to the one that it went into.
            let found = conversations::find_visible(tx, &wanted.me, id)?;
            match found.merged_into {
                Some(into) => Ok(Err(urls::conversation_in(&key, into))),
                None => open_page(tx, &wanted, id, &key, &here, &asked, is_htmx).map(Ok),
            }
        })
        .await?;
    match page {
        Ok(page) => Ok(page.into_response()),
        Err(elsewhere) => Ok(lead(&elsewhere, is_htmx)),
    }
}

/// The pane of one conversation, or its whole page.
pub(super) fn open_page(
    tx: &mut Tx,
    wanted: &Wanted,
    id: ConversationId,
    key: &str,
    here: &[Presence],
    asked: &Asked,
    is_htmx: bool,
) -> Result<maud::Markup> {
    let me = &wanted.me;
    let frame = wanted.read(tx)?;
    let offered = offered(tx, me)?;
    let thread = thread::thread(tx, me, id, MESSAGES)?;
    let kind = asked.kind.as_deref();
    let composer = write::composer_of(tx, me, &thread, kind, asked.message.as_deref())?;
    let record = customers::record(tx, me, thread.conversation.contact_id)?;
    let about = attributes::of(tx, About::Conversation, id.raw())?;
    let beside = RecordPane { record: &record, beside: Some(id), conversation_attributes: &about };
    let sort = asked.sort.unwrap_or_default();
    let limit = if is_htmx { 1 } else { ROWS };
    let listed = Listed::read(tx, me, Some(key), sort, None, limit)?;
    let pane = listed.pane(me, &offered, Some(id), here);
    let (thread, offered) = (&thread, &offered);
    let pane_of_thread = ThreadPane { thread, offered, here, composer, back: key };
    let open = Open::Thread(Box::new(pane_of_thread), Some(beside));
    Ok(match is_htmx {
        true => opened(&frame, &pane, &open),
        false => inbox_page(&frame, &pane, &open),
    })
}

/// The head of a thread.
pub(crate) async fn head(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let page = app.read(move |tx| head_of(tx, &wanted, id, &asked.back())).await?;
    Ok(fragment(page))
}

/// The head of a thread, as the answer to every small change.
pub(super) fn head_of(
    tx: &mut Tx,
    wanted: &Wanted,
    id: ConversationId,
    back: &str,
) -> Result<maud::Markup> {
    let frame = wanted.read(tx)?;
    let offered = offered(tx, &wanted.me)?;
    let thread = thread::thread(tx, &wanted.me, id, 1)?;
    Ok(thread_head(&frame, back, &thread, &offered))
}

/// What was written: all that is shown, fetched anew, or what is older than a message.
pub(crate) async fn messages(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let frame = wanted.read(tx)?;
            let offered = offered(tx, me)?;
            if let Some(before) = asked.before.as_deref() {
                let before: MessageId =
                    before.parse().map_err(|_| tend_core::error::not_found("message"))?;
                let older = thread::before(tx, me, id, before, MESSAGES)?;
                return Ok(maud::html! {
                    (earlier(&older)) (in_order(&frame, &older.items, &offered))
                });
            }
            let shown = asked.shown.map_or(MESSAGES, |it| i64::try_from(it).unwrap_or(MESSAGES));
            let thread = thread::thread(tx, me, id, shown.clamp(MESSAGES, 500))?;
            Ok(items(&frame, &thread, &offered))
        })
        .await?;
    Ok(fragment(page))
}

/// The customer's record.
pub(crate) async fn record(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let conversation = conversations::find_visible(tx, me, id)?;
            let frame = wanted.read(tx)?;
            let record = customers::record(tx, me, conversation.contact_id)?;
            let about = attributes::of(tx, About::Conversation, id.raw())?;
            let pane =
                RecordPane { record: &record, beside: Some(id), conversation_attributes: &about };
            Ok(record_pane(&frame, &pane))
        })
        .await?;
    Ok(fragment(page))
}

/// Who else is here.
pub(crate) async fn presence(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
) -> Answer {
    let me = who.me.clone();
    app.read(move |tx| conversations::find_visible(tx, &me, id)).await?;
    let here = presences(app.live.others(&who.me, id), id);
    Ok(fragment(presence_line(id, &here)))
}

/// One message, in the form that is asked for; by itself it leads to where it stands.
pub(crate) async fn message(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<MessageId>,
    Query(asked): Query<Asked>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let (conversation, page) = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            let offered = offered(tx, &wanted.me)?;
            let (message, files) = thread::message(tx, &wanted.me, id)?;
            let shown = match asked.form.as_deref() {
                Some("text") => Shown::AsText,
                Some("whole") => Shown::Whole,
                _ => Shown::AsWritten,
            };
            let page = message_item(&frame, &message, &files, &offered, shown);
            Ok((message.conversation_id, page))
        })
        .await?;
    Ok(match is_htmx {
        true => fragment(page),
        false => go(&format!("{}#message-{id}", urls::conversation(conversation))),
    })
}

/// The conversation on paper.
pub(crate) async fn print(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<ConversationId>,
) -> Result<maud::Markup, WebError> {
    let wanted = Wanted::by(&who, "");
    app.read(move |tx| {
        let frame = wanted.read(tx)?;
        let thread = thread::thread(tx, &wanted.me, id, 10_000)?;
        Ok(print_page(&frame, &thread))
    })
    .await
}
