//! A tag is a word that the company puts on conversations, contacts and accounts.

use tend_store::{Tx, id, row};

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{conflict, invalid, not_found},
    fold,
    journal::{self, Change, Subject},
};

id!(TagId, "tag");

row! {
    /// A tag.
    #[derive(PartialEq)]
    pub struct Tag {
        pub id: TagId,
        pub name: String,
    }
}

/// A tag, also an archived one.
pub fn find(tx: &mut Tx, id: TagId) -> Result<Tag> {
    tx.maybe("SELECT id, name FROM tags WHERE id = $1", &[id.into()])?.ok_or(not_found("tag"))
}

/// All that can be put on something, by name.
pub fn all(tx: &mut Tx) -> Result<Vec<Tag>> {
    let sql = "SELECT id, name FROM tags WHERE archived_at IS NULL ORDER BY name_folded";
    Ok(tx.rows(sql, &[])?)
}

/// The tag of this name, made if there is none and the agent may make one.
pub fn named(tx: &mut Tx, by: &Me, name: &str) -> Result<TagId> {
    match known(tx, name)? {
        Some(it) => Ok(it),
        None => create(tx, by, name),
    }
}

/// The tag of this name, unless it is archived.
pub(crate) fn known(tx: &mut Tx, name: &str) -> Result<Option<TagId>> {
    Ok(tx.maybe_scalar(
        "SELECT id FROM tags WHERE name_folded = $1 AND archived_at IS NULL",
        &[fold::fold(name).into()],
    )?)
}

/// Makes a tag; an archived one of the same name comes back.
pub fn create(tx: &mut Tx, by: &Me, name: &str) -> Result<TagId> {
    by.require(Permission::TagsManage)?;
    let name = checked(name)?;
    let (id, now) = (TagId::new(tx), tx.now());
    let there: Option<TagId> = tx.maybe_scalar(
        "SELECT id FROM tags WHERE name_folded = $1 AND archived_at IS NULL",
        &[fold::fold(&name).into()],
    )?;
    if there.is_some() {
        return Err(conflict("There is a tag of this name already."));
    }
    tx.execute(
        "INSERT INTO tags (id, name, name_folded, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name_folded) DO UPDATE SET name = excluded.name, archived_at = NULL",
        &[id.into(), name.as_str().into(), fold::fold(&name).into(), now.into()],
    )?;
    let id = tx.scalar::<TagId>(
        "SELECT id FROM tags WHERE name_folded = $1",
        &[fold::fold(&name).into()],
    )?;
    record(tx, by, id, &Change::TagCreated { name })?;
    Ok(id)
}

/// Gives a tag another name, everywhere.
pub fn rename(tx: &mut Tx, by: &Me, id: TagId, name: &str) -> Result<()> {
    by.require(Permission::TagsManage)?;
    find(tx, id)?;
    let name = checked(name)?;
    let taken: Option<TagId> = tx.maybe_scalar(
        "SELECT id FROM tags WHERE name_folded = $1 AND id <> $2",
        &[fold::fold(&name).into(), id.into()],
    )?;
    if taken.is_some() {
        return Err(invalid("name", "There is such a tag already."));
    }
    tx.execute(
        "UPDATE tags SET name = $2, name_folded = $3 WHERE id = $1",
        &[id.into(), name.as_str().into(), fold::fold(&name).into()],
    )?;
    record(tx, by, id, &Change::TagChanged { name })
}

/// Offers a tag no more; where it is, it stays.
pub fn archive(tx: &mut Tx, by: &Me, id: TagId) -> Result<()> {
    by.require(Permission::TagsManage)?;
    let tag = find(tx, id)?;
    let now = tx.now();
    tx.execute("UPDATE tags SET archived_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    record(tx, by, id, &Change::TagArchived { name: tag.name })
}

/// The tags of one thing, by name.
pub fn of(tx: &mut Tx, subject_id: i64) -> Result<Vec<Tag>> {
    Ok(tx.rows(
        "SELECT tags.id, tags.name FROM taggings JOIN tags ON tags.id = taggings.tag_id
         WHERE taggings.subject_id = $1 ORDER BY tags.name_folded",
        &[subject_id.into()],
    )?)
}

/// Puts a tag on something; says whether that was news.
pub(crate) fn put_on(tx: &mut Tx, tag: TagId, kind: &str, subject_id: i64) -> Result<bool> {
    let now = tx.now();
    let added = tx.execute(
        "INSERT INTO taggings
             (tag_id, subject_kind, subject_id, created_at, inbox_id, sorted_at)
         VALUES ($1, $2, $3, $4, (SELECT inbox_id FROM conversations WHERE id = $3),
             (SELECT last_message_at FROM conversations WHERE id = $3))
         ON CONFLICT DO NOTHING",
        &[tag.into(), kind.into(), subject_id.into(), now.into()],
    )?;
    Ok(added > 0)
}

/// Takes a tag off something; says whether that was news.
pub(crate) fn take_off(tx: &mut Tx, tag: TagId, subject_id: i64) -> Result<bool> {
    let removed = tx.execute(
        "DELETE FROM taggings WHERE tag_id = $1 AND subject_id = $2",
        &[tag.into(), subject_id.into()],
    )?;
    Ok(removed > 0)
}

fn checked(name: &str) -> Result<String> {
    let name = fold::one_line(name, 60);
    match name.is_empty() {
        true => Err(invalid("name", "A tag needs a name.")),
        false => Ok(name),
    }
}

fn record(tx: &mut Tx, by: &Me, id: TagId, change: &Change) -> Result<()> {
    journal::record(tx, Actor::Agent(by.id), Subject::plain("tag", id.raw()), change)
}
