//! `tend backup` and `tend restore`: everything in one file, and back.
//!
//! The file is a tar archive, so that one can look into it: `manifest.json`, `tend.toml`
//! if there is one, `tend.db` (SQLite, whichever database it was taken from), and
//! `files/…`, whose names hold the checksum of what is in them.

mod archive;
mod manifest;
mod restore;
mod take;

use std::path::PathBuf;

use clap::Args;

pub use restore::run as restore;
pub use take::run as take;

#[derive(Args)]
#[command(after_help = BACKUP_EXAMPLES)]
pub struct BackupTo {
    /// The file to write; it must not exist yet.
    file: PathBuf,
    /// Put the key file into the backup too. Without it a thief of the backup can't open your
    /// mailboxes, and you need the key file from elsewhere to restore.
    #[arg(long)]
    include_key: bool,
}

const BACKUP_EXAMPLES: &str = "\
Examples:
  tend backup /backups/$(date +%F).tend
  tend backup whole.tend --include-key

Tend may go on working meanwhile. The file holds one moment of the database, all files and
your settings; it is read back and compared before it gets its name.";

#[derive(Args)]
#[command(after_help = RESTORE_EXAMPLES)]
pub struct RestoreFrom {
    /// A file that `tend backup` wrote.
    file: PathBuf,
    /// Only look through the file: is it whole, and what is in it?
    #[arg(long)]
    verify: bool,
}

const RESTORE_EXAMPLES: &str = "\
Examples:
  tend restore monday.tend --verify
  tend restore monday.tend --data ./restored
  tend restore monday.tend --data ./restored --database-url postgres://tend@db/tend

The folder has to be empty, and so has the PostgreSQL database. After a restore no mail
leaves until you type `tend release`: what the backup calls unsent may have been sent since.";
