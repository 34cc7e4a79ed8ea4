//! What Tend does beside answering browsers: mail in and out, and the work that
//! is owed.
//!
//! The protocols know nothing of the domain: [`smtp_in`] receives, [`smtp_out`]
//! sends, [`imap`] fetches, [`verify`] and [`dkim`] say who wrote and sign,
//! [`oauth`] fetches tokens.

pub mod account;
mod alerts;
pub mod campaigns;
pub mod dkim;
pub mod doctor;
pub mod figures;
pub mod health;
pub mod imap;
mod jobs;
mod lanes;
mod look;
mod mailboxes;
pub mod oauth;
pub mod receiver;
pub mod recommend;
pub mod search_index;
mod servers;
pub mod smtp_in;
pub mod smtp_out;
mod supervise;
pub mod usage;
pub mod verify;
pub mod worker;
mod works;

pub use jobs::take_in_mail;
pub use look::look;
pub use supervise::supervise;
pub use works::{Setup, Works};
