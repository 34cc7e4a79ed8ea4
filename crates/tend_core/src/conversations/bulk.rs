use tend_store::Tx;

use super::{
    Category, ConversationId, Priority, StatusId, assign,
    list::{self, Sort, Which},
    mark_read, mark_unread, set_category, set_priority, set_status, set_team, snooze, tag, untag,
};
use crate::{
    Error, Result,
    agents::{AgentId, Me, TeamId},
    error::refused,
    tags::TagId,
};

/// One call does no more at once.
pub const MOST_AT_ONCE: usize = 200;

/// What is done to many.
#[derive(Clone, Debug, PartialEq)]
pub enum BulkAction {
    Assign(Option<AgentId>),
    Team(Option<TeamId>),
    Category(Category),
    Status(StatusId),
    Priority(Priority),
    Tag(TagId),
    Untag(TagId),
    Snooze(Option<jiff::Timestamp>),
    MarkRead,
    MarkUnread,
}

impl std::str::FromStr for BulkAction {
    type Err = &'static str;

    /// As forms say it and as long work keeps it: `status:sta_1`, `status:resolved`,
    /// `assign:agt_1`, `assign:`, `team:`, `priority:high`, `tag:tag_1`, `untag:tag_1`,
    /// `snooze:` (until a reply), `read`, `unread`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "This cannot be done with several.";
        let (verb, to) = text.split_once(':').unwrap_or((text, ""));
        Ok(match (verb, to) {
            ("status", to) => match to.parse::<Category>() {
                Ok(it) => Self::Category(it),
                Err(_) => Self::Status(to.parse().map_err(|_| WRONG)?),
            },
            ("assign", "") => Self::Assign(None),
            ("assign", to) => Self::Assign(Some(to.parse().map_err(|_| WRONG)?)),
            ("team", "") => Self::Team(None),
            ("team", to) => Self::Team(Some(to.parse().map_err(|_| WRONG)?)),
            ("priority", to) => Self::Priority(to.parse().map_err(|_| WRONG)?),
            ("tag", to) => Self::Tag(to.parse().map_err(|_| WRONG)?),
            ("untag", to) => Self::Untag(to.parse().map_err(|_| WRONG)?),
            ("snooze", "") => Self::Snooze(None),
            ("snooze", to) => Self::Snooze(Some(to.parse().map_err(|_| WRONG)?)),
            ("read", "") => Self::MarkRead,
            ("unread", "") => Self::MarkUnread,
            _ => return Err(WRONG),
        })
    }
}

/// How it went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BulkOutcome {
    pub done: Vec<ConversationId>,
    /// With the sentence for people.
    pub refused: Vec<(ConversationId, String)>,
}

/// Does the same to each of these; what is refused for one does not hinder the others.
pub fn bulk(
    tx: &mut Tx,
    by: &Me,
    ids: &[ConversationId],
    action: &BulkAction,
) -> Result<BulkOutcome> {
    if ids.len() > MOST_AT_ONCE {
        return Err(refused("At most 200 conversations can be changed at once."));
    }
    let mut out = BulkOutcome::default();
    for id in ids {
        match one(tx, by, *id, action) {
            Ok(()) => out.done.push(*id),
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => out.refused.push((*id, error.to_string())),
        }
    }
    Ok(out)
}

fn one(tx: &mut Tx, by: &Me, id: ConversationId, action: &BulkAction) -> Result<()> {
    match action {
        BulkAction::Assign(to) => assign(tx, by, id, *to),
        BulkAction::Team(to) => set_team(tx, by, id, *to),
        BulkAction::Category(to) => set_category(tx, by, id, *to),
        BulkAction::Status(to) => set_status(tx, by, id, *to),
        BulkAction::Priority(to) => set_priority(tx, by, id, *to),
        BulkAction::Tag(it) => tag(tx, by, id, *it),
        BulkAction::Untag(it) => untag(tx, by, id, *it),
        BulkAction::Snooze(until) => snooze(tx, by, id, *until),
        BulkAction::MarkRead => mark_read(tx, by, id),
        BulkAction::MarkUnread => mark_unread(tx, by, id),
    }
}

/// The conversations of a whole list, at most `most`: what "select all" means.
pub fn all_of(tx: &mut Tx, me: &Me, which: &Which, most: usize) -> Result<Vec<ConversationId>> {
    let (mut out, mut from) = (Vec::new(), None);
    loop {
        let wanted = most - out.len();
        let page = list::ids(tx, me, which, Sort::Newest, from, wanted, list::Bounds::default())?;
        out.extend(page.items);
        from = page.next;
        if from.is_none() || out.len() >= most {
            return Ok(out);
        }
    }
}
