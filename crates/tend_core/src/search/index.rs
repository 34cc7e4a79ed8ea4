use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use tend_store::{Dialect, Tx, row};

use super::{terms, time, words::words};
use crate::{
    Result,
    conversations::{Direction, MessageId, Recipients},
    inboxes::InboxId,
    journal::{self, Change, Entry},
};

const FOLLOWER: &str = "search";
/// Of a longer message, the rest is not found.
const MOST_WORDS: usize = 12_000;

/// Changes of the journal with the words that follow from them, made outside of the write
/// that keeps them, so that nobody waits for it.
pub struct Gathered {
    from: i64,
    to: i64,
    entries: usize,
    messages: Vec<(MessageId, Option<Vec<String>>)>,
    terms: HashMap<String, i64>,
}

impl Gathered {
    /// How many changes it has come further.
    pub fn len(&self) -> usize {
        self.entries
    }

    /// Nothing is new.
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }
}

/// Makes the words of the next `limit` changes.
pub fn gather(tx: &mut Tx, limit: i64) -> Result<Gathered> {
    let from = journal::followed_to(tx, FOLLOWER)?;
    let entries = journal::follow(tx, from, limit)?;
    let mut changed = BTreeSet::new();
    for it in &entries {
        messages_of(tx, it, &mut changed)?;
    }
    let (mut terms, mut messages) = (HashMap::new(), Vec::with_capacity(changed.len()));
    for id in changed {
        let words = words_of(tx, id)?;
        for word in words.iter().flatten().collect::<HashSet<_>>() {
            match terms.get_mut(word) {
                Some(n) => *n += 1,
                None => drop(terms.insert(word.clone(), 1)),
            }
        }
        messages.push((id, words));
    }
    let to = entries.last().and_then(|it| it.position).unwrap_or(from);
    Ok(Gathered { from, to, entries: entries.len(), messages, terms })
}

/// Keeps what was gathered; says `false` if somebody else did meanwhile.
pub fn keep(tx: &mut Tx, it: &Gathered) -> Result<bool> {
    if journal::followed_to(tx, FOLLOWER)? != it.from {
        return Ok(false);
    }
    for (id, words) in &it.messages {
        forget(tx, *id)?;
        // Since then it may have been deleted.
        let is_there = "SELECT 1 FROM messages WHERE id = $1";
        let is_there: Option<i64> = tx.maybe_scalar(is_there, &[(*id).into()])?;
        if let (Some(_), Some(words)) = (is_there, words) {
            add(tx, *id, words)?;
        }
    }
    terms::count(tx, &it.terms)?;
    journal::set_followed_to(tx, FOLLOWER, it.to)?;
    Ok(true)
}

/// Takes the next `limit` changes of the journal into the index; says how many there were.
/// Call it until it answers 0.
pub fn index_some(tx: &mut Tx, limit: i64) -> Result<usize> {
    let gathered = gather(tx, limit)?;
    if !gathered.is_empty() {
        keep(tx, &gathered)?;
    }
    Ok(gathered.len())
}

/// There are changes that are not in the index yet.
pub fn is_behind(tx: &mut Tx) -> Result<bool> {
    Ok(journal::followed_to(tx, FOLLOWER)? < journal::last_position(tx)?)
}

/// Fills the index anew if it is empty and should not be: after a move to another database.
pub fn ensure(tx: &mut Tx) -> Result<()> {
    let key = if tx.dialect() == Dialect::Sqlite { "rowid" } else { "message_id" };
    let kept: Option<i64> =
        tx.maybe_scalar(&format!("SELECT {key} FROM search_words LIMIT 1"), &[])?;
    match kept.is_none() && journal::followed_to(tx, FOLLOWER)? > 0 {
        true => rebuild(tx),
        false => Ok(()),
    }
}

/// Empties the index; [`index_some`] then fills it from the beginning.
pub fn rebuild(tx: &mut Tx) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => {
            tx.execute("INSERT INTO search_words (search_words) VALUES ('delete-all')", &[])?
        }
        Dialect::Postgres => tx.execute("DELETE FROM search_words", &[])?,
    };
    tx.execute("DELETE FROM search_terms", &[])?;
    journal::set_followed_to(tx, FOLLOWER, 0)
}

/// The messages whose words an entry may have changed.
fn messages_of(tx: &mut Tx, it: &Entry, out: &mut BTreeSet<MessageId>) -> Result<()> {
    match it.change() {
        Some(Change::MessageAdded { message, .. } | Change::MessageEdited { message }) => {
            out.extend(message.parse::<MessageId>().ok());
        }
        Some(
            Change::SubjectChanged { .. }
            | Change::Tagged { .. }
            | Change::Untagged { .. }
            | Change::ConversationMerged { .. }
            | Change::ConversationUnmerged { .. }
            | Change::ConversationSplit { .. },
        ) => {
            let all: Vec<MessageId> = tx.column(
                "SELECT id FROM messages WHERE conversation_id = $1",
                &[it.conversation_id.into()],
            )?;
            out.extend(all);
        }
        _ => {}
    }
    Ok(())
}

row! {
    struct Message {
        conversation_id: i64,
        inbox_id: InboxId,
        matter: String,
        attachment_count: i64,
        direction: Direction,
        sender_name: String,
        sender_address: String,
        recipients: String,
        text: String,
        quote_at: Option<i64>,
        created_at: Timestamp,
    }
}

