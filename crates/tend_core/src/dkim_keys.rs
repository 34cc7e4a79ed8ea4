//! The keys with which outgoing mail is signed (DKIM). A domain has at most one that signs; a
//! new one waits beside it until its record stands in the DNS, and takes its place then.

mod make;
mod switch;

pub use make::{NewKey, make, remove};
pub use switch::{sign_with, stop};

use jiff::Timestamp;
use tend_store::{FromValue, Tx, Value, id, row};

use crate::{
    Result,
    agents::{Me, Permission},
    error::{invalid, not_found},
    secrets::Keys,
};

id!(DkimKeyId, "dkm");

const PURPOSE: &str = "dkim";

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// 2048 bits. Everybody can verify it.
    Rsa,
    /// Short, and not understood by all.
    Ed25519,
}

impl std::str::FromStr for Algorithm {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "rsa" => Ok(Self::Rsa),
            "ed25519" => Ok(Self::Ed25519),
            _ => Err("A key is of RSA or Ed25519."),
        }
    }
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It was made, and does not sign yet, or not any more.
    Waits,
    /// Mail of its domain is signed with it.
    Signs,
    /// Another took its place. Its record should stand for some days more: mail that was signed
    /// with it may still be on its way.
    Retired,
}

impl State {
    /// The word in the table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Signs => "signs",
            Self::Retired => "retired",
        }
    }
}

impl FromValue for State {
    fn from_value(value: &Value) -> Option<Self> {
        let word = String::from_value(value)?;
        [Self::Waits, Self::Signs, Self::Retired].into_iter().find(|it| it.word() == word)
    }
}

row! {
    /// A key as the settings page shows it.
    pub struct DkimKey {
        pub id: DkimKeyId,
        pub domain: String,
        pub selector: String,
        /// The whole text of the DNS record.
        pub record: String,
        pub state: State,
        pub created_at: Timestamp,
        /// Since when it is in this state.
        pub changed_at: Timestamp,
    }
}

impl DkimKey {
    /// Where its record stands.
    pub fn place(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }
}

const COLUMNS: &str =
    "SELECT id, domain, selector, record, state, created_at, changed_at FROM dkim_keys";

/// Those of a domain: the one that signs, those that wait, those that retired; each the newest first.
pub fn of_domain(tx: &mut Tx, me: &Me, domain: &str) -> Result<Vec<DkimKey>> {
    me.require(Permission::InboxesManage)?;
    let sql = format!(
        "{COLUMNS} WHERE domain = $1 ORDER BY CASE state
             WHEN 'signs' THEN 0 WHEN 'waits' THEN 1 ELSE 2 END, id DESC"
    );
    Ok(tx.rows(&sql, &[domain.into()])?)
}

/// One of them.
pub fn find(tx: &mut Tx, me: &Me, id: DkimKeyId) -> Result<DkimKey> {
    me.require(Permission::InboxesManage)?;
    tx.maybe(&format!("{COLUMNS} WHERE id = $1"), &[id.into()])?.ok_or(not_found("key"))
}

/// The key that a domain's mail is signed with, as it should stand in the DNS; whoever asks.
pub fn that_signs(tx: &mut Tx, domain: &str) -> Result<Option<DkimKey>> {
    let sql = format!("{COLUMNS} WHERE domain = $1 AND state = 'signs'");
    Ok(tx.maybe(&sql, &[domain.into()])?)
}

/// With what mail of a domain is signed: the selector and the private key, for the worker.
pub fn signer(tx: &mut Tx, keys: &Keys, domain: &str) -> Result<Option<(String, String)>> {
    row! {
        struct Found {
            selector: String,
            key_sealed: String,
        }
    }
    let sql = "SELECT selector, key_sealed FROM dkim_keys WHERE domain = $1 AND state = 'signs'";
    let found: Option<Found> = tx.maybe(sql, &[domain.into()])?;
    match found {
        Some(it) => Ok(Some((it.selector, keys.open(PURPOSE, &it.key_sealed)?))),
        None => Ok(None),
    }
}

/// A domain as it stands in the DNS.
///
/// # Errors
/// Invalid, when it is none.
pub fn in_dns(text: &str) -> Result<String> {
    idna::domain_to_ascii(text.trim())
        .ok()
        .filter(|it| it.contains('.') && it.len() <= 253)
        .ok_or_else(|| invalid("domain", "This is not a domain."))
}
