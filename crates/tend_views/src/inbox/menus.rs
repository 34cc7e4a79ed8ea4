//! What can be chosen about a conversation. Each list of items is a set of submit buttons, so that it
//! works in a form of one conversation, in the form of the chosen ones, and without JavaScript.

use jiff::{ToSpan, Zoned, civil::Weekday};
use maud::{Markup, html};
use tend_core::{
    agents::{AgentId, Team, TeamId},
    conversations::{
        Category, Conversation, ConversationId, Priority, Status, StatusId, thread::Thread,
    },
    tags::Tag,
};

use super::{Face, Offered};
use crate::{
    layout::Frame,
    parts::{
        Element, Icon, Now, button, csrf_field, field, hidden, icon, menu_find, menu_item,
        menu_link, menu_rule, menu_title, status_dot,
    },
    urls,
};

/// A form of one conversation: PUT by htmx, POST without. Its answer is the thread's head.
pub fn acts(frame: &Frame, url: &str, inner: Markup) -> Markup {
    acts_with(frame, "PUT", url, inner)
}

/// The same with DELETE.
pub fn undoes(frame: &Frame, url: &str, inner: Markup) -> Markup {
    acts_with(frame, "DELETE", url, inner)
}

fn acts_with(frame: &Frame, method: &str, url: &str, inner: Markup) -> Markup {
    let (put, delete) = (
        if method == "PUT" { Some(url) } else { None },
        if method == "DELETE" { Some(url) } else { None },
    );
    html! {
        form method="post" action=(url) hx-put=[put] hx-delete=[delete] hx-include="this" hx-target="#thread-head" hx-swap="outerMorph" {
            (csrf_field(&frame.csrf)) (hidden("_method", method)) (inner)
        }
    }
}

/// Statuses by their place; `name` and `prefix` make what is sent: `status=sta_1`, `do=status:sta_1`.
pub fn status_items(
    them: &[Status],
    chosen: Option<StatusId>,
    name: &'static str,
    prefix: &str,
) -> Markup {
    html! {
        @for it in them.iter().filter(|it| it.category != Category::Snoozed) {
            (menu_item(&it.name).before(status_dot(it.category.word(), &it.name)).chosen(chosen == Some(it.id)).sends(name, format!("{prefix}{}", it.id)))
        }
    }
}

pub fn priority_items(chosen: Option<Priority>, name: &'static str, prefix: &str) -> Markup {
    let names = [
        (Priority::Urgent, "Urgent"),
        (Priority::High, "High"),
        (Priority::Normal, "Normal"),
        (Priority::Low, "Low"),
    ];
    html! {
        @for (it, label) in names {
            (menu_item(label).icon(priority_icon(it)).chosen(chosen == Some(it)).sends(name, format!("{prefix}{}", it.word())))
        }
    }
}

pub fn priority_icon(it: Priority) -> Icon {
    match it {
        Priority::Urgent => Icon::SignalHigh,
        Priority::High => Icon::SignalMedium,
        Priority::Normal => Icon::Minus,
        Priority::Low => Icon::SignalLow,
    }
}

pub fn assignee_items(
    them: &[Face],
    chosen: Option<AgentId>,
    name: &'static str,
    prefix: &str,
) -> Markup {
    html! {
        (menu_find("Find someone"))
        (menu_item("Nobody").icon(Icon::CircleDashed).chosen(chosen.is_none()).sends(name, prefix))
        @for it in them {
            (menu_item(html! { (it.name) @if it.is_away { small { " away" } } }).before(it.avatar().xs())
                .chosen(chosen == Some(it.id)).sends(name, format!("{prefix}{}", it.id)))
        }
    }
}

pub fn team_items(
    them: &[Team],
    chosen: Option<TeamId>,
    name: &'static str,
    prefix: &str,
) -> Markup {
    html! {
        (menu_item("No team").icon(Icon::CircleDashed).chosen(chosen.is_none()).sends(name, prefix))
        @for it in them {
            (menu_item(&it.name).icon(Icon::UsersRound).chosen(chosen == Some(it.id)).sends(name, format!("{prefix}{}", it.id)))
        }
    }
}

/// Tags as boxes; the form is kept when the menu closes or a box changes.
pub fn tag_form(frame: &Frame, id: ConversationId, on: &[Tag], offered: &Offered) -> Markup {
    let url = urls::tags(id);
    html! {
        form.menu-form method="post" action=(url) hx-put=(url) hx-trigger="change, submit" hx-target="#thread-head" hx-swap="outerMorph" {
            (csrf_field(&frame.csrf)) (hidden("_method", "PUT"))
            (menu_find("Find a tag"))
            @for it in &offered.tags {
                label.menu-item.field-check {
                    input.field-box type="checkbox" name="tag" value=(it.id) checked[on.contains(it)];
                    span.u-truncate dir="auto" { (it.name) }
                }
            }
            @if offered.may_make_tags {
                (field("new", "A new tag").label_hidden().placeholder("A new tag").named_apart("new-tag").attr("maxlength", 60))
            } @else if offered.tags.is_empty() {
                p.menu-empty { "No tags yet. An admin can make some." }
            }
        }
    }
}

/// When to bring it back: a few usual times, a reply, or a time of one's own.
pub fn snooze_items(frame: &Frame, id: ConversationId) -> Markup {
    let url = urls::snooze(id);
    html! {
        (acts(frame, &url, html! {
            (menu_title("Snooze until"))
            @for (label, at) in usual_times(&frame.now) {
                (menu_item(html! { (label) " " small { (frame.now.until_text(at.timestamp())) } }).icon(Icon::AlarmClock).sends("until", at.timestamp()))
            }
            (menu_item("The customer replies").icon(Icon::MessageCircle).sends("until", "reply"))
        }))
        (menu_rule())
        (acts(frame, &url, html! {
            div.menu-form {
                (field("until", "A time of your own").kind("datetime-local").named_apart("snooze-until").required())
                (button("Snooze").small().submits())
            }
        }))
    }
}

