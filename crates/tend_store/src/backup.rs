//! A copy of everything in one file, made while work goes on, and looked through
//! before it is called a backup. It is a SQLite file, whichever database it is of.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};

use crate::{Db, Dialect, Options, Progress, Result, StoreError, sqlite};

/// How much one step copies: 4 MB, so that a backup leaves the disk to others too.
const PAGES: i32 = 1_000;

/// A file that is whole, or is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    pub bytes: u64,
    /// Tables that are not in it, to be made anew after it was restored: see [`Db::move_to`].
    pub left_out: Vec<String>,
}

impl Db {
    /// Writes a backup, as of one moment, to a file that does not exist yet. It is
    /// made beside its place, looked through, and only then put there.
    pub fn backup(&self, to: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Copied> {
        refuse_existing(to)?;
        let making = Making::beside(to);
        let left_out = match self.dialect {
            Dialect::Sqlite => {
                let mut lease = self.readers.take()?;
                copy_pages(sqlite::of(&mut lease)?, &making.0, progress)?;
                Vec::new()
            }
            Dialect::Postgres => self.move_to_file(&making.0, progress)?,
        };
        look_through(&making.0, progress)?;
        Ok(Copied { bytes: making.put(to)?, left_out })
    }

    /// Puts what a backup holds into this database, which is empty and was opened
    /// [for that](Options::receives).
    pub fn restore(&self, from: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Copied> {
        let copy = Making::in_folder(&std::env::temp_dir());
        let mut copied = restore_file(from, &copy.0, progress)?;
        let file = Self::sqlite(&copy.0, self.options_for_file())?;
        copied.left_out = file.move_to(self, progress)?.left_out;
        Ok(copied)
    }

    fn move_to_file(&self, path: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Vec<String>> {
        let options = Options { receives: true, ..self.options_for_file() };
        let file = Self::sqlite(path, options)?;
        let moved = self.copy_to(&file, progress)?;
        drop(file);
        to_one_file(path)?;
        Ok(moved.left_out)
    }

    fn options_for_file(&self) -> Options {
        Options { readers: 1, ..Options::new(self.origin.clock.clone(), self.migrations) }
    }
}

/// Puts a backup where a SQLite database is to be; nothing is there yet.
pub fn restore_file(from: &Path, to: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Copied> {
    refuse_existing(to)?;
    let making = Making::beside(to);
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(sqlite::error)?;
    copy_pages(&source, &making.0, progress)?;
    look_through(&making.0, progress)?;
    Ok(Copied { bytes: making.put(to)?, left_out: Vec::new() })
}

/// One snapshot: what is committed meanwhile neither gets in nor makes us start again.
fn copy_pages(from: &Connection, to: &Path, progress: &mut dyn FnMut(Progress)) -> Result<()> {
    // It is taken back when we are done, or when a listener to our progress panics.
    let snapshot = from.unchecked_transaction().map_err(sqlite::error)?;
    copy_in_snapshot(&snapshot, to, progress)?;
    drop(snapshot);
    to_one_file(to)
}

fn copy_in_snapshot(
    from: &Connection,
    to: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<()> {
    // The snapshot begins with the first read.
    from.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())).map_err(sqlite::error)?;
    let mut target = Connection::open(to).map_err(sqlite::error)?;
    let backup = Backup::new(from, &mut target).map_err(sqlite::error)?;
    loop {
        let step = backup.step(PAGES).map_err(sqlite::error)?;
        let at = backup.progress();
        let total = u64::try_from(at.pagecount).unwrap_or(0);
        let left = u64::try_from(at.remaining).unwrap_or(0);
        let what = "copying".to_owned();
        progress(Progress { what, done: total.saturating_sub(left), total });
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => return Err(StoreError::Busy),
        }
    }
}

/// Without a log beside it.
fn to_one_file(path: &Path) -> Result<()> {
    let conn = Connection::open(path).map_err(sqlite::error)?;
    conn.pragma_update(None, "journal_mode", "DELETE").map_err(sqlite::error)
}

/// Refuses a file that is damaged, in the words of SQLite.
fn look_through(path: &Path, progress: &mut dyn FnMut(Progress)) -> Result<()> {
    progress(Progress { what: "checking".to_owned(), done: 0, total: 1 });
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(sqlite::error)?;
    let problems = problems(&conn);
    progress(Progress { what: "checking".to_owned(), done: 1, total: 1 });
    match problems.first() {
        None => Ok(()),
        Some(first) => Err(StoreError::Failed(format!("the copy is damaged: {first}"))),
    }
}

/// What a SQLite file says of itself; nothing when it is sound.
pub(crate) fn problems(conn: &Connection) -> Vec<String> {
    let mut found = lines(conn, "PRAGMA integrity_check(20)", |row| row.get(0));
    found.retain(|it| it != "ok");
    let orphans = "SELECT \"table\", count(*), parent FROM pragma_foreign_key_check GROUP BY 1, 3";
    found.extend(lines(conn, orphans, |row| {
        let (table, rows, parent): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("{rows} rows of {table} refer to what is not in {parent}"))
    }));
    found
}

/// A file can be so damaged that it cannot even be looked through: that is a line too.
fn lines(
    conn: &Connection,
    sql: &str,
    line: fn(&rusqlite::Row<'_>) -> rusqlite::Result<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    let read = conn.prepare(sql).and_then(|mut statement| {
        for row in statement.query_map([], line)? {
            found.push(row?);
        }
        Ok(())
    });
    if let Err(error) = read {
        found.push(sqlite::error(error).to_string());
    }
    found
}

fn refuse_existing(path: &Path) -> Result<()> {
    match path.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(StoreError::Incompatible(format!(
            "{} exists already. Give another name, or move it away first.",
            path.display()
        ))),
        Err(error) => Err(failed(path, &error)),
    }
}

/// A file that is not yet what it is to be, and goes away unless it becomes that.
struct Making(PathBuf);

impl Making {
    fn beside(path: &Path) -> Self {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let making = Self(name.into());
        making.remove();
        making
    }

    fn in_folder(folder: &Path) -> Self {
        Self::beside(&folder.join("tend-restore"))
    }

    /// It is on disk under its name when this returns; its size.
    fn put(self, to: &Path) -> Result<u64> {
        let put = || {
            let file = File::open(&self.0)?;
            file.sync_all()?;
            std::fs::rename(&self.0, to)?;
            let folder = to.parent().filter(|it| !it.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
            Ok(file.metadata()?.len())
        };
        put().map_err(|error| failed(to, &error))
    }

    fn remove(&self) {
        for end in ["", "-journal", "-wal", "-shm", ".lock"] {
            let mut name = self.0.as_os_str().to_owned();
            name.push(end);
            let _ = std::fs::remove_file(name);
        }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        self.remove();
    }
}

fn failed(path: &Path, error: &std::io::Error) -> StoreError {
    let text = format!("{}: {error}", path.display());
    match error.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full(text),
        _ => StoreError::Failed(text),
    }
}
