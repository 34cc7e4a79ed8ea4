use tend_store::Tx;

use super::{
    Category, ConversationId, Priority, assign,
    list::{self, Sort, Which},
    mark_read, mark_unread, set_category, set_priority, set_team, snooze, tag, untag,
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
    Priority(Priority),
    Tag(TagId),
    Untag(TagId),
    Snooze(Option<jiff::Timestamp>),
    MarkRead,
    MarkUnread,
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
