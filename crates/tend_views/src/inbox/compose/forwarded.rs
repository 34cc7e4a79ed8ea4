//! What a forward holds below the words of its writer.

use maud::{Markup, PreEscaped, html};
use tend_core::{
    conversations::{Attached, MessageId},
    html::Html,
};

use crate::{
    inbox::{mail, message, text},
    parts::{counted, file_size, hidden, icon_s},
    urls,
};

/// What goes along, as it is.
#[derive(Clone, Debug)]
pub struct ForwardedShown {
    /// One message; none is the thread.
    pub message: Option<MessageId>,
    pub html: Html,
    pub files: Vec<Attached>,
}

pub(super) fn forwarded(it: &ForwardedShown) -> Markup {
    let what = if it.message.is_some() { "this message" } else { "the whole conversation" };
    html! {
        details.composer-forwarded open {
            summary {
                "Below it stands " (what)
                @if !it.files.is_empty() { ", with " (counted(it.files.len() as i64, "file", "files")) }
            }
            @if let Some(message) = it.message { (hidden("message", message)) }
            div.message-body dir="auto" tabindex="0" role="group" aria-label="What is forwarded" { (body(it)) }
            @if !it.files.is_empty() { ul { @for file in &it.files { (listed(file)) } } }
        }
    }
}

/// Mail with looks of its own is shown by its words here; it goes out as it is.
fn body(it: &ForwardedShown) -> Markup {
    if !mail::is_simple(it.html.as_str()) {
        return text::text_body(&it.html.to_text(), None);
    }
    let picture = |src: &str| {
        let name = src.strip_prefix("cid:")?;
        let file = it.files.iter().find(|it| it.content_id == name)?;
        Some(urls::attachment_preview(file.id))
    };
    PreEscaped(mail::with_images(it.html.as_str(), &picture))
}

fn listed(it: &Attached) -> Markup {
    html! {
        li { (icon_s(message::file_icon(&it.media_type))) span.u-truncate dir="auto" { (it.name) } small { (file_size(it.size)) } }
    }
}
