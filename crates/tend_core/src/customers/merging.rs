//! How two customers become one, and two again: what contacts and accounts have in common.
//!
//! Rows that can belong to one alone (addresses, conversations, notes) are moved, and each is
//! written down. What both can have (tags, attributes, fields) is copied; the one that goes
//! keeps its own as it was. So taking it back moves what was moved and still lies where the
//! merge put it, and resets what still is what the merge made of it. All else is newer: it stays.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_store::{Tx, id, row};

use crate::{
    Result,
    actor::Actor,
    attributes::{self, About, Attribute, Value},
    error::{conflict, not_found},
};

id!(MergeId, "mrg");

/// Something that both have and that can only be one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// `name`, `title`, …, or `attribute:plan`; what [`Choices`] names.
    pub key: String,
    /// As people read it.
    pub label: String,
    /// What the one that goes has.
    pub from: String,
    /// What the one that stays has.
    pub into: String,
}

/// The keys of those [`Choice`]s that are taken from the one that goes. The rest stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    pub take: Vec<String>,
}

impl Choices {
    pub(crate) fn takes(&self, key: &str) -> bool {
        self.take.iter().any(|it| it == key)
    }
}

/// A field or an attribute that a merge changed on the one that stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Set {
    pub key: String,
    /// What it was.
    pub was: Option<String>,
    /// What the merge made of it.
    pub now: Option<String>,
}

row! {
    /// A merge that was done.
    #[derive(PartialEq)]
    pub struct Merge {
        pub id: MergeId,
        /// `contact` or `account`.
        pub subject_kind: String,
        pub from_id: i64,
        pub into_id: i64,
        pub moved: String,
        pub merged_at: Timestamp,
        pub undone_at: Option<Timestamp>,
    }
}

const SELECT: &str =
    "SELECT id, subject_kind, from_id, into_id, moved, merged_at, undone_at FROM merges";

/// A merge of this kind that was not taken back.
///
/// # Errors
/// NotFound; Conflict if it was taken back already.
pub(crate) fn find(tx: &mut Tx, id: MergeId, kind: &str) -> Result<Merge> {
    let found: Option<Merge> = tx.maybe(
        &format!("{SELECT} WHERE id = $1 AND subject_kind = $2"),
        &[id.into(), kind.into()],
    )?;
    let found = found.ok_or(not_found("merge"))?;
    match found.undone_at {
        None => Ok(found),
        Some(_) => Err(conflict("This merge was taken back already.")),
    }
}

/// Begins the account of a merge.
pub(crate) fn begin(tx: &mut Tx, by: Actor, kind: &str, from: i64, into: i64) -> Result<MergeId> {
    let (id, now) = (MergeId::new(tx), tx.now());
    let agent = if let Actor::Agent(it) = by { it.raw() } else { 0 };
    tx.execute(
        "INSERT INTO merges (id, subject_kind, from_id, into_id, agent_id, moved, merged_at)
         VALUES ($1, $2, $3, $4, $5, '', $6)",
        &[id.into(), kind.into(), from.into(), into.into(), agent.into(), now.into()],
    )?;
    Ok(id)
}

/// Writes down what was set, for [`find`] to read again.
pub(crate) fn keep(tx: &mut Tx, id: MergeId, moved: &impl Serialize) -> Result<()> {
    let moved = serde_json::to_string(moved).expect("what moved is plain data");
    tx.execute("UPDATE merges SET moved = $2 WHERE id = $1", &[id.into(), moved.into()])?;
    Ok(())
}

pub(crate) fn close(tx: &mut Tx, id: MergeId) -> Result<()> {
    let now = tx.now();
    tx.execute("UPDATE merges SET undone_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    Ok(())
}

/// Which rows a merge moves: the table, and its column that names the owner.
pub(crate) type Rows = (&'static str, &'static str);

/// Moves all rows of `from`, and writes each down.
pub(crate) fn give(
    tx: &mut Tx,
    id: MergeId,
    (table, column): Rows,
    from: i64,
    to: i64,
) -> Result<()> {
    let kept = format!(
        "INSERT INTO merge_moves (merge_id, kind, row_id)
         SELECT $1, CAST($2 AS TEXT), id FROM {table} WHERE {column} = $3"
    );
    tx.execute(&kept, &[id.into(), table.into(), from.into()])?;
    let sql = format!("UPDATE {table} SET {column} = $2 WHERE {column} = $1");
    tx.execute(&sql, &[from.into(), to.into()])?;
    Ok(())
}

/// Moves back what was moved and still lies there.
pub(crate) fn give_back(
    tx: &mut Tx,
    id: MergeId,
    (table, column): Rows,
    from: i64,
    to: i64,
) -> Result<()> {
    let sql = format!(
        "UPDATE {table} SET {column} = $1 WHERE {column} = $2 AND id IN
             (SELECT row_id FROM merge_moves WHERE merge_id = $3 AND kind = $4)"
    );
    tx.execute(&sql, &[to.into(), from.into(), id.into(), table.into()])?;
    Ok(())
}

/// Puts the tags of the one that goes on the one that stays.
pub(crate) fn share_tags(tx: &mut Tx, id: MergeId, from: i64, to: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO merge_moves (merge_id, kind, row_id)
         SELECT $1, 'taggings', tag_id FROM taggings WHERE subject_id = $2 AND tag_id NOT IN
             (SELECT tag_id FROM taggings WHERE subject_id = $3)",
        &[id.into(), from.into(), to.into()],
    )?;
    tx.execute(
        "INSERT INTO taggings (tag_id, subject_kind, subject_id, created_at)
         SELECT tag_id, subject_kind, $2, created_at FROM taggings
         WHERE subject_id = $1 AND tag_id NOT IN
             (SELECT tag_id FROM taggings WHERE subject_id = $2)",
        &[from.into(), to.into()],
    )?;
    Ok(())
}

