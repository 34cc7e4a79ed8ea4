use tend_store::Tx;

use super::{DkimKey, DkimKeyId, PURPOSE, State, find};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, refused},
    journal::{self, Change, Subject},
    secrets::Keys,
};

/// So many keys a domain has, those that retired among them.
const MOST: i64 = 10;

/// A key that was made a moment ago, outside of any transaction.
#[derive(Clone)]
pub struct NewKey {
    pub domain: String,
    /// Letters, digits and dashes; empty takes the next that is free: `tend1`, `tend2`.
    pub selector: String,
    /// As text, to be sealed.
    pub private: String,
    /// What has to stand in the DNS before mails that are signed with it can be verified.
    pub record: String,
}

/// Keeps a key. It signs nothing yet: its record has to be published first.
pub fn make(tx: &mut Tx, by: &Me, keys: &Keys, new: &NewKey) -> Result<DkimKeyId> {
    by.require(Permission::InboxesManage)?;
    let domain = super::in_dns(&new.domain)?;
    let count = "SELECT count(*) AS n FROM dkim_keys WHERE domain = $1";
    if tx.scalar::<i64>(count, &[(&domain).into()])? >= MOST {
        return Err(refused("This domain has ten keys already. Remove one that retired."));
    }
    let selector = match new.selector.trim() {
        "" => next_selector(tx, &domain)?,
        it => checked(it)?,
    };
    if taken(tx, &domain, &selector)? {
        let why = "This selector was used before. A new key has a selector of its own, so that \
             mail that is on its way can still be verified.";
        return Err(invalid("selector", why));
    }
    let (id, now) = (DkimKeyId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO dkim_keys (id, domain, selector, key_sealed, record, state, created_at,
             changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        &[
            id.into(),
            (&domain).into(),
            (&selector).into(),
            keys.seal(PURPOSE, &new.private).into(),
            (&new.record).into(),
            State::Waits.word().into(),
            now.into(),
        ],
    )?;
    let change = Change::DkimKeyMade { domain, selector };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)?;
    Ok(id)
}

fn checked(selector: &str) -> Result<String> {
    let selector = selector.to_ascii_lowercase();
    let fits = |it: char| it.is_ascii_alphanumeric() || it == '-';
    let edges = selector.starts_with('-') || selector.ends_with('-');
    match selector.len() > 63 || edges || !selector.chars().all(fits) {
        true => Err(invalid("selector", "Name it with letters, digits and dashes.")),
        false => Ok(selector),
    }
}

fn next_selector(tx: &mut Tx, domain: &str) -> Result<String> {
    for n in 1.. {
        let selector = format!("tend{n}");
        if !taken(tx, domain, &selector)? {
            return Ok(selector);
        }
    }
    unreachable!("a domain has few keys")
}

fn taken(tx: &mut Tx, domain: &str, selector: &str) -> Result<bool> {
    let found: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS n FROM dkim_keys WHERE domain = $1 AND selector = $2",
        &[domain.into(), selector.into()],
    )?;
    Ok(found.is_some())
}

/// Forgets a key that does not sign.
///
/// # Errors
/// Refused, when it signs.
pub fn remove(tx: &mut Tx, by: &Me, id: DkimKeyId) -> Result<()> {
    let DkimKey { domain, selector, state, .. } = find(tx, by, id)?;
    if state == State::Signs {
        return Err(refused("Mail is signed with this key. Stop signing first, or take another."));
    }
    tx.execute("DELETE FROM dkim_keys WHERE id = $1", &[id.into()])?;
    let change = Change::DkimKeyRemoved { domain, selector };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)
}
