//! What an agent is told: the list in the bell, and the page of all of it.

use maud::{Markup, Render, html};

use crate::{
    layout::{Frame, page},
    parts::{Button, Icon, Sample, button, csrf_field, empty, icon, link_button, sample},
    urls,
};

/// One notification.
#[derive(Clone, Debug)]
pub struct Notification {
    pub href: String,
    pub sign: Markup,
    /// `Tomás Ibarra mentioned you in #1042`.
    pub text: Markup,
    pub at: jiff::Timestamp,
    pub is_unread: bool,
}

/// The content of the bell's menu. POST marks all as read.
pub fn notification_list(frame: &Frame, them: &[Notification]) -> Markup {
    html! {
        @if them.is_empty() { p.menu-empty { "Nothing new. Assignments, mentions and answers to what you follow appear here." } }
        @else {
            header.shell-noteshead {
                h2 { "Notifications" }
                @if them.iter().any(|it| it.is_unread) {
                    form method="post" action=(urls::notifications()) hx-post=(urls::notifications()) hx-target="#bell" hx-swap="outerHTML" {
                        (csrf_field(&frame.csrf)) (mark_all().quiet().small())
                    }
                }
            }
        }
        @for it in them { (note(frame, it)) }
        @if !them.is_empty() { a.shell-notesfoot href=(urls::notifications()) { "All notifications" } }
    }
}

/// All of them, the newest first; the list follows what happens.
pub fn notifications_page(frame: &Frame, them: &[Notification], next: Option<&str>) -> Markup {
    let is_new = them.iter().any(|it| it.is_unread);
    let acts = html! {
        @if is_new {
            form method="post" action=(urls::notifications()) { (csrf_field(&frame.csrf)) (mark_all().small()) }
        }
        (link_button("What I am told", urls::settings_section("notifications")).quiet().small())
    };
    page(frame, "Notifications").bar(acts).shows(html! {
        div.shell-page.shell-notespage { (notifications_told(frame, them, next)) }
    })
}

/// The list of the page, fetched anew when there is something new.
pub fn notifications_told(frame: &Frame, them: &[Notification], next: Option<&str>) -> Markup {
    html! {
        div id="told" data-live="me" data-live-get=(urls::notifications()) data-live-with="shown" {
            @if them.is_empty() {
                (empty("Nothing yet", "Assignments, mentions and answers to what you follow appear here, and in the bell.")
                    .actions(link_button("Go to the inbox", urls::home()).primary()))
            } @else {
                ol.shell-noteslist { (notification_rows(frame, them, next)) }
            }
        }
    }
}

/// Rows of the page: the next ones below the last.
pub fn notification_rows(frame: &Frame, them: &[Notification], next: Option<&str>) -> Markup {
    html! {
        @for it in them { li data-row { (note(frame, it)) } }
        @if let Some(next) = next {
            li.panel-more hx-get=(next) hx-trigger="intersect once, click" hx-target="this" hx-swap="outerHTML" { (link_button("Show more", next).quiet().small()) }
        }
    }
}

fn mark_all() -> Button {
    button("Mark all as read").submits()
}

fn note(frame: &Frame, it: &Notification) -> Markup {
    html! {
        a.menu-item.shell-note.is-unread[it.is_unread] href=(it.href) {
            (it.sign)
            span.shell-notesay { (it.text) @if it.is_unread { span.u-hidden-visually { " (new)" } } }
            (frame.now.short(it.at))
        }
    }
}

pub fn samples() -> Vec<Sample> {
    let frame = crate::gallery::sample_frame();
    let one = |is_unread, text: &str| Notification {
        href: urls::conversation("cnv_2"),
        sign: icon(Icon::AtSign).render(),
        text: html! { b { "Tomás Ibarra" } (text) },
        at: frame.now.at,
        is_unread,
    };
    let them = [
        one(true, " named you in #10482 Probes jump after the update"),
        one(false, " wrote in #10317 Two invoices for one order"),
    ];
    let next = format!("{}?cursor=0.1", urls::notifications());
    let bell = html! { div.menu { (notification_list(&frame, &them)) } };
    vec![
        sample("notifications", page(&frame, "Notifications").shows(bell)),
        sample("notifications-page", notifications_page(&frame, &them, Some(&next))),
        sample("notifications-none", notifications_page(&frame, &[], None)),
    ]
}
