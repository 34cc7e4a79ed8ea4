//! Views: lists of conversations that people describe themselves, with nested conditions.
//!
//! A [`Condition`] comes from JSON, is checked, and becomes SQL whose every value is a bound
//! parameter: no byte of what a person wrote is ever part of a statement.

mod audience;
pub(crate) mod compile;
mod condition;
pub(crate) mod nullable;
pub(crate) mod read;
mod saved;
pub(crate) mod sentence;
pub(crate) mod show;

pub use audience::Audience;
pub(crate) use compile::compile;
pub use condition::{
    AttributeIs, Compare, Condition, Group, Is, Moment, Span, TagIs, Test, TextIs, Time, TimeIs,
    Who,
};
pub use read::read;
pub use saved::{NewView, View, ViewId, all, archive, arrange, find, save};
pub use sentence::sentence;
