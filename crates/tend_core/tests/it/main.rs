//! The verbs, on both databases.

mod composing;
mod conversations;
mod holding;
mod schema;
