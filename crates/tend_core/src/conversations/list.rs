//! Lists of conversations: what stands in the middle pane.

mod query;

pub use query::{Sort, Which, line, page, visible};
pub(crate) use query::{Where, visible_to};

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
        let key = match sort {
            Sort::Newest | Sort::Oldest => self.last_message_at.as_microsecond(),
            Sort::Waiting => self.waiting_since.map_or(i64::MAX, |it| it.as_microsecond()),
            Sort::Priority => self.priority as i64,
        };
        Cursor { key, id: self.id.raw() }
    }
}
