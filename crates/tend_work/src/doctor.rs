//! Looks at what lies outside, for one who wants to know what is wrong: signs in to the mail
//! servers and takes nothing, and asks what the DNS says about the domains that we send for.

mod domains;
mod records;
mod servers;
mod spf;

pub use domains::{Answer, Names, SystemNames, domain};
pub use records::{key, records};
pub use servers::mail_servers;
pub(crate) use servers::sign_in;

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Well,
    /// It works, and somebody should think about it.
    Think,
    Wrong,
}

/// One thing that was looked at. Its text holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub mark: Mark,
    pub text: String,
}

impl Finding {
    fn new(mark: Mark, text: impl Into<String>) -> Self {
        Self { mark, text: text.into() }
    }
}
