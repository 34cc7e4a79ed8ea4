//! When nothing is heard any more of somebody who counts.

use jiff::{SignedDuration, Timestamp};
use tend_store::Tx;

use super::{
    KeyPerson,
    people::{self, SELECT},
};
use crate::{
    Result,
    accounts::AccountId,
    actor::Actor,
    agents::{Me, Permission},
    contacts::{self, ContactId},
    error::invalid,
    journal::Change,
    settings,
};

/// Unless the company says otherwise.
const DAYS: i64 = 30;

/// So many days without a message and without usage, and a key person counts as silent.
pub fn silent_days(tx: &mut Tx) -> Result<i64> {
    let text = settings::get_or(tx, settings::SILENT_DAYS, "")?;
    Ok(text.parse().unwrap_or(DAYS))
}

/// Sets how many days that is: 1 to 3650.
pub fn set_silent_days(tx: &mut Tx, by: &Me, days: i64) -> Result<()> {
    by.require(Permission::StagesManage)?;
    if !(1..=3650).contains(&days) {
        return Err(invalid("silent_days", "Write a number of days from 1 to 3650."));
    }
    settings::set(tx, Actor::Agent(by.id), settings::SILENT_DAYS, &days.to_string())
}

/// Looks who of an account's key people fell silent or is heard again, and tells its owner of
/// each who did, once. How many that were.
pub fn listen(tx: &mut Tx, id: AccountId) -> Result<usize> {
    let sql = format!("{SELECT} WHERE key_people.account_id = $1 AND key_people.left_at IS NULL");
    let people: Vec<KeyPerson> = tx.rows(&sql, &[id.into()])?;
    if people.is_empty() {
        return Ok(0);
    }
    let span = SignedDuration::from_hours(24 * silent_days(tx)?);
    let since = tx.now().checked_sub(span).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut told: Vec<ContactId> = Vec::new();
    for it in people.iter().filter(|it| it.role.is_missed()) {
        let heard = last_heard(tx, it)?;
        match (it.silent_at, heard < since) {
            (None, true) if !told.contains(&it.contact_id) => {
                fell(tx, it, heard)?;
                told.push(it.contact_id);
            }
            (Some(_), false) => people::heard_of(tx, it.contact_id.raw())?,
            _ => {}
        }
    }
    Ok(told.len())
}

/// The last message, the last usage, or else when they were made a key person.
pub(super) fn last_heard(tx: &mut Tx, it: &KeyPerson) -> Result<Timestamp> {
    let made: Timestamp =
        tx.scalar("SELECT created_at FROM key_people WHERE id = $1", &[it.id.into()])?;
    let used: Option<Timestamp> = tx.maybe_scalar(
        "SELECT last_at FROM usage_people WHERE contact_id = $1 ORDER BY last_at DESC LIMIT 1",
        &[it.contact_id.into()],
    )?;
    Ok(made.max(it.seen_at.unwrap_or(made)).max(used.unwrap_or(made)))
}

fn fell(tx: &mut Tx, it: &KeyPerson, heard: Timestamp) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE key_people SET silent_at = $2 WHERE contact_id = $1 AND left_at IS NULL",
        &[it.contact_id.into(), now.into()],
    )?;
    let contact = contacts::find(tx, it.contact_id)?;
    let change =
        Change::PersonSilent { role: it.role.label().into(), since: heard.as_microsecond() };
    people::record(tx, Actor::System, &contact, change)?;
    people::tell_owner(tx, &contact, Actor::System, "silent")
}
