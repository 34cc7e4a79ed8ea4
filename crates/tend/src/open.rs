//! Opens what a command needs: settings, folder, database, files.

use std::sync::Arc;

use anyhow::{Context, Result};
use tend_core::{MIGRATIONS, agents, conversations};
use tend_outside::Files;
use tend_store::{Clock, Db, Options, SystemClock, Tx};

use crate::{
    cli::Common,
    config::{Config, FileStore, Sources},
    folder::Folder,
};

/// The settings from everywhere; `more` are those that a command has flags of its own for.
pub fn settings(common: &Common, more: Vec<(String, String)>) -> Result<(Config, Sources)> {
    let mut flags = common.set.clone();
    flags.extend(more);
    if let Some(url) = &common.database_url {
        flags.push(("database_url".to_owned(), url.clone()));
    }
    let environment = std::env::vars().filter(|(name, _)| name.starts_with("TEND_")).collect();
    let usual_file = common.data.join("tend.toml");
    let usual_file = common.config.is_none().then_some(usual_file);
    let sources = Sources { file: common.config.clone(), usual_file, environment, flags };
    Ok((Config::load(&sources)?, sources))
}

/// Settings, folder and database for a command that works beside a Tend that serves,
/// or before there ever was one.
pub fn all(common: &Common) -> Result<(Config, Folder, Db)> {
    let (config, _) = settings(common, Vec::new())?;
    let folder = Folder::open(&common.data)?;
    let db = database(&config, &folder, Role::Command)?;
    Ok((config, folder, db))
}

/// How a process works with a SQLite file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its master, for as long as it runs.
    Server,
    /// For a moment, perhaps beside its master.
    Command,
}

pub fn database(config: &Config, folder: &Folder, role: Role) -> Result<Db> {
    with_clock(config, folder, role, Arc::new(SystemClock))
}

/// As it is, for one who only looks: nothing is brought up to date.
pub fn database_to_look(config: &Config, folder: &Folder) -> Result<Db> {
    if !config.is_postgres() && !folder.database().exists() {
        anyhow::bail!("There is no database yet. The first start of Tend makes it.");
    }
    let options =
        Options { migrates: false, ..options(config, Role::Command, Arc::new(SystemClock)) };
    opened(config, folder, options)
}

/// The database as it is at another time: for the demo, whose story has happened already.
pub fn database_at(config: &Config, folder: &Folder, clock: Arc<dyn Clock>) -> Result<Db> {
    with_clock(config, folder, Role::Server, clock)
}

fn with_clock(config: &Config, folder: &Folder, role: Role, clock: Arc<dyn Clock>) -> Result<Db> {
    let db = opened(config, folder, options(config, role, clock))?;
    db.write(furnish)?;
    Ok(db)
}

fn options(config: &Config, role: Role, clock: Arc<dyn Clock>) -> Options {
    let mut options = Options::new(clock, MIGRATIONS);
    options.alone = role == Role::Server;
    options.readers = config.database.readers;
    options.writers = config.database.writers;
    options.queue = config.database.queue;
    options
}

fn opened(config: &Config, folder: &Folder, options: Options) -> Result<Db> {
    match config.is_postgres() {
        // The address holds a password.
        true => Db::postgres(&config.database_url, options)
            .context("The PostgreSQL database of database_url can't be opened"),
        false => Db::sqlite(folder.database(), options)
            .with_context(|| format!("{} can't be opened", folder.database().display())),
    }
}

/// An empty database that is to be filled: by a URL of PostgreSQL, or a path.
pub fn receiving(place: &str) -> Result<Db> {
    let mut options = Options::new(Arc::new(SystemClock), MIGRATIONS);
    options.receives = true;
    let opened = match place.starts_with("postgres") {
        true => Db::postgres(place, options),
        false => Db::sqlite(place, options),
    };
    opened.context("The database to fill can't be opened")
}

/// What every company has from the start. Done once; later it changes nothing.
fn furnish(tx: &mut Tx) -> tend_core::Result<()> {
    agents::roles::ensure(tx)?;
    conversations::ensure_statuses(tx)
}

pub fn files(config: &Config, folder: &Folder) -> Result<Files> {
    let opened = match config.files.store {
        FileStore::Folder => Files::folder(&folder.files()),
        FileStore::S3 => Files::s3(&config.files.s3, &folder.path().join("spool")),
    };
    opened.context("The place for files can't be opened")
}
