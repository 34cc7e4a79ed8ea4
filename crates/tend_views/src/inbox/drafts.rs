use maud::{Markup, html};
use tend_core::drafts::{DraftKind, Listed};

use crate::{
    layout::{Frame, page},
    parts::{Element, Icon, badge, empty, icon, link_button},
    urls,
};

/// All that one has begun to write, newest first.
pub fn drafts_page(frame: &Frame, all: &[Listed]) -> Markup {
    page(frame, "Drafts").shows(html! {
        div.shell-page {
            @if all.is_empty() {
                (empty("No drafts", "What you begin to write and don’t send is kept here, for you alone.")
                    .actions(link_button("New conversation", urls::new_conversation()).primary().hotkey("c")))
            } @else {
                ul.inbox-drafts {
                    @for it in all {
                        li {
                            (icon(sign(it.kind)))
                            div {
                                a.u-cover href=(address(it)) dir="auto" {
                                    @if let Some(number) = it.number { "#" (number) " " }
                                    (super::subject(&it.subject))
                                }
                                p.u-quiet.u-truncate dir="auto" { @if it.preview.is_empty() { "Nothing written yet" } @else { (it.preview) } }
                            }
                            (badge(words(it.kind)))
                            (frame.now.short(it.changed_at))
                        }
                    }
                }
            }
        }
    })
}

fn address(it: &Listed) -> String {
    match it.conversation {
        Some(id) => urls::conversation_writing(id, it.kind.word()),
        None => urls::new_conversation_draft(it.id),
    }
}

fn sign(it: DraftKind) -> Icon {
    match it {
        DraftKind::Reply => Icon::Reply,
        DraftKind::Note => Icon::Lock,
        DraftKind::Forward => Icon::Forward,
        DraftKind::New => Icon::SquarePen,
    }
}

fn words(it: DraftKind) -> &'static str {
    match it {
        DraftKind::Reply => "Reply",
        DraftKind::Note => "Note",
        DraftKind::Forward => "Forward",
        DraftKind::New => "New conversation",
    }
}
