use serde::{Deserialize, Serialize};
use tend_store::{Tx, id, row};

use super::{
    Category, Conversation, ConversationId, MessageId, StatusId, find, find_visible,
    recount::recount, status::default_status,
};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me, Permission},
    error::{conflict, not_found, refused},
    jobs,
    journal::{self, Change},
    search,
    tags::{self, TagId},
};

id!(MergeId, "mrg");

/// What a merge moved: enough to take it back exactly.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Moved {
    messages: Vec<MessageId>,
    /// Message-IDs that the other did not know before.
    keys: Vec<String>,
    followers: Vec<AgentId>,
    tags: Vec<TagId>,
    status: StatusId,
    category: Category,
    snoozed_until: Option<i64>,
    resolved_at: Option<i64>,
    closed_at: Option<i64>,
}

/// What a merge would do.
#[derive(Clone, Debug)]
pub struct MergePreview {
    pub from: Conversation,
    pub into: Conversation,
    /// So many messages move.
    pub messages: i64,
    /// They are of different contacts: both see what is answered from now on.
    pub other_contact: bool,
}

/// What [`merge`] would do.
pub fn merge_preview(
    tx: &mut Tx,
    by: &Me,
    from: ConversationId,
    into: ConversationId,
) -> Result<MergePreview> {
    let (from, into) = both(tx, by, from, into)?;
    let other_contact = from.contact_id != into.contact_id;
    Ok(MergePreview { messages: from.message_count, other_contact, from, into })
}

/// A conversation that could take another one in.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub conversation: Conversation,
    pub contact: String,
    /// Of the same contact.
    pub is_theirs: bool,
}

/// Into which conversations one could be merged: first the contact's own, newest first; with a
/// query those that it finds, by number or by words.
pub fn merge_candidates(
    tx: &mut Tx,
    by: &Me,
    of: ConversationId,
    query: &str,
) -> Result<Vec<Candidate>> {
    by.require(Permission::ConversationsMerge)?;
    let it = find_visible(tx, by, of)?;
    let query = query.trim();
    let mut ids: Vec<ConversationId> = Vec::new();
    if query.is_empty() {
        ids = tx.column(
            "SELECT id FROM conversations WHERE contact_id = $1 AND inbox_id = $2
             ORDER BY last_message_at DESC, id DESC LIMIT 20",
            &[it.contact_id.into(), it.inbox_id.into()],
        )?;
    } else if let Ok(number) = query.trim_start_matches('#').parse::<i64>() {
        ids.extend(super::by_number(tx, by, number).ok().map(|it| it.id));
    } else {
        let all = search::search(tx, by, &search::parse(query), None, 20)?;
        ids.extend(all.items.into_iter().map(|it| it.line.id));
    }
    let mut found: Vec<Candidate> = Vec::new();
    for id in ids {
        let Ok(one) = find_visible(tx, by, id) else { continue };
        let fits = one.id != it.id && one.inbox_id == it.inbox_id && one.merged_into.is_none();
        if !fits || found.iter().any(|it| it.conversation.id == one.id) {
            continue;
        }
        let contact = crate::contacts::find(tx, one.contact_id)?.name;
        let is_theirs = one.contact_id == it.contact_id;
        found.push(Candidate { conversation: one, contact, is_theirs });
    }
    found.sort_by_key(|it| !it.is_theirs);
    found.truncate(20);
    Ok(found)
}

fn both(
    tx: &mut Tx,
    by: &Me,
    from: ConversationId,
    into: ConversationId,
) -> Result<(Conversation, Conversation)> {
    by.require(Permission::ConversationsMerge)?;
    let (from, into) = (find_visible(tx, by, from)?, find_visible(tx, by, into)?);
    if from.id == into.id {
        return Err(refused("A conversation cannot be merged into itself."));
    }
    if from.inbox_id != into.inbox_id {
        return Err(refused("Only conversations of one inbox can be merged."));
    }
    if from.merged_into.is_some() || into.merged_into.is_some() {
        return Err(conflict("One of them was merged already."));
    }
    Ok((from, into))
}

