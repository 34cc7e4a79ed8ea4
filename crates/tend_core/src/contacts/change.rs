use tend_store::Tx;

use super::{Contact, ContactId, fields, find};
use crate::{
    Result, accounts,
    actor::Actor,
    agents::{Me, Permission},
    customers::words,
    fold,
    journal::{self, Change},
};

/// What is to be different about a contact; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ContactChange {
    pub name: Option<String>,
    /// What they do there; may be cleared.
    pub title: Option<String>,
    /// IANA name; may be cleared.
    pub time_zone: Option<String>,
    /// BCP 47; may be cleared.
    pub language: Option<String>,
}

/// Changes what is known of a contact. An account of one goes by the same name.
/// Doing it twice is doing it once.
pub fn change(tx: &mut Tx, by: &Me, id: ContactId, to: &ContactChange) -> Result<()> {
    by.require(Permission::CustomersEdit)?;
    apply(tx, Actor::Agent(by.id), id, to).map(|_| ())
}

/// Says whether anything changed.
pub(crate) fn apply(tx: &mut Tx, by: Actor, id: ContactId, to: &ContactChange) -> Result<bool> {
    let before = find(tx, id)?;
    let mut after = before.clone();
    if let Some(it) = &to.name {
        after.name = fields::name(it)?;
    }
    if let Some(it) = &to.title {
        after.title = fields::title(it);
    }
    if let Some(it) = &to.time_zone {
        after.time_zone = fields::time_zone(it)?;
    }
    if let Some(it) = &to.language {
        after.language = fields::language(it)?;
    }
    let fields = differing(&before, &after);
    if fields.is_empty() {
        return Ok(false);
    }
    write(tx, &after)?;
    let renamed = before.name != after.name;
    let change = Change::ContactChanged { fields };
    journal::record(tx, by, after.subject_of_journal(), &change)?;
    if renamed {
        words::file_contact(tx, after.id)?;
        accounts::follow_name(tx, by, after.account_id, &before.name, &after.name)?;
    }
    Ok(true)
}

pub(super) fn write(tx: &mut Tx, it: &Contact) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE contacts SET name = $2, name_folded = $3, title = $4, time_zone = $5,
             language = $6, changed_at = $7
         WHERE id = $1",
        &[
            it.id.into(),
            it.name.as_str().into(),
            fold::fold(&it.name).into(),
            it.title.as_str().into(),
            it.time_zone.as_str().into(),
            it.language.as_str().into(),
            now.into(),
        ],
    )?;
    Ok(())
}

fn differing(a: &Contact, b: &Contact) -> Vec<String> {
    let all = [
        ("name", a.name != b.name),
        ("title", a.title != b.title),
        ("time_zone", a.time_zone != b.time_zone),
        ("language", a.language != b.language),
    ];
    all.iter().filter(|it| it.1).map(|it| it.0.to_owned()).collect()
}
