//! The program as one who runs it sees it, on both databases.

mod bucket;
mod crash;
mod crash_campaign;
mod faults;
mod figures;
mod foreign_files;
mod http;
mod importing;
mod keeping;
mod mailbox;
mod nodes;
mod office;
mod program;
mod serving;
mod setting_up;
mod smtp;
mod wire;
