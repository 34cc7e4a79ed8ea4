//! Contacts and accounts: their lists, their pages, merging, and files of them.
//!
//! A contact's and an account's page has regions that are fetched anew by themselves when something
//! changes: `head`, `main` and `side` by `?part=`, and the timeline, which also grows by the page.

mod account;
mod accounts;
mod contact;
mod contacts;
mod facts;
mod imports;
mod merge;
mod new;
mod notes;
mod samples;
mod timeline;
mod usage;

pub use account::{AccountPage, account_page, account_part};
pub use accounts::{AccountList, account_list, account_rows, accounts_page};
pub use contact::{ContactPage, contact_page, contact_part};
pub use contacts::{ContactList, contact_list, contact_rows, contacts_page};
pub(crate) use facts::{act, fact, picture};
pub use imports::{ImportPage, import_page, import_work, imports_page};
pub use merge::{
    Candidate, account_choice_page, account_merge_page, contact_merge_page, merge_choice_page,
};
pub use new::{NewAccountForm, NewContactForm, new_account_page, new_contact_page};
pub use notes::note_card;
pub use samples::samples;
pub use timeline::{TimelinePane, timeline_pane, timeline_rows};

use maud::{Markup, html};
use tend_core::customers::{Past, Pasts};

use crate::{
    parts::{Now, grouped, status_dot},
    urls,
};

/// A part of a page that is fetched anew by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Head,
    Main,
    Side,
}

impl std::str::FromStr for Part {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "head" => Ok(Self::Head),
            "main" => Ok(Self::Main),
            "side" => Ok(Self::Side),
            _ => Err("The part is head, main or side."),
        }
    }
}

/// A count that stops somewhere.
fn at_most(count: i64, most: i64) -> String {
    if count >= most { format!("{} or more", grouped(most)) } else { grouped(count) }
}

fn past_count(them: &Pasts) -> String {
    at_most(them.count, Pasts::MOST)
}

/// Conversations, a line each.
fn past_lines(now: &Now, them: &[Past]) -> Markup {
    html! {
        @for it in them {
            a.record-line href=(urls::conversation(it.id)) {
                (status_dot(it.category.word(), &it.status))
                span.u-truncate dir="auto" { (crate::inbox::subject(&it.subject)) span.u-quiet { " #" (it.number) } }
                (now.short(it.last_message_at))
            }
        }
    }
}
