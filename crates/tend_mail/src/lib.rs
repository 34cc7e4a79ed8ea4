//! Mail: bytes to message and message to bytes.
//!
//! Everything here is pure: no storage, no network, no clock, no randomness.
//! Whatever comes in is hostile until shown otherwise, so every function that
//! takes bytes from outside is bounded by [`Limits`], takes linear time, never
//! panics and never recurses over its input.
//!
//! | to do this | use |
//! |---|---|
//! | read a mail | [`parse`] |
//! | find its conversation | [`threading::read`], with [`Keys`] |
//! | read a subject | [`subject::read`] |
//! | read mailboxes from files | [`boxes::open`] |
//! | fold quotes and signatures | [`quotes::fold`], [`quotes::fold_html`] |
//! | write a mail | [`compose`] |

mod base32;
mod bounce;
pub mod boxes;
mod compose;
mod kind;
mod limits;
mod mail;
mod parse;
pub mod quotes;
mod source;
pub mod subject;
pub mod text;
pub mod threading;
mod tokens;

mod html;

pub use compose::{Automatic, Outgoing, OutgoingFile, compose, needs_smtputf8};
pub use html::to_text as html_to_text;
pub use kind::{classify, is_loop};
pub use limits::Limits;
pub use mail::{
    Attachment, Bounce, Class, Failed, Flaw, Kind, Mail, Mailbox, Outcome, Reason, Report,
    Unparsable,
};
pub use parse::parse;
pub use tokens::Keys;
