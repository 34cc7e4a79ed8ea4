//! What the command line does besides serving.

pub mod agent;
pub mod backup;
pub mod check;
pub mod hold;
pub mod import;
pub mod moving;
mod progress;
pub mod seed;
pub mod token;
