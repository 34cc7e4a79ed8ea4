//! What floats over the work: palette, bell, sidebar.

use axum::{
    extract::{Query, State},
    http::HeaderMap,
};
use maud::{Markup, html};
use serde::Deserialize;
use tend_core::{
    notifications,
    search::{self, Hit},
};
use tend_views::{
    palette::{PaletteGroup, PaletteRow, found},
    parts::{Icon, icon},
    search::{Notification, notification_list},
    shell::{bell, side_nav},
    urls,
};

use super::{Htmx, fragment};
use crate::{
    App,
    pages::{Answer, frame::Wanted, go},
    who::{May, SignedIn, may::ConversationsRead},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Where {
    /// The entry that is the current one.
    at: String,
}

/// The sidebar's groups and counts, fetched anew.
pub(crate) async fn side(
    who: SignedIn,
    State(app): State<App>,
    Query(place): Query<Where>,
) -> Answer {
    let wanted = Wanted::by(&who.0, place.at);
    let page = app.read(move |tx| Ok(side_nav(&wanted.read_counted(tx)?))).await?;
    Ok(fragment(page))
}

/// What tells the agent something: the list within the bell, or the bell itself.
pub(crate) async fn notes(who: SignedIn, State(app): State<App>, headers: HeaderMap) -> Answer {
    let wanted = Wanted::by(&who.0, "");
    let target = headers.get("hx-target").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let is_list = target.contains("notifications");
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            if !is_list {
                return Ok(bell(&frame));
            }
            let all = notifications::newest(tx, &wanted.me, 30)?;
            let all: Vec<_> = all.iter().map(note).collect();
            Ok(notification_list(&frame, &all))
        })
        .await?;
    Ok(fragment(page))
}

fn note(it: &notifications::Notification) -> Notification {
    let who = if it.actor.is_empty() { "Tend" } else { &it.actor };
    let (words, sign) = match it.kind.as_str() {
        "assigned" => ("gave you", Icon::UserRoundPlus),
        "mentioned" => ("named you in", Icon::AtSign),
        "replied" | "followed" => ("wrote in", Icon::MessageCircle),
        "woken" => ("brought back", Icon::AlarmClock),
        _ => ("could not deliver a message of", Icon::TriangleAlert),
    };
    let number = it.number.unwrap_or_default();
    let subject = it.subject.as_deref().unwrap_or_default();
    Notification {
        href: it.conversation_id.map_or_else(urls::home, urls::conversation),
        sign: icon(sign),
        text: html! { (who) " " (words) " #" (number) " " bdi { (subject) } },
        at: it.created_at,
        is_unread: it.read_at.is_none(),
    }
}

/// The agent has seen them; answers with the bell as it is then.
pub(crate) async fn read_notes(
    who: SignedIn,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let wanted = Wanted::by(&who.0, "");
    let page = app
        .write(move |tx| {
            notifications::read_all(tx, &wanted.me)?;
            Ok(bell(&wanted.read(tx)?))
        })
        .await?;
    Ok(if is_htmx { fragment(page) } else { go(&urls::home()) })
}

/// Rows of the palette: conversations by number, contacts and accounts by name.
pub(crate) async fn palette(
    who: May<ConversationsRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let page = app
        .read(move |tx| {
            let groups = grouped(search::palette(tx, &me, &asked.q)?);
            Ok(found(&groups, &asked.q))
        })
        .await?;
    Ok(fragment(page))
}

/// What was found, each kind under its heading.
fn grouped(hits: Vec<Hit>) -> Vec<PaletteGroup> {
    let mut all: Vec<PaletteGroup> = ["Conversations", "Contacts", "Accounts"]
        .into_iter()
        .map(|it| PaletteGroup { title: it.to_owned(), rows: Vec::new() })
        .collect();
    for hit in hits {
        let (at, row) = match hit {
            Hit::Conversation { id, number, subject, contact } => {
                let label = html! { "#" (number) " " (subject) };
                (0, row(urls::conversation(id), Icon::Inbox, label, contact))
            }
            Hit::Contact { id, name, address, account } => {
                let detail =
                    if account == name { address } else { format!("{account}, {address}") };
                (1, row(urls::contact(id), Icon::CircleUserRound, html! { (name) }, detail))
            }
            Hit::Account { id, name, domain } => {
                (2, row(urls::account(id), Icon::Building2, html! { (name) }, domain))
            }
        };
        all[at].rows.push(row);
    }
    all.retain(|it| !it.rows.is_empty());
    all
}

fn row(href: String, sign: Icon, label: Markup, detail: String) -> PaletteRow {
    PaletteRow { href, sign: icon(sign), label, detail, end: String::new() }
}
