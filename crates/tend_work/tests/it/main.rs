#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod desk;
mod smtp_in;
mod smtp_in_swaks;
