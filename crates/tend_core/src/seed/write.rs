use std::collections::HashMap;

use tend_store::{Ids, Tx, Value};

use super::story::{Chunk, Plan, Ready, Traits};
use crate::{
    Result,
    actor::Actor,
    conversations::{Category, Direction, MessageId, SendState},
    fold,
    journal::{self, Change, Subject},
    search,
};

const SCHEMA: &str = include_str!("../../../../migrations/0001_start.sql");
const SQLITE: &str = include_str!("../../../../migrations/0001_start.sqlite.sql");

/// Writes the rows of some conversations, as they are at the end of the story.
pub fn conversations(tx: &mut Tx, plan: &Plan, some: std::ops::Range<usize>) -> Result<()> {
    for n in some {
        conversation(tx, plan, n)?;
    }
    Ok(())
}

fn conversation(tx: &mut Tx, plan: &Plan, n: usize) -> Result<()> {
    let (it, own) = (&plan.matters[n], plan.traits(n));
    let (contact, account) = plan.cast.contacts[own.contact];
    let status = plan.cast.statuses.iter().find(|it| it.0 == own.category).map(|it| it.1);
    let active = own.category.is_active();
    let assigned = own.category != Category::New && own.category != Category::Spam;
    let agent = assigned.then(|| plan.cast.agents[own.agent]);
    let waits = active && it.last_direction == Direction::Inbound;
    let wakes = plan.cast.ends + jiff::SignedDuration::from_hours(24 * (1 + n as i64 % 20));
    let args: Vec<Value> = vec![
        it.id.into(),
        (1001 + n as i64).into(),
        plan.cast.inboxes[own.inbox].into(),
        contact.into(),
        account.into(),
        own.subject.as_str().into(),
        fold::fold(&own.subject).into(),
        status.into(),
        own.category.into(),
        active.into(),
        own.priority.into(),
        agent.into(),
        (own.category == Category::Snoozed).then_some(wakes).into(),
        waits.then_some(it.last_inbound_at).into(),
        plan.preview(it).into(),
        it.last_direction.into(),
        it.messages.into(),
        it.opened_at.into(),
        it.last_at.into(),
        it.last_inbound_at.into(),
        it.last_message.into(),
        it.first_reply_at.into(),
        (!active).then_some(it.last_at).into(),
    ];
    tx.execute(
        "INSERT INTO conversations (id, number, inbox_id, contact_id, account_id, subject,
             subject_folded, status_id, category, is_active, priority, assignee_id, snoozed_until,
             waiting_since, preview, preview_by, message_count, opened_at, changed_at,
             last_message_at, last_inbound_at, last_message_id, first_reply_at, resolved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $19, $20, $21, $22, $23)",
        &args,
    )?;
    beside(tx, plan, n, &own)
}

/// Its tag, and who has read and who follows it.
fn beside(tx: &mut Tx, plan: &Plan, n: usize, own: &Traits) -> Result<()> {
    let it = &plan.matters[n];
    if let Some(tag) = own.tag {
        tx.execute(
            "INSERT INTO taggings
                 (tag_id, subject_kind, subject_id, created_at, inbox_id, sorted_at)
             VALUES ($1, 'conversation', $2, $3, $4, $5)",
            &[
                plan.cast.tags[tag].into(),
                it.id.into(),
                it.opened_at.into(),
                plan.cast.inboxes[own.inbox].into(),
                it.last_at.into(),
            ],
        )?;
    }
    if !own.category.is_active() {
        return Ok(());
    }
    // Their agents have read most of what is still to be done.
    if !n.is_multiple_of(3) {
        tx.execute(
            "INSERT INTO readings (agent_id, conversation_id, message_id) VALUES ($1, $2, $3)",
            &[plan.cast.agents[own.agent].into(), it.id.into(), it.last_message.into()],
        )?;
    }
    if n.is_multiple_of(50) {
        tx.execute(
            "INSERT INTO followers (conversation_id, agent_id) VALUES ($1, $2)",
            &[it.id.into(), plan.cast.agents[n / 50 % plan.cast.agents.len()].into()],
        )?;
    }
    Ok(())
}

