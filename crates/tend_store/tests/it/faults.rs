//! What breaks outside, and how it heals.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc::channel,
    time::{Duration, Instant},
};

use tend_store::{Limits, Options, Result, StoreError, Tx};
use tend_testkit::{Place, Server, on_both};

use crate::{MarkId, column, mark, options, words, write};

/// A small disk of its own, for those who may mount one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("tend-small-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the temporary folder takes one more");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(&folder);
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|it| it.success());
        mounted.then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[test]
fn a_full_disk_is_said_loses_nothing_and_heals_alone() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("SKIPPED: only root may mount a small disk");
        return;
    };
    let (file, filler) = (disk.0.join("tend.db"), disk.0.join("filler"));
    let db = tend_store::Db::sqlite(&file, options()).expect("opens");
    std::fs::write(&filler, vec![1; 512 << 10]).expect("there is room");

    let mut kept = Vec::new();
    let refused = loop {
        let word = format!("{:0>20000}", kept.len());
        let again = word.clone();
        match write(&db, move |tx| mark(tx, &again)) {
            Ok(_) => kept.push(word),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Full(_)), "{refused:?}");
    assert!(!kept.is_empty());
    assert_eq!(words(&db), kept, "reads go on");
    let again = write(&db, |tx| mark(tx, &"x".repeat(200_000)));
    assert!(matches!(again, Err(StoreError::Full(_))), "{again:?}");
    assert_eq!(db.broken(), None);

    std::fs::remove_file(&filler).expect("is there");
    write(&db, |tx| mark(tx, "space again")).expect("healed alone");

    kept.push("space again".to_owned());
    assert_eq!(words(&db), kept);
    let sound: Result<String> = db.read(|tx| tx.scalar("PRAGMA integrity_check", &[]));
    assert_eq!(sound, Ok("ok".to_owned()));
}

const ADDRESS: &str = "TEND_TEST_IO_ADDRESS";

/// Writes and says so, until the disk fails.
#[test]
#[ignore = "is the other process of the next test"]
fn a_process_whose_disk_fails() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let db = Place::open_at(&address, options());
    let (tell, told) = channel();
    db.on_broken(move |why| tell.send(why.to_owned()).unwrap_or(()));
    for n in 0..10_000 {
        match write(&db, move |tx| mark(tx, &format!("{n}"))) {
            Ok(id) => println!("done {id}"),
            Err(error) => {
                println!("first {error:?}");
                break;
            }
        }
    }
    println!("broken {}", told.recv().expect("is told"));
    println!("then {:?}", write(&db, |tx| mark(tx, "later")));
    println!("reads {}", column::<i64>(&db, "SELECT count(*) AS it FROM marks", &[]).len());
}

#[test]
fn after_a_failed_fsync_nothing_more_is_acknowledged() {
    let traces = |it: &mut Command| it.stderr(Stdio::null()).status().is_ok_and(|it| it.success());
    if !traces(Command::new("strace").args(["-o", "/dev/null", "true"])) {
        eprintln!("SKIPPED: strace cannot be used to make the disk fail");
        return;
    }
    let place = Place::sqlite();
    // So that the other process makes no table, and its fsyncs are those of its writes.
    drop(place.open(options()));
    let output = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null"])
        .args(["-e", "inject=fsync,fdatasync:error=EIO:when=40+"])
        .arg(std::env::current_exe().expect("we run"))
        .args(["--exact", "faults::a_process_whose_disk_fails", "--ignored", "--nocapture"])
        .env(ADDRESS, place.address())
        .output()
        .expect("runs again");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = |word: &str| {
        let mut lines = text.lines().filter_map(|it| it.strip_prefix(word));
        lines.next().unwrap_or_else(|| panic!("nothing of {word} in {text}")).to_owned()
    };

    assert!(said("first ").starts_with("InDoubt"), "{text}");
    assert!(said("broken ").contains("I/O"), "{text}");
    assert_eq!(said("then "), "Err(Closed)");
    assert_eq!(said("reads "), "1");
    let done: Vec<MarkId> = text
        .lines()
        .filter_map(|it| it.strip_prefix("done "))
        .map(|it| it.parse().expect("is an id"))
        .collect();
    assert!(done.len() > 5, "{text}");
    let db = place.open(options());
    let kept: Vec<MarkId> = column(&db, "SELECT id AS it FROM marks", &[]);
    assert!(done.iter().all(|it| kept.contains(it)), "lost some of {done:?}");
}

#[test]
fn a_server_that_is_away_is_said_and_all_goes_on_when_it_is_back() {
    let server = Server::start(false);
    let place = Place::postgres_in(server.url(), None);
    let db = place.open(Options { node: None, ..options() });
    write(&db, |tx| mark(tx, "before")).expect("writes");

    server.crash();
    let started = Instant::now();
    let refused = write(&db, |tx| mark(tx, "meanwhile"));
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    let refused: Result<i64> = db.read(|tx| tx.scalar("SELECT count(*) FROM marks", &[]));
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());

    server.revive();
    write(&db, |tx| mark(tx, "afterwards")).expect("is back");
    assert_eq!(words(&db), ["afterwards", "before"]);
}

#[test]
fn a_statement_that_takes_too_long_is_stopped_and_the_connection_goes_on() {
    let place = Place::postgres(None);
    let short = Duration::from_millis(200);
    let limits = Limits { read: short, write: short, ..Limits::default() };
    let db = place.open(Options { limits, readers: 1, writers: 1, ..options() });
    let sleep = |tx: &mut Tx| tx.execute("SELECT pg_sleep(30)", &[]);

    assert_eq!(db.read(sleep), Err(StoreError::Timeout));
    assert_eq!(write(&db, sleep), Err(StoreError::Timeout));

    write(&db, |tx| mark(tx, "afterwards")).expect("writes");
    assert_eq!(words(&db), ["afterwards"]);
}

#[test]
fn a_database_counts_what_it_does_and_notices_what_is_slow() {
    on_both(|place| {
        let db = place.open(options());
        let before = db.stats();
        write(&db, |tx| mark(tx, "quick")).expect("writes");
        let refused = write(&db, |_| Err::<(), _>(StoreError::Shape("no".to_owned())));
        assert!(refused.is_err());
        let slow = write(&db, |tx| {
            let started = Instant::now();
            while started.elapsed() < Duration::from_millis(60) {
                std::hint::spin_loop();
            }
            mark(tx, "slow")
        });
        slow.expect("writes");
        assert_eq!(words(&db).len(), 2);

        let now = db.stats();
        let more = [
            now.writes - before.writes,
            now.undone - before.undone,
            now.slow - before.slow,
            now.reads - before.reads,
            now.waiting,
        ];
        assert_eq!(more, [2, 1, 1, 1, 0]);
        assert!(now.commits >= before.commits + 2 && now.largest_batch >= 1);
        assert!(now.worked_micros - before.worked_micros >= 60_000);
        assert!(now.commit_micros > before.commit_micros);
    });
}
