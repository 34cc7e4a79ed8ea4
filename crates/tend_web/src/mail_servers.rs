//! What the settings ask of mail servers; the program that knows how gives it to [`App`](crate::App).

use std::{future::Future, pin::Pin};

use tend_core::{
    dkim_keys::Algorithm,
    dns::{Question, Record},
    mail_accounts::MailAccount,
};

/// Something that takes a while.
pub type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Its error is a sentence for people.
pub type Asked = Later<Result<(), String>>;

/// A key for signatures that was just made.
pub struct SigningKey {
    /// As text, to be sealed.
    pub private: String,
    /// What has to stand in the DNS.
    pub record: String,
}

/// Speaks to mail servers and name servers in the name of the settings pages.
pub trait MailServers: Send + Sync {
    /// Signs in to a server that was entered, and changes nothing there.
    fn sign_in(&self, to: MailAccount) -> Asked;

    /// What the DNS says about a domain: MX, SPF, each key's DKIM, DMARC, reverse name.
    fn records(&self, about: Question) -> Later<Vec<Record>>;

    /// What stands where a key's record should stand: domain, selector, record.
    fn record_of_key(&self, domain: String, selector: String, record: String) -> Later<Record>;

    /// Makes a key, which takes a processor for a while.
    fn signing_key(&self, of: Algorithm) -> Later<Result<SigningKey, String>>;
}
