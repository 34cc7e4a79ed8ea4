use serde_json::json;
use tend_store::Tx;

use super::{AgentId, fields, roles, story};
use crate::{Result, error::conflict};

/// What the first-run page asks for.
#[derive(Clone, Debug)]
pub struct Start {
    pub company: String,
    pub time_zone: String,
    pub name: String,
    pub email: String,
    /// Made outside the transaction.
    pub password_hash: String,
}

/// Whether anybody was ever here. Until then the first-run page is all there is.
pub fn is_started(tx: &mut Tx) -> Result<bool> {
    let anyone: Option<AgentId> = tx.maybe_scalar("SELECT id FROM agents LIMIT 1", &[])?;
    Ok(anyone.is_some())
}

/// Sets the company up with its first admin. Of many who try at once one wins.
///
/// # Errors
/// Conflict, when anybody was here before, also through the command line.
pub fn start(tx: &mut Tx, it: &Start) -> Result<AgentId> {
    if is_started(tx)? {
        return Err(conflict("Tend is set up already. Sign in instead."));
    }
    roles::ensure(tx)?;
    let company = fields::name(&it.company)?;
    let zone = fields::time_zone(&it.time_zone)?;
    set_company(tx, &company, &zone)?;
    let admin = roles::named(tx, "admin")?.id;
    let id = super::add(tx, &it.name, &it.email, admin)?;
    tx.execute(
        "UPDATE agents SET password_hash = $2, time_zone = $3 WHERE id = $1",
        &[id.into(), (&it.password_hash).into(), (&zone).into()],
    )?;
    let what = json!({"company": company, "time_zone": zone});
    story::record(tx, Some(id), "company_started", "agent", id, &what)?;
    Ok(id)
}

fn set_company(tx: &mut Tx, company: &str, zone: &str) -> Result<()> {
    let now = tx.now();
    for (name, value) in [("company.name", company), ("company.time_zone", zone)] {
        tx.execute(
            "INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value,
                                              changed_at = excluded.changed_at",
            &[name.into(), value.into(), now.into()],
        )?;
    }
    Ok(())
}