/// The words of a message as it is now; none when it is no more.
fn words_of(tx: &mut Tx, id: MessageId) -> Result<Option<Vec<String>>> {
    let found: Option<Message> = tx.maybe(
        "SELECT messages.conversation_id, conversations.inbox_id,
             conversations.subject AS matter, conversations.attachment_count,
             messages.direction, messages.sender_name,
             messages.sender_address, messages.recipients, messages.text, messages.quote_at,
             messages.created_at
         FROM messages JOIN conversations ON conversations.id = messages.conversation_id
         WHERE messages.id = $1",
        &[id.into()],
    )?;
    let Some(it) = found else {
        return Ok(None);
    };
    let files: Vec<String> = match it.attachment_count {
        0 => Vec::new(),
        _ => tx.column("SELECT name FROM attachments WHERE message_id = $1", &[id.into()])?,
    };
    let is_first = it.quote_at.is_some() && {
        let first = "SELECT id FROM messages WHERE conversation_id = $1 ORDER BY id LIMIT 1";
        let first: Option<MessageId> = tx.maybe_scalar(first, &[it.conversation_id.into()])?;
        first == Some(id)
    };
    let tags: Vec<i64> = tx.column(
        "SELECT tag_id FROM taggings WHERE subject_kind = 'conversation' AND subject_id = $1",
        &[it.conversation_id.into()],
    )?;
    Ok(Some(tokens(&it, is_first, &files, &tags)))
}

/// Puts in the words of a message that is not in the index.
pub(crate) fn add(tx: &mut Tx, id: MessageId, list: &[String]) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => tx.execute(
            "INSERT INTO search_words (rowid, words) VALUES ($1, $2)",
            &[id.into(), list.join(" ").into()],
        )?,
        Dialect::Postgres => tx.execute(
            "INSERT INTO search_words (message_id, words)
             VALUES ($1, CAST(CAST($2 AS TEXT) AS tsvector))",
            &[id.into(), vector(list).into()],
        )?,
    };
    Ok(())
}

/// The words of a made-up message.
pub(crate) fn seeded(
    inbox: InboxId,
    direction: Direction,
    subject: &str,
    text: &str,
    created_at: Timestamp,
    tag: Option<i64>,
) -> Vec<String> {
    let it = Message {
        conversation_id: 0,
        inbox_id: inbox,
        matter: subject.to_owned(),
        attachment_count: 0,
        direction,
        sender_name: String::new(),
        sender_address: String::new(),
        recipients: String::new(),
        text: text.to_owned(),
        quote_at: None,
        created_at,
    };
    tokens(&it, false, &[], tag.as_slice())
}

/// FTS5 keeps so many bytes of words before it writes them; a megabyte unless told.
pub(crate) fn gather_words(tx: &mut Tx, bytes: i64) -> Result<()> {
    if tx.dialect() == Dialect::Sqlite {
        let sql = "INSERT INTO search_words (search_words, rank) VALUES ('hashsize', $1)";
        tx.execute(sql, &[bytes.into()])?;
    }
    Ok(())
}

/// All made-up messages are in the index.
pub(crate) fn seeded_to_the_end(tx: &mut Tx, seen: &HashMap<String, i64>) -> Result<()> {
    terms::count(tx, seen)?;
    let last = journal::last_position(tx)?;
    journal::set_followed_to(tx, FOLLOWER, last)
}

/// A message that is no more is not found any more.
pub(crate) fn forget(tx: &mut Tx, id: MessageId) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => tx.execute("DELETE FROM search_words WHERE rowid = $1", &[id.into()])?,
        Dialect::Postgres => {
            tx.execute("DELETE FROM search_words WHERE message_id = $1", &[id.into()])?
        }
    };
    Ok(())
}

/// The words of a message, and marks that begin with `_`, which no word does: `_f` and `_t` by
/// whom it is from and to, `_s` in the subject, `_i` its inbox, `_g` a tag, `_a` with files,
/// `_n` a note, `_y` and `_m` its year and month.
fn tokens(it: &Message, is_first: bool, files: &[String], tags: &[i64]) -> Vec<String> {
    let [year, month] = time::marks(it.created_at);
    let mut out = vec![inbox_mark(it.inbox_id.raw()), year, month];
    out.extend(tags.iter().map(|it| tag_mark(*it)));
    if it.direction == Direction::Note {
        out.push("_n".to_owned());
    }
    if !files.is_empty() {
        out.push("_a".to_owned());
    }
    let sender = format!("{} {}", it.sender_name, it.sender_address);
    let people = Recipients::decode(&it.recipients);
    let recipients = [people.to, people.cc, people.bcc].concat().join(" ");
    for (mark, text) in [("_f", &sender), ("_t", &recipients), ("_s", &it.matter)] {
        out.extend(words(text).into_iter().take(200).map(|it| format!("{mark}{}", it.text)));
    }
    // What is quoted stands in an earlier message, but for the first.
    let own: String = match it.quote_at.and_then(|it| usize::try_from(it).ok()) {
        Some(end) if !is_first && end > 0 => it.text.chars().take(end).collect(),
        _ => it.text.clone(),
    };
    for text in [&it.matter, &sender, &files.join(" "), &own] {
        out.push("_".to_owned());
        out.extend(words(text).into_iter().map(|it| it.text));
        out.truncate(MOST_WORDS);
    }
    out
}

pub(super) fn inbox_mark(id: i64) -> String {
    format!("_i{id}")
}

pub(super) fn tag_mark(id: i64) -> String {
    format!("_g{id}")
}

/// PostgreSQL's own way to write words with their places.
fn vector(list: &[String]) -> String {
    let mut places: HashMap<&str, Vec<String>> = HashMap::new();
    for (n, word) in list.iter().enumerate() {
        let at = places.entry(word).or_default();
        if at.len() < 200 {
            at.push((n + 1).to_string());
        }
    }
    let mut parts: Vec<String> =
        places.into_iter().map(|(word, at)| format!("'{word}':{}", at.join(","))).collect();
    parts.sort();
    parts.join(" ")
}
