use std::{
    fs::{self, File},
    io::{self, BufReader, Read},
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};
use tend_core::{outbox, search};
use tend_outside::files::BlockingFiles;
use tend_store::restore_file;

use super::{
    RestoreFrom,
    archive::{Hashed, Reader},
    manifest::{self, Manifest},
};
use crate::{
    cli::Common,
    commands::progress,
    config::{Config, FileStore},
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
    let files = BlockingFiles::new(open::files(&config, &folder)?)?;
    put_files(&args.file, &files)?;
    let missing = look_for_listed(&args.file, &files)?;
    let copy = folder.path().join("restored.db");
    put_database(&config, &folder, &copy)?;
    fs::remove_file(&copy)?;
    let db = open::database(&config, &folder, Role::Command)?;
    if config.is_postgres() || found.database != "SQLite" {
        // The index of words is each database's own: a Tend that serves fills it anew.
        db.write(search::rebuild)?;
    }
    let held = db.write(outbox::hold_all)?;
    match (&found.listed, missing) {
        (None, _) => println!("Everything is in {}.", folder.path().display()),
        (Some(it), 0) => println!(
            "Everything that the backup held is in {}. The {} files that it lists are where the \
             settings say, each as large as it was.",
            folder.path().display(),
            it.files
        ),
        (Some(it), missing) => println!(
            "Everything that the backup held is in {}. But {missing} of the {} files that it \
             lists are not where the settings say: bring them back, or set files.store and \
             files.s3 right, before you start Tend.",
            folder.path().display(),
            it.files
        ),
    }
    if config.files.store == FileStore::S3 {
        println!(
            "Its files are in the bucket {}. Never let two Tends with different databases use \
             one: each removes what its own database does not know.",
            config.files.s3.bucket
        );
    }
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
    let (holds, files, bytes) = match &it.listed {
        Some(listed) => ("a list of ", listed.files, listed.bytes),
        None => ("", it.files, it.file_bytes),
    };
    format!(
        "taken at {}, a database of {} MB and {holds}{files} files of {} MB",
        taken.strftime("%F %H:%M UTC"),
        it.database_bytes.div_ceil(1_000_000),
        bytes.div_ceil(1_000_000)
    )
}

/// Reads a backup to its end and compares all with what its manifest and its names say.
pub fn look_through(path: &Path) -> Result<Manifest> {
    let file = File::open(path).with_context(|| format!("{} can't be read", path.display()))?;
    let (mut found, mut database, mut list, mut files) = (None, String::new(), None, 0);
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
        } else if name == manifest::LIST {
            list = Some(sum);
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
    let listed = found.listed.as_ref().map(|it| it.sha256.clone());
    ensure!(listed == list, "The list of files in the backup is damaged.");
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
            let is_ours = other == manifest::LIST || other.starts_with(manifest::FILES);
            ensure!(is_ours, "The backup holds something that is not Tend's: {other}.");
            Ok(())
        }
    })
}

/// To where the settings, which came out of the backup or stand elsewhere, say that files are.
fn put_files(path: &Path, files: &BlockingFiles) -> Result<()> {
    let mut archive = Reader::new(BufReader::with_capacity(1 << 20, File::open(path)?));
    archive.each(|name, _, content| {
        let Some(place) = name.strip_prefix(manifest::FILES) else { return Ok(()) };
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        files.put_back(place, bytes).with_context(|| format!("The file {place} has no place"))
    })
}

/// How many of the files that the backup only lists are not there, or not as they were.
fn look_for_listed(path: &Path, files: &BlockingFiles) -> Result<u64> {
    let (mut missing, mut list) = (0, String::new());
    let mut archive = Reader::new(BufReader::with_capacity(1 << 20, File::open(path)?));
    archive.each(|name, _, content| {
        if name == manifest::LIST {
            content.read_to_string(&mut list)?;
        }
        Ok(())
    })?;
    for line in list.lines() {
        let (place, size) = line.split_once(' ').context("The list of files is damaged")?;
        missing += u64::from(files.size(place)? != Some(size.parse()?));
    }
    Ok(missing)
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
