//! What the settings ask of mail servers; the program that knows how gives it to [`App`](crate::App).

use std::{future::Future, pin::Pin};

use tend_core::mail_accounts::MailAccount;

/// Something that takes a while; its error is a sentence for people.
pub type Asked = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Speaks to mail servers in the name of the settings pages.
pub trait MailServers: Send + Sync {
    /// Signs in to a server that was entered, and changes nothing there.
    fn sign_in(&self, to: MailAccount) -> Asked;
}
