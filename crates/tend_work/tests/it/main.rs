#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod declining;
mod desk;
mod dovecot;
mod imap;
mod jobs;
mod oauth;
mod office;
mod outbox;
mod push;
mod recommending;
mod remedies;
mod shops;
mod smtp_in;
mod smtp_in_swaks;
mod smtp_out;
mod surveys;
mod taking_in;
