use serde::{Deserialize, Serialize};

pub const NAME: &str = "manifest.json";
pub const DATABASE: &str = "tend.db";
pub const SETTINGS: &str = "tend.toml";
pub const KEY: &str = "key";
pub const FILES: &str = "files/";
/// A line for each file that is not in the backup: where it is and how large.
pub const LIST: &str = "files.txt";

/// What is in a backup. It stands at the end, where all is known.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of this description.
    pub format: u32,
    /// Of the Tend that wrote it.
    pub version: String,
    /// Microseconds UTC.
    pub taken_at: i64,
    /// `SQLite` or `PostgreSQL`.
    pub database: String,
    pub database_sha256: String,
    pub database_bytes: u64,
    pub files: u64,
    pub file_bytes: u64,
    /// Files that the database knows and that were gone, or had another size, when the backup
    /// was taken.
    pub missing_files: u64,
    /// What is listed in here and not held.
    pub listed: Option<Listed>,
    pub has_settings: bool,
    pub has_key: bool,
}

/// Files that were where they should be when the backup was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    pub files: u64,
    pub bytes: u64,
    /// Of the list.
    pub sha256: String,
}
