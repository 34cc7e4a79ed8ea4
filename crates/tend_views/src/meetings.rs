//! Meetings on the page of an account.

use maud::{Markup, html};
use tend_core::{
    accounts::AccountId,
    meetings::{Meeting, Present},
};

use crate::{
    layout::Frame,
    parts::{area, check, csrf_field, field, panel, submit},
    urls,
};

/// So many are shown.
const SHOWN: usize = 5;

/// The meetings of an account, each with who was there.
pub type Meetings = Vec<(Meeting, Vec<Present>)>;

/// What was written down, and a form for the next one: `title`, `happened_at`, `person` and
/// `note`. `people` are ids and names of who may have been there.
pub fn meetings_panel(
    frame: &Frame,
    account: AccountId,
    them: &Meetings,
    people: Option<Vec<(String, &str)>>,
) -> Markup {
    let people = people.unwrap_or_default();
    html! {
        @if !them.is_empty() || !people.is_empty() {
            (panel("Meetings").holds(html! {
                @for (it, there) in them.iter().take(SHOWN) { (line(frame, it, there)) }
                @if !people.is_empty() {
                    details {
                        summary { "Write a meeting down" }
                        form.messages-list method="post" action=(urls::account_meetings(account)) {
                            (csrf_field(&frame.csrf))
                            (field("title", "What it was about").required().any_direction().named_apart("meeting-title"))
                            (field("happened_at", "When").kind("datetime-local").hint("Now, if it is empty.").named_apart("meeting-at"))
                            fieldset.choice-group {
                                legend { "Who was there" }
                                @for (id, name) in &people { (check("person", *name).value(id)) }
                            }
                            (area("note", "What came of it", "").rows(3).any_direction().named_apart("meeting-note"))
                            (submit("Write it down").small())
                        }
                    }
                }
            }))
        }
    }
}

fn line(frame: &Frame, it: &Meeting, there: &[Present]) -> Markup {
    html! {
        div.messages-item {
            div {
                b dir="auto" { (it.title) }
                p { (frame.now.short(it.happened_at)) ", " (it.by) " with "
                    @for (n, one) in there.iter().enumerate() { @if n > 0 { ", " } a.link href=(urls::contact(one.contact_id)) dir="auto" { (one.name) } }
                }
                @if !it.note.is_empty() { p dir="auto" { (it.note) } }
            }
        }
    }
}