/// Writes messages, with their entries in the journal and their words.
pub fn messages(tx: &mut Tx, chunk: &Chunk) -> Result<()> {
    for it in &chunk.messages {
        message(tx, it)?;
        search::add(tx, MessageId::from_raw(it.id), &it.words)?;
    }
    Ok(())
}

fn message(tx: &mut Tx, it: &Ready) -> Result<()> {
    let state = match it.direction {
        Direction::Inbound => SendState::Received,
        Direction::Outbound => SendState::Sent,
        Direction::Note => SendState::Kept,
    };
    tx.execute(
        "INSERT INTO messages (id, conversation_id, direction, kind, agent_id, contact_id, text,
             source, state, state_at, created_at)
         VALUES ($1, $2, $3, 'human', $4, $5, $6, 'api', $7, $8, $8)",
        &[
            it.id.into(),
            it.conversation.into(),
            it.direction.into(),
            it.agent.into(),
            it.contact.into(),
            it.text.as_str().into(),
            state.into(),
            it.at.into(),
        ],
    )?;
    let by = match (it.agent, it.contact) {
        (Some(agent), _) => Actor::Agent(crate::agents::AgentId::from_raw(agent)),
        (None, Some(id)) => Actor::Contact(crate::contacts::ContactId::from_raw(id)),
        (None, None) => Actor::System,
    };
    let subject = Subject::conversation(it.conversation, it.of_contact, it.account);
    if let Some(inbox) = &it.opens {
        let change = Change::ConversationOpened { inbox: inbox.clone(), channel: "api".to_owned() };
        journal::record_at(tx, it.at, by, subject, &change)?;
    }
    let change = Change::MessageAdded {
        message: MessageId::from_raw(it.id).to_string(),
        direction: it.direction.word().to_owned(),
        by_kind: "human".to_owned(),
    };
    journal::record_at(tx, it.at, by, subject, &change)
}

/// Indexes whose order is not that of time: each message would write to a page of its own. They
/// are left away while the history is written, and made at its end, sorted.
const UNORDERED: [&str; 5] = [
    "messages_of_conversation",
    "journal_of_subject",
    "journal_of_conversation",
    "journal_of_contact",
    "journal_of_account",
];

/// Takes them away, and lets SQLite gather more words before it writes them.
pub fn without_indexes(tx: &mut Tx) -> Result<()> {
    for name in UNORDERED {
        tx.execute(&format!("DROP INDEX {name}"), &[])?;
    }
    search::gather_words(tx, 256 << 20)
}

/// How many there are to be [made](index).
pub const INDEXES: usize = UNORDERED.len();

/// Makes one of them, as the schema says.
pub fn index(tx: &mut Tx, n: usize) -> Result<()> {
    tx.execute(statement(SCHEMA, &format!("CREATE INDEX {} ", UNORDERED[n])), &[])?;
    Ok(())
}

/// A statement of the schema, by how it begins.
fn statement(schema: &'static str, begins: &str) -> &'static str {
    let start = schema.find(begins).expect("the schema has it");
    let length = schema[start..].find(';').expect("a statement ends");
    &schema[start..start + length]
}

/// With an index, SQLite drops what its planner was told of it.
fn tell_the_planner(tx: &mut Tx) -> Result<()> {
    if tx.dialect() == tend_store::Dialect::Sqlite {
        tx.execute("DELETE FROM sqlite_stat1", &[])?;
        tx.execute(statement(SQLITE, "INSERT INTO sqlite_stat1 "), &[])?;
    }
    Ok(())
}

/// The history is in the index already: nobody need follow the journal through it. Call it
/// when every entry has its position.
pub fn finish(tx: &mut Tx, terms: &HashMap<String, i64>) -> Result<()> {
    search::seeded_to_the_end(tx, terms)?;
    search::gather_words(tx, 1 << 20)?;
    tell_the_planner(tx)?;
    if tx.dialect() == tend_store::Dialect::Postgres {
        tx.execute("SELECT setval('conversation_numbers', MAX(number)) FROM conversations", &[])?;
    }
    Ok(())
}

const _: () = assert!(Ids::NODES > 1_001);
