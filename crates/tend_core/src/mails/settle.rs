use tend_store::Tx;

use super::{MailId, find};
use crate::{
    Actor, Result, fold,
    inboxes::InboxId,
    journal::{self, Change, Subject},
};

/// So many times a mail is tried before it waits in quarantine.
pub const MOST_TRIES: i64 = 3;

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is a message now.
    Imported { inbox: InboxId, message_key: String },
    /// It was here before.
    Duplicate { inbox: InboxId, message_key: String },
    /// It waits for a person; with the reason in words.
    Quarantined(String),
}

/// Marks a mail as the one with this key and content in its inbox; `false` says that there
/// was one before. The mark stays when the message is deleted, so it does not come back.
pub fn claim_key(
    tx: &mut Tx,
    inbox: InboxId,
    key: &str,
    content: &str,
    id: MailId,
) -> Result<bool> {
    let added = tx.execute(
        "INSERT INTO mail_keys (inbox_id, message_key, sha256, mail_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (inbox_id, message_key, sha256) DO NOTHING",
        &[inbox.into(), fold::shorten(key, 900).into(), content.into(), id.into()],
    )?;
    if added > 0 {
        return Ok(true);
    }
    // The same mail, tried again.
    let owner: Option<MailId> = tx.maybe_scalar(
        "SELECT mail_id FROM mail_keys
         WHERE inbox_id = $1 AND message_key = $2 AND sha256 = $3",
        &[inbox.into(), fold::shorten(key, 900).into(), content.into()],
    )?;
    Ok(owner == Some(id))
}

/// Writes down what became of it.
pub fn settle(tx: &mut Tx, id: MailId, how: &Settled) -> Result<()> {
    let now = tx.now();
    let (state, inbox, key, reason) = match how {
        Settled::Imported { inbox, message_key } => {
            ("imported", Some(*inbox), message_key.as_str(), "")
        }
        Settled::Duplicate { inbox, message_key } => {
            ("duplicate", Some(*inbox), message_key.as_str(), "")
        }
        Settled::Quarantined(reason) => ("quarantined", None, "", reason.as_str()),
    };
    tx.execute(
        "UPDATE mails SET state = $2, inbox_id = COALESCE($3, inbox_id),
             message_key = CASE WHEN $4 = '' THEN message_key ELSE $4 END,
             reason = $5, settled_at = $6
         WHERE id = $1",
        &[
            id.into(),
            state.into(),
            inbox.into(),
            fold::shorten(key, 900).into(),
            fold::shorten(reason, 1000).into(),
            now.into(),
        ],
    )?;
    if let Settled::Quarantined(reason) = how {
        let change = Change::MailQuarantined { reason: fold::shorten(reason, 1000) };
        journal::record(tx, Actor::System, Subject::plain("mail", id.raw()), &change)?;
    }
    Ok(())
}

/// Notes that reading it failed; says whether it may be tried again.
pub fn stumble(tx: &mut Tx, id: MailId, why: &str) -> Result<bool> {
    let attempts = find(tx, id)?.attempts + 1;
    tx.execute(
        "UPDATE mails SET attempts = $2, reason = $3 WHERE id = $1",
        &[id.into(), attempts.into(), fold::shorten(why, 1000).into()],
    )?;
    if attempts < MOST_TRIES {
        return Ok(true);
    }
    settle(tx, id, &Settled::Quarantined(why.to_owned()))?;
    Ok(false)
}
