//! A conversation on paper, and the header lines of a mail.

use maud::{Markup, html};
use tend_core::conversations::{
    Direction,
    thread::{Item, Message, Thread},
};

use super::{row::subject, text::text_body};
use crate::{
    layout::{Frame, bare_page, page},
    parts::{Element, Icon, button, link_button},
    urls,
};

/// The whole conversation as plain text, without notes: what may be given out of the house.
pub fn print_page(frame: &Frame, it: &Thread) -> Markup {
    let c = &it.conversation;
    let title = format!("#{} {}", c.number, subject(&c.subject));
    bare_page(
        &frame.assets,
        &title,
        html! {
            main.inbox-paper {
                header {
                    h1 dir="auto" { (subject(&c.subject)) }
                    p { "#" (c.number) ", " span dir="auto" { (it.contact.name) } ", " (it.account.name) ". " (it.status) ". Printed " (frame.now.full(frame.now.at)) "." }
                }
                @for item in &it.items {
                    @if let Item::Message(message, files) = item {
                        @if message.direction != Direction::Note {
                            section {
                                h2 { span dir="auto" { (message.sender_name) } " " (frame.now.full(message.created_at)) }
                                div dir="auto" { (text_body(&message.text, None)) }
                                @if !files.is_empty() { p.u-quiet { "Files: " @for (at, file) in files.iter().enumerate() { @if at > 0 { ", " } (file.name) } } }
                            }
                        }
                    }
                }
            }
        },
    )
}

/// The header lines of a mail, as they came: (name, value).
pub fn headers_page(frame: &Frame, of: &Message, headers: &[(String, String)]) -> Markup {
    let acts = html! {
        (link_button("Original", urls::message_original(of.id)).small().icon(Icon::Download))
        (button("Copy").small().icon(Icon::Copy).attr("data-copy-from", "#headers"))
    };
    page(frame, "Headers").bar(acts).shows(html! {
        div.shell-page {
            p.u-ink-2 { a.link href=(urls::conversation(of.conversation_id)) { "Back to the conversation" } }
            dl.inbox-headers id="headers" {
                @for (name, value) in headers { dt { (name) } dd { code { (value) } } }
            }
        }
    })
}
