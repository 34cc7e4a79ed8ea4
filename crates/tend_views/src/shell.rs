//! The frame of every agent's page: sidebar, dock, and what floats over the work.

use maud::{Markup, html};

use crate::{
    layout::Frame,
    parts::{
        Element, Icon, Tone, agent_avatar, button, callout, csrf_field, grouped, icon, icon_button,
        icon_l, keys, mark, menu, menu_item, menu_link, menu_rule,
    },
    urls,
};

/// The sidebar's entries. Only what exists and what the agent may see is in it.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Its numbers are those of now; otherwise some are of late, and it asks for them anew.
    pub is_counted: bool,
    pub groups: Vec<NavGroup>,
    pub may_write: bool,
}

/// Entries under a heading.
#[derive(Clone, Debug)]
pub struct NavGroup {
    pub title: String,
    pub entries: Vec<NavEntry>,
}

/// A link of the sidebar; see [`nav`].
#[derive(Clone, Debug)]
pub struct NavEntry {
    pub label: String,
    pub href: String,
    pub icon: Option<Icon>,
    pub count: Option<i64>,
    /// There are more than were counted.
    pub and_more: bool,
    /// The keys that lead there: `g m`.
    pub keys: Option<&'static str>,
    /// It belongs to the entry above it.
    pub is_below: bool,
}

/// An entry with an icon.
pub fn nav(icon: Icon, label: impl Into<String>, href: impl Into<String>) -> NavEntry {
    NavEntry {
        label: label.into(),
        href: href.into(),
        icon: Some(icon),
        count: None,
        and_more: false,
        keys: None,
        is_below: false,
    }
}

/// An entry below another.
pub fn nav_below(label: impl Into<String>, href: impl Into<String>) -> NavEntry {
    NavEntry {
        label: label.into(),
        href: href.into(),
        icon: None,
        count: None,
        and_more: false,
        keys: None,
        is_below: true,
    }
}

impl NavEntry {
    /// How many are there; nothing stands there for zero.
    pub fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }
    /// Nobody counted further.
    pub fn and_more(mut self, yes: bool) -> Self {
        self.and_more = yes;
        self
    }
    pub fn keys(mut self, keys: &'static str) -> Self {
        self.keys = Some(keys);
        self
    }
}

/// A group of entries; the one with the address `here` is the current one.
pub fn nav_group(group: &NavGroup, here: &str) -> Markup {
    html! {
        @if !group.title.is_empty() { div.shell-group { (group.title) } }
        @for it in &group.entries { (entry(it, here)) }
    }
}

fn entry(it: &NavEntry, here: &str) -> Markup {
    let current = (it.href == here).then_some("page");
    html! {
        a.shell-link.shell-sub[it.is_below] href=(it.href) aria-current=[current] data-hotkey=[it.keys] {
            @if let Some(sign) = it.icon { (icon(sign)) }
            span.u-truncate dir="auto" { (it.label) }
            @if let Some(count) = it.count.filter(|it| *it > 0) { span.shell-count { (grouped(count)) @if it.and_more { "+" } } }
        }
    }
}

/// The sidebar. On a narrow screen the menu button opens it.
pub fn side(frame: &Frame) -> Markup {
    html! {
        aside.shell-side id="side" popover aria-label="Tend" {
            div.shell-brand {
                (mark(20))
                span.u-truncate { (frame.company) }
                @if frame.side.may_write {
                    a.button.button-quiet.button-icon.button-small.u-push href=(urls::new_conversation())
                        aria-label="New conversation" title="New conversation (c)" data-hotkey="c" { (icon(Icon::SquarePen)) }
                }
            }
            a.shell-search href=(urls::search()) data-palette data-hotkey="mod+k" {
                (icon(Icon::Search)) span { "Search or do…" } (keys("mod+k"))
            }
            (side_nav(frame))
            (me(frame))
        }
    }
}

