//! What the command line does besides serving.

pub mod agent;
pub mod hold;
pub mod import;
pub mod token;
