use tend_store::Tx;

use super::{MailAccountId, PURPOSE, find};
use crate::{
    Result,
    actor::Actor,
    fold,
    journal::{self, Change, Subject},
    secrets::Keys,
};

/// It worked: whatever was wrong is over.
pub fn worked(tx: &mut Tx, id: MailAccountId) -> Result<()> {
    let it = find(tx, id)?;
    let now = tx.now();
    tx.execute(
        "UPDATE mail_accounts SET checked_at = $2, ok_at = $2, problem = '' WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    if it.problem.is_empty() {
        return Ok(());
    }
    let change = Change::MailAccountWorks { server: it.kind.word().to_owned() };
    journal::record(tx, Actor::System, Subject::plain("inbox", it.inbox_id.raw()), &change)
}

/// It did not work; with the reason in a sentence. Told once, until it works again.
pub fn failed(tx: &mut Tx, id: MailAccountId, why: &str) -> Result<()> {
    let it = find(tx, id)?;
    let (why, now) = (fold::one_line(why, 500), tx.now());
    tx.execute(
        "UPDATE mail_accounts SET checked_at = $2, problem = $3 WHERE id = $1",
        &[id.into(), now.into(), why.as_str().into()],
    )?;
    if !it.problem.is_empty() {
        return Ok(());
    }
    let change = Change::MailAccountFailed { server: it.kind.word().to_owned(), problem: why };
    journal::record(tx, Actor::System, Subject::plain("inbox", it.inbox_id.raw()), &change)
}

/// All mails below `uid_next` were taken in.
pub fn reached(tx: &mut Tx, id: MailAccountId, uid_validity: u32, uid_next: u32) -> Result<()> {
    tx.execute(
        "UPDATE mail_accounts SET uid_validity = $2, uid_next = $3
         WHERE id = $1 AND NOT (uid_validity IS NOT DISTINCT FROM $2
             AND uid_next IS NOT DISTINCT FROM $3)",
        &[id.into(), i64::from(uid_validity).into(), i64::from(uid_next).into()],
    )?;
    Ok(())
}

/// Everything is fetched again; what is here already is known again.
pub fn start_over(tx: &mut Tx, id: MailAccountId) -> Result<()> {
    tx.execute(
        "UPDATE mail_accounts SET uid_validity = NULL, uid_next = NULL WHERE id = $1",
        &[id.into()],
    )?;
    Ok(())
}

/// The token endpoint gave another refresh token, and the old one may not work any more.
pub fn new_refresh_token(tx: &mut Tx, keys: &Keys, id: MailAccountId, token: &str) -> Result<()> {
    tx.execute(
        "UPDATE mail_accounts SET secret_sealed = $2 WHERE id = $1",
        &[id.into(), keys.seal(PURPOSE, token).into()],
    )?;
    Ok(())
}
