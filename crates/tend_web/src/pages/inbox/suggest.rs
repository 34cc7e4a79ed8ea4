//! What the composer offers while one writes.

use axum::extract::State;
use maud::html;
use serde::Deserialize;
use tend_core::{
    agents,
    canned::{self, CannedId},
    conversations::{self, ConversationId},
    fold,
    html::escape,
    uploads,
};
use tend_views::{
    inbox::{Suggestion, UploadedFile, suggestions},
    urls,
};

use super::fragment;
use crate::{
    App,
    api::Id,
    asked::Query,
    pages::Answer,
    who::{May, may::ConversationsRead},
};

/// So many are offered.
const MOST: usize = 8;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    conversation: Option<String>,
}

/// Canned responses by name; each is filled in when it is chosen.
pub(crate) async fn canned_responses(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let found = canned::search(tx, &me, &asked.q, MOST)?;
            let at = asked.conversation.as_deref().unwrap_or_default();
            let offered: Vec<_> = found
                .into_iter()
                .map(|it| Suggestion {
                    id: it.id.to_string(),
                    used_at: Some(format!("{}?conversation={at}", urls::use_canned(it.id))),
                    insert: it.html_text,
                    label: it.name,
                    detail: format!("/{}", it.shortcut),
                    files: Vec::new(),
                })
                .collect();
            Ok(suggestions(&offered))
        })
        .await?;
    Ok(fragment(page))
}

/// One canned response with the values of the conversation, and its files.
pub(crate) async fn use_canned(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Id(id): Id<CannedId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let page = app
        .write(move |tx| {
            let at: Option<ConversationId> =
                asked.conversation.as_deref().and_then(|it| it.parse().ok());
            let it = canned::find(tx, &me, id)?;
            let filled = canned::put_in(tx, &me, id, at)?;
            let mut files = Vec::new();
            for file in filled.files {
                let kept = uploads::copy(tx, &me, &file)?;
                files.push(UploadedFile {
                    id: kept.id.to_string(),
                    name: kept.name,
                    size: kept.size,
                    media_type: kept.media_type,
                });
            }
            Ok(suggestions(&[Suggestion {
                id: it.id.to_string(),
                label: it.name,
                detail: format!("/{}", it.shortcut),
                insert: filled.html.into_string(),
                used_at: None,
                files,
            }]))
        })
        .await?;
    Ok(fragment(page))
}

/// Colleagues who can see the conversation.
pub(crate) async fn mentions(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let at: Option<ConversationId> =
                asked.conversation.as_deref().and_then(|it| it.parse().ok());
            let at = at.map(|id| conversations::find_visible(tx, &me, id)).transpose()?;
            let wanted = fold::fold(&asked.q);
            let mut offered = Vec::new();
            for it in agents::present(tx)? {
                let fits = fold::fold(&it.name).split(' ').any(|word| word.starts_with(&wanted));
                let sees = match (&at, fits && offered.len() < MOST) {
                    (_, false) => false,
                    (None, true) => true,
                    (Some(at), true) => conversations::may_see(&agents::me(tx, it.id)?, at),
                };
                if !sees {
                    continue;
                }
                let name = html! { span data-mention=(it.id) { "@" (it.name) } }.into_string();
                offered.push(Suggestion {
                    id: it.id.to_string(),
                    label: it.name,
                    detail: it.email,
                    insert: format!("{name} "),
                    used_at: None,
                    files: Vec::new(),
                });
            }
            Ok(suggestions(&offered))
        })
        .await?;
    Ok(fragment(page))
}

/// Contacts for to, cc and bcc.
pub(crate) async fn recipients(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let found = tend_core::contacts::by_start(tx, &me, &asked.q, MOST)?;
            let offered: Vec<_> = found
                .into_iter()
                .map(|(name, address)| Suggestion {
                    id: address.clone(),
                    insert: escape(&match name == address || name.contains([',', '<', '"']) {
                        true => address.clone(),
                        false => format!("{name} <{address}>"),
                    }),
                    label: name,
                    detail: address,
                    used_at: None,
                    files: Vec::new(),
                })
                .collect();
            Ok(suggestions(&offered))
        })
        .await?;
    Ok(fragment(page))
}
