//! Whom events speak of: a user of the product by their id there, or a visitor without a name.

use jiff::{SignedDuration, Timestamp};
use tend_store::{Tx, id, row};

use super::SourceId;
use crate::{
    Result,
    accounts::AccountId,
    contacts::{self, ContactId, IdentityKind},
};

id!(PersonId, "usr");

/// How exactly we know when somebody was seen last.
const NOTICED_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// How a client calls somebody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    User(String),
    Anonymous(String),
}

impl Key {
    fn words(&self) -> (&'static str, &str) {
        match self {
            Self::User(it) => ("user", it),
            Self::Anonymous(it) => ("anonymous", it),
        }
    }
}

row! {
    /// Somebody, with what is needed to know whose use it is.
    pub(super) struct Person {
        pub id: PersonId,
        pub kind: String,
        pub key: String,
        pub contact_id: Option<ContactId>,
        /// What the last group call said.
        pub account_id: Option<AccountId>,
        pub merged_into: Option<PersonId>,
        pub last_at: Timestamp,
        pub contact_account: Option<AccountId>,
        pub contact_merged: Option<ContactId>,
    }
}

const SELECT: &str = "SELECT usage_people.id, usage_people.kind, usage_people.key, contact_id,
        usage_people.account_id, usage_people.merged_into, last_at,
        contacts.account_id AS contact_account, contacts.merged_into AS contact_merged
    FROM usage_people LEFT JOIN contacts ON contacts.id = usage_people.contact_id";

impl Person {
    /// Whose use it is, if that is known.
    pub fn account(&self) -> Option<AccountId> {
        self.account_id.or(self.contact_account)
    }
}

/// Somebody by their key, made if nobody was called so before. A user who is a contact already
/// (by the identity that an import or the API gave them) is that contact; says whether that is
/// news.
pub(super) fn meet(
    tx: &mut Tx,
    key: &Key,
    source: SourceId,
    at: Timestamp,
    is_use: bool,
) -> Result<(Person, bool)> {
    let mut it = match known(tx, key)? {
        Some(it) => it,
        None => {
            let (kind, text) = key.words();
            let id = make(tx, kind, text, source, at, is_use, None)?;
            by_id(tx, id)?
        }
    };
    if it.contact_id.is_none()
        && it.kind == "user"
        && let Some(contact) = contacts::by_identity(tx, IdentityKind::External, &it.key)?
    {
        be(tx, &mut it, contact)?;
        return Ok((it, true));
    }
    Ok((it, false))
}

/// Somebody by their key, if anybody was called so before.
pub(super) fn known(tx: &mut Tx, key: &Key) -> Result<Option<Person>> {
    let (kind, text) = key.words();
    let sql = format!("{SELECT} WHERE usage_people.kind = $1 AND usage_people.key = $2");
    let found: Option<Person> = tx.maybe(&sql, &[kind.into(), text.into()])?;
    found.map(|it| followed(tx, it)).transpose()
}

/// Whom this one turned out to be.
fn followed(tx: &mut Tx, mut it: Person) -> Result<Person> {
    for _ in 0..16 {
        match it.merged_into {
            Some(into) => it = by_id(tx, into)?,
            None => break,
        }
    }
    if it.contact_merged.is_some()
        && let Some(contact) = it.contact_id
    {
        let stays = contacts::find(tx, contact)?;
        (it.contact_id, it.contact_account) = (Some(stays.id), Some(stays.account_id));
    }
    Ok(it)
}

pub(super) fn by_id(tx: &mut Tx, id: PersonId) -> Result<Person> {
    Ok(tx.one(&format!("{SELECT} WHERE usage_people.id = $1"), &[id.into()])?)
}

fn make(
    tx: &mut Tx,
    kind: &str,
    key: &str,
    source: SourceId,
    at: Timestamp,
    is_use: bool,
    merged_into: Option<PersonId>,
) -> Result<PersonId> {
    // Who only said who they are was not active yet.
    let last = if is_use { at } else { Timestamp::UNIX_EPOCH };
    let id = PersonId::new(tx);
    tx.execute(
        "INSERT INTO usage_people (id, kind, key, merged_into, source_id, first_at, last_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id.into(),
            kind.into(),
            key.into(),
            merged_into.into(),
            source.into(),
            at.into(),
            last.into(),
        ],
    )?;
    Ok(id)
}

/// They are this contact.
pub(super) fn be(tx: &mut Tx, it: &mut Person, contact: ContactId) -> Result<()> {
    let contact = contacts::find(tx, contact)?;
    tx.execute(
        "UPDATE usage_people SET contact_id = $2 WHERE id = $1",
        &[it.id.into(), contact.id.into()],
    )?;
    (it.contact_id, it.contact_account) = (Some(contact.id), Some(contact.account_id));
    Ok(())
}

/// What they do counts for this account from now on.
pub(super) fn belong(tx: &mut Tx, it: &mut Person, account: AccountId) -> Result<()> {
    if it.account_id == Some(account) {
        return Ok(());
    }
    tx.execute(
        "UPDATE usage_people SET account_id = $2 WHERE id = $1",
        &[it.id.into(), account.into()],
    )?;
    it.account_id = Some(account);
    Ok(())
}

/// The address that a browser says they have: shown as a claim, and nothing more.
pub(super) fn claim(tx: &mut Tx, it: &Person, email: &str) -> Result<()> {
    tx.execute(
        "UPDATE usage_people SET claims = $2 WHERE id = $1 AND claims <> $2",
        &[it.id.into(), email.into()],
    )?;
    Ok(())
}

/// Somebody was seen.
pub(super) fn noticed(tx: &mut Tx, it: &mut Person, at: Timestamp) -> Result<()> {
    if at.duration_since(it.last_at) < NOTICED_EVERY {
        return Ok(());
    }
    tx.execute("UPDATE usage_people SET last_at = $2 WHERE id = $1", &[it.id.into(), at.into()])?;
    it.last_at = at;
    Ok(())
}

/// The one who was called so turns out to be another; says who it was, unless they were one
/// already, or are known as somebody else.
pub(super) fn turns_out_to_be(
    tx: &mut Tx,
    key: &Key,
    to: &Person,
    source: SourceId,
) -> Result<Option<Person>> {
    let (kind, text) = key.words();
    let sql = format!("{SELECT} WHERE usage_people.kind = $1 AND usage_people.key = $2");
    let found: Option<Person> = tx.maybe(&sql, &[kind.into(), text.into()])?;
    let Some(it) = found else {
        make(tx, kind, text, source, to.last_at, true, Some(to.id))?;
        return Ok(None);
    };
    if it.id == to.id || it.merged_into.is_some() {
        return Ok(None);
    }
    tx.execute(
        "UPDATE usage_people SET merged_into = $2 WHERE id = $1",
        &[it.id.into(), to.id.into()],
    )?;
    Ok(Some(it))
}
