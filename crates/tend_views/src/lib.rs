//! Read model → HTML. Data in, markup out: no storage and no permission checks; a read model says `may_…`.
//!
//! - [`urls`]: every address, once.
//! - [`parts`]: the words of the interface (button, field, menu, table …), each with its states.
//! - [`layout`]: the document around a page; [`layout::page`] for agents, [`layout::settings_page`] for
//!   settings, [`layout::bare_page`] for who is not signed in.

pub mod book;
pub mod campaigns;
pub mod canned;
pub mod charts;
pub mod customers;
pub mod errors;
pub mod gallery;
pub mod health;
pub mod inbox;
pub mod layout;
pub mod meetings;
pub mod notifications;
pub mod onboarding;
pub mod orders;
pub mod palette;
pub mod parts;
pub mod proof;
pub mod quizzes;
pub mod recommend;
pub mod reference;
pub mod remedies;
pub mod revenue;
pub mod saved;
pub mod search;
pub mod settings;
pub mod shell;
pub mod shortcuts;
pub mod start;
pub mod survey;
pub mod urls;
pub mod usage;
