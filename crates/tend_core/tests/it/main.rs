//! The verbs, on both databases.

mod composing;
mod conversations;
mod lists;
mod holding;
mod mail_accounts;
mod schema;
