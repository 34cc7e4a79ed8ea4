use tend_store::Tx;

use super::{AgentId, fields, roles};
use crate::{
    Result,
    actor::Actor,
    book, conversations,
    error::conflict,
    journal::{self, Change, Subject},
    settings,
};

/// What the first-run page asks for.
#[derive(Clone, Debug)]
pub struct Start {
    pub company: String,
    pub time_zone: String,
    pub name: String,
    pub email: String,
    /// Where the browser found us, which is where links in mails shall lead.
    pub base_url: Option<String>,
    /// Made outside the transaction.
    pub password_hash: String,
}

/// A company's name and time zone as they are kept.
///
/// # Errors
/// Invalid, when the name is empty or there is no such zone.
pub fn checked_company(name: &str, zone: &str) -> Result<(String, String)> {
    Ok((fields::name("company", name)?, fields::time_zone(zone)?))
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
    let (company, zone) = checked_company(&it.company, &it.time_zone)?;
    let admin = roles::named(tx, "admin")?.id;
    let id = super::add(tx, &it.name, &it.email, admin)?;
    tx.execute(
        "UPDATE agents SET password_hash = $2, time_zone = $3 WHERE id = $1",
        &[id.into(), (&it.password_hash).into(), (&zone).into()],
    )?;
    settings::set(tx, Actor::Agent(id), settings::COMPANY, &company)?;
    settings::set(tx, Actor::Agent(id), settings::TIME_ZONE, &zone)?;
    if let Some(url) = &it.base_url {
        settings::set(tx, Actor::Agent(id), settings::BASE_URL, url)?;
    }
    conversations::ensure_statuses(tx)?;
    book::first_stages(tx)?;
    crate::health::first_profile(tx)?;
    let change = Change::CompanyStarted { name: company };
    journal::record(tx, Actor::Agent(id), Subject::company(), &change)?;
    Ok(id)
}
