use jiff::{SignedDuration, Timestamp};
use tend_store::{StoreError, Tx, row};

use super::{MailId, find, quarantine::again};
use crate::{
    Actor, Result,
    conversations::{self, ConversationId},
    fold,
    inboxes::InboxId,
    jobs::{self, Job},
    journal::{self, Change, Subject},
    mails::{Checks, Sender},
};

/// In this time a sender has so many turns.
const SPAN: SignedDuration = SignedDuration::from_mins(10);

/// Counts a mail of this sender. `at_once` of them are taken in within ten minutes; for one more
/// the answer is when its turn comes, so that a flood comes in at the pace at which it would
/// have been let in.
pub fn turn(tx: &mut Tx, sender: &str, at_once: i64) -> Result<Option<Timestamp>> {
    row! {
        struct Counted {
            since: Timestamp,
            mails: i64,
        }
    }
    let (now, sender) = (tx.now(), fold::shorten(sender, 320));
    let found: Option<Counted> = tx.maybe(
        "SELECT since, mails FROM mail_turns WHERE sender = $1",
        &[sender.as_str().into()],
    )?;
    let of = |since: Timestamp, mails: i64| -> Result<Timestamp> {
        let spans = i32::try_from(mails / at_once.max(1)).unwrap_or(i32::MAX);
        let wait = SPAN.checked_mul(spans);
        let turn = wait.and_then(|it| since.checked_add(it).ok());
        turn.ok_or_else(|| StoreError::Failed("a turn beyond all time".to_owned()).into())
    };
    let (mut since, mut before) = found.map_or((now, 0), |it| (it.since, it.mails));
    // All that came before is in, and its time is over.
    if of(since, before + at_once)? <= now {
        (since, before) = (now, 0);
    }
    tx.execute(
        "INSERT INTO mail_turns (sender, since, mails) VALUES ($1, $2, $3)
         ON CONFLICT (sender) DO UPDATE SET since = excluded.since, mails = excluded.mails",
        &[sender.into(), since.into(), (before + 1).into()],
    )?;
    Ok(Some(of(since, before)?).filter(|it| *it > now))
}

/// Lets a mail wait in quarantine for its turn, or for an agent who takes it in before.
pub fn hold(tx: &mut Tx, id: MailId, inbox: InboxId, until: Timestamp) -> Result<()> {
    let why = "Its sender wrote very many mails within a few minutes.";
    tx.execute(
        "UPDATE mails SET held_until = $2, inbox_id = $3 WHERE id = $1",
        &[id.into(), until.into(), inbox.into()],
    )?;
    super::settle(tx, id, &super::Settled::Quarantined(why.to_owned()))?;
    jobs::once(tx, until, &key(id), &Job::ReleaseMail { mail: id.to_string() }).map(drop)
}

/// Its turn has come, unless an agent decided before.
pub fn release(tx: &mut Tx, id: MailId) -> Result<()> {
    let it = find(tx, id)?;
    if it.state != "quarantined" || it.held_until.is_none() {
        return Ok(());
    }
    again(tx, id)?;
    let subject = Subject::plain("mail", id.raw());
    journal::record(tx, Actor::System, subject, &Change::MailRetried {})
}

/// Nobody has to see to it any more.
pub(super) fn forget(tx: &mut Tx, id: MailId) -> Result<()> {
    jobs::cancel(tx, &key(id))
}

fn key(id: MailId) -> String {
    format!("held {id}")
}

/// Tells the sender of a held mail in their latest conversation with the inbox that we have all
/// of them: once in a day, and only an address whose domain vouches for the mail.
pub fn tell_held(tx: &mut Tx, inbox: InboxId, sender: &str, checks: &str) -> Result<()> {
    if Checks::read(checks).sender != Sender::Proven {
        return Ok(());
    }
    let Some(address) = fold::email(sender) else { return Ok(()) };
    let latest: Option<ConversationId> = tx.maybe_scalar(
        "SELECT conversations.id FROM identities
         JOIN conversations ON conversations.contact_id = identities.contact_id
         WHERE identities.kind = 'email' AND identities.value_folded = $1
             AND conversations.inbox_id = $2 AND conversations.merged_into IS NULL
         ORDER BY conversations.last_message_at DESC, conversations.id DESC LIMIT 1",
        &[address.as_str().into(), inbox.into()],
    )?;
    match latest {
        Some(id) => conversations::tell_that_mail_waits(tx, id, &address),
        None => Ok(()),
    }
}
