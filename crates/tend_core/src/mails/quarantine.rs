use tend_store::Tx;

use super::{COLUMNS, Mail, MailId, find, turns};
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
    may_leave(tx, me, id)?;
    again(tx, id)?;
    journal::record(tx, Actor::Agent(me.id), subject(id), &Change::MailRetried {})
}

/// Takes it out of quarantine and owes its reading.
pub(super) fn again(tx: &mut Tx, id: MailId) -> Result<()> {
    leave(tx, id, "received")?;
    jobs::now(tx, &Job::TakeInMail { mail: id.to_string() }).map(drop)
}

/// Gives it up. Its bytes are kept.
pub fn discard(tx: &mut Tx, me: &Me, id: MailId) -> Result<()> {
    may_leave(tx, me, id)?;
    leave(tx, id, "discarded")?;
    journal::record(tx, Actor::Agent(me.id), subject(id), &Change::MailDiscarded {})
}

fn may_leave(tx: &mut Tx, me: &Me, id: MailId) -> Result<()> {
    me.require(Permission::MailQuarantine)?;
    match find(tx, id)?.state.as_str() {
        "quarantined" => Ok(()),
        _ => Err(conflict("This mail is not in quarantine any more.")),
    }
}

fn subject(id: MailId) -> Subject {
    Subject::plain("mail", id.raw())
}

fn leave(tx: &mut Tx, id: MailId, to: &str) -> Result<()> {
    turns::forget(tx, id)?;
    tx.execute(
        "UPDATE mails SET state = $2, attempts = 0, reason = '', settled_at = NULL WHERE id = $1",
        &[id.into(), to.into()],
    )?;
    Ok(())
}
