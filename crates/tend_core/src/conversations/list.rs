//! Lists of conversations: what stands in the middle pane.
//!
//! A list is read from streams: an index yields the rows of one inbox in the order of their
//! last message, and the streams of the inboxes that the agent may see are merged. What no
//! index has in order is gathered and sorted if it is small, and else looked through within
//! bounds. So a page costs the same at a thousand conversations and at a million; why, and
//! measured: `docs/decisions/`.

mod cond;
mod count;
mod lines;
mod page;
mod source;
mod visible;
mod walk;
mod which;

pub(crate) use cond::{Cond, Where};
pub use count::{Count, count};
pub(crate) use lines::lines;
pub use lines::{line, tagged, tags_of};
pub(crate) use page::ids;
pub use page::page;
#[doc(hidden)]
pub use page::{Bounds, bounded};
pub use visible::visible;
pub(crate) use visible::{visible_cond, visible_to};
pub use which::{Sort, Which};

use jiff::Timestamp;
use tend_store::row;

use super::{Category, ConversationId, Priority};
use crate::{
    accounts::AccountId,
    agents::{AgentId, TeamId},
    contacts::ContactId,
    inboxes::InboxId,
    page::Cursor,
    tags::Tag,
};

row! {
    /// One line of a list.
    pub struct Line {
        pub id: ConversationId,
        pub number: i64,
        pub subject: String,
        pub inbox_id: InboxId,
        pub contact_id: ContactId,
        pub contact: String,
        pub account_id: AccountId,
        pub account: String,
        /// `company` or `person`; an account of one has the contact's name.
        pub account_kind: String,
        pub assignee_id: Option<AgentId>,
        pub assignee: Option<String>,
        pub team_id: Option<TeamId>,
        pub status: String,
        pub category: Category,
        pub priority: Priority,
        pub waiting_since: Option<Timestamp>,
        pub snoozed_until: Option<Timestamp>,
        /// The start of the last message, on one line.
        pub preview: String,
        /// `inbound`, `outbound` or `note`.
        pub preview_by: String,
        pub message_count: i64,
        pub attachment_count: i64,
        pub opened_at: Timestamp,
        pub last_message_at: Timestamp,
        /// There is a message that the agent has not seen.
        pub is_unread: bool,
    }
}

/// A line with the tags that stand on it.
#[derive(Clone, Debug)]
pub struct Tagged {
    pub line: Line,
    pub tags: Vec<Tag>,
}

impl Line {
    /// Where the list goes on after this line.
    pub fn cursor(&self, sort: Sort) -> Cursor {
        let waiting = self.waiting_since.map(Timestamp::as_microsecond);
        let last = self.last_message_at.as_microsecond();
        let key = page::key(sort, last, waiting, self.priority as i64);
        Cursor { key, id: self.id.raw() }
    }
}
