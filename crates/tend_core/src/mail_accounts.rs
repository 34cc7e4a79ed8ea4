//! The mail servers of an inbox: from one its mail is fetched, through one it leaves.
//!
//! Secrets are sealed with the installation's key and never leave this module but to the worker.

mod save;
mod state;

pub use save::{NewMailAccount, NewOAuth, remove, save, set_paused};
pub use state::{failed, new_refresh_token, reached, start_over, worked};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_store::{FromValue, Tx, Value, id, row};

use crate::{
    Result,
    agents::{Me, Permission},
    error::not_found,
    inboxes::InboxId,
    secrets::Keys,
};

id!(MailAccountId, "mac");

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// The word in tables and in the API.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)* _ => Err("There is no such word.") }
            }
        }
        impl FromValue for $name {
            fn from_value(value: &Value) -> Option<Self> {
                String::from_value(value)?.parse().ok()
            }
        }
        impl From<$name> for Value {
            fn from(it: $name) -> Self {
                it.word().into()
            }
        }
    };
}

/// What a server is for. An inbox has at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Mail is fetched from it.
    Imap,
    /// Mail leaves through it.
    Smtp,
}

/// How the connection is kept from listeners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after a word; never without.
    StartTls,
    /// Open: for servers on the same machine.
    None,
}

/// How we say who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    Password,
    OAuth2,
    None,
}

words!(Kind { Imap = "imap", Smtp = "smtp" });
words!(Security { Tls = "tls", StartTls = "starttls", None = "none" });
words!(Auth { Password = "password", OAuth2 = "oauth2", None = "none" });

row! {
    /// A mail server of an inbox.
    pub struct MailAccount {
        pub id: MailAccountId,
        pub inbox_id: InboxId,
        pub kind: Kind,
        pub host: String,
        pub port: i64,
        pub security: Security,
        pub username: String,
        pub auth: Auth,
        /// See [`MailAccount::oauth`].
        oauth: String,
        /// See [`MailAccount::secret`].
        secret_sealed: String,
        /// Of IMAP: the folder that is fetched.
        pub folder: String,
        /// Of IMAP: mails are marked as seen on the server once they are kept.
        pub mark_seen: bool,
        /// Of SMTP: it is a mail store on our own premises that speaks LMTP.
        pub lmtp: bool,
        pub uid_validity: Option<i64>,
        /// All UIDs below this were taken in.
        pub uid_next: Option<i64>,
        pub checked_at: Option<Timestamp>,
        /// When it last worked.
        pub ok_at: Option<Timestamp>,
        /// The last failure in words; empty when it works.
        pub problem: String,
        pub paused: bool,
        /// Of IMAP: only mail that came later is fetched; none means all.
        pub since: Option<Timestamp>,
        pub changed_at: Timestamp,
    }
}

/// Where access tokens come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuth {
    pub token_endpoint: String,
    pub client_id: String,
    client_secret_sealed: String,
    pub scope: String,
}

pub(super) const PURPOSE: &str = "mail account";

const COLUMNS: &str = "id, inbox_id, kind, host, port, security, username, auth, oauth, \
     secret_sealed, folder, mark_seen, lmtp, uid_validity, uid_next, checked_at, ok_at, problem, \
     paused, since, changed_at";

impl MailAccount {
    /// Where its access tokens come from, if it uses them.
    pub fn oauth(&self) -> Option<OAuth> {
        serde_json::from_str(&self.oauth).ok()
    }

    /// Whether a password or a refresh token was entered.
    pub fn has_secret(&self) -> bool {
        !self.secret_sealed.is_empty()
    }

    /// The password or the refresh token; empty when there is none.
    ///
    /// # Errors
    /// Refused, when it was sealed with another key.
    pub fn secret(&self, keys: &Keys) -> Result<String> {
        open(keys, &self.secret_sealed)
    }
}

impl OAuth {
    /// Empty for public clients.
    ///
    /// # Errors
    /// Refused, when it was sealed with another key.
    pub fn client_secret(&self, keys: &Keys) -> Result<String> {
        open(keys, &self.client_secret_sealed)
    }
}

fn open(keys: &Keys, sealed: &str) -> Result<String> {
    if sealed.is_empty() { Ok(String::new()) } else { keys.open(PURPOSE, sealed) }
}

/// One, whoever asks.
pub fn find(tx: &mut Tx, id: MailAccountId) -> Result<MailAccount> {
    let sql = format!("SELECT {COLUMNS} FROM mail_accounts WHERE id = $1");
    tx.maybe(&sql, &[id.into()])?.ok_or(not_found("mail account"))
}

/// The one of this kind that an inbox has, whoever asks.
pub fn of_inbox(tx: &mut Tx, inbox: InboxId, kind: Kind) -> Result<Option<MailAccount>> {
    let sql = format!("SELECT {COLUMNS} FROM mail_accounts WHERE inbox_id = $1 AND kind = $2");
    Ok(tx.maybe(&sql, &[inbox.into(), kind.into()])?)
}

/// Those of an inbox, for its settings page.
pub fn visible(tx: &mut Tx, me: &Me, inbox: InboxId) -> Result<Vec<MailAccount>> {
    me.require(Permission::InboxesManage)?;
    let sql = format!("SELECT {COLUMNS} FROM mail_accounts WHERE inbox_id = $1 ORDER BY kind");
    Ok(tx.rows(&sql, &[inbox.into()])?)
}

/// All of a kind whose inbox is in use and that are not paused, whoever asks.
pub fn in_use(tx: &mut Tx, kind: Kind) -> Result<Vec<MailAccount>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mail_accounts
         WHERE kind = $1 AND paused = FALSE AND inbox_id IN
             (SELECT id FROM inboxes WHERE archived_at IS NULL)
         ORDER BY id"
    );
    Ok(tx.rows(&sql, &[kind.into()])?)
}
