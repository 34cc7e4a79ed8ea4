use jiff::Timestamp;
use maud::{Markup, html};
use tend_core::{
    conversations::Direction,
    page::Cursor,
    timeline::{Aspect, Told, Who, Whom},
};

use crate::{
    parts::{Icon, Now, button, icon},
    urls,
};

/// A timeline with what it was asked for.
#[derive(Clone, Debug)]
pub struct TimelinePane {
    /// Where it is fetched: `/contacts/…/timeline`.
    pub url: String,
    /// `contact:ID` or `account:ID`.
    pub topic: String,
    pub aspect: Aspect,
    pub items: Vec<Told>,
    pub next: Option<Cursor>,
    /// The moment of the line above the first, if these follow others.
    pub after: Option<Timestamp>,
}

impl TimelinePane {
    fn more(&self, cursor: &Cursor) -> String {
        let cursor = cursor.to_string();
        urls::with_query(&self.url, &[("aspect", self.aspect.word()), ("cursor", &cursor)])
    }

    fn of(&self, aspect: Aspect) -> String {
        urls::with_query(&self.url, &[("aspect", aspect.word())])
    }
}

fn label(it: Aspect) -> &'static str {
    match it {
        Aspect::Everything => "Everything",
        Aspect::Talk => "Talk",
        Aspect::Notes => "Notes",
        Aspect::Work => "Work",
        Aspect::Record => "Record",
    }
}

/// The region: tabs and lines. Fetched anew with as many lines as there were.
pub fn timeline_pane(now: &Now, it: &TimelinePane) -> Markup {
    html! {
        section.panel id="timeline" aria-label="Timeline" data-live=(it.topic) data-live-get=(it.of(it.aspect)) data-live-with="shown" {
            div.panel-head {
                h2 { "Timeline" }
                div.tabs.u-push.customers-aspects role="tablist" {
                    @for aspect in Aspect::ALL {
                        a.tabs-item.button-small role="tab" aria-selected=(it.aspect == aspect) href={ "?aspect=" (aspect.word()) "#timeline" }
                            hx-get=(it.of(aspect)) hx-target="#timeline" hx-swap="outerHTML" { (label(aspect)) }
                    }
                }
            }
            div.timeline role="list" { (timeline_rows(now, it)) }
        }
    }
}

/// The lines alone: the next ones below the last.
pub fn timeline_rows(now: &Now, it: &TimelinePane) -> Markup {
    let mut day = it.after.map(|at| now.day_of(at));
    let mut above: Option<&Whom> = None;
    html! {
        @for told in &it.items {
            @let today = now.day_of(told.at);
            @if day.replace(today) != Some(today) { div.timeline-day { (now.day(told.at)) } }
            (line(now, told, above.replace(&told.whom)))
        }
        @if let Some(next) = &it.next {
            div.panel-more hx-get=(it.more(next)) hx-trigger="intersect once, click" hx-swap="outerHTML" hx-target="this" {
                (button(if it.items.is_empty() { "Look further back" } else { "Show more" }).quiet().small())
            }
        } @else if it.items.is_empty() && it.after.is_none() {
            p.u-quiet.customers-nothing { (nothing(it.aspect)) }
        }
    }
}

fn nothing(it: Aspect) -> &'static str {
    match it {
        Aspect::Everything => "Nothing has happened yet.",
        Aspect::Talk => "Nobody has written yet, or nothing that you may see.",
        Aspect::Notes => "Nobody has written a note yet.",
        Aspect::Work => "Nothing was done with conversations yet.",
        Aspect::Record => "Nothing of the record was changed yet.",
    }
}

fn line(now: &Now, it: &Told, above: Option<&Whom>) -> Markup {
    html! {
        div.timeline-item role="listitem" data-row id={ "told-" (it.id) } {
            span.timeline-sign.timeline-sign-bad[is_bad(it)] { (icon(sign(it))) }
            div.timeline-what {
                b dir="auto" { (who(&it.who)) } " " (it.did) " " (whom(&it.whom, above))
                @if !it.detail.is_empty() { " " span.u-quiet dir="auto" { (it.detail) } }
                @if let Some(until) = it.until { " " (now.until(until)) }
                @if let Some(says) = &it.says { div.timeline-say dir="auto" { (says) } }
            }
            (now.clock(it.at))
        }
    }
}

fn who(it: &Who) -> Markup {
    html! {
        @match it {
            Who::Contact(id, name) => a.customers-who href=(urls::contact(id)) { (name) },
            other => { (other.name()) }
        }
    }
}

/// A conversation is named in full where it is first spoken of.
fn whom(it: &Whom, above: Option<&Whom>) -> Markup {
    html! {
        @match it {
            Whom::Conversation { id, number, .. } if above == Some(it) => { a.link href=(urls::conversation(id)) { "#" (number) } }
            Whom::Conversation { id, number, subject } => { a.link href=(urls::conversation(id)) dir="auto" { "#" (number) " " (crate::inbox::subject(subject)) } }
            Whom::Contact(id, name) => { a.link href=(urls::contact(id)) dir="auto" { (name) } }
            Whom::Account(id, name) => { a.link href=(urls::account(id)) dir="auto" { (name) } }
            Whom::This(kind) => { "this " (kind) }
        }
    }
}

fn is_bad(it: &Told) -> bool {
    it.kind == "contact_blocked"
}

fn sign(it: &Told) -> Icon {
    if let Some((_, direction)) = it.message {
        return match direction {
            Direction::Inbound => Icon::Mail,
            Direction::Outbound => Icon::Reply,
            Direction::Note => Icon::SquarePen,
        };
    }
    match it.kind.as_str() {
        "note_added" | "note_changed" | "note_deleted" | "note_restored" => Icon::SquarePen,
        "conversation_assigned" | "conversation_teamed" => Icon::UserRoundPlus,
        "status_changed" => Icon::CircleCheck,
        "priority_changed" => Icon::SignalHigh,
        "snoozed" | "woken" => Icon::AlarmClock,
        "tagged" | "untagged" => Icon::Tag,
        "attribute_set" => Icon::Braces,
        "contact_created" | "account_created" => Icon::CirclePlus,
        "contact_blocked" | "contact_unblocked" => Icon::Ban,
        "contact_moved" => Icon::ArrowRight,
        "domain_added" | "domain_removed" => Icon::Globe,
        it if it.starts_with("identity") => Icon::AtSign,
        it if it.contains("merged") || it.contains("split") => Icon::Merge,
        _ => Icon::Pencil,
    }
}
