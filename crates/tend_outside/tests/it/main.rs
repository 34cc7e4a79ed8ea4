#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod files;
mod guard;
mod http;
mod tcp;
