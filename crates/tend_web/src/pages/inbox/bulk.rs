//! Several conversations at once, and all of a list.

use axum::extract::State;
use maud::Markup;
use serde::Deserialize;
use tend_core::{
    Error, Result,
    agents::Me,
    conversations::{self as verbs, BulkAction, Category, ConversationId, list::Sort},
    error::{invalid, refused},
};
use tend_store::Tx;
use tend_views::{
    inbox::{long_bulk, rows},
    parts::{counted, toast},
    urls,
};

use super::{Htmx, Listed, ROWS, fragment, offered, undo::undoable, view};
use crate::{
    App,
    asked::Form,
    pages::{Answer, frame::Wanted, go},
    who::{May, may::ConversationsRead},
};

/// Which, and what to do: see [`BulkAction`]; also `merge`, into the oldest of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    id: Vec<String>,
    /// All that are in the list, whether or not they are shown.
    all: String,
    #[serde(rename = "do")]
    what: String,
    view: Option<String>,
    sort: Option<Sort>,
}

/// Does it to each of them; what is refused for one does not hinder the others.
pub(crate) async fn all(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Form(chosen): Form<Chosen>,
) -> Answer {
    let wanted = Wanted::by(&who, "");
    let back = urls::view_list(chosen.view.as_deref().unwrap_or("mine"));
    let page = app
        .write(move |tx| {
            let me = &wanted.me;
            let said = match chosen.all.as_str() {
                "" => several(tx, me, &chosen)?,
                _ => in_all(tx, &wanted, &chosen)?,
            };
            let frame = wanted.read(tx)?;
            let sort = chosen.sort.unwrap_or_default();
            let listed = Listed::read(tx, me, chosen.view.as_deref(), sort, None, ROWS)?;
            let offered = offered(tx, me)?;
            let pane = listed.pane(me, &offered, None, &[]);
            Ok(maud::html! { (rows(&frame, &pane)) (said) })
        })
        .await?;
    Ok(if is_htmx { fragment(page) } else { go(&back) })
}

/// Orders it for all of the list; the answer shows how far it comes.
fn in_all(tx: &mut Tx, wanted: &Wanted, chosen: &Chosen) -> Result<Markup> {
    let which = view(tx, &wanted.me, chosen.view.as_deref())?.which;
    let id = verbs::begin_long_bulk(tx, &wanted.me, &which, &chosen.what)?;
    let it = verbs::long_bulk(tx, &wanted.me, id)?;
    let shown = long_bulk(&wanted.read(tx)?, &it);
    Ok(maud::html! { hx-partial hx-target="#long-bulk" hx-swap="outerHTML" { (shown) } })
}

fn several(tx: &mut Tx, me: &Me, chosen: &Chosen) -> Result<Markup> {
    let mut ids: Vec<ConversationId> = Vec::with_capacity(chosen.id.len());
    for id in &chosen.id {
        ids.push(id.parse().map_err(|_| tend_core::error::not_found("conversation"))?);
    }
    if ids.is_empty() {
        return Err(refused("Choose some conversations first."));
    }
    if chosen.what == "merge" {
        return merge(tx, me, &ids);
    }
    let action: BulkAction = chosen.what.parse().map_err(|why| invalid("do", why))?;
    undoable(tx, me, &ids, |tx| {
        let out = verbs::bulk(tx, me, &ids, &action)?;
        if out.done.is_empty()
            && let Some((_, why)) = out.refused.first()
        {
            return Err(refused(why.clone()));
        }
        let mut said = format!(
            "{} {}",
            counted(out.done.len() as i64, "conversation", "conversations"),
            did(&action)
        );
        if let Some((_, why)) = out.refused.first() {
            said += &format!(" {} could not be: {why}", out.refused.len());
        }
        Ok(said)
    })
}

/// All into the oldest of them.
fn merge(tx: &mut Tx, me: &Me, ids: &[ConversationId]) -> Result<Markup> {
    let oldest = ids.iter().min().copied();
    let Some(into) = oldest.filter(|_| ids.len() > 1) else {
        return Err(refused("Choose at least two conversations to merge."));
    };
    let mut merges = Vec::new();
    for from in ids.iter().filter(|it| **it != into) {
        match verbs::merge(tx, me, *from, into) {
            Ok(it) => merges.push(it),
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => return Err(refused(format!("Nothing was merged. {error}"))),
        }
    }
    let number = verbs::find(tx, into)?.number;
    let text = format!(
        "{} went into #{number}.",
        counted(merges.len() as i64, "conversation", "conversations")
    );
    let undo = verbs::undoable_merges(tx, me, merges)?;
    Ok(toast(text, undo.map(urls::undo).as_deref()))
}

/// What was done, behind "3 conversations".
fn did(action: &BulkAction) -> &'static str {
    match action {
        BulkAction::Assign(Some(_)) => "assigned.",
        BulkAction::Assign(None) => "given back to the queue.",
        BulkAction::Team(_) => "given to a team.",
        BulkAction::Category(Category::Resolved) => "resolved.",
        BulkAction::Category(Category::Closed) => "closed.",
        BulkAction::Category(Category::Spam) => "marked as spam.",
        BulkAction::Category(_) | BulkAction::Status(_) => "have another status.",
        BulkAction::Priority(_) => "have another priority.",
        BulkAction::Tag(_) => "tagged.",
        BulkAction::Untag(_) => "without the tag.",
        BulkAction::Snooze(_) => "snoozed.",
        BulkAction::MarkRead => "marked read.",
        BulkAction::MarkUnread => "marked unread.",
    }
}
