use maud::{Markup, html};

use super::{Composer, Offered, compose};
use crate::{
    layout::{Frame, page},
    parts::{Tone, callout, link_button},
    urls,
};

/// The page of a new conversation: to whom, about what, and the composer.
pub fn new_conversation(frame: &Frame, it: &Composer, offered: &Offered) -> Markup {
    page(frame, "New conversation").shows(html! {
        div.inbox-new {
            @if offered.inboxes.is_empty() {
                (callout(Tone::Warn, "There is no inbox from which you could write.", Some(link_button("Connect one", urls::settings_section("inboxes")))))
            } @else {
                (compose::composer(frame, it, offered))
            }
        }
    })
}
