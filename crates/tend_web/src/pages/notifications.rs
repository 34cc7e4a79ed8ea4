//! What an agent is told: the bell, the list in it, and the page of all of them.

use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use maud::{Render, html};
use serde::Deserialize;
use tend_core::{
    Result, notifications as verbs,
    page::{Cursor, Page},
};
use tend_store::Tx;
use tend_views::{
    notifications::{
        Notification, notification_list, notification_rows, notifications_page, notifications_told,
    },
    parts::{Icon, icon},
    shell::bell,
    urls,
};

use super::{Answer, frame::Wanted, go, inbox::Htmx};
use crate::{App, asked::Query, who::SignedIn};

/// So many fit into the bell.
const IN_BELL: i64 = 30;
/// So many stand on the page before one asks for more.
const ON_PAGE: usize = 50;
/// So many are fetched anew at once.
const MOST: usize = 200;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    cursor: Option<String>,
    /// So many rows stand on the page that asks for them anew.
    shown: Option<usize>,
}

/// The page; for htmx the list within the bell, the bell itself, or the next rows of the page.
pub(crate) async fn show(
    who: SignedIn,
    State(app): State<App>,
    Query(asked): Query<Asked>,
    Htmx(is_htmx): Htmx,
    headers: HeaderMap,
) -> Answer {
    let wanted = Wanted::by(&who.0, urls::notifications());
    let target = headers.get("hx-target").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let (is_bell, is_list) = (target.contains("bell"), target.contains("notifications"));
    let from: Option<Cursor> = asked.cursor.as_deref().and_then(|it| it.parse().ok());
    let page = app
        .read(move |tx| {
            let frame = wanted.read(tx)?;
            if is_htmx && is_bell {
                return Ok(bell(&frame));
            }
            if is_htmx && is_list {
                let all = verbs::newest(tx, &wanted.me, IN_BELL)?;
                return Ok(notification_list(&frame, &all.iter().map(shown).collect::<Vec<_>>()));
            }
            let many = asked.shown.unwrap_or(0).clamp(ON_PAGE, MOST);
            let (all, next) = listed(tx, &wanted, from, many)?;
            let next = next.as_deref();
            Ok(match from {
                Some(_) if is_htmx => notification_rows(&frame, &all, next),
                None if is_htmx => notifications_told(&frame, &all, next),
                _ => notifications_page(&frame, &all, next),
            })
        })
        .await?;
    Ok(page.into_response())
}

/// Some of them, and the address of the next.
fn listed(
    tx: &mut Tx,
    wanted: &Wanted,
    from: Option<Cursor>,
    many: usize,
) -> Result<(Vec<Notification>, Option<String>)> {
    let Page { items, next } = verbs::page(tx, &wanted.me, from, many)?;
    let next = next.map(|it| format!("{}?cursor={it}", urls::notifications()));
    Ok((items.iter().map(shown).collect(), next))
}

fn shown(it: &verbs::Notification) -> Notification {
    let who = if it.actor.is_empty() { "Tend" } else { &it.actor };
    if let Some(told) = of_book(it, who) {
        return told;
    }
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
        sign: icon(sign).render(),
        text: html! { (who) " " (words) " #" (number) " " bdi { (subject) } },
        at: it.created_at,
        is_unread: it.read_at.is_none(),
    }
}

/// What is told of an account, or of a task.
fn of_book(it: &verbs::Notification, who: &str) -> Option<Notification> {
    let account = it.account.as_deref().unwrap_or_default();
    let (sign, text) = match it.kind.as_str() {
        "handed_over" => (Icon::UserRoundPlus, html! { (who) " handed you " bdi { (account) } }),
        "task" => (
            Icon::CircleCheckBig,
            html! { (who) " gave you a task: " bdi { (it.detail) } @if !account.is_empty() { ", for " bdi { (account) } } },
        ),
        "left" => {
            (Icon::UserRoundMinus, html! { bdi { (it.detail) } " has left " bdi { (account) } })
        }
        "silent" => (
            Icon::BellOff,
            html! { "Nothing is heard of " bdi { (it.detail) } " at " bdi { (account) } },
        ),
        "at_risk" => (
            Icon::TriangleAlert,
            html! { bdi { (account) } " is at risk" @if !it.detail.is_empty() { ": " (it.detail) } },
        ),
        "remedy_asked" => (Icon::LifeBuoy, html! { (who) " asks you to approve: " (it.detail) }),
        "remedy_settled" => (Icon::LifeBuoy, html! { (it.detail) }),
        _ => return None,
    };
    if it.kind.starts_with("remedy_") {
        let state = if it.kind == "remedy_asked" { "pending" } else { "" };
        return Some(Notification {
            href: match it.remedy_id {
                Some(id) => urls::remedy(id),
                None => urls::with_query(&urls::remedies(), &[("state", state)]),
            },
            sign: html! { (icon(sign)) },
            text,
            at: it.created_at,
            is_unread: it.read_at.is_none(),
        });
    }
    Some(Notification {
        href: it.account_id.map_or_else(urls::my_day, urls::account),
        sign: html! { (icon(sign)) },
        text,
        at: it.created_at,
        is_unread: it.read_at.is_none(),
    })
}

/// The agent has seen them; answers with the bell as it is then.
pub(crate) async fn read_all(who: SignedIn, State(app): State<App>, Htmx(is_htmx): Htmx) -> Answer {
    let wanted = Wanted::by(&who.0, "");
    let page = app
        .write(move |tx| {
            verbs::read_all(tx, &wanted.me)?;
            Ok(bell(&wanted.read(tx)?))
        })
        .await?;
    Ok(if is_htmx { page.into_response() } else { go(&urls::notifications()) })
}
