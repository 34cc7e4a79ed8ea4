//! What the command line does besides serving.

pub mod agent;
pub mod hold;
pub mod token;
