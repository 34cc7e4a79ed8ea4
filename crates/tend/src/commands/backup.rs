//! `tend backup` and `tend restore`: everything in one file, and back.
//!
//! The file is a tar archive, so that one can look into it: `manifest.json`, `tend.toml`
//! if there is one, `tend.db` (SQLite, whichever database it was taken from), and
//! `files/…`, whose names hold the checksum of what is in them, or `files.txt`, a list of them.

mod archive;
mod manifest;
mod restore;
mod take;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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
    /// What becomes of attachments and raw mails.
    #[arg(long, value_enum, default_value_t = FilesAre::Held)]
    files: FilesAre,
}

/// What a backup has of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FilesAre {
    /// All of them are in the backup, from the folder or from the bucket.
    Held,
    /// Only a list of them: each is looked for, and you keep the folder or the bucket yourself.
    Listed,
}

const BACKUP_EXAMPLES: &str = "\
Examples:
  tend backup /backups/$(date +%F).tend
  tend backup whole.tend --include-key
  tend backup small.tend --files listed      # the bucket has versions of its own

Tend may go on working meanwhile. The file holds one moment of the database, all files (those
in a bucket too) and your settings; it is read back and compared before it gets its name.";

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

The folder has to be empty, and so has the PostgreSQL database. Files go where the settings say,
to the folder or to the bucket; those that the backup only lists are looked for there. After a restore no mail
leaves until you type `tend release`: what the backup calls unsent may have been sent since.";
