//! Why customers leave: the company's own list.

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::subscriptions::ReasonId;
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    contacts::fields,
    error::{invalid, not_found},
    fold,
    journal::{self, Change, Subject},
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

/// All of them, those in use first.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<Reason>> {
    me.require(Permission::RevenueRead)?;
    Ok(tx.rows(
        "SELECT id, name, archived_at FROM churn_reasons
         ORDER BY CASE WHEN archived_at IS NULL THEN 0 ELSE 1 END, name_folded, id",
        &[],
    )?)
}

/// Adds one.
pub fn add(tx: &mut Tx, me: &Me, name: &str) -> Result<ReasonId> {
    me.require(Permission::RevenueEdit)?;
    let name =
        fields::name(name).map_err(|_| invalid("reason", "Write the reason in a few words."))?;
    let folded = fold::fold(&name);
    let known: Option<ReasonId> = tx.maybe_scalar(
        "SELECT id FROM churn_reasons WHERE name_folded = $1",
        &[folded.as_str().into()],
    )?;
    if known.is_some() {
        return Err(invalid("reason", "There is this reason already."));
    }
    let (id, now) = (ReasonId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO churn_reasons (id, name, name_folded, created_at) VALUES ($1, $2, $3, $4)",
        &[id.into(), name.as_str().into(), folded.into(), now.into()],
    )?;
    let change = Change::ChurnReasonSaved { name };
    journal::record(tx, Actor::Agent(me.id), Subject::plain("churn_reason", id.raw()), &change)?;
    Ok(id)
}

/// Whether a reason can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    Again,
    NoMore,
}

/// Uses it no more, or again; what was said with it stays. Doing it twice is doing it once.
pub fn archive(tx: &mut Tx, me: &Me, id: ReasonId, used: Used) -> Result<()> {
    me.require(Permission::RevenueEdit)?;
    let it = all(tx, me)?.into_iter().find(|it| it.id == id).ok_or(not_found("reason"))?;
    if it.archived_at.is_some() == (used == Used::NoMore) {
        return Ok(());
    }
    let at = (used == Used::NoMore).then(|| tx.now());
    tx.execute("UPDATE churn_reasons SET archived_at = $2 WHERE id = $1", &[id.into(), at.into()])?;
    let change = Change::ChurnReasonSaved { name: it.name };
    journal::record(tx, Actor::Agent(me.id), Subject::plain("churn_reason", id.raw()), &change)
}
