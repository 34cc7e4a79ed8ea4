use tend_store::Tx;

use super::{About, AttributeId, Definition, Kind, find};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, refused},
    fold,
    journal::{self, Change, Subject},
};

/// So many attributes a kind of thing has at most, also archived ones.
pub const MOST: i64 = 200;
/// So many choices an attribute has at most.
const MOST_CHOICES: usize = 200;

/// Something that a company wants to know.
#[derive(Clone, Debug)]
pub struct NewDefinition {
    pub about: About,
    /// As people read it.
    pub label: String,
    /// `a-z0-9_`; made from the label if it is empty.
    pub name: String,
    pub kind: Kind,
    /// For a choice: what can be chosen, in this order.
    pub choices: Vec<String>,
}

/// Defines an attribute. It stands last until it is moved.
///
/// # Errors
/// Invalid under `label`, `name` or `choices`.
pub fn define(tx: &mut Tx, by: &Me, new: &NewDefinition) -> Result<AttributeId> {
    by.require(Permission::AttributesManage)?;
    let label = label(&new.label)?;
    let name = name(if new.name.trim().is_empty() { &label } else { &new.name })?;
    let choices = choices(new.kind, &new.choices)?;
    let taken: Option<String> = tx.maybe_scalar(
        "SELECT label FROM attribute_definitions WHERE subject_kind = $1 AND name = $2",
        &[new.about.into(), (&name).into()],
    )?;
    if let Some(it) = taken {
        return Err(invalid("name", format!("{it} is known by this name already.")));
    }
    let (count, last) = counted(tx, new.about)?;
    if count >= MOST {
        return Err(refused(format!(
            "There are {MOST} attributes already. Archive what nobody needs."
        )));
    }
    let (id, now) = (AttributeId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO attribute_definitions
             (id, subject_kind, name, label, kind, choices, position, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            id.into(),
            new.about.into(),
            (&name).into(),
            label.into(),
            new.kind.into(),
            choices.into(),
            (last + 1).into(),
            now.into(),
        ],
    )?;
    record(tx, by, id, &Change::AttributeDefined { name })?;
    Ok(id)
}

fn counted(tx: &mut Tx, about: About) -> Result<(i64, i64)> {
    let count = tx.scalar(
        "SELECT count(*) FROM attribute_definitions WHERE subject_kind = $1 AND archived_at IS NULL",
        &[about.into()],
    )?;
    let last = tx.scalar(
        "SELECT COALESCE(MAX(position), 0) FROM attribute_definitions WHERE subject_kind = $1",
        &[about.into()],
    )?;
    Ok((count, last))
}

/// Changes what people read and what can be chosen. Name and kind stay; a choice that is taken
/// out stays where it was chosen, and can't be chosen again. Doing it twice is doing it once.
pub fn redefine(
    tx: &mut Tx,
    by: &Me,
    id: AttributeId,
    to_label: &str,
    to_choices: &[String],
) -> Result<()> {
    by.require(Permission::AttributesManage)?;
    let it = find(tx, id)?;
    let (label, choices) = (label(to_label)?, choices(it.kind, to_choices)?);
    if it.label == label && it.choices_text == choices {
        return Ok(());
    }
    tx.execute(
        "UPDATE attribute_definitions SET label = $2, choices = $3 WHERE id = $1",
        &[id.into(), label.into(), choices.into()],
    )?;
    record(tx, by, id, &Change::AttributeChanged { name: it.name })
}

/// Offers an attribute no more; what is known by it is kept. Doing it twice is doing it once.
pub fn archive(tx: &mut Tx, by: &Me, id: AttributeId) -> Result<()> {
    by.require(Permission::AttributesManage)?;
    let it = find(tx, id)?;
    if it.archived_at.is_some() {
        return Ok(());
    }
    let now = tx.now();
    set_archived(tx, &it, now.into())?;
    record(tx, by, id, &Change::AttributeArchived { name: it.name })
}

/// Offers an attribute again, with all that was known by it.
pub fn restore(tx: &mut Tx, by: &Me, id: AttributeId) -> Result<()> {
    by.require(Permission::AttributesManage)?;
    let it = find(tx, id)?;
    if it.archived_at.is_none() {
        return Ok(());
    }
    set_archived(tx, &it, tend_store::Value::Null)?;
    record(tx, by, id, &Change::AttributeDefined { name: it.name })
}

fn set_archived(tx: &mut Tx, it: &Definition, to: tend_store::Value) -> Result<()> {
    let sql = "UPDATE attribute_definitions SET archived_at = $2 WHERE id = $1";
    tx.execute(sql, &[it.id.into(), to])?;
    Ok(())
}

/// Puts the attributes in this order; those that are not named follow as they were.
pub fn order(tx: &mut Tx, by: &Me, about: About, ids: &[AttributeId]) -> Result<()> {
    by.require(Permission::AttributesManage)?;
    let before: Vec<_> = super::definitions(tx, about)?.into_iter().map(|it| it.id).collect();
    let named: Vec<_> = ids.iter().filter(|it| before.contains(it)).copied().collect();
    let rest = before.iter().filter(|it| !named.contains(it)).copied();
    let mut after: Vec<_> = named.clone();
    after.extend(rest);
    after.dedup();
    if after == before {
        return Ok(());
    }
    for (at, id) in after.iter().enumerate() {
        tx.execute(
            "UPDATE attribute_definitions SET position = $2 WHERE id = $1",
            &[(*id).into(), (at + 1).into()],
        )?;
    }
    let change = Change::AttributesOrdered { of: about.word().to_owned() };
    journal::record(tx, Actor::Agent(by.id), Subject::plain("attribute", 0), &change)
}

fn label(text: &str) -> Result<String> {
    let label = fold::one_line(text, 60);
    match label.is_empty() {
        true => Err(invalid("label", "An attribute needs a label.")),
        false => Ok(label),
    }
}

/// `Customer since` is `customer_since`.
fn name(text: &str) -> Result<String> {
    let folded = fold::fold(text);
    let plain: String =
        folded.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect();
    let words: Vec<_> = plain.split('_').filter(|it| !it.is_empty()).collect();
    let name: String = words.join("_").chars().take(60).collect();
    match name.chars().next() {
        Some(it) if it.is_ascii_alphabetic() => Ok(name),
        _ => Err(invalid("name", "A name begins with a letter and has only a to z, 0 to 9 and _.")),
    }
}

fn choices(kind: Kind, texts: &[String]) -> Result<String> {
    let mut all: Vec<String> = Vec::new();
    for it in texts.iter().map(|it| fold::one_line(it, 100)).filter(|it| !it.is_empty()) {
        if !all.iter().any(|known| fold::fold(known) == fold::fold(&it)) {
            all.push(it);
        }
    }
    match kind {
        Kind::Choice if all.is_empty() => Err(invalid("choices", "Write at least one choice.")),
        Kind::Choice if all.len() > MOST_CHOICES => {
            Err(invalid("choices", format!("There can be {MOST_CHOICES} choices at most.")))
        }
        Kind::Choice => Ok(serde_json::to_string(&all).expect("texts are plain data")),
        _ => Ok("[]".to_owned()),
    }
}

fn record(tx: &mut Tx, by: &Me, id: AttributeId, change: &Change) -> Result<()> {
    journal::record(tx, Actor::Agent(by.id), Subject::plain("attribute", id.raw()), change)
}
