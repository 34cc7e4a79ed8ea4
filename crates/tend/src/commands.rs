//! What the command line does besides serving.

pub mod agent;
pub mod token;
