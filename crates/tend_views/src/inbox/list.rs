use maud::{Markup, html};
use tend_core::{
    conversations::{
        ConversationId,
        list::{Sort, Tagged},
        thread::May,
    },
    page::Cursor,
};

use super::{Offered, Presence, bulk, row::row};
use crate::{
    layout::{Frame, side_button},
    parts::{
        Element, Icon, button, grouped, hidden, icon, icon_button, keys, menu, menu_link, menu_rule,
    },
    urls,
};

/// The list of one view.
#[derive(Clone, Debug)]
pub struct ListPane<'a> {
    /// What the address calls the view: `mine`, `inbox:inb_1`, `vew_7`.
    pub key: &'a str,
    pub title: String,
    /// How many there are in all; nothing is shown where counting would be slow.
    pub total: Option<i64>,
    pub sort: Sort,
    pub lines: &'a [Tagged],
    /// Where the next rows begin.
    pub next: Option<Cursor>,
    pub current: Option<ConversationId>,
    /// Who else is in which conversation.
    pub here: &'a [Presence],
    /// Where the agent has a draft.
    pub drafts: &'a [ConversationId],
    pub offered: &'a Offered,
    pub may: May,
    /// A saved view that the agent may change.
    pub edit: Option<String>,
}

impl ListPane<'_> {
    /// Whoever may do nothing with several has nothing to choose them for.
    pub fn may_choose(&self) -> bool {
        self.may.update || self.may.assign
    }
}

/// The pane: head, rows, and the bar that appears when rows are chosen.
pub fn list_pane(frame: &Frame, pane: &ListPane<'_>) -> Markup {
    html! {
        section.inbox-list id="list" aria-label=(pane.title) data-view=(pane.key) {
            (head(pane))
            (list(frame, pane))
            @if pane.may_choose() { (bulk::bar(frame, pane)) }
            div id="long-bulk" {}
            footer.inbox-keys aria-hidden="true" {
                @for (key, what, may) in [("j", "", true), ("k", "move", true), ("r", "reply", pane.may.reply), ("e", "resolve", pane.may.update), ("?", "all keys", true)] {
                    @if may { (keys(key)) @if !what.is_empty() { span { (what) } } }
                }
            }
        }
    }
}

fn head(pane: &ListPane<'_>) -> Markup {
    let sorts = [
        (Sort::Newest, "Newest first"),
        (Sort::Oldest, "Oldest first"),
        (Sort::Waiting, "Waiting longest"),
        (Sort::Priority, "Most urgent"),
    ];
    let name = sorts.iter().find(|it| it.0 == pane.sort).map_or("Newest first", |it| it.1);
    let order = html! {
        @for (sort, label) in sorts {
            (menu_link(label, urls::view_list_sorted(pane.key, sort.word())).chosen(sort == pane.sort))
        }
    };
    html! {
        header.inbox-listhead {
            (side_button())
            h2.u-truncate dir="auto" { (pane.title) }
            @if let Some(total) = pane.total { span.u-quiet.u-num id="list-total" { (grouped(total)) } }
            span.u-push.u-row-tight {
                @if pane.may_choose() { (icon_button(Icon::CircleCheck, "Choose several").small().class("inbox-choose").attr("data-choose-begin", "")) }
                (menu("list-order", button(name).quiet().small().opens(), order))
                (filter(pane))
            }
        }
    }
}

/// Narrowing the list, and keeping what was narrowed as a view.
fn filter(pane: &ListPane<'_>) -> Markup {
    let inner = html! {
        form.menu-form action=(urls::search()) role="search" {
            (hidden("in", pane.key))
            div.menu-find { (icon(Icon::Search)) input type="search" name="q" aria-label="Find in this list" placeholder="Find in this list" autocomplete="off" data-hotkey="/"; }
            p.field-hint { "Words, or " code { "from:" } " " code { "tag:" } " " code { "is:" } " " code { "has:attachment" } }
        }
        (menu_rule())
        @if let Some(url) = &pane.edit { (menu_link("Change this view", url).icon(Icon::Pencil)) }
        (menu_link("New view", urls::new_view()).icon(Icon::Plus))
        (menu_link("All views", urls::views()).icon(Icon::Layers))
    };
    menu("list-filter", icon_button(Icon::ListFilter, "Find and views").small(), inner)
}

/// The rows, fetched anew when a conversation changes.
fn list(frame: &Frame, pane: &ListPane<'_>) -> Markup {
    let fresh = format!("{}?view={}&sort={}", urls::rows(), pane.key, pane.sort.word());
    html! {
        div.inbox-rows id="list-scroll" {
            ol.list id="list-rows" data-live="conversations" data-live-get=(fresh) data-live-swap="innerMorph" data-live-with="shown" {
                (rows(frame, pane))
            }
        }
    }
}

/// Rows alone: the next ones below the last, or all that are shown, fetched anew.
pub fn rows(frame: &Frame, pane: &ListPane<'_>) -> Markup {
    html! {
        @for it in pane.lines { (row(&frame.now, pane, it)) }
        @if let Some(cursor) = pane.next {
            li.panel-more hx-get=(urls::view_rows(pane.key, pane.sort.word(), cursor)) hx-trigger="intersect once, click"
                hx-target="this" hx-swap="outerHTML" { (button("Show more").quiet().small()) }
        }
        @if pane.lines.is_empty() && pane.next.is_none() { (none(pane)) }
    }
}

fn none(pane: &ListPane<'_>) -> Markup {
    // Without an inbox, there are none to take either.
    let none_yet = pane.offered.inboxes.is_empty();
    let text = match pane.key {
        "mine" if none_yet => "Nothing is yours to answer.",
        "mine" => "Nothing is yours to answer. Take one from the unassigned.",
        "unassigned" => "Everything has someone who looks after it.",
        "mentions" => "Nobody has named you in a note.",
        "snoozed" => "Nothing was put away for later.",
        _ => "Nothing is in this view now.",
    };
    html! {
        li.list-none {
            p { (text) }
            @if pane.key == "mine" && !none_yet { a.link href=(urls::view_list("unassigned")) { "Go to unassigned" } }
        }
    }
}
