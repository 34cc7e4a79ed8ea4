use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::cond::Cond;
use crate::{
    accounts::AccountId,
    agents::{AgentId, Me, TeamId},
    contacts::ContactId,
    conversations::Category,
    inboxes::InboxId,
    tags::TagId,
    views::{self, Condition, ViewId},
};

/// Which conversations a list shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Which {
    /// To be done, and assigned to the one who asks. What is snoozed is not in front of anyone.
    Mine,
    /// To be done, and nobody's.
    Unassigned,
    /// Where a note names the one who asks.
    Mentioned,
    /// That the one who asks follows.
    Followed,
    /// All that are to be done.
    Active,
    /// All: to be done, snoozed, done.
    All,
    /// All in a category.
    Category(Category),
    /// To be done, of an inbox.
    Inbox(InboxId),
    /// To be done, of a team.
    Team(TeamId),
    /// To be done, of another agent.
    Assignee(AgentId),
    /// All with a tag.
    Tag(TagId),
    /// All of a contact.
    Contact(ContactId),
    /// All of an account.
    Account(AccountId),
    /// Those of a saved view.
    View(ViewId),
    /// Those that someone describes just now.
    Matching(Condition),
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// The last message first.
    #[default]
    Newest,
    /// The longest quiet first.
    Oldest,
    /// The customer who waits longest first; then those who don't wait, the last message first.
    Waiting,
    /// The most urgent first; of equals the last message first.
    Priority,
}

impl Sort {
    /// The word in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Waiting => "waiting",
            Self::Priority => "priority",
        }
    }
}

impl std::str::FromStr for Sort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Newest, Self::Oldest, Self::Waiting, Self::Priority]
            .into_iter()
            .find(|it| it.word() == text)
            .ok_or("The order is newest, oldest, waiting or priority.")
    }
}

/// What was put away is not in front of anyone.
pub(super) const AWAKE: &str = "conversations.category <> 'snoozed'";

/// The list's own condition, whatever may be seen. A saved view was looked up before.
pub(super) fn cond(me: &Me, which: &Which, now: Timestamp) -> Cond {
    let active = |more: Cond| {
        Cond::plain("conversations.is_active = TRUE").and(Cond::plain(AWAKE)).and(more)
    };
    match which {
        Which::Mine => active(Cond::new("conversations.assignee_id = ?", vec![me.id.into()])),
        Which::Unassigned => active(Cond::plain("conversations.assignee_id IS NULL")),
        Which::Mentioned => Cond::new(
            "conversations.id IN (SELECT conversation_id FROM mentions WHERE agent_id = ?)",
            vec![me.id.into()],
        ),
        Which::Followed => Cond::new(
            "conversations.id IN (SELECT conversation_id FROM followers WHERE agent_id = ?)",
            vec![me.id.into()],
        ),
        Which::Active => active(Cond::plain("TRUE")),
        Which::All | Which::View(_) => Cond::plain("TRUE"),
        Which::Category(it) => Cond::new("conversations.category = ?", vec![(*it).into()]),
        Which::Inbox(it) => active(Cond::new("conversations.inbox_id = ?", vec![(*it).into()])),
        Which::Team(it) => active(Cond::new("conversations.team_id = ?", vec![(*it).into()])),
        Which::Assignee(it) => {
            active(Cond::new("conversations.assignee_id = ?", vec![(*it).into()]))
        }
        Which::Tag(it) => Cond::new(
            "EXISTS (SELECT 1 FROM taggings WHERE taggings.subject_id = conversations.id
                 AND taggings.tag_id = ?)",
            vec![(*it).into()],
        ),
        Which::Contact(it) => Cond::new("conversations.contact_id = ?", vec![(*it).into()]),
        Which::Account(it) => Cond::new("conversations.account_id = ?", vec![(*it).into()]),
        Which::Matching(it) => views::compile(it, me, now),
    }
}
