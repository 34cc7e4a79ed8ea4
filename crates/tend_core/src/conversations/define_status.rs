use tend_store::Tx;

use super::{Category, Status, StatusId, statuses};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found, refused},
    fold,
    journal::{self, Change, Subject},
};

/// So many statuses may a company have: more can't be told apart.
const MOST: usize = 60;

/// A status of the company's own inside one of the built-in ones, as "Waits for the workshop"
/// inside "Waiting on third party". One of that name that was archived comes back.
pub fn define_status(tx: &mut Tx, by: &Me, name: &str, inside: Category) -> Result<StatusId> {
    by.require(Permission::AttributesManage)?;
    let name = checked(name)?;
    if inside == Category::Snoozed {
        return Err(invalid("category", "What is snoozed has its time, and no other status."));
    }
    let known = statuses(tx)?;
    if known.len() >= MOST {
        return Err(refused("There are as many statuses as one can tell apart. Archive some."));
    }
    if known.iter().any(|it| fold::fold(&it.name) == fold::fold(&name)) {
        return Err(invalid("name", format!("There is a status {name} already.")));
    }
    let base = known.iter().find(|it| it.category == inside && it.is_default);
    let position = base.ok_or(not_found("status"))?.position;
    let id = StatusId::new(tx);
    let id: StatusId = tx.scalar(
        "INSERT INTO statuses (id, name, category, is_default, position)
         VALUES ($1, $2, $3, FALSE, $4)
         ON CONFLICT (name) DO UPDATE SET archived_at = NULL, category = excluded.category,
             position = excluded.position
         RETURNING id",
        &[id.into(), name.as_str().into(), inside.into(), position.into()],
    )?;
    let change = Change::StatusDefined { name, category: inside.word().to_owned() };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)?;
    Ok(id)
}

/// Gives a status another name, a built-in one too: what it means stays.
pub fn rename_status(tx: &mut Tx, by: &Me, id: StatusId, name: &str) -> Result<()> {
    by.require(Permission::AttributesManage)?;
    let (name, known) = (checked(name)?, statuses(tx)?);
    let it = find(&known, id)?;
    if it.name == name {
        return Ok(());
    }
    let taken: Option<StatusId> = tx.maybe_scalar(
        "SELECT id FROM statuses WHERE name = $1 AND id <> $2",
        &[name.as_str().into(), id.into()],
    )?;
    let folded = |other: &&Status| other.id != id && fold::fold(&other.name) == fold::fold(&name);
    if taken.is_some() || known.iter().any(|it| folded(&it)) {
        return Err(invalid("name", format!("There is a status {name} already.")));
    }
    tx.execute("UPDATE statuses SET name = $2 WHERE id = $1", &[id.into(), name.as_str().into()])?;
    let change = Change::StatusRenamed { from: it.name.clone(), to: name };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)
}

/// Offers a status no more. It stays where it stands.
pub fn archive_status(tx: &mut Tx, by: &Me, id: StatusId) -> Result<()> {
    by.require(Permission::AttributesManage)?;
    let known = statuses(tx)?;
    let it = find(&known, id)?;
    if it.is_default {
        return Err(refused("This one comes with Tend: clocks and reports stand on it."));
    }
    let now = tx.now();
    tx.execute("UPDATE statuses SET archived_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    let change = Change::StatusArchived { name: it.name.clone() };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)
}

fn find(known: &[Status], id: StatusId) -> Result<&Status> {
    known.iter().find(|it| it.id == id).ok_or(not_found("status"))
}

fn checked(name: &str) -> Result<String> {
    let name = fold::one_line(name, 60);
    match name.is_empty() {
        true => Err(invalid("name", "A status needs a name.")),
        false => Ok(name),
    }
}
