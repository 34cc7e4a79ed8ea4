use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use tend_outside::files::BlockingFiles;
use tend_store::{Clock, Db, SystemClock, row};

use super::{
    BackupTo, FilesAre,
    archive::Writer,
    manifest::{self, Listed, Manifest},
    restore::look_through,
};
use crate::{
    cli::Common,
    commands::progress,
    config::{Config, FileStore},
    folder::{Folder, sync_parent},
    open,
};

/// So many rows of files are asked for at once.
const ROWS: i64 = 1000;

pub fn run(common: &Common, args: BackupTo) -> Result<()> {
    ensure!(!args.file.exists(), "{} exists already. Name another.", args.file.display());
    let (config, folder, db) = open::all(common)?;
    let part = args.file.with_extension("unfinished");
    let copy = args.file.with_extension("database");
    let outcome = write(&config, &folder, &db, &args, &part, &copy);
    let _ = fs::remove_file(&copy);
    if outcome.is_err() {
        let _ = fs::remove_file(&part);
    }
    outcome?;
    let found = look_through(&part).context("The backup was written, but can't be read back")?;
    fs::rename(&part, &args.file)?;
    sync_parent(&args.file)?;
    println!("{} is a whole backup: {}.", args.file.display(), super::restore::in_words(&found));
    if found.missing_files > 0 {
        println!(
            "{} files that the database knows are gone, or have another size.",
            found.missing_files
        );
    }
    if found.listed.is_some() {
        println!("{}", not_in_it(&config, &folder));
    }
    if !found.has_key {
        println!("The key is not in it. Keep a copy of {} elsewhere.", folder.key().display());
    }
    Ok(())
}

/// What else has to be kept, said plainly.
fn not_in_it(config: &Config, folder: &Folder) -> String {
    let place = match config.files.store {
        FileStore::Folder => format!("the folder {}", folder.files().display()),
        FileStore::S3 => format!("the bucket {}", config.files.s3.bucket),
    };
    format!(
        "Attachments and raw mails are not in it: they are in {place}, which you have to keep \
         for as long as this backup."
    )
}

fn write(
    config: &Config,
    folder: &Folder,
    db: &Db,
    args: &BackupTo,
    part: &Path,
    copy: &Path,
) -> Result<()> {
    // An unfinished backup of before.
    let _ = fs::remove_file(copy);
    let bar = progress::bar();
    db.backup(copy, &mut |at| progress::show(&bar, &at))?;
    let file = File::options().write(true).create(true).truncate(true).open(part)?;
    let mut archive = Writer::new(BufWriter::with_capacity(1 << 20, file));
    let has_settings = add_if_there(&mut archive, manifest::SETTINGS, &folder.settings())?;
    let has_key = args.include_key && add_if_there(&mut archive, manifest::KEY, &folder.key())?;
    let database_bytes = fs::metadata(copy)?.len();
    let mut database = BufReader::new(File::open(copy)?);
    let database_sha256 = archive.add(manifest::DATABASE, database_bytes, &mut database)?;
    let mut it = Manifest {
        format: 1,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at: SystemClock.now().as_microsecond(),
        database: if config.is_postgres() { "PostgreSQL" } else { "SQLite" }.to_owned(),
        database_sha256,
        database_bytes,
        files: 0,
        file_bytes: 0,
        missing_files: 0,
        listed: None,
        has_settings,
        has_key,
    };
    let files = BlockingFiles::new(open::files(config, folder)?)?;
    match args.files {
        FilesAre::Held => add_files(&mut archive, db, &files, &mut it)?,
        FilesAre::Listed => add_list(&mut archive, db, &files, &mut it)?,
    }
    let text = serde_json::to_vec_pretty(&it)?;
    archive.add(manifest::NAME, text.len() as u64, &mut text.as_slice())?;
    let mut file = archive.close()?;
    file.flush()?;
    file.get_ref().sync_all()?;
    bar.finish_and_clear();
    Ok(())
}

fn add_if_there(archive: &mut Writer<impl Write>, name: &str, path: &PathBuf) -> Result<bool> {
    match fs::read(path) {
        Ok(bytes) => {
            archive.add(name, bytes.len() as u64, &mut bytes.as_slice())?;
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("{} can't be read", path.display())),
    }
}

row! {
    struct Known {
        id: i64,
        place: String,
        size: i64,
    }
}

/// All that the database knows now: never less than it knew when it was copied, but for
/// what was deleted since.
fn each_file(db: &Db, mut each: impl FnMut(&Known) -> Result<()>) -> Result<()> {
    let mut after = i64::MIN;
    loop {
        let some: Vec<Known> = db.read(|tx| {
            tx.rows(
                "SELECT id, place, size FROM files WHERE id > $1 ORDER BY id LIMIT $2",
                &[after.into(), ROWS.into()],
            )
        })?;
        let Some(last) = some.last() else { return Ok(()) };
        after = last.id;
        some.iter().try_for_each(&mut each)?;
    }
}

fn add_files(
    archive: &mut Writer<impl Write>,
    db: &Db,
    files: &BlockingFiles,
    it: &mut Manifest,
) -> Result<()> {
    each_file(db, |known| {
        match files.read(&known.place) {
            Ok((size, mut bytes)) => {
                let name = format!("{}{}", manifest::FILES, known.place);
                archive.add(&name, size, &mut bytes)?;
                it.files += 1;
                it.file_bytes += size;
            }
            Err(tend_outside::Error::NotThere) => it.missing_files += 1,
            Err(error) => return Err(error.into()),
        }
        Ok(())
    })
}

/// Each is looked for, so that the list names nothing that is not there.
fn add_list(
    archive: &mut Writer<impl Write>,
    db: &Db,
    files: &BlockingFiles,
    it: &mut Manifest,
) -> Result<()> {
    let (mut list, mut listed, mut bytes) = (String::new(), 0, 0);
    each_file(db, |known| {
        let size = u64::try_from(known.size)?;
        match files.size(&known.place)? == Some(size) {
            true => {
                list.push_str(&format!("{} {size}\n", known.place));
                listed += 1;
                bytes += size;
            }
            false => it.missing_files += 1,
        }
        Ok(())
    })?;
    let sha256 = archive.add(manifest::LIST, list.len() as u64, &mut list.as_bytes())?;
    it.listed = Some(Listed { files: listed, bytes, sha256 });
    Ok(())
}
