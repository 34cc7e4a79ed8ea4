use jiff::Timestamp;
use tend_store::Tx;

use super::{Category, ConversationId, find, find_visible, status::move_to};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, refused},
    jobs::{self, Job},
    journal::{self, Change},
};

/// Puts a conversation away until a time, or, with none, until the customer writes.
/// A message of the customer ends it in any case.
pub fn snooze(tx: &mut Tx, by: &Me, id: ConversationId, until: Option<Timestamp>) -> Result<()> {
    by.require(Permission::ConversationsUpdate)?;
    let it = find_visible(tx, by, id)?;
    if !it.is_active {
        return Err(refused("Only a conversation that is open can be snoozed."));
    }
    if until.is_some_and(|it| it <= tx.now()) {
        return Err(invalid("until", "Choose a time that is still to come."));
    }
    if it.category == Category::Snoozed && it.snoozed_until == until {
        return Ok(());
    }
    move_to(tx, Actor::Agent(by.id), &it, Category::Snoozed)?;
    tx.execute(
        "UPDATE conversations SET snoozed_until = $2 WHERE id = $1",
        &[id.into(), until.into()],
    )?;
    match until {
        Some(at) => {
            jobs::once(tx, at, &key(id), &Job::Wake { conversation: id.to_string() })?;
        }
        None => jobs::cancel(tx, &key(id))?,
    }
    let change = Change::Snoozed { until: until.map(|it| it.as_microsecond()) };
    journal::record(tx, Actor::Agent(by.id), it.subject_of_journal(), &change)
}

/// Brings a snoozed conversation back when its time has come. Called by a timer; one that
/// was moved meanwhile, or woken by a message, stays as it is.
pub fn wake(tx: &mut Tx, id: ConversationId) -> Result<()> {
    let it = find(tx, id)?;
    let due = it.snoozed_until.is_some_and(|until| until <= tx.now());
    if it.category != Category::Snoozed || !due {
        return Ok(());
    }
    journal::record(tx, Actor::System, it.subject_of_journal(), &Change::Woken {})?;
    move_to(tx, Actor::System, &it, Category::Open)?;
    crate::notifications::woken(tx, &it)
}

pub(super) fn key(id: ConversationId) -> String {
    format!("wake {id}")
}
