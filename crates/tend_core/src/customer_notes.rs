//! Notes on contacts and accounts: what our side should know of them, whatever the matter.
//! Notes in conversations are messages.

mod find;
mod write;

pub use find::{count, find, newest};
pub use write::{add_to_account, add_to_contact, delete, edit, undelete};

use jiff::Timestamp;
use tend_store::{id, row};

use crate::{agents::AgentId, attributes::About, html::Html};

id!(NoteId, "nte");

row! {
    /// A note.
    pub struct Note {
        pub id: NoteId,
        /// `Contact` or `Account`.
        pub subject_kind: About,
        pub subject_id: i64,
        pub author_id: AgentId,
        /// Their name.
        pub author: String,
        pub author_picture: Option<i64>,
        /// Sanitised HTML as text: see [`Note::html`].
        pub html_text: String,
        pub created_at: Timestamp,
        /// Later than `created_at` if it was edited.
        pub changed_at: Timestamp,
    }
}

impl Note {
    /// What it says.
    pub fn html(&self) -> Html {
        Html::stored(self.html_text.clone())
    }

    /// Whether it was changed after it was written.
    pub fn is_edited(&self) -> bool {
        self.changed_at > self.created_at
    }
}
