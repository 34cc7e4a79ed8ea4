use tend_store::{Tx, row};

use super::{Channel, InboxId};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::invalid,
    fold,
    journal::{self, Change, Subject},
};

/// What an inbox starts with.
#[derive(Clone, Debug)]
pub struct NewInbox {
    /// What agents call it; empty takes the address.
    pub name: String,
    /// An email address, or for an API inbox a word.
    pub address: String,
    pub channel: Channel,
}

/// Makes an inbox. Its address, and each alias, belongs to one inbox alone.
pub fn create(tx: &mut Tx, by: &Me, new: &NewInbox) -> Result<InboxId> {
    by.require(Permission::InboxesManage)?;
    create_as(tx, Actor::Agent(by.id), new)
}

/// As [`create`], by the machine's own console or the demo.
pub fn create_as(tx: &mut Tx, by: Actor, new: &NewInbox) -> Result<InboxId> {
    // Its first conversation will need them.
    crate::conversations::ensure_statuses(tx)?;
    let address = checked_address(new.channel, &new.address)?;
    refuse_taken(tx, &address, None)?;
    let name = fold::one_line(&new.name, 80);
    let name = if name.is_empty() { address.clone() } else { name };
    let (id, now) = (InboxId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO inboxes (id, name, channel, address, created_at) VALUES ($1, $2, $3, $4, $5)",
        &[id.into(), name.clone().into(), new.channel.into(), address.clone().into(), now.into()],
    )?;
    tx.execute(
        "INSERT INTO inbox_addresses (address, inbox_id) VALUES ($1, $2)",
        &[address.into(), id.into()],
    )?;
    let change = Change::InboxCreated { name, channel: new.channel.word().to_owned() };
    journal::record(tx, by, Subject::plain("inbox", id.raw()), &change)?;
    Ok(id)
}

/// The address as it is compared, or what is wrong with it.
pub(super) fn checked_address(channel: Channel, text: &str) -> Result<String> {
    match channel {
        Channel::Email => {
            fold::email(text).ok_or_else(|| invalid("address", "This is not an email address."))
        }
        Channel::Api => {
            let word = fold::fold(text).replace(' ', "-");
            let fine = |it: char| it.is_ascii_alphanumeric() || "-_.@".contains(it);
            if word.is_empty() || word.len() > 80 || !word.chars().all(fine) {
                return Err(invalid("address", "Name it with letters, digits and dashes."));
            }
            Ok(word)
        }
    }
}

/// Refuses an address that another inbox already answers to.
pub(super) fn refuse_taken(tx: &mut Tx, address: &str, own: Option<InboxId>) -> Result<()> {
    row! {
        struct Taken {
            inbox_id: InboxId,
        }
    }
    let taken: Option<Taken> =
        tx.maybe("SELECT inbox_id FROM inbox_addresses WHERE address = $1", &[address.into()])?;
    match taken {
        Some(it) if Some(it.inbox_id) != own => {
            Err(invalid("address", format!("Another inbox already has {address}.")))
        }
        _ => Ok(()),
    }
}