/// In three hours, tomorrow morning, Monday morning, in a week; only what is still apart.
pub fn usual_times(now: &Now) -> Vec<(&'static str, Zoned)> {
    let here = now.at.to_zoned(now.zone.clone());
    let at_nine = |days: i64| {
        let day = here.date().checked_add(days.days()).ok()?;
        day.at(9, 0, 0, 0).to_zoned(now.zone.clone()).ok()
    };
    let to_monday = match here.weekday() {
        Weekday::Sunday => 8,
        it => 8 - i64::from(it.to_monday_one_offset()),
    };
    let later = here.checked_add(3.hours()).ok().filter(|it| it.date() == here.date());
    let mut times = vec![
        ("Later today", later),
        ("Tomorrow", at_nine(1)),
        ("Monday", at_nine(to_monday)),
        ("In a week", at_nine(7)),
    ];
    if to_monday == 1 {
        times.retain(|it| it.0 != "Tomorrow");
    }
    times.dedup_by(|a, b| a.1 == b.1);
    times.into_iter().filter_map(|(label, at)| Some((label, at?))).collect()
}

/// Everything that is seldom done.
pub fn more_items(frame: &Frame, it: &Thread) -> Markup {
    let c = &it.conversation;
    html! {
        (acts_or(frame, it.followed, &urls::follow(c.id), menu_item(if it.followed { "Follow no longer" } else { "Follow" })
            .icon(if it.followed { Icon::BellOff } else { Icon::Bell }).key("w")))
        (undoes(frame, &urls::reading(c.id), html! { (menu_item("Mark unread").icon(Icon::Mail).key("u")) }))
        @if it.may.merge { (menu_item("Merge into another").icon(Icon::Merge).attr("type", "button").gets(urls::merge(c.id), "#dialogs").swap("innerHTML")) }
        @if it.may.update { (menu_link("New task…", urls::with_query(&urls::new_task(), &[("conversation", &c.id.to_string())])).icon(Icon::CircleCheckBig)) }
        (menu_link("Print", urls::print(c.id)).icon(Icon::Printer))
        @if it.may.update && c.category != Category::Spam {
            (menu_rule())
            (acts(frame, &urls::status(c.id), html! { (menu_item("Spam").icon(Icon::Ban).sends("status", "spam").danger()) }))
        }
        @if it.may.delete {
            form method="post" action=(urls::delete_conversation(c.id)) hx-post=(urls::delete_conversation(c.id)) hx-target="#thread-head" hx-swap="outerMorph" {
                (csrf_field(&frame.csrf)) (menu_item("Delete").icon(Icon::Trash2).danger())
            }
        }
    }
}

fn acts_or(frame: &Frame, on: bool, url: &str, item: crate::parts::MenuItem) -> Markup {
    let item = html! { (item) };
    if on { undoes(frame, url, item) } else { acts(frame, url, item) }
}

/// A conversation that could take this one in.
#[derive(Clone, Debug)]
pub struct MergeChoice {
    pub conversation: Conversation,
    pub contact: String,
    /// Of the same contact: it stands first.
    pub is_theirs: bool,
}

/// The dialog that asks into which one; also the answer to a search in it.
pub fn merge_choices(
    frame: &Frame,
    of: &Conversation,
    query: &str,
    found: &[MergeChoice],
) -> Markup {
    let title = format!("Merge #{} into another", of.number);
    let url = urls::merge(of.id);
    let body = html! {
        label.menu-find {
            (icon(Icon::Search)) span.u-hidden-visually { "Number or words" }
            input type="search" name="q" value=(query) placeholder="Number or words" autocomplete="off" autofocus
                hx-get=(url) hx-trigger="input changed delay:120ms" hx-target="#merge-found" hx-select="#merge-found" hx-swap="outerHTML";
        }
        (merge_found(frame, of, found))
    };
    html! { (crate::parts::dialog("merge", title).body(body).lead(MERGES)) }
}

const MERGES: &str = "Messages go together by time. The customer sees nothing. It can be undone.";

fn merge_found(frame: &Frame, of: &Conversation, found: &[MergeChoice]) -> Markup {
    let url = urls::merge(of.id);
    html! {
        div id="merge-found" {
            form method="post" action=(url) hx-post=(url) hx-target="#open" hx-swap="outerHTML" {
                (csrf_field(&frame.csrf))
                @for it in found {
                    (menu_item(html! { "#" (it.conversation.number) " " span dir="auto" { (super::row::subject(&it.conversation.subject)) } " " small dir="auto" { (it.contact) } })
                        .before(status_dot(it.conversation.category.word(), it.conversation.category.label())).sends("into", it.conversation.id))
                }
                @if found.is_empty() { p.menu-empty { "No other conversation is found." } }
            }
        }
    }
}

/// The same as a page, for those whose browser fetches no dialogs.
pub fn merge_page(frame: &Frame, of: &Conversation, query: &str, found: &[MergeChoice]) -> Markup {
    let title = format!("Merge #{} into another", of.number);
    crate::layout::page(frame, title).shows(html! {
        div.customers-form {
            p.u-ink-2 { (MERGES) " " a.link href=(urls::conversation(of.id)) { "Back to the conversation" } }
            form.settings-line action=(urls::merge(of.id)) role="search" {
                (field("q", "Number or words").value(query).kind("search"))
                (button("Find").submits())
            }
            (merge_found(frame, of, found))
        }
    })
}
