use std::{
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Component, Path},
};

use anyhow::{Context, Result, bail, ensure};
use tend_core::{outbox, search};
use tend_store::restore_file;

use super::{
    RestoreFrom,
    archive::{Hashed, Reader},
    manifest::{self, Manifest},
};
use crate::{
    cli::Common,
    commands::progress,
    config::Config,
    folder::{Folder, write_whole},
    open::{self, Role},
};

pub fn run(common: &Common, args: RestoreFrom) -> Result<()> {
    let found = look_through(&args.file)?;
    println!("The backup is whole: {}.", in_words(&found));
    if args.verify {
        return Ok(());
    }
    let folder = Folder::open(&common.data)?;
    ensure!(
        folder.is_empty(),
        "There is a Tend in {} already. Restore into an empty folder: --data DIR.",
        folder.path().display()
    );
    unpack(&args.file, &folder)?;
    let (config, _) = open::settings(common, Vec::new())?;
    let copy = folder.path().join("restored.db");
    put_database(&config, &folder, &copy)?;
    fs::remove_file(&copy)?;
    let db = open::database(&config, &folder, Role::Command)?;
    if config.is_postgres() || found.database != "SQLite" {
        // The index of words is each database's own: a Tend that serves fills it anew.
        db.write(search::rebuild)?;
    }
    let held = db.write(outbox::hold_all)?;
    println!("Everything is in {}.", folder.path().display());
    println!("No mail leaves until you type: tend release. Mails that wait: {held}.");
    if !found.has_key {
        println!(
            "The key was not in the backup: bring it back to {}, or start once with --new-key.",
            folder.key().display()
        );
    }
    Ok(())
}

pub fn in_words(it: &Manifest) -> String {
    let taken = jiff::Timestamp::from_microsecond(it.taken_at).unwrap_or_default();
    format!(
        "taken at {}, a database of {} MB and {} files of {} MB",
        taken.strftime("%F %H:%M UTC"),
        it.database_bytes.div_ceil(1_000_000),
        it.files,
        it.file_bytes.div_ceil(1_000_000)
    )
}

/// Reads a backup to its end and compares all with what its manifest and its names say.
pub fn look_through(path: &Path) -> Result<Manifest> {
    let file = File::open(path).with_context(|| format!("{} can't be read", path.display()))?;
    let (mut found, mut database, mut files) = (None, String::new(), 0);
    let mut archive = Reader::new(BufReader::with_capacity(1 << 20, file));
    let read = archive.each(|name, _, content| {
        if name == manifest::NAME {
            found = Some(serde_json::from_reader::<_, Manifest>(content)?);
            return Ok(());
        }
        let mut hashed = Hashed::new(content);
        io::copy(&mut hashed, &mut io::sink())?;
        let sum = hashed.close();
        if name == manifest::DATABASE {
            database = sum;
        } else if let Some(place) = name.strip_prefix(manifest::FILES) {
            ensure!(place.contains(&sum), "The file {place} is damaged.");
            files += 1;
        }
        Ok(())
    });
    read.with_context(|| format!("{} is no whole backup of Tend", path.display()))?;
    let Some(found) = found else { bail!("{} has no manifest: it is cut off.", path.display()) };
    ensure!(found.format == 1, "The backup was written by a newer Tend ({}).", found.version);
    ensure!(found.database_sha256 == database, "The database in the backup is damaged.");
    ensure!(found.files == files, "The backup holds {files} files instead of {}.", found.files);
    Ok(found)
}

fn unpack(path: &Path, folder: &Folder) -> Result<()> {
    let mut archive = Reader::new(BufReader::with_capacity(1 << 20, File::open(path)?));
    archive.each(|name, _, content| match name {
        manifest::NAME => Ok(()),
        manifest::DATABASE => copy(content, &folder.path().join("restored.db")),
        manifest::SETTINGS => {
            let mut text = Vec::new();
            content.read_to_end(&mut text)?;
            write_whole(&folder.settings(), &text, 0o600)
        }
        manifest::KEY => {
            let mut text = Vec::new();
            content.read_to_end(&mut text)?;
            write_whole(&folder.key(), &text, 0o600)
        }
        other => {
            let place = other.strip_prefix(manifest::FILES).unwrap_or_default();
            let plain = |it: Component<'_>| matches!(it, Component::Normal(_));
            ensure!(
                !place.is_empty() && Path::new(place).components().all(plain),
                "The backup holds something that is not Tend's: {other}."
            );
            copy(content, &folder.files().join(place))
        }
    })
}

fn copy(content: &mut dyn Read, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = File::create_new(to).with_context(|| format!("{}", to.display()))?;
    io::copy(content, &mut file)?;
    file.sync_all()?;
    Ok(())
}

fn put_database(config: &Config, folder: &Folder, copy: &Path) -> Result<()> {
    let bar = progress::bar();
    let mut show = |at| progress::show(&bar, &at);
    match config.is_postgres() {
        true => open::receiving(&config.database_url)?.restore(copy, &mut show)?,
        false => restore_file(copy, &folder.database(), &mut show)?,
    };
    bar.finish_and_clear();
    Ok(())
}
