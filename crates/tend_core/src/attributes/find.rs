use std::collections::HashMap;

use tend_store::{Tx, row};

use super::{About, Attribute, AttributeId, COLUMNS, Definition, Value};
use crate::{Result, error::not_found};

/// A definition, also an archived one.
pub fn find(tx: &mut Tx, id: AttributeId) -> Result<Definition> {
    let sql = format!("SELECT {COLUMNS} FROM attribute_definitions WHERE id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("attribute"))
}

/// What can be known, in the company's own order; archived ones are left out.
pub fn definitions(tx: &mut Tx, about: About) -> Result<Vec<Definition>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM attribute_definitions
         WHERE subject_kind = $1 AND archived_at IS NULL ORDER BY position, id"
    );
    Ok(tx.rows(&sql, &[about.into()])?)
}

row! {
    struct Stored {
        definition_id: AttributeId,
        text_value: String,
    }
}

/// All that can be known of one thing, each with its value if it has one.
pub fn of(tx: &mut Tx, about: About, subject_id: i64) -> Result<Vec<Attribute>> {
    let definitions = definitions(tx, about)?;
    if definitions.is_empty() {
        return Ok(Vec::new());
    }
    let stored: Vec<Stored> = tx.rows(
        "SELECT definition_id, text_value FROM attribute_values WHERE subject_id = $1",
        &[subject_id.into()],
    )?;
    let mut texts: HashMap<_, _> =
        stored.into_iter().map(|it| (it.definition_id, it.text_value)).collect();
    let with_value = |definition: Definition| {
        let text = texts.remove(&definition.id);
        let value = text.and_then(|it| Value::stored(definition.kind, &it));
        Attribute { definition, value }
    };
    Ok(definitions.into_iter().map(with_value).collect())
}

/// Those that are not offered any more, the latest archived first.
pub fn archived(tx: &mut Tx, about: About) -> Result<Vec<Definition>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM attribute_definitions
         WHERE subject_kind = $1 AND archived_at IS NOT NULL ORDER BY archived_at DESC, id"
    );
    Ok(tx.rows(&sql, &[about.into()])?)
}

/// How many things have a value for it, counted to `most` and no further.
pub fn used(tx: &mut Tx, id: AttributeId, most: i64) -> Result<i64> {
    Ok(tx.scalar(
        "SELECT count(*) FROM (SELECT 1 FROM attribute_values WHERE definition_id = $1
         LIMIT $2) AS counted",
        &[id.into(), most.into()],
    )?)
}
