//! The numbers in an agent's sidebar, exact.
//!
//! One small index holds what is active by inbox, assignee, team and category, and no message
//! touches it; it is read whole and added up, which takes some milliseconds at 100,000. The sums
//! are the same for every agent, so a process may keep them, until the journal says that one of
//! them may have changed: [`Kept`]. What is one agent's own takes longer: [`Own`].

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tend_store::{Tx, row};

use crate::{
    Result,
    agents::{AgentId, Me, Permission, Reach, TeamId},
    conversations::{
        Category,
        list::{self, Count, Which},
    },
    inboxes::InboxId,
    journal,
    views::{self, ViewId},
};

/// A saved view is not counted further.
const MOST_IN_VIEW: usize = 999;

/// What stands beside the lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    pub mine: i64,
    pub unassigned: i64,
    /// Where a note names the agent that they have not read.
    pub mentioned: i64,
    /// Followed, and still to be done.
    pub followed: i64,
    pub snoozed: i64,
    /// All that are to be done.
    pub active: i64,
    pub inboxes: Vec<(InboxId, i64)>,
    pub teams: Vec<(TeamId, i64)>,
    pub views: Vec<(ViewId, Count)>,
}

row! {
    struct Cell {
        inbox_id: InboxId,
        assignee_id: Option<AgentId>,
        team_id: Option<TeamId>,
        category: Category,
        n: i64,
    }
}

/// What is active, added up, as it was at a position of the journal.
#[derive(Clone, Debug)]
pub struct Sums {
    position: i64,
    cells: Arc<[Cell]>,
}

/// Entries that leave the sums as they are.
const HARMLESS: &str = "'message_added', 'message_state_changed', 'message_edited', 'tagged', \
     'untagged', 'followed', 'unfollowed', 'agent_signed_in', 'agent_signed_out'";
/// More entries than this are not looked through: adding up anew is cheaper.
const MOST_LOOKED_AT: i64 = 2_000;

impl Sums {
    /// Adds up what is active.
    pub fn read(tx: &mut Tx) -> Result<Self> {
        let position = journal::last_position(tx)?;
        let sql = format!(
            "SELECT inbox_id, assignee_id, team_id, category, count(*) AS n
             FROM conversations {} WHERE is_active
             GROUP BY inbox_id, assignee_id, team_id, category",
            tx.dialect().by_index("conversations_counted")
        );
        Ok(Self { position, cells: tx.rows(&sql, &[])?.into() })
    }

    /// The same for this snapshot, if nothing happened that may have changed them.
    fn still(&self, tx: &mut Tx) -> Result<Option<Self>> {
        let last = journal::last_position(tx)?;
        if last == self.position {
            return Ok(Some(self.clone()));
        }
        if last < self.position || last - self.position > MOST_LOOKED_AT {
            return Ok(None);
        }
        let sql = format!(
            "SELECT 1 FROM journal WHERE position > $1 AND position <= $2
                 AND kind NOT IN ({HARMLESS}) LIMIT 1"
        );
        let changed: Option<i64> = tx.maybe_scalar(&sql, &[self.position.into(), last.into()])?;
        Ok(changed.is_none().then(|| Self { position: last, cells: self.cells.clone() }))
    }

    /// What of it is in an agent's sidebar, without what is their own: mentions, what they
    /// follow, saved views.
    pub fn of(&self, me: &Me) -> Counts {
        let mut out = Counts::default();
        if !me.may(Permission::ConversationsRead) {
            return out;
        }
        for it in self.cells.iter().filter(|it| sees(me, it)) {
            out.add(me, it);
        }
        out.inboxes.sort();
        out.teams.sort();
        out
    }
}

/// What is counted for one agent alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Own {
    pub mentioned: i64,
    pub followed: i64,
    pub views: Vec<(ViewId, Count)>,
}

impl Own {
    /// Counts it, now.
    fn read(tx: &mut Tx, me: &Me) -> Result<Self> {
        let (mentioned, followed) = (mentioned(tx, me)?, followed(tx, me)?);
        let mut counted = Vec::new();
        for view in views::all(tx, me)? {
            let count = list::count(tx, me, &Which::Matching(view.condition), MOST_IN_VIEW)?;
            counted.push((view.id, count));
        }
        Ok(Self { mentioned, followed, views: counted })
    }
}

