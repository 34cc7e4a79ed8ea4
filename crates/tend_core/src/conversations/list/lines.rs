use std::collections::HashMap;

use tend_store::{Tx, Value, placeholders};

use super::{Line, Tagged, cond::Where, visible::visible_to};
use crate::{
    Result,
    agents::Me,
    conversations::ConversationId,
    error::not_found,
    page::Page,
    tags::{Tag, TagId},
};

const COLUMNS: &str = "conversations.id, conversations.number, conversations.subject,
     conversations.inbox_id, conversations.contact_id, contacts.name AS contact,
     conversations.account_id, accounts.name AS account, accounts.kind AS account_kind,
     conversations.assignee_id, agents.name AS assignee, conversations.team_id,
     statuses.name AS status, conversations.category, conversations.priority,
     conversations.waiting_since, conversations.snoozed_until, conversations.preview,
     conversations.preview_by, conversations.message_count, conversations.attachment_count,
     conversations.opened_at, conversations.last_message_at,
     COALESCE(readings.message_id, 0) < COALESCE(conversations.last_message_id, 0) AS is_unread";

const JOINS: &str = "JOIN contacts ON contacts.id = conversations.contact_id
     JOIN accounts ON accounts.id = conversations.account_id
     JOIN statuses ON statuses.id = conversations.status_id
     LEFT JOIN agents ON agents.id = conversations.assignee_id
     LEFT JOIN readings ON readings.conversation_id = conversations.id AND readings.agent_id = $1";

/// The line of one conversation, if the agent may see it.
pub fn line(tx: &mut Tx, me: &Me, id: ConversationId) -> Result<Line> {
    let mut all = Where::new();
    all.args.push(me.id.into());
    visible_to(me, &mut all);
    all.and("conversations.id = ?", [id.into()]);
    let sql = format!("SELECT {COLUMNS} FROM conversations {JOINS} WHERE {}", all.sql);
    tx.maybe(&sql, &all.args)?.ok_or(not_found("conversation"))
}

/// The lines of these, in this order. What is visible was decided before.
pub(crate) fn lines(tx: &mut Tx, me: &Me, ids: &[ConversationId]) -> Result<Vec<Line>> {
    let mut found: HashMap<ConversationId, Line> = HashMap::new();
    for some in ids.chunks(51) {
        let sql = format!(
            "SELECT {COLUMNS} FROM conversations {JOINS} WHERE conversations.id IN ({})",
            placeholders(2, padded(some.len()))
        );
        let args = [Value::from(me.id)].into_iter().chain(padding(some));
        let lines: Vec<Line> = tx.rows(&sql, &args.collect::<Vec<_>>())?;
        found.extend(lines.into_iter().map(|it| (it.id, it)));
    }
    Ok(ids.iter().filter_map(|it| found.remove(it)).collect())
}

/// The tags of these, by name.
pub fn tags_of(tx: &mut Tx, ids: &[ConversationId]) -> Result<HashMap<ConversationId, Vec<Tag>>> {
    tend_store::row! {
        struct On {
            subject_id: ConversationId,
            id: TagId,
            name: String,
        }
    }
    let mut found: HashMap<ConversationId, Vec<Tag>> = HashMap::new();
    for some in ids.chunks(51) {
        let sql = format!(
            "SELECT taggings.subject_id, tags.id, tags.name
             FROM taggings JOIN tags ON tags.id = taggings.tag_id
             WHERE taggings.subject_id IN ({}) ORDER BY tags.name_folded",
            placeholders(1, padded(some.len()))
        );
        let on: Vec<On> = tx.rows(&sql, &padding(some).collect::<Vec<_>>())?;
        for it in on {
            found.entry(it.subject_id).or_default().push(Tag { id: it.id, name: it.name });
        }
    }
    Ok(found)
}

/// The same page with the tags that stand on each line.
pub fn tagged(tx: &mut Tx, page: Page<Line>) -> Result<Page<Tagged>> {
    let ids: Vec<_> = page.items.iter().map(|it| it.id).collect();
    let mut tags = tags_of(tx, &ids)?;
    Ok(page.map(|line| Tagged { tags: tags.remove(&line.id).unwrap_or_default(), line }))
}

/// Few different statements, so that each is prepared once.
fn padded(count: usize) -> usize {
    [1, 11, 26].into_iter().find(|it| *it >= count).unwrap_or(51)
}

fn padding(ids: &[ConversationId]) -> impl Iterator<Item = Value> {
    let last = ids.last().copied();
    let more = padded(ids.len()) - ids.len();
    ids.iter().copied().chain(std::iter::repeat_n(last, more).flatten()).map(Value::from)
}
