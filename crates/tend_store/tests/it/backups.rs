//! Backups: whole or absent, of one moment, and good for a restore.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
};

use tend_store::{Db, Options, Progress, StoreError, restore_file};
use tend_testkit::{Place, on_both};

use crate::{column, journal::with_journal, mark, options, words, write};

fn folder() -> (Place, PathBuf) {
    let place = Place::sqlite();
    let Place::Folder(folder) = &place else { panic!("is one") };
    let folder = folder.clone();
    (place, folder)
}

fn leased() -> Options {
    Options { node: None, ..with_journal() }
}

fn entries(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).expect("is a folder");
    let mut names: Vec<String> =
        names.map(|it| it.expect("is one").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_under_load_is_of_one_moment_and_restores() {
    on_both(|place| {
        let db = place.open(leased());
        // In pairs: half a pair would be a torn moment.
        let pair = |n: usize| {
            write(&db, move |tx| {
                mark(tx, &format!("{n:05}a {}", "x".repeat(2_000)))?;
                mark(tx, &format!("{n:05}b")).map(drop)
            })
            .expect("writes");
        };
        (0..300).for_each(pair);
        let (_keep, folder) = folder();
        let file = folder.join("tend.backup");
        let over = AtomicBool::new(false);

        let (copied, steps) = thread::scope(|scope| {
            scope.spawn(|| (300..).take_while(|_| !over.load(Relaxed)).for_each(pair));
            let mut steps = Vec::new();
            let copied = db.backup(&file, &mut |it: Progress| steps.push(it));
            over.store(true, Relaxed);
            (copied.expect("copies"), steps)
        });

        assert_eq!(copied.bytes, std::fs::metadata(&file).expect("is there").len());
        assert_eq!(steps.last().map(|it| it.what.as_str()), Some("checking"));
        assert_eq!(entries(&folder), ["tend.backup"], "nothing is left beside it");

        let restored = folder.join("restored.db");
        restore_file(&file, &restored, &mut |_| ()).expect("restores");
        let again = Db::sqlite(&restored, leased()).expect("opens");
        let kept = words(&again);
        assert!(kept.len() >= 600 && kept.len().is_multiple_of(2), "{}", kept.len());
        assert_eq!(again.check(), Ok(vec![]));
        write(&again, |tx| mark(tx, "afterwards")).expect("goes on");
    });
}

#[test]
fn a_backup_of_either_restores_into_postgresql() {
    on_both(|place| {
        let db = place.open(leased());
        write(&db, |tx| (0..20).try_for_each(|n| mark(tx, &format!("{n}")).map(drop)))
            .expect("writes");
        let (_keep, folder) = folder();
        let file = folder.join("tend.backup");
        db.backup(&file, &mut |_| ()).expect("copies");

        let target = Place::postgres(None);
        let to = target.open(Options { receives: true, ..leased() });
        to.restore(&file, &mut |_| ()).expect("restores");

        assert_eq!(words(&to), words(&db));
    });
}

#[test]
fn a_backup_is_whole_or_absent() {
    let place = Place::sqlite();
    let db = place.open(options());
    let large = "x".repeat(100_000);
    write(&db, move |tx| (0..50).try_for_each(|n| mark(tx, &format!("{n}{large}")).map(drop)))
        .expect("writes");
    let (_keep, folder) = folder();
    let file = folder.join("tend.backup");

    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        db.backup(&file, &mut |it| assert!(it.done == 0, "the power goes"))
    }));
    assert!(cut.is_err());
    assert!(entries(&folder).is_empty(), "{:?}", entries(&folder));
    write(&db, |tx| mark(tx, "goes on")).expect("the database does");
    assert_eq!(words(&db).len(), 51);

    let nowhere = folder.join("missing").join("tend.backup");
    assert!(db.backup(&nowhere, &mut |_| ()).is_err());
    std::fs::write(&file, "mine").expect("writes");
    let refused = db.backup(&file, &mut |_| ());
    assert!(matches!(refused, Err(StoreError::Incompatible(_))), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&file).expect("is there"), "mine");
}

#[test]
fn a_damaged_backup_is_not_restored_and_a_damaged_database_is_noticed() {
    let place = Place::sqlite();
    let db = place.open(options());
    write(&db, |tx| (0..2_000).try_for_each(|n| mark(tx, &format!("{n:0>50}")).map(drop)))
        .expect("writes");
    let (_keep, folder) = folder();
    let file = folder.join("tend.backup");
    db.backup(&file, &mut |_| ()).expect("copies");

    let mut bytes = std::fs::read(&file).expect("is there");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 3_000].fill(0x5a);
    std::fs::write(&file, &bytes).expect("writes");

    let target = folder.join("restored.db");
    let refused = restore_file(&file, &target, &mut |_| ());
    assert!(
        matches!(&refused, Err(StoreError::Failed(it)) if it.contains("damaged")),
        "{refused:?}"
    );
    assert_eq!(entries(&folder), ["tend.backup"]);

    std::fs::rename(&file, &target).expect("moves");
    let damaged = Db::sqlite(&target, options()).expect("opens all the same");
    let problems = damaged.check().expect("reads");
    assert!(!problems.is_empty());
}

#[test]
fn rows_that_refer_to_nothing_are_found() {
    let place = Place::sqlite();
    let db = place.open(options());
    write(&db, |tx| mark(tx, "first")).expect("writes");
    // As a tool would that does not mind foreign keys.
    let conn = rusqlite::Connection::open(place.address()).expect("opens");
    conn.execute_batch("PRAGMA foreign_keys = OFF; UPDATE marks SET late = 99").expect("writes");

    assert_eq!(db.check(), Ok(vec!["1 rows of marks refer to what is not in marks".to_owned()]));
    assert_eq!(column::<i64>(&db, "SELECT late AS it FROM marks", &[]), [99]);
}
