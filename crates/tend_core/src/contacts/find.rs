use tend_store::{Tx, row};

use super::{COLUMNS, Contact, ContactId, Identity, IdentityKind};
use crate::{
    Result,
    agents::{Me, Permission},
    error::not_found,
    fold,
};

/// A contact; one that was merged away leads to the one that took it in.
pub fn find(tx: &mut Tx, id: ContactId) -> Result<Contact> {
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE id = $1");
    let mut id = id;
    for _ in 0..32 {
        let found: Contact = tx.maybe(&sql, &[id.into()])?.ok_or(not_found("contact"))?;
        match found.merged_into {
            Some(into) => id = into,
            None => return Ok(found),
        }
    }
    Err(not_found("contact"))
}

row! {
    struct Known {
        contact_id: ContactId,
    }
}

/// Whose identity this is.
pub fn by_identity(tx: &mut Tx, kind: IdentityKind, value: &str) -> Result<Option<ContactId>> {
    let Some(folded) = kind.fold(value) else {
        return Ok(None);
    };
    let known: Option<Known> = tx.maybe(
        "SELECT contact_id FROM identities WHERE kind = $1 AND value_folded = $2",
        &[kind.into(), folded.into()],
    )?;
    Ok(known.map(|it| it.contact_id))
}

/// All identities of a contact, the primary of each kind first.
pub fn identities(tx: &mut Tx, id: ContactId) -> Result<Vec<Identity>> {
    let mut found: Vec<Identity> = tx.rows(
        "SELECT id, contact_id, kind, value, is_primary, undeliverable_at FROM identities
         WHERE contact_id = $1 ORDER BY id",
        &[id.into()],
    )?;
    let order = |it: &Identity| IdentityKind::ALL.iter().position(|kind| *kind == it.kind);
    found.sort_by_key(|it| (order(it), !it.is_primary, it.id));
    Ok(found)
}

/// Where to write to them.
pub fn primary_email(tx: &mut Tx, id: ContactId) -> Result<Option<String>> {
    let all = identities(tx, id)?;
    Ok(all.into_iter().find(|it| it.kind == IdentityKind::Email).map(|it| it.value))
}

row! {
    struct Start {
        name: String,
        value: String,
    }
}

/// Names and email addresses of those whose name or address begins so, for the fields of a composer.
pub fn by_start(tx: &mut Tx, me: &Me, start: &str, limit: usize) -> Result<Vec<(String, String)>> {
    me.require(Permission::CustomersRead)?;
    let start = fold::fold(start);
    if start.is_empty() {
        return Ok(Vec::new());
    }
    // One past everything that begins so.
    let end = format!("{start}\u{10FFFF}");
    let found: Vec<Start> = tx.rows(
        "SELECT contacts.name, identities.value FROM identities
         JOIN contacts ON contacts.id = identities.contact_id
         WHERE identities.kind = 'email' AND contacts.merged_into IS NULL AND (
             identities.id IN (SELECT id FROM identities
                 WHERE kind = 'email' AND value_folded >= $1 AND value_folded < $2 LIMIT 50)
             OR identities.contact_id IN (SELECT id FROM contacts
                 WHERE name_folded >= $1 AND name_folded < $2 LIMIT 50))
         ORDER BY contacts.name_folded, identities.id LIMIT $3",
        &[start.into(), end.into(), (limit as i64).into()],
    )?;
    Ok(found.into_iter().map(|it| (it.name, it.value)).collect())
}
