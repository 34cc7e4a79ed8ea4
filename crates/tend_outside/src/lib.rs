//! The only doors to the outside: names are resolved and addresses checked
//! here, connections opened here, files kept here. Nothing else in the
//! workspace opens a socket to a host that somebody typed.
//!
//! - [`Guard`]: which hosts may be spoken to, and at which addresses.
//! - [`Outside`]: guarded connections, with TLS ([`Stream`]) and HTTP ([`http`]).
//! - [`Files`]: bytes that are kept, in a folder or in S3.
//! - [`push`]: messages to browsers.

mod error;
pub mod files;
pub mod guard;
pub mod http;
mod outside;
pub mod push;
pub mod tls;

pub use error::{Error, Result};
pub use files::Files;
pub use guard::{Allow, Guard};
pub use outside::{Io, Outside, Stream};
