use serde::{Deserialize, Serialize};
use tend_store::Tx;

use super::{OutboxId, key};
use crate::{
    Result,
    error::refused,
    fold,
    jobs::{self, Job},
    mail_accounts::{self, Kind},
    secrets::Keys,
    settings,
};

/// A mail to one of us, as it stands in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub from: String,
    pub from_name: String,
    pub to: String,
    pub to_name: String,
    pub subject: String,
    pub text: String,
}

const PURPOSE: &str = "notice";

impl Notice {
    /// As it stands in the outbox.
    ///
    /// # Errors
    /// Refused, when it was sealed with another key or is none.
    pub fn open(keys: &Keys, payload: &str) -> Result<Self> {
        let text = keys.open(PURPOSE, payload)?;
        serde_json::from_str(&text).map_err(|_| refused("This notice can't be read."))
    }
}

/// Queues a mail to one of us, sent at most once, through the first mail server that is set up.
/// `None`: there is none, so nobody is told by mail.
pub fn queue_notice(
    tx: &mut Tx,
    keys: &Keys,
    to_name: &str,
    to: &str,
    subject: &str,
    text: &str,
) -> Result<Option<OutboxId>> {
    let Some(address) = fold::email(to) else {
        return Ok(None);
    };
    let Some(server) = mail_accounts::in_use(tx, Kind::Smtp)?.into_iter().next() else {
        return Ok(None);
    };
    let inbox = crate::inboxes::find(tx, server.inbox_id)?;
    let notice = Notice {
        from: inbox.address.clone(),
        from_name: settings::get_or(tx, settings::COMPANY, "Tend")?,
        to: address.clone(),
        to_name: fold::one_line(to_name, 100),
        subject: fold::one_line(subject, 200),
        text: text.to_owned(),
    };
    // It may hold a link that lets somebody in.
    let payload = serde_json::to_string(&notice).expect("texts are plain data");
    let payload = keys.seal(PURPOSE, &payload);
    let (id, now) = (OutboxId::new(tx), tx.now());
    // Nobody answers it, and nobody is told when it can't be delivered.
    tx.execute(
        "INSERT INTO outbox (id, inbox_id, class, kind, mail_message_id, envelope_from, payload,
             state, due_at, created_at)
         VALUES ($1, $2, 'at_most_once', 'notice', '', '', $3, 'queued', $4, $4)",
        &[id.into(), inbox.id.into(), payload.into(), now.into()],
    )?;
    tx.execute(
        "INSERT INTO deliveries (outbox_id, address, state) VALUES ($1, $2, 'queued')",
        &[id.into(), address.into()],
    )?;
    jobs::once(tx, now, &key(id), &Job::Send { outbox: id.to_string() })?;
    Ok(Some(id))
}
