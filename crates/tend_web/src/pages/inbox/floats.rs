//! What floats over the work: palette, bell, sidebar.

use axum::{
    extract::{Query, State},
    response::IntoResponse,
};
use maud::{Markup, html};
use serde::Deserialize;
use tend_core::{
    conversations::{self, list},
    notifications::{self, Notification},
};
use tend_views::{
    palette::{PaletteGroup, PaletteRow, found},
    parts::{Icon, icon},
    shell::side_nav,
    urls,
};

use super::fragment;
use crate::{
    App,
    pages::{Answer, frame::Wanted},
    who::{May, SignedIn, may::ConversationsRead},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

/// The sidebar's groups and counts, fetched anew.
pub(crate) async fn side(who: SignedIn, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who.0, "");
    let page = app.read(move |tx| Ok(side_nav(&wanted.read(tx)?))).await?;
    Ok(fragment(page))
}

/// What tells the agent something.
pub(crate) async fn notes(who: SignedIn, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who.0, "");
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            let all = notifications::newest(tx, &wanted.me, 30)?;
            Ok(html! {
                @for it in &all { (note(&frame.now, it)) }
                @if all.is_empty() { p.menu-empty { "Nothing has told you anything yet." } }
            })
        })
        .await?;
    Ok(fragment(page))
}

fn note(now: &tend_views::parts::Now, it: &Notification) -> Markup {
    let who = if it.actor.is_empty() { "Tend" } else { &it.actor };
    let words = match it.kind.as_str() {
        "assigned" => "gave you",
        "mentioned" => "named you in",
        "replied" => "wrote in",
        "followed" => "wrote in",
        "woken" => "brought back",
        _ => "could not deliver a message of",
    };
    let number = it.number.unwrap_or_default();
    let subject = it.subject.as_deref().unwrap_or_default();
    let href = it.conversation_id.map_or_else(urls::home, urls::conversation);
    html! {
        a.menu-item role="menuitem" href=(href) {
            (icon(if it.kind == "failed" { Icon::TriangleAlert } else { Icon::Bell }))
            span { @if it.read_at.is_none() { b { (who) } } @else { (who) } " " (words) " #" (number) " " span dir="auto" { (subject) } " " small { (now.short(it.created_at)) } }
        }
    }
}

/// The agent has seen them.
pub(crate) async fn read_notes(who: SignedIn, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| notifications::read_all(tx, &me)).await?;
    Ok(axum::http::StatusCode::NO_CONTENT.into_response())
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
            let text = asked.q.trim().trim_start_matches('#').to_owned();
            let mut groups = Vec::new();
            if let Ok(number) = text.parse::<i64>()
                && let Ok(it) = conversations::by_number(tx, &me, number)
            {
                let line = list::line(tx, &me, it.id)?;
                groups.push(PaletteGroup {
                    title: "Conversations".to_owned(),
                    rows: vec![PaletteRow {
                        href: urls::conversation(it.id),
                        sign: icon(Icon::Inbox),
                        label: html! { "#" (line.number) " " (line.subject) },
                        detail: line.contact,
                        end: line.status,
                    }],
                });
            }
            Ok(found(&groups, &asked.q))
        })
        .await?;
    Ok(fragment(page))
}