/// Takes off those that the merge put on; one that was put on again since then is newer.
pub(crate) fn unshare_tags(tx: &mut Tx, id: MergeId, from: i64, to: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM taggings WHERE subject_id = $1 AND tag_id IN
             (SELECT row_id FROM merge_moves WHERE merge_id = $3 AND kind = 'taggings')
           AND created_at = (SELECT own.created_at FROM taggings AS own
                             WHERE own.subject_id = $2 AND own.tag_id = taggings.tag_id)",
        &[from.into(), to.into(), id.into()],
    )?;
    Ok(())
}

/// The attributes that both have and that differ.
pub(crate) fn differing(from: &[Attribute], into: &[Attribute]) -> Vec<Choice> {
    let both = from.iter().zip(into);
    both.filter_map(|(a, b)| match (&a.value, &b.value) {
        (Some(x), Some(y)) if x != y => Some(Choice {
            key: key_of(a),
            label: a.definition.label.clone(),
            from: x.text(),
            into: y.text(),
        }),
        _ => None,
    })
    .collect()
}

fn key_of(it: &Attribute) -> String {
    format!("attribute:{}", it.definition.name)
}

/// Copies what the one that stays has no value for, and what was chosen.
pub(crate) fn share_attributes(
    tx: &mut Tx,
    about: About,
    from: i64,
    to: i64,
    choices: &Choices,
) -> Result<Vec<Set>> {
    let (theirs, own) = (attributes::of(tx, about, from)?, attributes::of(tx, about, to)?);
    let mut set = Vec::new();
    for (a, b) in theirs.iter().zip(&own) {
        let Some(value) = &a.value else { continue };
        let wanted = match &b.value {
            None => true,
            Some(own) => own != value && choices.takes(&key_of(a)),
        };
        if wanted {
            attributes::write(tx, &a.definition, to, Some(value))?;
            let was = b.value.as_ref().map(Value::text);
            set.push(Set { key: a.definition.name.clone(), was, now: Some(value.text()) });
        }
    }
    Ok(set)
}

/// Resets what still is what the merge made of it.
pub(crate) fn unshare_attributes(tx: &mut Tx, about: About, of: i64, set: &[Set]) -> Result<()> {
    for it in attributes::of(tx, about, of)? {
        let Some(set) = set.iter().find(|set| set.key == it.definition.name) else { continue };
        if it.value.as_ref().map(Value::text) == set.now {
            let was = set.was.as_deref();
            let was = was.and_then(|text| Value::stored(it.definition.kind, text));
            attributes::write(tx, &it.definition, of, was.as_ref())?;
        }
    }
    Ok(())
}

row! {
    /// A merge as the record of the one that stays tells it.
    #[derive(PartialEq)]
    pub struct Merged {
        pub id: MergeId,
        pub from_id: i64,
        /// The name of the one that went.
        pub name: String,
        /// The name of the agent; `None` for Tend by itself.
        pub by: Option<String>,
        pub merged_at: Timestamp,
    }
}

/// The merges into one contact or account that can be taken back, the newest first.
pub(crate) fn of(tx: &mut Tx, kind: About, into: i64) -> Result<Vec<Merged>> {
    let table = if kind == About::Contact { "contacts" } else { "accounts" };
    let sql = format!(
        "SELECT merges.id, merges.from_id, {table}.name, agents.name AS by, merges.merged_at
         FROM merges JOIN {table} ON {table}.id = merges.from_id
         LEFT JOIN agents ON agents.id = merges.agent_id
         WHERE merges.into_id = $1 AND merges.subject_kind = $2 AND merges.undone_at IS NULL
         ORDER BY merges.id DESC LIMIT 50"
    );
    Ok(tx.rows(&sql, &[into.into(), kind.into()])?)
}