/// Moves all that `from` has into `into`. What is left leads there: its number, its links,
/// and mail that answers it.
pub fn merge(tx: &mut Tx, by: &Me, from: ConversationId, into: ConversationId) -> Result<MergeId> {
    let (from, into) = both(tx, by, from, into)?;
    let moved = remember(tx, &from, &into)?;
    tx.execute(
        "UPDATE messages SET conversation_id = $2, moved_from = COALESCE(moved_from, $1)
         WHERE conversation_id = $1",
        &[from.id.into(), into.id.into()],
    )?;
    for key in &moved.keys {
        tx.execute(
            "INSERT INTO thread_keys (message_id, conversation_id, is_own)
             SELECT message_id, $2, is_own FROM thread_keys
             WHERE message_id = $3 AND conversation_id = $1",
            &[from.id.into(), into.id.into(), key.as_str().into()],
        )?;
    }
    for agent in &moved.followers {
        tx.execute(
            "INSERT INTO followers (conversation_id, agent_id) VALUES ($1, $2)
             ON CONFLICT DO NOTHING",
            &[into.id.into(), (*agent).into()],
        )?;
    }
    for tag in &moved.tags {
        tags::put_on(tx, *tag, "conversation", into.id.raw())?;
    }
    close(tx, &from, &into)?;
    recount(tx, into.id)?;
    let (id, now) = (MergeId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO merges (id, subject_kind, from_id, into_id, agent_id, moved, merged_at)
         VALUES ($1, 'conversation', $2, $3, $4, $5, $6)",
        &[
            id.into(),
            from.id.into(),
            into.id.into(),
            by.id.into(),
            serde_json::to_string(&moved).expect("a merge is plain data").into(),
            now.into(),
        ],
    )?;
    let change = Change::ConversationMerged { from: from.id.to_string(), number: from.number };
    journal::record(tx, Actor::Agent(by.id), into.subject_of_journal(), &change)?;
    Ok(id)
}

fn remember(tx: &mut Tx, from: &Conversation, into: &Conversation) -> Result<Moved> {
    let ids = [from.id.into(), into.id.into()];
    Ok(Moved {
        messages: super::messages_of(tx, from.id)?,
        keys: tx.column(
            "SELECT message_id FROM thread_keys WHERE conversation_id = $1 AND message_id NOT IN
                 (SELECT message_id FROM thread_keys WHERE conversation_id = $2)",
            &ids,
        )?,
        followers: tx.column(
            "SELECT agent_id FROM followers WHERE conversation_id = $1 AND agent_id NOT IN
                 (SELECT agent_id FROM followers WHERE conversation_id = $2)",
            &ids,
        )?,
        tags: tx.column(
            "SELECT tag_id FROM taggings WHERE subject_id = $1 AND tag_id NOT IN
                 (SELECT tag_id FROM taggings WHERE subject_id = $2)",
            &ids,
        )?,
        status: from.status_id,
        category: from.category,
        snoozed_until: from.snoozed_until.map(|it| it.as_microsecond()),
        resolved_at: from.resolved_at.map(|it| it.as_microsecond()),
        closed_at: from.closed_at.map(|it| it.as_microsecond()),
    })
}

fn close(tx: &mut Tx, from: &Conversation, into: &Conversation) -> Result<()> {
    let (status, now) = (default_status(tx, Category::Closed)?, tx.now());
    tx.execute(
        "UPDATE conversations SET merged_into = $2, status_id = $3, category = 'closed',
             is_active = FALSE, waiting_since = NULL, snoozed_until = NULL, closed_at = $4,
             message_count = 0, attachment_count = 0, changed_at = $4
         WHERE id = $1",
        &[from.id.into(), into.id.into(), status.into(), now.into()],
    )?;
    jobs::cancel(tx, &super::snooze::key(from.id))
}

