//! The company's own settings, each a name and a text.

use tend_store::{Tx, row};

use crate::{
    Result,
    actor::Actor,
    journal::{self, Change, Subject},
};

/// The company's name, as customers read it.
pub const COMPANY: &str = "company";
/// The company's IANA time zone.
pub const TIME_ZONE: &str = "time_zone";
/// The address that links in mails start with, such as `https://desk.example.com`.
pub const BASE_URL: &str = "base_url";
/// How much a browser's notification may show: `little`, `subject`, `text`.
pub const PUSH_SHOWS: &str = "push_shows";

/// So many days without a sign, and a key person counts as silent.
pub const SILENT_DAYS: &str = "silent_days";

row! {
    struct Setting {
        value: String,
    }
}

/// A setting's text, if it was ever set.
pub fn get(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let found: Option<Setting> =
        tx.maybe("SELECT value FROM settings WHERE name = $1", &[name.into()])?;
    Ok(found.map(|it| it.value))
}

/// A setting's text, or `otherwise`.
pub fn get_or(tx: &mut Tx, name: &str, otherwise: &str) -> Result<String> {
    Ok(get(tx, name)?.unwrap_or_else(|| otherwise.to_owned()))
}

/// Sets it. Setting it to what it is changes nothing.
pub fn set(tx: &mut Tx, by: Actor, name: &str, value: &str) -> Result<()> {
    if get(tx, name)?.as_deref() == Some(value) {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
        &[name.into(), value.into(), now.into()],
    )?;
    journal::record(tx, by, Subject::company(), &Change::SettingChanged { name: name.to_owned() })
}
