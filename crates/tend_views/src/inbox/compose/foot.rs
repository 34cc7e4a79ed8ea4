//! Files, tools, the state of the draft, and sending.

use maud::{Markup, html};

use super::{Composer, Kind, UploadedFile, answers};
use crate::{
    inbox::menus::usual_times,
    layout::Frame,
    parts::{
        Element, Icon, button, field, file_size, hidden, icon, icon_button, icon_s, menu_body,
        menu_item, menu_rule, menu_title, split,
    },
    urls,
};

/// The files of the draft; more are added here as they arrive.
pub fn files(it: &Composer) -> Markup {
    html! { div.composer-files id="composer-files" aria-live="polite" { @for file in &it.files { (file_chip(file)) } } }
}

/// A file that was taken, and the way to leave it out.
pub fn file_chip(it: &UploadedFile) -> Markup {
    html! {
        span.composer-file id={ "upload-" (it.id) } {
            (hidden("attachment", &it.id))
            (icon_s(crate::inbox::message::file_icon(&it.media_type)))
            span.u-truncate dir="auto" { (it.name) } small { (file_size(it.size)) }
            (icon_button(Icon::X, format!("Leave out {}", it.name)).small().deletes(urls::upload(&it.id)).target("closest .composer-file").swap("delete"))
        }
    }
}

pub fn foot(frame: &Frame, it: &Composer) -> Markup {
    html! {
        div.composer-foot {
            (tools(it))
            (answers::draft_state(frame, it.kept_at, it.version, None))
            @if it.kind == Kind::Note {
                (button("Add note").primary().submits().key("mod+enter"))
            } @else {
                (split(
                    button("Send").primary().submits().key("mod+enter"),
                    icon_button(Icon::ChevronDown, "Send in another way").primary().opens_menu("send-menu"),
                ))
                (menu_body("send-menu", ways(frame, it)))
            }
        }
    }
}

/// What the editor can do; every one has a shortcut in it too.
fn tools(it: &Composer) -> Markup {
    let format = [
        (Icon::Bold, "Bold", "bold"),
        (Icon::Italic, "Italic", "italic"),
        (Icon::List, "List", "bulletList"),
        (Icon::Link, "Link", "link"),
        (Icon::ListOrdered, "Numbered list", "orderedList"),
        (Icon::TextQuote, "Quote", "blockquote"),
        (Icon::Code, "Code", "code"),
    ];
    html! {
        div.composer-tools role="toolbar" aria-label="Tools" {
            label.button.button-quiet.button-icon.button-small title="Attach a file" data-script {
                (icon(Icon::Paperclip)) span.u-hidden-visually { "Attach a file" }
                input.u-hidden-visually type="file" multiple data-attach tabindex="0";
            }
            @if it.kind != Kind::Note { (icon_button(Icon::MessageSquareText, "Canned response").small().attr("data-insert", "/").attr("data-script", "")) }
            @else { (icon_button(Icon::AtSign, "Name a colleague").small().attr("data-insert", "@").attr("data-script", "")) }
            (icon_button(Icon::Smile, "Sign").small().attr("data-insert", ":").attr("data-script", ""))
            span.composer-format data-script {
                @for (sign, label, does) in format { (icon_button(sign, label).small().attr("data-format", does).pressed(false)) }
            }
        }
    }
}

/// Sending and what becomes of the conversation; sending later.
fn ways(frame: &Frame, it: &Composer) -> Markup {
    let is_new = it.kind == Kind::New;
    html! {
        (menu_item("Send and wait for the customer").icon(Icon::Send).sends("then", "waiting_customer"))
        (menu_item("Send and resolve").icon(Icon::CircleCheck).sends("then", "resolved").key("mod+shift+enter"))
        @if !is_new { (menu_item("Send and leave open").icon(Icon::CircleDashed).sends("then", "open")) }
        (menu_rule())
        (menu_title("Send later"))
        @for (label, at) in usual_times(&frame.now) {
            (menu_item(html! { (label) " " small { (frame.now.until_text(at.timestamp())) } }).icon(Icon::CalendarClock).sends("send_at", at.timestamp()))
        }
        div.menu-form {
            (field("send_at_local", "A time of your own").kind("datetime-local").named_apart("send-at"))
            (button("Send then").small().submits().sends("later", "on"))
        }
    }
}
