//! What stands beside the work: palette, sidebar.

use axum::extract::State;
use maud::{Markup, Render, html};
use serde::Deserialize;
use tend_core::search::{self, Hit};
use tend_views::{
    palette::{PaletteGroup, PaletteRow, found},
    parts::{Icon, icon},
    shell::side_nav,
    urls,
};

use super::fragment;
use crate::{
    App,
    asked::Query,
    pages::{Answer, frame::Wanted},
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
    PaletteRow { href, sign: icon(sign).render(), label, detail, end: String::new() }
}
