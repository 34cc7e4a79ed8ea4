//! Numbers of the company's own.

use std::collections::HashMap;

use jiff::Timestamp;
use tend_store::{Tx, Value, placeholders, row};

use super::{Ask, DAY, Sheet};
use crate::{Result, accounts::AccountId, health::Kind};

row! {
    struct Said {
        subject_id: AccountId,
        name: String,
        number_value: f64,
        changed_at: Timestamp,
    }
}

/// Only what was said before the day counts: what was said since may be said because of what
/// happened. A past value is not kept, so it is blank.
pub(super) fn fill(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    let wanted: HashMap<&str, usize> = ask
        .of(Kind::Attribute)
        .into_iter()
        .map(|it| (ask.wanted[it.0].attribute.as_str(), it.0))
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let mut before: Vec<Value> = vec![ask.cut.into()];
    before.extend(wanted.keys().map(|it| Value::from(*it)));
    let names = placeholders(2, wanted.len());
    let (marks, args) = ask.bound(before);
    let sql = format!(
        "SELECT attribute_values.subject_id, attribute_definitions.name,
             attribute_values.number_value, attribute_values.changed_at
         FROM attribute_values
         JOIN attribute_definitions ON attribute_definitions.id = attribute_values.definition_id
         WHERE attribute_definitions.subject_kind = 'account'
             AND attribute_definitions.kind = 'number'
             AND attribute_definitions.name IN ({names})
             AND attribute_values.number_value IS NOT NULL
             AND attribute_values.changed_at > 0 AND attribute_values.changed_at < $1
             AND attribute_values.subject_id IN ({marks})"
    );
    for it in tx.rows::<Said>(&sql, &args)? {
        if let Some(n) = wanted.get(it.name.as_str()) {
            let age = (ask.cut - it.changed_at.as_microsecond()) / DAY;
            sheet.put(it.subject_id, *n, it.number_value, age);
        }
    }
    Ok(())
}
