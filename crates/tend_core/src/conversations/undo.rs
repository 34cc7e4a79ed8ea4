//! Taking back what was just done: for each conversation what it was before and what it became.
//! Only what is still as we left it is put back; what somebody changed meanwhile stays.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_store::{Tx, id, row};

use super::{
    Category, ConversationId, MergeId, MessageId, Priority, StatusId, assign, find, find_visible,
    recount::recount, set_category, set_priority, set_status, set_team, snooze, tag, unmerge,
    untag,
};
use crate::{
    Error, Result,
    agents::{AgentId, Me, TeamId},
    error::{not_found, refused},
    tags::{self, TagId},
};

id!(UndoId, "und");

/// Where a conversation stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Stood {
    status: StatusId,
    category: Category,
    snoozed_until: Option<i64>,
    assignee: Option<AgentId>,
    team: Option<TeamId>,
    priority: Priority,
    tags: Vec<TagId>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct One {
    id: ConversationId,
    before: Stood,
    after: Stood,
}

/// What is kept, as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Stood(Vec<One>),
    Merges(Vec<MergeId>),
    /// It is deleted soon.
    Deletion(ConversationId, One),
    /// What was made of a message, and where it was.
    Split {
        from: ConversationId,
        into: ConversationId,
    },
}

/// Does some work on these conversations, and keeps how they stood before. `None` says that
/// nothing changed, so that there is nothing to take back.
pub fn undoable<T>(
    tx: &mut Tx,
    by: &Me,
    ids: &[ConversationId],
    work: impl FnOnce(&mut Tx) -> Result<T>,
) -> Result<(T, Option<UndoId>)> {
    let before = stand(tx, ids)?;
    let done = work(tx)?;
    let changed = changed(tx, before)?;
    if changed.is_empty() {
        return Ok((done, None));
    }
    Ok((done, Some(keep(tx, by, None, &Kept::Stood(changed))?)))
}

/// Does what comes with sending a message, and keeps how the conversation stood before, until
/// the message is taken back.
pub(super) fn undoable_with(
    tx: &mut Tx,
    by: &Me,
    message: MessageId,
    id: ConversationId,
    work: impl FnOnce(&mut Tx) -> Result<()>,
) -> Result<()> {
    if let (_, Some(undo)) = undoable(tx, by, &[id], work)? {
        let args = [undo.into(), message.into()];
        tx.execute("UPDATE undos SET message_id = $2 WHERE id = $1", &args)?;
    }
    Ok(())
}

/// Takes back what came with sending a message, but for what was changed since.
pub(super) fn restore_of(tx: &mut Tx, by: &Me, message: MessageId) -> Result<()> {
    row! {
        struct Found {
            id: UndoId,
            kept: String,
        }
    }
    let sql = "SELECT id, kept FROM undos WHERE message_id = $1 AND undone_at IS NULL";
    let found: Option<Found> = tx.maybe(sql, &[message.into()])?;
    let Some(found) = found else { return Ok(()) };
    if let Ok(Kept::Stood(all)) = serde_json::from_str(&found.kept) {
        // What somebody changed meanwhile stays.
        if let Err(Error::Store(error)) = restore_all(tx, by, &all) {
            return Err(error.into());
        }
    }
    let now = tx.now();
    tx.execute("UPDATE undos SET undone_at = $2 WHERE id = $1", &[found.id.into(), now.into()])?;
    Ok(())
}

/// The same as a part of long work.
pub(super) fn undoable_part<T>(
    tx: &mut Tx,
    by: &Me,
    bulk: i64,
    ids: &[ConversationId],
    work: impl FnOnce(&mut Tx) -> Result<T>,
) -> Result<T> {
    let before = stand(tx, ids)?;
    let done = work(tx)?;
    let changed = changed(tx, before)?;
    if !changed.is_empty() {
        keep(tx, by, Some(bulk), &Kept::Stood(changed))?;
    }
    Ok(done)
}

/// Keeps merges, to be taken back in the other order.
pub fn undoable_merges(tx: &mut Tx, by: &Me, merges: Vec<MergeId>) -> Result<Option<UndoId>> {
    match merges.is_empty() {
        true => Ok(None),
        false => keep(tx, by, None, &Kept::Merges(merges)).map(Some),
    }
}

/// Keeps that a conversation is deleted soon; `work` puts it away until then.
pub(super) fn undoable_deletion(
    tx: &mut Tx,
    by: &Me,
    id: ConversationId,
    work: impl FnOnce(&mut Tx) -> Result<()>,
) -> Result<UndoId> {
    let before = stood(tx, id)?;
    work(tx)?;
    let after = stood(tx, id)?;
    keep(tx, by, None, &Kept::Deletion(id, One { id, before, after }))
}

/// Keeps that a message became a conversation.
pub(super) fn undoable_split(
    tx: &mut Tx,
    by: &Me,
    from: ConversationId,
    into: ConversationId,
) -> Result<UndoId> {
    keep(tx, by, None, &Kept::Split { from, into })
}

