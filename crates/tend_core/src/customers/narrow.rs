use std::collections::HashMap;

use tend_store::{Tx, Value, placeholders, row};

use crate::{
    Result,
    agents::Me,
    attributes::AttributeId,
    conversations::list::{Where, visible_to},
    tags::{Tag, TagId},
};

/// Narrows a list to what carries a tag.
pub(crate) fn tagged(tag: Option<TagId>, id: &str, out: &mut Where) {
    if let Some(it) = tag {
        let condition = format!("{id} IN (SELECT subject_id FROM taggings WHERE tag_id = ?)");
        out.and(&condition, [it.into()]);
    }
}

/// Narrows a list to what has a value.
pub(crate) fn with_attribute(of: Option<&(AttributeId, String)>, id: &str, out: &mut Where) {
    if let Some((attribute, value)) = of {
        let condition = format!(
            "{id} IN (SELECT subject_id FROM attribute_values
             WHERE definition_id = ? AND text_value = ?)"
        );
        out.and(&condition, [(*attribute).into(), value.into()]);
    }
}

/// The tags of several things, by name.
pub(crate) fn tags_of(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, Vec<Tag>>> {
    row! {
        struct Tagging {
            subject_id: i64,
            id: TagId,
            name: String,
        }
    }
    let sql = format!(
        "SELECT taggings.subject_id, tags.id, tags.name
         FROM taggings JOIN tags ON tags.id = taggings.tag_id
         WHERE taggings.subject_id IN ({}) ORDER BY tags.name_folded",
        placeholders(1, ids.len())
    );
    let args: Vec<Value> = ids.iter().map(|it| (*it).into()).collect();
    let all: Vec<Tagging> = tx.rows(&sql, &args)?;
    let mut tags: HashMap<i64, Vec<Tag>> = HashMap::new();
    for it in all {
        tags.entry(it.subject_id).or_default().push(Tag { id: it.id, name: it.name });
    }
    Ok(tags)
}

/// How many active conversations several contacts (`contact_id`) or accounts (`account_id`)
/// have, of those that the agent may see.
pub(crate) fn open_of(
    tx: &mut Tx,
    me: &Me,
    column: &'static str,
    ids: &[i64],
) -> Result<HashMap<i64, i64>> {
    row! {
        struct Open {
            id: i64,
            count: i64,
        }
    }
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut all = Where::new();
    let marks = vec!["?"; ids.len()].join(", ");
    all.and(&format!("conversations.{column} IN ({marks})"), ids.iter().map(|it| Value::from(*it)));
    all.and("conversations.is_active = TRUE", []);
    visible_to(me, &mut all);
    let sql = format!(
        "SELECT conversations.{column} AS id, count(*) AS count FROM conversations
         WHERE {} GROUP BY conversations.{column}",
        all.sql
    );
    let open: Vec<Open> = tx.rows(&sql, &all.args)?;
    Ok(open.into_iter().map(|it| (it.id, it.count)).collect())
}
