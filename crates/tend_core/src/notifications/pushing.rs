//! One notification on its way to one device. It leaves outside of any transaction; before it,
//! [`parcel`] says what, and after it one of the others what became of it.

use jiff::Timestamp;
use tend_store::Tx;

use super::{
    NotificationId,
    devices::{self, Device, DeviceId},
    push_key, words,
};
use crate::{Result, agents::Me, error::refused, secrets::Keys};

/// All that sending takes.
pub struct Parcel {
    pub device: Device,
    /// What the browser's worker reads: JSON.
    pub text: String,
    /// Our key, PKCS#8.
    pub key: Vec<u8>,
    /// Whom the push service may ask.
    pub contact: String,
    pub now: Timestamp,
}

/// What is to be sent. Nothing, when it was read meanwhile, when the device is not the agent's
/// any more, or when it was sent.
pub fn parcel(
    tx: &mut Tx,
    keys: &Keys,
    id: NotificationId,
    device: DeviceId,
) -> Result<Option<Parcel>> {
    let owed: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS n FROM pushes
         WHERE notification_id = $1 AND device_id = $2 AND state = 'owed'",
        &[id.into(), device.into()],
    )?;
    let Some(matter) = super::telling::Matter::look(tx, id)?.filter(|_| owed.is_some()) else {
        return Ok(None);
    };
    let device = devices::find(tx, device)?.filter(|it| it.agent_id == matter.me.id);
    let (Some(device), Some(key)) = (device, push_key::push_key(tx, keys)?) else {
        return Ok(None);
    };
    let (title, body) = words::of_push(tx, &matter.told, &matter.about)?;
    let text = text(&title, &body, &matter.about.path, &id.to_string());
    Ok(Some(Parcel { device, text, key, contact: push_key::contact(tx)?, now: tx.now() }))
}

/// A notification by which an agent sees whether one of their devices is reached.
pub fn trial(tx: &mut Tx, keys: &Keys, me: &Me, device: DeviceId) -> Result<Parcel> {
    let device = devices::find_own(tx, me, device)?;
    let key = push_key::push_key(tx, keys)?;
    let key = key.ok_or_else(|| refused("This Tend has no key for push services yet."))?;
    let body = "So Tend tells you about your conversations.";
    let text = text("Notifications work", body, "/settings/notifications", "trial");
    Ok(Parcel { device, text, key, contact: push_key::contact(tx)?, now: tx.now() })
}

/// What the worker of our pages reads, see `service-worker.js`. One tag is shown once.
fn text(title: &str, body: &str, url: &str, tag: &str) -> String {
    serde_json::json!({ "title": title, "body": body, "url": url, "tag": tag }).to_string()
}

/// Its push service took it.
pub fn pushed(tx: &mut Tx, id: NotificationId, device: DeviceId) -> Result<()> {
    settle(tx, id, device, "sent")?;
    devices::reached(tx, device)
}

/// It is not to be sent any more, or never can be. When no other device got it, it goes by mail.
pub fn push_failed(
    tx: &mut Tx,
    keys: &Keys,
    id: NotificationId,
    device: DeviceId,
    why: &str,
) -> Result<()> {
    settle(tx, id, device, "failed")?;
    if !why.is_empty() {
        devices::missed(tx, device, why)?;
    }
    super::telling::instead_by_mail(tx, keys, id)
}

/// The browser has left; it is forgotten.
pub fn push_gone(tx: &mut Tx, keys: &Keys, id: NotificationId, device: DeviceId) -> Result<()> {
    devices::gone(tx, device)?;
    push_failed(tx, keys, id, device, "")
}

fn settle(tx: &mut Tx, id: NotificationId, device: DeviceId, state: &'static str) -> Result<()> {
    tx.execute(
        "UPDATE pushes SET state = $3
         WHERE notification_id = $1 AND device_id = $2 AND state = 'owed'",
        &[id.into(), device.into(), state.into()],
    )?;
    Ok(())
}
