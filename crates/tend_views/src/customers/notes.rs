use maud::{Markup, PreEscaped, html};
use tend_core::{agents::AgentId, customer_notes::Note};

use super::facts::{act, picture};
use crate::{
    layout::Frame,
    parts::{Icon, agent_avatar, area, button, csrf_field, hidden, icon_s, panel},
    urls,
};

/// Notes on a contact or an account, and the form of a new one, sent to `url`.
pub(super) fn notes_panel(
    frame: &Frame,
    about: &str,
    them: &[Note],
    count: i64,
    url: &str,
    may: bool,
    may_delete_all: bool,
) -> Markup {
    let me: Option<AgentId> = frame.me.id.parse().ok();
    panel("Notes").holds(html! {
        @if may {
            details.record-add.customers-addnote {
                summary { (icon_s(Icon::Plus)) "Add a note" }
                form method="post" action=(url) hx-post=(url) hx-swap="none" data-resets {
                    (csrf_field(&frame.csrf))
                    (area("text", format!("Note on {about}"), "").label_hidden().named_apart("new-note").required().any_direction())
                    (button("Add note").small().submits())
                }
            }
        }
        @if them.is_empty() { p.u-quiet { "Nothing yet. A note here is seen beside every conversation, and never by the customer." } }
        @for it in them { (note_card(frame, it, me == Some(it.author_id) && may, may_delete_all)) }
        @if count > them.len() as i64 { p.u-quiet.u-small { (count - them.len() as i64) " older ones stand in the timeline." } }
    })
}

/// One note, with what one may do with it.
pub fn note_card(frame: &Frame, it: &Note, is_mine: bool, may_delete: bool) -> Markup {
    let url = urls::customer_note(it.id);
    html! {
        div.record-note id={ "note-" (it.id) } {
            div.record-notesay dir="auto" { (PreEscaped(it.html().as_str())) }
            div.customers-noteby {
                (agent_avatar(&it.author, picture(it.author_picture).as_deref()).xs())
                span { (it.author) ", " (frame.now.short(it.created_at)) @if it.is_edited() { ", changed" } }
                @if is_mine || may_delete { span.u-push.u-row-tight {
                    (act(frame, "DELETE", &url, "Delete", ""))
                } }
            }
            @if is_mine {
                details.record-add {
                    summary { (icon_s(Icon::Pencil)) "Change" }
                    form method="post" action=(url) hx-put=(url) hx-swap="none" data-resets {
                        (csrf_field(&frame.csrf)) (hidden("_method", "PUT"))
                        (area("text", "Note", it.html().to_text()).label_hidden().named_apart(format!("note-text-{}", it.id)).required().any_direction())
                        (button("Keep").small().submits())
                    }
                }
            }
        }
    }
}
