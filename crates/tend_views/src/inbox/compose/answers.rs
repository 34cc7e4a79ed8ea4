//! What the server answers to the composer.

use jiff::Timestamp;
use maud::{Markup, html};
use tend_core::conversations::{
    Direction, MessageId,
    thread::{Message, Thread},
};

use super::{Composer, UploadedFile, composer, foot::file_chip};
use crate::{
    inbox::{Offered, thread},
    layout::Frame,
    parts::{Element, Icon, button, contact_avatar, icon_button, icon_s},
};

/// The answer to sending: the thread's items, a fresh composer, the head. Nothing else moves.
pub fn sent(frame: &Frame, back: &str, it: &Thread, fresh: &Composer, offered: &Offered) -> Markup {
    html! {
        (thread::items(frame, it, offered))
        hx-partial hx-target="#composer" hx-swap="outerHTML" { (composer(frame, fresh, offered)) }
        hx-partial hx-target="#thread-head" hx-swap="outerMorph" { (crate::inbox::thread_head(frame, back, it, offered)) }
    }
}

/// The answer to taking a message back: as [`sent`], with its text in the composer again.
pub fn undone(
    frame: &Frame,
    back: &str,
    it: &Thread,
    with_text: &Composer,
    offered: &Offered,
) -> Markup {
    sent(frame, back, it, with_text, offered)
}

/// The state of the draft, at the foot of the composer: also the answer to keeping it. The version goes
/// back into the form, and so does the id of a draft that belongs to no conversation yet.
pub fn draft_state(
    frame: &Frame,
    kept_at: Option<Timestamp>,
    version: i64,
    draft: Option<&str>,
) -> Markup {
    html! {
        span.composer-state id="composer-state" role="status" data-version=(version) data-draft-id=[draft] {
            @if let Some(at) = kept_at {
                "Draft kept " (frame.now.clock(at))
                (icon_button(Icon::Trash2, "Throw the draft away").small().attr("data-draft-drop", ""))
            }
        }
    }
}

/// The answer (409) to keeping a draft that was kept in another window meanwhile.
pub fn draft_elsewhere() -> Markup {
    html! {
        span.composer-state.u-warn id="composer-state" role="alert" {
            "Kept in another window meanwhile. " (button("Take that one").small().quiet().attr("data-draft-reload", ""))
        }
    }
}

/// The answer to an upload: the file's chip. An image that was pasted goes into the text: the
/// island finds where it is in `data-src`.
pub fn uploaded(it: &UploadedFile, inline_src: Option<&str>) -> Markup {
    html! { span data-uploaded data-src=[inline_src] data-name=(it.name) { (file_chip(it)) } }
}

/// What came while one was writing.
#[derive(Clone, Debug)]
pub struct Crossed<'a> {
    /// Newer than what the writer had seen, oldest first.
    pub newer: &'a [Message],
    /// The last of them.
    pub last: MessageId,
}

/// The answer (409) to a send that crossed with another's message: it asks first. The text stays in the
/// composer; sending anyway says that one has seen the newest.
pub fn crossed(frame: &Frame, it: &Crossed<'_>) -> Markup {
    let others = it.newer.iter().any(|it| it.direction == Direction::Outbound);
    let title = if others {
        "A colleague has answered meanwhile"
    } else {
        "Something came while you were writing"
    };
    let anyway = button("Send anyway")
        .primary()
        .attr("type", "submit")
        .attr("form", "composer")
        .sends("crossed", it.last)
        .attr("data-closes", "");
    html! {
        hx-partial hx-target="#dialogs" hx-swap="innerHTML" {
            dialog.dialog id="crossed" aria-labelledby="crossed-title" {
                header.dialog-head {
                    h2 id="crossed-title" { (title) }
                    (icon_button(Icon::X, "Close").small().attr("command", "close").attr("commandfor", "crossed"))
                    p { "Nothing was sent yet." }
                }
                div.dialog-body { (newer(frame, it.newer)) }
                div.dialog-foot {
                    span.u-push {}
                    (button("Look first").attr("command", "close").attr("commandfor", "crossed").flag("autofocus", true))
                    (anyway)
                }
            }
        }
    }
}

fn newer(frame: &Frame, them: &[Message]) -> Markup {
    html! {
        ul.dialog-newer {
            @for message in them {
                li {
                    (contact_avatar(&message.sender_name, None).s())
                    div { b dir="auto" { (message.sender_name) } " " (frame.now.clock(message.created_at))
                        p dir="auto" { (message.text.chars().take(280).collect::<String>()) } }
                }
            }
        }
    }
}

/// A canned response, a colleague or an address that the island offers while one writes.
#[derive(Clone, Debug)]
pub struct Suggestion {
    pub id: String,
    pub label: String,
    pub detail: String,
    /// What is put into the text when it is chosen: sanitised HTML with its variables filled in, or
    /// for recipients the address.
    pub insert: String,
    /// Where it is filled in when it is chosen (POST), with an answer of the same kind; nothing if
    /// `insert` is complete.
    pub used_at: Option<String>,
    pub files: Vec<UploadedFile>,
}

/// The answer to a suggestion request.
pub fn suggestions(them: &[Suggestion]) -> Markup {
    html! {
        @for (at, it) in them.iter().enumerate() {
            div.menu-item role="option" id={ "suggestion-" (at) } aria-selected=(at == 0) data-id=(it.id) data-label=(it.label) data-insert-html=(it.insert) data-use=[&it.used_at] {
                span.u-truncate dir="auto" { (it.label) } small.u-truncate dir="auto" { (it.detail) }
                @if !it.files.is_empty() { (icon_s(Icon::Paperclip)) template data-files { @for file in &it.files { (file_chip(file)) } } }
            }
        }
        @if them.is_empty() { p.menu-empty { "Nothing of that name." } }
    }
}
