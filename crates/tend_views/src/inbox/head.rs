use maud::{Markup, html};
use tend_core::conversations::{Category, Priority, thread::Thread};

use super::{
    Offered,
    menus::{self, acts},
    row::{subject, waiting},
};
use crate::{
    layout::Frame,
    parts::{
        Button, Element, Icon, button, csrf_field, hidden, icon_button, icon_s, icon_turns, menu,
        menu_body, status_badge,
    },
    urls,
};

/// The head of the thread: what it is about, where it stands, whose it is. Every form in it answers with
/// it, and it is fetched anew when the conversation changes.
pub fn thread_head(frame: &Frame, back: &str, it: &Thread, offered: &Offered) -> Markup {
    let c = &it.conversation;
    let fresh = format!("{}?back={back}", urls::conversation_head(c.id));
    html! {
        header.inbox-head id="thread-head" data-live={ "conversation:" (c.id) } data-live-get=(fresh) {
            a.button.button-quiet.button-icon.inbox-back href=(urls::view_list(back)) aria-label="Back to the list" data-hotkey="esc" {
                (icon_turns(Icon::ArrowLeft))
            }
            div.inbox-title { (title(frame, it)) (facts(frame, it, offered)) }
            (tools(frame, it, offered))
        }
    }
}

/// The subject; who may change it changes it where it stands.
fn title(frame: &Frame, it: &Thread) -> Markup {
    let (c, url) = (&it.conversation, urls::subject(it.conversation.id));
    html! {
        h1 dir="auto" title=(subject(&c.subject)) { (subject(&c.subject)) }
        @if it.may.update {
            (icon_button(Icon::Pencil, "Change the subject").small().class("inbox-rename").opens_menu("rename"))
            (menu_body("rename", html! {
                (acts(frame, &url, html! {
                    div.menu-form {
                        (crate::parts::field("subject", "Subject").value(&c.subject).any_direction().named_apart("rename-subject").attr("maxlength", 500))
                        (button("Keep").small().primary().submits())
                    }
                }))
            }))
        }
    }
}

fn facts(frame: &Frame, it: &Thread, offered: &Offered) -> Markup {
    let c = &it.conversation;
    html! {
        div.inbox-facts {
            span.u-num { "#" (c.number) }
            (status(frame, it, offered))
            @if let (Some(since), true) = (c.waiting_since, c.is_active) { (waiting(&frame.now, since)) }
            @if let (Category::Snoozed, Some(until)) = (c.category, c.snoozed_until) { span { "until " (frame.now.until(until)) } }
            (assignee(frame, it, offered))
            (team(frame, it, offered))
            (priority(frame, it))
            (tags(frame, it, offered))
            @if it.followed { span.inbox-follows title="You follow it" { (icon_s(Icon::Bell)) span.u-hidden-visually { "You follow it" } } }
        }
    }
}

/// A fact that is changed by pressing it; only said to who may not change it.
fn fact(
    may: bool,
    id: &'static str,
    opener: Button,
    shown: Markup,
    items: impl FnOnce() -> Markup,
) -> Markup {
    if !may {
        return html! { span.inbox-fact { (shown) } };
    }
    let el = opener.opens_menu(id).fact(shown);
    html! { (el) (menu_body(id, items())) }
}

fn status(frame: &Frame, it: &Thread, offered: &Offered) -> Markup {
    let c = &it.conversation;
    let shown = status_badge(c.category.word(), &it.status);
    fact(it.may.update, "menu-status", button("Status").hotkey("s"), shown, || {
        acts(
            frame,
            &urls::status(c.id),
            menus::status_items(&offered.statuses, Some(c.status_id), "status", ""),
        )
    })
}