fn stand(tx: &mut Tx, ids: &[ConversationId]) -> Result<Vec<(ConversationId, Stood)>> {
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        match stood(tx, *id) {
            Ok(it) => all.push((*id, it)),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

fn changed(tx: &mut Tx, before: Vec<(ConversationId, Stood)>) -> Result<Vec<One>> {
    let mut all = Vec::new();
    for (id, before) in before {
        let after = stood(tx, id)?;
        if before != after {
            all.push(One { id, before, after });
        }
    }
    Ok(all)
}

fn stood(tx: &mut Tx, id: ConversationId) -> Result<Stood> {
    let it = find(tx, id)?;
    Ok(Stood {
        status: it.status_id,
        category: it.category,
        snoozed_until: it.snoozed_until.map(Timestamp::as_microsecond),
        assignee: it.assignee_id,
        team: it.team_id,
        priority: it.priority,
        tags: tags::of(tx, it.id.raw())?.into_iter().map(|it| it.id).collect(),
    })
}

fn keep(tx: &mut Tx, by: &Me, bulk: Option<i64>, what: &Kept) -> Result<UndoId> {
    let (id, now) = (UndoId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO undos (id, agent_id, bulk_id, kept, made_at) VALUES ($1, $2, $3, $4, $5)",
        &[
            id.into(),
            by.id.into(),
            bulk.into(),
            serde_json::to_string(what).expect("what is kept is plain data").into(),
            now.into(),
        ],
    )?;
    Ok(id)
}

/// What came of taking something back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// They are as they were.
    pub restored: Vec<ConversationId>,
    /// Somebody changed them meanwhile, or one may not change them any more.
    pub left: usize,
}

/// Takes back what the one who asks has done. Doing it twice is doing it once.
pub fn undo(tx: &mut Tx, by: &Me, id: UndoId) -> Result<Undone> {
    row! {
        struct Found {
            kept: String,
            undone_at: Option<i64>,
        }
    }
    let found: Option<Found> = tx.maybe(
        "SELECT kept, undone_at FROM undos WHERE id = $1 AND agent_id = $2",
        &[id.into(), by.id.into()],
    )?;
    let found = found.ok_or(not_found("change"))?;
    if found.undone_at.is_some() {
        return Ok(Undone::default());
    }
    let kept: Kept = serde_json::from_str(&found.kept).map_err(|_| not_found("change"))?;
    let undone = match kept {
        Kept::Stood(all) => restore_all(tx, by, &all)?,
        Kept::Merges(merges) => {
            for merge in merges.into_iter().rev() {
                unmerge(tx, by, merge)?;
            }
            Undone::default()
        }
        Kept::Split { from, into } => {
            super::merge(tx, by, into, from)?;
            Undone::default()
        }
        Kept::Deletion(id, one) => {
            super::delete::take_back(tx, by, id)?;
            restore_all(tx, by, &[one])?
        }
    };
    let now = tx.now();
    tx.execute("UPDATE undos SET undone_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    Ok(undone)
}

fn restore_all(tx: &mut Tx, by: &Me, all: &[One]) -> Result<Undone> {
    let mut out = Undone::default();
    for it in all {
        match restore(tx, by, it) {
            Ok(()) => out.restored.push(it.id),
            Err(Error::Store(error)) => return Err(error.into()),
            Err(_) => out.left += 1,
        }
    }
    if out.restored.is_empty() && !all.is_empty() {
        return Err(refused("It was changed again meanwhile, so it stays as it is now."));
    }
    Ok(out)
}

/// By the same verbs as any change, so that the story tells of it.
fn restore(tx: &mut Tx, by: &Me, one: &One) -> Result<()> {
    find_visible(tx, by, one.id)?;
    let now = stood(tx, one.id)?;
    let (id, before, after) = (one.id, &one.before, &one.after);
    let mut put_back = false;
    if before.tags != after.tags {
        for it in before.tags.iter().filter(|it| !after.tags.contains(it)) {
            tag(tx, by, id, *it)?;
        }
        for it in after.tags.iter().filter(|it| !before.tags.contains(it)) {
            untag(tx, by, id, *it)?;
        }
        put_back = true;
    }
    if before.priority != after.priority && now.priority == after.priority {
        set_priority(tx, by, id, before.priority)?;
        put_back = true;
    }
    if before.team != after.team && now.team == after.team {
        set_team(tx, by, id, before.team)?;
        put_back = true;
    }
    if before.assignee != after.assignee && now.assignee == after.assignee {
        assign(tx, by, id, before.assignee)?;
        put_back = true;
    }
    let moved = (before.status, before.snoozed_until) != (after.status, after.snoozed_until);
    if moved && (now.status, now.snoozed_until) == (after.status, after.snoozed_until) {
        restate(tx, by, id, before)?;
        put_back = true;
    }
    match put_back {
        true => Ok(()),
        false => Err(refused("It was changed again meanwhile.")),
    }
}

fn restate(tx: &mut Tx, by: &Me, id: ConversationId, to: &Stood) -> Result<()> {
    if to.category != Category::Snoozed {
        set_status(tx, by, id, to.status)?;
        // How long the customer waits was forgotten when it was put away.
        return recount(tx, id);
    }
    if !find(tx, id)?.is_active {
        set_category(tx, by, id, Category::Open)?;
    }
    let until = to.snoozed_until.and_then(|it| Timestamp::from_microsecond(it).ok());
    match until {
        // Its time has come meanwhile.
        Some(at) if at <= tx.now() => set_category(tx, by, id, Category::Open)?,
        until => snooze(tx, by, id, until)?,
    }
    recount(tx, id)
}