/// The part of the sidebar that changes while the page stays open: groups and counts.
pub fn side_nav(frame: &Frame) -> Markup {
    let anew = urls::with_query(&urls::side(), &[("at", &frame.at)]);
    // Numbers that take longer come after the page.
    let (get, when) = match frame.side.is_counted {
        true => (None, None),
        false => (Some(anew.as_str()), Some("load delay:50ms")),
    };
    html! {
        nav.shell-nav id="side-nav" aria-label="Desks" data-live="conversations me" data-live-get=(anew)
            hx-get=[get] hx-trigger=[when] hx-target=[when.map(|_| "this")] hx-swap=[when.map(|_| "outerMorph")] {
            @for group in &frame.side.groups { (nav_group(group, &frame.at)) }
        }
    }
}

/// Who I am, what tells me something, and the way out.
fn me(frame: &Frame) -> Markup {
    let me = &frame.me;
    let more = html! {
        (menu_link("Your profile", urls::settings_section("profile")).icon(Icon::CircleUserRound))
        (menu_item("Light or dark").icon(Icon::SunMoon).attr("type", "button").attr("data-theme-switch", ""))
        (menu_item("Keys").icon(Icon::Keyboard).key("?").opens_dialog("shortcuts"))
        (menu_rule())
        form method="post" action=(urls::sign_out()) {
            (csrf_field(&frame.csrf))
            (menu_item("Sign out").icon(Icon::LogOut))
        }
    };
    html! {
        div.shell-me {
            (agent_avatar(&me.name, me.picture.as_deref()).here(me.is_here))
            span.u-truncate { (me.name) small { (me.state) } }
            span.u-push.u-row-tight {
                (bell(frame))
                (menu("me-menu", icon_button(Icon::Ellipsis, "You and this page").small(), more))
            }
        }
    }
}

/// The bell: how many notifications wait, and the list of them on demand.
pub fn bell(frame: &Frame) -> Markup {
    let count = frame.me.unread;
    let label =
        if count > 0 { format!("Notifications, {count} new") } else { "Notifications".to_owned() };
    html! {
        span.shell-bell id="bell" data-live="me" data-live-get=(urls::notifications()) {
            (icon_button(Icon::Bell, label).small().opens_menu("notifications").gets(urls::notifications(), "#notifications").swap("innerHTML"))
            @if count > 0 { span.shell-belldot aria-hidden="true" {} }
            div.menu.shell-notes id="notifications" popover role="region" aria-label="Notifications" data-menu {}
        }
    }
}

/// On a narrow screen: the main places, at the thumb.
pub fn dock(frame: &Frame) -> Markup {
    let is = |href: &str| (frame.at == href).then_some("page");
    let in_inbox = (frame.at.starts_with(&urls::conversations())).then_some("page");
    html! {
        nav.shell-dock aria-label="Places" {
            a href=(urls::home()) aria-current=[in_inbox] { (icon_l(Icon::Inbox)) "Inbox" }
            a href=(urls::search()) aria-current=[is(&urls::search())] { (icon_l(Icon::Search)) "Search" }
            a href=(urls::new_conversation()) { (icon_l(Icon::SquarePen)) "Write" }
            a href=(urls::contacts()) aria-current=[is(&urls::contacts())] { (icon_l(Icon::UsersRound)) "Customers" }
            button type="button" popovertarget="side" { (icon_l(Icon::Ellipsis)) "More" }
        }
    }
}

/// Said by the `live` island when the server does not answer, and taken back when it does.
pub fn offline() -> Markup {
    let text = html! { b { "No connection." } " You can go on writing; your draft is kept here and on the server as soon as it answers." };
    html! {
        div.shell-offline id="offline" hidden role="status" {
            (callout(Tone::Warn, text, Some(button("Try now").attr("data-live-retry", ""))))
        }
    }
}

/// What lies over the page: palette, sheet of keys, toasts, and a place for dialogs that are fetched.
pub fn floats(frame: &Frame) -> Markup {
    html! {
        (crate::palette::dialog())
        (crate::shortcuts::sheet())
        div id="dialogs" {}
        div.toast-place id="toasts" aria-live="polite" data-asset-base=(frame.assets) {}
    }
}