fn assignee(frame: &Frame, it: &Thread, offered: &Offered) -> Markup {
    let c = &it.conversation;
    let who = c.assignee_id.map(|id| offered.agent(id));
    let shown = html! {
        @match who {
            Some(Some(face)) => { (face.avatar().xs()) (face.first_name()) }
            Some(None) => { (icon_s(Icon::UserRound)) "Someone who left" }
            None => { (icon_s(Icon::CircleDashed)) "Nobody" }
        }
    };
    fact(it.may.assign, "menu-assignee", button("Assigned to").hotkey("a"), shown, || {
        acts(
            frame,
            &urls::assignee(c.id),
            menus::assignee_items(&offered.agents, c.assignee_id, "agent", ""),
        )
    })
}

fn team(frame: &Frame, it: &Thread, offered: &Offered) -> Markup {
    let c = &it.conversation;
    if offered.teams.is_empty() {
        return html! {};
    }
    let name = c.team_id.and_then(|id| offered.team(id)).map(|it| it.name.as_str());
    let shown = html! { (icon_s(Icon::UsersRound)) @if let Some(it) = name { (it) } @else { span.u-hidden-visually { "No team" } } };
    fact(it.may.assign, "menu-team", button("Team"), shown, || {
        acts(frame, &urls::team(c.id), menus::team_items(&offered.teams, c.team_id, "team", ""))
    })
}

fn priority(frame: &Frame, it: &Thread) -> Markup {
    let c = &it.conversation;
    let (name, tone) = match c.priority {
        Priority::Urgent => ("Urgent", "u-bad"),
        Priority::High => ("High", "u-warn"),
        Priority::Normal => ("", ""),
        Priority::Low => ("Low", ""),
    };
    let shown = html! { span.inbox-factin.(tone) { (icon_s(menus::priority_icon(c.priority))) (name) @if name.is_empty() { span.u-hidden-visually { "Normal" } } } };
    fact(it.may.update, "menu-priority", button("Priority").hotkey("p"), shown, || {
        acts(frame, &urls::priority(c.id), menus::priority_items(Some(c.priority), "priority", ""))
    })
}

fn tags(frame: &Frame, it: &Thread, offered: &Offered) -> Markup {
    let names: Vec<&str> = it.tags.iter().map(|it| it.name.as_str()).collect();
    let shown = html! {
        (icon_s(Icon::Tag))
        @if names.is_empty() { span.u-hidden-visually { "None" } } @else { span.u-truncate dir="auto" { (names.join(", ")) } }
    };
    fact(it.may.update, "menu-tags", button("Tags").hotkey("t"), shown, || {
        menus::tag_form(frame, it.conversation.id, &it.tags, offered)
    })
}

fn tools(frame: &Frame, it: &Thread, offered: &Offered) -> Markup {
    let c = &it.conversation;
    let resolve = match c.is_active {
        true => button("Resolve").icon(Icon::Check).key("e").submits().sends("status", "resolved"),
        false => {
            button("Open again").icon(Icon::RotateCcw).key("e").submits().sends("status", "open")
        }
    };
    let mine = offered.agents.iter().find(|face| face.id.to_string() == frame.me.id);
    html! {
        div.inbox-tools {
            @if let (true, Some(me)) = (it.may.assign && c.assignee_id.is_none(), mine) {
                form method="post" action=(urls::assignee(c.id)) hx-put=(urls::assignee(c.id)) hx-target="#thread-head" hx-swap="outerMorph" {
                    (csrf_field(&frame.csrf)) (hidden("_method", "PUT"))
                    (icon_button(Icon::UserRoundPlus, "Take it").key("m").submits().sends("agent", me.id))
                }
            }
            @if it.may.update && c.is_active {
                (menu("menu-snooze", icon_button(Icon::AlarmClock, "Snooze").key("h"), menus::snooze_items(frame, c.id)))
            }
            (icon_button(Icon::PanelRight, "The customer’s record").key("i").class("inbox-torecord").attr("data-record-switch", ""))
            (menu("menu-more", icon_button(Icon::Ellipsis, "More"), menus::more_items(frame, it)))
            @if it.may.update { (acts(frame, &urls::status(c.id), html! { (resolve) })) }
        }
    }
}
