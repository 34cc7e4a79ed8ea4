use tend_store::Tx;

use super::{COLUMNS, Mail, MailId, find};
use crate::{
    Actor, Result,
    agents::{Me, Permission},
    error::{conflict, not_found},
    jobs::{self, Job},
    journal::{self, Change, Subject},
    page::{Cursor, Page},
};

/// Mail that waits for a person, newest first.
pub fn quarantined(tx: &mut Tx, me: &Me, from: Option<Cursor>, limit: usize) -> Result<Page<Mail>> {
    me.require(Permission::MailQuarantine)?;
    let before = from.map_or(i64::MAX, |it| it.id);
    let sql = format!(
        "SELECT {COLUMNS} FROM mails WHERE state = 'quarantined' AND id < $1
         ORDER BY id DESC LIMIT $2"
    );
    let rows = tx.rows(&sql, &[before.into(), (limit as i64 + 1).into()])?;
    Ok(Page::of(rows, limit, |it: &Mail| Cursor { key: it.id.raw(), id: it.id.raw() }))
}

/// One that waits for a person, to be looked at.
pub fn quarantined_one(tx: &mut Tx, me: &Me, id: MailId) -> Result<Mail> {
    me.require(Permission::MailQuarantine)?;
    let it = find(tx, id)?;
    match it.state.as_str() {
        "quarantined" => Ok(it),
        _ => Err(not_found("mail")),
    }
}

/// Reads it again, as after an upgrade that understands it.
pub fn retry(tx: &mut Tx, me: &Me, id: MailId) -> Result<()> {
    leave(tx, me, id, "received", &Change::MailRetried {})?;
    jobs::now(tx, &Job::TakeInMail { mail: id.to_string() })?;
    Ok(())
}

/// Gives it up. Its bytes are kept.
pub fn discard(tx: &mut Tx, me: &Me, id: MailId) -> Result<()> {
    leave(tx, me, id, "discarded", &Change::MailDiscarded {})
}

fn leave(tx: &mut Tx, me: &Me, id: MailId, to: &str, change: &Change) -> Result<()> {
    me.require(Permission::MailQuarantine)?;
    if find(tx, id)?.state != "quarantined" {
        return Err(conflict("This mail is not in quarantine any more."));
    }
    tx.execute(
        "UPDATE mails SET state = $2, attempts = 0, reason = '', settled_at = NULL WHERE id = $1",
        &[id.into(), to.into()],
    )?;
    journal::record(tx, Actor::Agent(me.id), Subject::plain("mail", id.raw()), change)
}