/// Into which conversation a merge went; none if there was no such merge.
pub fn merged_into(tx: &mut Tx, id: MergeId) -> Result<Option<ConversationId>> {
    Ok(tx.maybe_scalar(
        "SELECT into_id FROM merges WHERE id = $1 AND subject_kind = 'conversation'",
        &[id.into()],
    )?)
}

/// Takes a merge back: what it moved, and nothing that came later.
pub fn unmerge(tx: &mut Tx, by: &Me, id: MergeId) -> Result<()> {
    by.require(Permission::ConversationsMerge)?;
    row! {
        struct Merge {
            from_id: ConversationId,
            into_id: ConversationId,
            moved: String,
            undone_at: Option<i64>,
        }
    }
    let merge: Merge = tx
        .maybe(
            "SELECT from_id, into_id, moved, undone_at FROM merges
             WHERE id = $1 AND subject_kind = 'conversation'",
            &[id.into()],
        )?
        .ok_or(not_found("merge"))?;
    let into = find_visible(tx, by, merge.into_id)?;
    if merge.undone_at.is_some() {
        return Ok(());
    }
    let from = find(tx, merge.from_id)?;
    let moved: Moved = serde_json::from_str(&merge.moved).map_err(|_| not_found("merge"))?;
    if from.merged_into != Some(into.id) || into.merged_into.is_some() {
        return Err(conflict("It was merged further meanwhile. Take that back first."));
    }
    take_back(tx, &from, &into, &moved)?;
    let now = tx.now();
    tx.execute("UPDATE merges SET undone_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    recount(tx, from.id)?;
    recount(tx, into.id)?;
    for (subject, number) in [(&into, from.number), (&from, into.number)] {
        let change = Change::ConversationUnmerged { from: from.id.to_string(), number };
        journal::record(tx, Actor::Agent(by.id), subject.subject_of_journal(), &change)?;
    }
    Ok(())
}

fn take_back(tx: &mut Tx, from: &Conversation, into: &Conversation, moved: &Moved) -> Result<()> {
    for message in &moved.messages {
        tx.execute(
            "UPDATE messages SET conversation_id = $2,
                 moved_from = CASE WHEN moved_from = $2 THEN NULL ELSE moved_from END
             WHERE id = $1 AND conversation_id = $3",
            &[(*message).into(), from.id.into(), into.id.into()],
        )?;
    }
    for key in &moved.keys {
        tx.execute(
            "DELETE FROM thread_keys WHERE message_id = $1 AND conversation_id = $2",
            &[key.as_str().into(), into.id.into()],
        )?;
    }
    for agent in &moved.followers {
        tx.execute(
            "DELETE FROM followers WHERE conversation_id = $1 AND agent_id = $2",
            &[into.id.into(), (*agent).into()],
        )?;
    }
    for tag in &moved.tags {
        tags::take_off(tx, *tag, into.id.raw())?;
    }
    let now = tx.now();
    tx.execute(
        "UPDATE conversations SET merged_into = NULL, status_id = $2, category = $3,
             is_active = $4, snoozed_until = $5, resolved_at = $6, closed_at = $7, changed_at = $8
         WHERE id = $1",
        &[
            from.id.into(),
            moved.status.into(),
            moved.category.into(),
            moved.category.is_active().into(),
            moved.snoozed_until.into(),
            moved.resolved_at.into(),
            moved.closed_at.into(),
            now.into(),
        ],
    )?;
    if let Some(at) = moved.snoozed_until.and_then(|it| jiff::Timestamp::from_microsecond(it).ok())
    {
        let job = jobs::Job::Wake { conversation: from.id.to_string() };
        jobs::once(tx, at, &super::snooze::key(from.id), &job)?;
    }
    Ok(())
}
