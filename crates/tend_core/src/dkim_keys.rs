//! The keys with which outgoing mail is signed, one a domain.

use jiff::Timestamp;
use tend_store::{Tx, row};

use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found},
    journal::{self, Change, Subject},
    secrets::Keys,
};

const PURPOSE: &str = "dkim";

row! {
    /// A key as the settings page shows it.
    pub struct DkimKey {
        pub domain: String,
        pub selector: String,
        /// The whole text of the DNS record.
        pub public_key: String,
        pub created_at: Timestamp,
    }
}

/// All, by domain.
pub fn all(tx: &mut Tx, me: &Me) -> Result<Vec<DkimKey>> {
    me.require(Permission::InboxesManage)?;
    Ok(tx.rows(
        "SELECT domain, selector, public_key, created_at FROM dkim_keys ORDER BY domain",
        &[],
    )?)
}

/// The key that a domain's mail is signed with, as it should stand in the DNS; whoever asks.
pub fn of_domain(tx: &mut Tx, domain: &str) -> Result<Option<DkimKey>> {
    let sql = "SELECT domain, selector, public_key, created_at FROM dkim_keys WHERE domain = $1";
    Ok(tx.maybe(sql, &[domain.into()])?)
}

/// Keeps a key that was just made, in the place of the one the domain had. `record` is what
/// has to stand in DNS before mails that are signed with it can be verified.
pub fn save(
    tx: &mut Tx,
    by: &Me,
    keys: &Keys,
    domain: &str,
    selector: &str,
    private: &str,
    record: &str,
) -> Result<()> {
    by.require(Permission::InboxesManage)?;
    let domain = idna::domain_to_ascii(domain.trim())
        .ok()
        .filter(|it| it.contains('.') && it.len() <= 253)
        .ok_or_else(|| invalid("domain", "This is not a domain."))?;
    let fits = |it: char| it.is_ascii_alphanumeric() || it == '-';
    if selector.is_empty() || selector.len() > 63 || !selector.chars().all(fits) {
        return Err(invalid("selector", "Name it with letters, digits and dashes."));
    }
    let now = tx.now();
    tx.execute(
        "INSERT INTO dkim_keys (domain, selector, key_sealed, public_key, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (domain) DO UPDATE
         SET selector = excluded.selector, key_sealed = excluded.key_sealed,
             public_key = excluded.public_key, created_at = excluded.created_at",
        &[
            domain.as_str().into(),
            selector.into(),
            keys.seal(PURPOSE, private).into(),
            record.into(),
            now.into(),
        ],
    )?;
    let change = Change::DkimKeyMade { domain, selector: selector.to_owned() };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)
}

/// Mail of the domain is signed no more.
pub fn remove(tx: &mut Tx, by: &Me, domain: &str) -> Result<()> {
    by.require(Permission::InboxesManage)?;
    if tx.execute("DELETE FROM dkim_keys WHERE domain = $1", &[domain.into()])? == 0 {
        return Err(not_found("key"));
    }
    let change = Change::DkimKeyRemoved { domain: domain.to_owned() };
    journal::record(tx, Actor::Agent(by.id), Subject::company(), &change)
}

/// With what mail of a domain is signed: the selector and the private key, for the worker.
pub fn signer(tx: &mut Tx, keys: &Keys, domain: &str) -> Result<Option<(String, String)>> {
    row! {
        struct Found {
            selector: String,
            key_sealed: String,
        }
    }
    let found: Option<Found> =
        tx.maybe("SELECT selector, key_sealed FROM dkim_keys WHERE domain = $1", &[domain.into()])?;
    match found {
        Some(it) => Ok(Some((it.selector, keys.open(PURPOSE, &it.key_sealed)?))),
        None => Ok(None),
    }
}
