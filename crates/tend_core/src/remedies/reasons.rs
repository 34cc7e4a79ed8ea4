//! Why something has to be made right: the company's own list, of which some are ready.

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::ReasonId;
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    contacts::fields,
    error::{invalid, not_found},
    fold,
    journal::{self, Change, RemedyRulesSaved, Subject},
};

row! {
    /// A reason.
    #[derive(PartialEq)]
    pub struct Reason {
        pub id: ReasonId,
        pub name: String,
        /// It is not chosen any more.
        pub archived_at: Option<Timestamp>,
    }
}

/// All of them, those in use first, in the order in which they were made.
pub fn all(tx: &mut Tx) -> Result<Vec<Reason>> {
    Ok(tx.rows(
        "SELECT id, name, archived_at FROM remedy_reasons
         ORDER BY CASE WHEN archived_at IS NULL THEN 0 ELSE 1 END, id",
        &[],
    )?)
}

/// One, also one that is not chosen any more.
///
/// # Errors
/// NotFound.
pub fn find(tx: &mut Tx, id: ReasonId) -> Result<Reason> {
    let found =
        tx.maybe("SELECT id, name, archived_at FROM remedy_reasons WHERE id = $1", &[id.into()])?;
    found.ok_or(not_found("reason"))
}

/// Adds one.
pub fn add(tx: &mut Tx, me: &Me, name: &str) -> Result<ReasonId> {
    me.require(Permission::RemediesManage)?;
    let name = checked(tx, name, None)?;
    let id = ReasonId::new(tx);
    tx.execute(
        "INSERT INTO remedy_reasons (id, name, name_folded) VALUES ($1, $2, $3)",
        &[id.into(), name.as_str().into(), fold::fold(&name).into()],
    )?;
    record(tx, me, id, name)?;
    Ok(id)
}

/// Calls it something else.
pub fn rename(tx: &mut Tx, me: &Me, id: ReasonId, name: &str) -> Result<()> {
    me.require(Permission::RemediesManage)?;
    let before = find(tx, id)?;
    let name = checked(tx, name, Some(id))?;
    if before.name == name {
        return Ok(());
    }
    tx.execute(
        "UPDATE remedy_reasons SET name = $2, name_folded = $3 WHERE id = $1",
        &[id.into(), name.as_str().into(), fold::fold(&name).into()],
    )?;
    record(tx, me, id, name)
}

/// Whether a reason can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    Again,
    NoMore,
}

/// Uses it no more, or again; what was given for it stays. Doing it twice is doing it once.
pub fn archive(tx: &mut Tx, me: &Me, id: ReasonId, used: Used) -> Result<()> {
    me.require(Permission::RemediesManage)?;
    let it = find(tx, id)?;
    if it.archived_at.is_some() == (used == Used::NoMore) {
        return Ok(());
    }
    let at = (used == Used::NoMore).then(|| tx.now());
    tx.execute(
        "UPDATE remedy_reasons SET archived_at = $2 WHERE id = $1",
        &[id.into(), at.into()],
    )?;
    record(tx, me, id, it.name)
}

fn checked(tx: &mut Tx, name: &str, own: Option<ReasonId>) -> Result<String> {
    let name =
        fields::name(name).map_err(|_| invalid("name", "Write the reason in a few words."))?;
    let known: Option<ReasonId> = tx.maybe_scalar(
        "SELECT id FROM remedy_reasons WHERE name_folded = $1",
        &[fold::fold(&name).into()],
    )?;
    match known {
        Some(id) if Some(id) != own => Err(invalid("name", "There is this reason already.")),
        _ => Ok(name),
    }
}

fn record(tx: &mut Tx, me: &Me, id: ReasonId, name: String) -> Result<()> {
    let change = Change::RemedyRulesSaved(RemedyRulesSaved { what: "reason".to_owned(), name });
    journal::record(tx, Actor::Agent(me.id), Subject::plain("remedy_reason", id.raw()), &change)
}
