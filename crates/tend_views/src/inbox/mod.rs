//! The inbox: views, list, thread, and the customer's record beside it.
//!
//! One page is three regions that are also fragments: [`list_pane`] (`#list`), [`open_pane`] (`#open`:
//! thread and record), and the sidebar's counts. Each region says of what it wants to hear
//! (`data-live`) and where it is fetched anew (`data-live-get`); the `live` island does the rest.
//!
//! What answers to what (`hx-request: true` asks for the fragment, otherwise for the page or a redirect):
//!
//! | request | answer |
//! |---|---|
//! | `GET /`, `/conversations?view=&sort=` | [`inbox_page`] with [`Open::Nothing`] |
//! | `GET /conversations/rows?view=&sort=` and `shown=N` (the first N anew) or `cursor=` (the next) | [`rows`] |
//! | `GET /conversations/{id}?view=` (also `kind=`: which composer) | [`opened`], or [`inbox_page`] |
//! | PUT `status`, `assignee`, `team`, `priority`, `tags`, `snooze`, `subject`, `follow`; GET `head` | [`thread_head`] (add [`crate::parts::toast`] with an undo where there is one) |
//! | PUT, DELETE `reading` | nothing (204) after PUT, [`thread_head`] after DELETE |
//! | `GET messages?shown=N` | [`items`]; with `before=ID`: [`earlier`] of the thread and [`in_order`] |
//! | `POST messages` | [`sent`]; 409 [`crossed`]; 422 a partial of [`composer()`] into `#composer` |
//! | `GET composer?kind=&message=` | [`composer()`] |
//! | `PUT draft`, `DELETE draft` | [`draft_state`], 409 [`draft_elsewhere`]; 204 |
//! | `POST /uploads` (multipart `file`, `kind`, `conversation`, `inline`) | [`uploaded`] |
//! | `POST /messages/{id}/undo`, `/retry` | [`undone`], [`sent`] |
//! | `POST /conversations/bulk` (`id`…, `do`, `view`, `sort`) | [`rows`] and a toast |
//! | `GET merge`, `POST merge` | [`merge_choices`], [`opened`] |
//! | `GET record`, `presence` | [`record_pane`], [`presence_line`] |
//! | `GET /suggestions/…?q=&conversation=` | [`suggestions`] |

mod bulk;
pub mod compose;
mod delivery;
mod drafts;
mod event;
mod head;
mod list;
mod long_bulk;
mod mail;
mod menus;
mod message;
mod new;
mod offered;
mod paper;
mod presence;
mod record;
mod row;
mod samples;
mod text;
mod thread;

pub use compose::{
    Composer, Crossed, Suggestion, UploadedFile, composer, crossed, draft_elsewhere, draft_state,
    sent, suggestions, undone, uploaded,
};
pub use drafts::drafts_page;
pub use head::thread_head;
pub use list::{ListPane, list_pane, rows};
pub use long_bulk::long_bulk;
pub use mail::mail_document;
pub use menus::{MergeChoice, merge_choices, merge_page};
pub use message::{Shown, message_item};
pub use new::new_conversation;
pub use offered::{Face, Offered};
pub use paper::{headers_page, print_page};
pub use presence::{Presence, presence_line};
pub use record::{RecordPane, attribute_lines, note_list, record_pane};
pub use row::{priority_sign, subject, waiting};
pub use samples::{
    lines as sample_lines, offered as sample_offered, record as sample_record, samples,
};
pub use thread::{ThreadPane, earlier, in_order, items, thread_items};

use maud::{Markup, html};

use crate::{
    layout::{Frame, page},
    parts::{Element, Empty, empty, link_button},
    urls,
};

/// What stands beside the list.
#[derive(Clone, Debug)]
pub enum Open<'a> {
    /// Nothing yet: the list invites to choose.
    Nothing,
    Thread(Box<ThreadPane<'a>>, Option<RecordPane<'a>>),
}

/// The whole inbox.
pub fn inbox_page(frame: &Frame, list: &ListPane<'_>, open: &Open<'_>) -> Markup {
    let title = match open {
        Open::Thread(it, _) => &it.thread.conversation.subject,
        Open::Nothing => &list.title,
    };
    page(frame, title).fixed().shows(html! {
        div.inbox {
            // An open thread brings a heading of its own, and this one gives way.
            h1.u-hidden-visually dir="auto" { (list.title) }
            (list_pane(frame, list)) (open_pane(frame, list, open))
        }
    })
}

/// What stands beside the list, also as the answer to opening a conversation by htmx: it begins with
/// the window's title.
pub fn open_pane(frame: &Frame, list: &ListPane<'_>, open: &Open<'_>) -> Markup {
    match open {
        Open::Nothing => {
            html! { div.inbox-open id="open" { (nothing_open(list)) } }
        }
        Open::Thread(thread, record) => html! {
            div.inbox-open.is-open id="open" data-conversation=(thread.thread.conversation.id) {
                (thread::thread_pane(frame, thread))
                @if let Some(it) = record { (record_pane(frame, it)) }
            }
        },
    }
}

/// The answer to opening a conversation by htmx: the pane, and the title of the window.
pub fn opened(frame: &Frame, list: &ListPane<'_>, open: &Open<'_>) -> Markup {
    let title = match open {
        Open::Thread(it, _) => &it.thread.conversation.subject,
        Open::Nothing => &list.title,
    };
    html! { title { (title) " · Tend" } (open_pane(frame, list, open)) }
}

fn nothing_open(list: &ListPane<'_>) -> Markup {
    if list.offered.inboxes.is_empty() && list.lines.is_empty() {
        return no_inbox(list.offered.may_connect);
    }
    let nobody = empty(
        "Nobody waits here",
        "What customers write appears here by itself, as soon as it arrives.",
    )
    .actions(link_button("All open", urls::view_list("all")).primary().hotkey("g a"));
    let choose =
        empty("Choose a conversation", "It opens here, and the customer’s record beside it.");
    let keys = |it: Empty| {
        let it = it.key("j", "opens the next one");
        let it = if list.may.reply { it.key("c", "begins a new one") } else { it };
        it.key("?", "shows every key")
    };
    // The list fills and empties by itself; which of the two holds is seen by its rows.
    html! {
        div.inbox-nowait { (keys(nobody)) }
        div.inbox-noopen { (keys(choose)) }
    }
}

/// Nothing can come yet.
fn no_inbox(may_connect: bool) -> Markup {
    let it = match may_connect {
        true => empty(
            "Connect your support address",
            "An inbox takes in what customers write. As soon as there is one, their conversations stand here.",
        )
        .actions(link_button("Set up an inbox", urls::settings_item("inboxes", "new")).primary()),
        false => empty(
            "No inbox yet",
            "There is none that you may see. An admin can connect one, or show it to your team.",
        ),
    };
    html! { (it) }
}
