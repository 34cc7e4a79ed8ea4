//! The verbs, on both databases.

mod conversations;
mod holding;
mod schema;
