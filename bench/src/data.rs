//! Databases with a history in them, kept from run to run.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use tempfile::TempDir;

use crate::{
    program::{Database, Program, command},
    server::Server,
};

fn shape(messages: usize) -> [String; 6] {
    let conversations = messages / 10;
    let accounts = (conversations / 20).max(20);
    [
        "--messages".to_owned(),
        messages.to_string(),
        "--conversations".to_owned(),
        conversations.to_string(),
        "--accounts".to_owned(),
        accounts.to_string(),
    ]
}

fn fill(tend: &Path, folder: &Path, database: &Database, messages: usize) -> Result<()> {
    let shape = shape(messages);
    let mut args = vec!["seed"];
    args.extend(shape.iter().map(String::as_str));
    command(tend, folder, database, &args).map(drop)
}

/// A SQLite folder of this name, filled now if it is not kept: `what` is in it.
fn kept(
    keep: &Path,
    name: &str,
    what: &str,
    fill: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let folder = keep.join(format!("{}-{name}", crate::SCHEMA));
    let done = folder.join("seeded");
    if done.exists() {
        return Ok(folder);
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(keep)?;
    eprintln!("Seeding {what}; they are kept for the next run.");
    fill(&folder)?;
    std::fs::write(done, "")?;
    Ok(folder)
}

/// A SQLite folder with so many messages.
pub fn seeded(tend: &Path, keep: &Path, messages: usize) -> Result<PathBuf> {
    kept(keep, &messages.to_string(), &format!("{messages} messages"), |folder| {
        fill(tend, folder, &Database::Sqlite, messages)
    })
}

/// A SQLite folder with so many accounts and a small history.
pub fn accounts(tend: &Path, keep: &Path, many: usize) -> Result<PathBuf> {
    kept(keep, &format!("accounts-{many}"), &format!("{many} accounts"), |folder| {
        let many = many.to_string();
        let mut args = vec!["seed", "--messages", "50000", "--conversations", "5000"];
        args.extend(["--accounts", &many, "--contacts", &many]);
        command(tend, folder, &Database::Sqlite, &args).map(drop)
    })
}

/// A SQLite folder with so many contacts and hardly any history.
pub fn contacts(tend: &Path, keep: &Path, many: u64) -> Result<PathBuf> {
    kept(keep, &format!("contacts-{many}"), &format!("{many} contacts"), |folder| {
        let (accounts, many) = ((many / 20).max(20).to_string(), many.to_string());
        let mut args = vec!["seed", "--messages", "1000", "--conversations", "100"];
        args.extend(["--accounts", &accounts, "--contacts", &many]);
        command(tend, folder, &Database::Sqlite, &args).map(drop)
    })
}

/// A copy that may be written to.
pub fn copy(folder: &Path) -> Result<TempDir> {
    let to = tempfile::tempdir()?;
    for it in std::fs::read_dir(folder)? {
        let it = it?;
        if it.file_type()?.is_file() {
            std::fs::copy(it.path(), to.path().join(it.file_name()))?;
        }
    }
    Ok(to)
}

/// A database of the private PostgreSQL.
pub struct Seeded {
    folder: TempDir,
    database: Database,
}

impl Seeded {
    pub fn postgres(server: &Server, name: &str) -> Result<Self> {
        let url = server.url();
        let host = url.rsplit('@').next().unwrap_or_default().replace("%2F", "/");
        let made = std::process::Command::new("psql")
            .args(["--host", &host, "--username", "tend", "postgres", "--quiet", "--command"])
            .arg(format!("CREATE DATABASE {name}"))
            .status()?;
        if !made.success() {
            bail!("the database {name} can't be made");
        }
        let database = Database::Postgres(format!("{url}/{name}"));
        Ok(Self { folder: tempfile::tempdir()?, database })
    }

    pub fn fill(&self, tend: &Path, messages: usize) -> Result<()> {
        fill(tend, self.folder.path(), &self.database, messages)
    }

    pub fn start(&self, tend: &Path) -> Result<Program> {
        Program::start(tend, self.folder.path(), &self.database)
    }
}
