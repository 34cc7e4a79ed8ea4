//! The key by which push services know this Tend: made once, kept sealed.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use tend_store::Tx;

use crate::{Result, inboxes, inboxes::Channel, secrets::Keys, settings};

const SETTING: &str = "push_key";
const PURPOSE: &str = "push";

/// Keeps this key (PKCS#8) unless there is one that opens. With another key than before no
/// browser takes what we send: its agent has to turn notifications on again.
pub fn keep_push_key(tx: &mut Tx, keys: &Keys, fresh: &[u8]) -> Result<()> {
    if push_key(tx, keys)?.is_some() {
        return Ok(());
    }
    let now = tx.now();
    tx.execute("DELETE FROM devices", &[])?;
    tx.execute(
        "INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
        &[SETTING.into(), keys.seal(PURPOSE, &BASE64.encode(fresh)).into(), now.into()],
    )?;
    Ok(())
}

/// The key; none before the first start, and none that another key file sealed.
pub fn push_key(tx: &mut Tx, keys: &Keys) -> Result<Option<Vec<u8>>> {
    let sealed = settings::get(tx, SETTING)?;
    let opened = sealed.and_then(|it| keys.open(PURPOSE, &it).ok());
    Ok(opened.and_then(|it| BASE64.decode(it).ok()))
}

/// Whom a push service may ask about us: an address of the web, or of mail.
pub(super) fn contact(tx: &mut Tx) -> Result<String> {
    let base = settings::get_or(tx, settings::BASE_URL, "")?;
    if base.starts_with("https://") {
        return Ok(base);
    }
    let inbox = inboxes::all(tx)?.into_iter().find(|it| it.channel == Channel::Email);
    Ok(inbox.map_or("mailto:admin@localhost".to_owned(), |it| format!("mailto:{}", it.address)))
}
