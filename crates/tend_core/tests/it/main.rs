//! The verbs, on both databases.

mod conversations;
mod schema;
