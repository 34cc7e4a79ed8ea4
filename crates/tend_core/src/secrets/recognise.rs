//! Whether the key is the one that this database's secrets were sealed with.

use tend_store::Tx;

use super::{Keys, hex};
use crate::Result;

const SETTING: &str = "key.mark";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// The database has seen no key yet.
    Unknown,
    Same,
    Other,
}

/// Compares the key with the mark that [`adopt`] left.
pub fn recognise(tx: &mut Tx, keys: &Keys) -> Result<Recognised> {
    let mark: Option<String> =
        tx.maybe_scalar("SELECT value FROM settings WHERE name = $1", &[SETTING.into()])?;
    Ok(match mark {
        None => Recognised::Unknown,
        Some(mark) if mark == mark_of(keys) => Recognised::Same,
        Some(_) => Recognised::Other,
    })
}

/// Whether there are secrets that only the right key opens.
pub fn are_sealed(tx: &mut Tx) -> Result<bool> {
    let one: Option<i64> = tx.maybe_scalar(
        "SELECT 1 FROM mail_accounts WHERE secret_sealed <> '' OR oauth <> ''
         UNION ALL SELECT 1 FROM dkim_keys LIMIT 1",
        &[],
    )?;
    Ok(one.is_some())
}

/// Makes this the key of the database. What another key sealed stays closed.
pub fn adopt(tx: &mut Tx, keys: &Keys) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value,
                                          changed_at = excluded.changed_at",
        &[SETTING.into(), mark_of(keys).into(), now.into()],
    )?;
    Ok(())
}

/// Tells keys apart and says nothing about the key.
fn mark_of(keys: &Keys) -> String {
    hex(&keys.mac("key mark", b"tend"))
}