/// The sums that a process keeps, and what it last counted for each agent. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    sums: Arc<Mutex<Option<Sums>>>,
    own: Arc<Mutex<HashMap<AgentId, Own>>>,
}

impl Kept {
    /// What was counted for the agent last; a page shows it and asks for [`Kept::own`] afterwards.
    pub fn own_of_late(&self, me: &Me) -> Own {
        let all = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&me.id).cloned().unwrap_or_default()
    }

    /// What is the agent's own, as it is in this snapshot.
    pub fn own(&self, tx: &mut Tx, me: &Me) -> Result<Own> {
        if !me.may(Permission::ConversationsRead) {
            return Ok(Own::default());
        }
        let own = Own::read(tx, me)?;
        let mut all = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(me.id, own.clone());
        Ok(own)
    }

    /// The sums as they are in this snapshot.
    pub fn sums(&self, tx: &mut Tx) -> Result<Sums> {
        let known = self.sums.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let still = match known {
            Some(known) => known.still(tx)?,
            None => None,
        };
        let sums = match still {
            Some(sums) => sums,
            None => Sums::read(tx)?,
        };
        *self.sums.lock().unwrap_or_else(PoisonError::into_inner) = Some(sums.clone());
        Ok(sums)
    }
}

/// The agent's counts, now.
pub fn of(tx: &mut Tx, me: &Me) -> Result<Counts> {
    if !me.may(Permission::ConversationsRead) {
        return Ok(Counts::default());
    }
    let mut out = Sums::read(tx)?.of(me);
    let own = Own::read(tx, me)?;
    (out.mentioned, out.followed, out.views) = (own.mentioned, own.followed, own.views);
    Ok(out)
}

/// As [`may_see`](crate::conversations::may_see), for a cell.
fn sees(me: &Me, it: &Cell) -> bool {
    let mine = it.assignee_id == Some(me.id);
    let in_reach = match (me.reach, it.team_id) {
        (Reach::All, _) => true,
        (Reach::Own, _) => mine,
        (Reach::Team, Some(team)) => mine || me.teams.contains(&team),
        (Reach::Team, None) => mine || it.assignee_id.is_none(),
    };
    me.inboxes.contains(&it.inbox_id.raw()) && in_reach
}

impl Counts {
    fn add(&mut self, me: &Me, it: &Cell) {
        if it.category == Category::Snoozed {
            self.snoozed += it.n;
            return;
        }
        self.active += it.n;
        if it.assignee_id == Some(me.id) {
            self.mine += it.n;
        }
        if it.assignee_id.is_none() {
            self.unassigned += it.n;
        }
        more(&mut self.inboxes, it.inbox_id, it.n);
        if let Some(team) = it.team_id {
            more(&mut self.teams, team, it.n);
        }
    }
}

fn more<K: PartialEq>(list: &mut Vec<(K, i64)>, key: K, n: i64) {
    match list.iter_mut().find(|it| it.0 == key) {
        Some(it) => it.1 += n,
        None => list.push((key, n)),
    }
}

fn mentioned(tx: &mut Tx, me: &Me) -> Result<i64> {
    let mut args = vec![me.id.into()];
    let visible = list::visible_cond(me).bind(&mut args);
    let sql = format!(
        "SELECT count(*) FROM
             (SELECT conversation_id, MAX(message_id) AS message_id FROM mentions
              WHERE agent_id = $1 GROUP BY conversation_id) AS named
         JOIN conversations ON conversations.id = named.conversation_id
         LEFT JOIN readings ON readings.conversation_id = conversations.id
             AND readings.agent_id = $1
         WHERE COALESCE(readings.message_id, 0) < named.message_id
             AND conversations.merged_into IS NULL AND {visible}"
    );
    Ok(tx.scalar(&sql, &args)?)
}

fn followed(tx: &mut Tx, me: &Me) -> Result<i64> {
    let mut args = vec![me.id.into()];
    let visible = list::visible_cond(me).bind(&mut args);
    let sql = format!(
        "SELECT count(*) FROM followers
         JOIN conversations ON conversations.id = followers.conversation_id
         WHERE followers.agent_id = $1 AND conversations.is_active
             AND conversations.category <> 'snoozed' AND {visible}"
    );
    Ok(tx.scalar(&sql, &args)?)
}
