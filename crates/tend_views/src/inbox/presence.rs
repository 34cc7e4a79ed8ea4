use maud::{Markup, html};
use tend_core::conversations::ConversationId;

use super::Face;
use crate::urls;

/// Someone else who is in a conversation now.
#[derive(Clone, Debug)]
pub struct Presence {
    pub who: Face,
    /// They write; otherwise they look.
    pub is_writing: bool,
    pub conversation: ConversationId,
}

impl Presence {
    /// `is writing`.
    pub fn words(&self) -> &'static str {
        if self.is_writing { "is writing" } else { "is looking" }
    }
}

/// Who else is here, over the composer. Writers come first.
pub fn presence_line(id: ConversationId, them: &[Presence]) -> Markup {
    let mut them: Vec<&Presence> = them.iter().filter(|it| it.conversation == id).collect();
    them.sort_by_key(|it| !it.is_writing);
    html! {
        div.inbox-presence id="presence" role="status" data-live={ "presence:" (id) } data-live-get=(urls::presence(id)) {
            @for it in them.iter().take(2) {
                span.message-typing {
                    (it.who.avatar().xs())
                    span { (it.who.name) " " (it.words()) }
                    @if it.is_writing { span.message-dots aria-hidden="true" { i {} i {} i {} } }
                }
            }
            @if them.len() > 2 { span.u-quiet.u-small { "and " (them.len() - 2) " more" } }
        }
    }
}
