//! The program as one who runs it sees it, on both databases.

mod importing;
mod keeping;
mod program;
mod serving;
mod setting_up;
