//! What SQLite's file needs while Tend runs.

use std::{sync::mpsc::channel, time::Duration};

use tend_store::{Options, Tx};
use tend_testkit::Place;

use crate::{journal::with_journal, mark, options, write};

#[test]
fn the_master_hears_of_what_one_beside_it_commits() {
    let place = Place::sqlite();
    let leased = || Options { node: None, ..with_journal() };
    let master = place.open(leased());
    let (tell, told) = channel();
    master.on_journal(move |position| tell.send(position).unwrap_or(()));
    let beside = place.open(Options { alone: false, ..leased() });
    let record = |tx: &mut Tx| {
        let (id, position) = (tx.next_id(), tx.dialect().journal_position());
        let sql = format!("INSERT INTO journal (id, position, word) VALUES ($1, {position}, 'x')");
        tx.execute(&sql, &[id.into()])
    };

    write(&master, record).expect("writes");
    assert_eq!(told.recv_timeout(Duration::from_secs(30)), Ok(1));
    for n in 2..5 {
        write(&beside, record).expect("writes");
        assert_eq!(told.recv_timeout(Duration::from_secs(30)), Ok(n));
    }
}

#[test]
fn the_log_does_not_grow_without_end_while_readers_come_and_go() {
    let place = Place::sqlite();
    let db = place.open(options());
    let log = format!("{}-wal", place.address());
    let text = "x".repeat(20_000);
    let mut largest = 0;
    // 2 MB a commit, as fast as it goes: 160 MB in all.
    for n in 0..80 {
        let text = text.clone();
        let many = move |tx: &mut Tx| {
            (0..100).try_for_each(|m| mark(tx, &format!("{n}-{m}{text}")).map(drop))
        };
        write(&db, many).expect("writes");
        db.read(|tx| tx.scalar::<i64>("SELECT count(*) FROM marks", &[])).expect("reads");
        largest = largest.max(std::fs::metadata(&log).expect("is there").len());
    }
    assert!(largest < 130_000_000, "{largest}");
}
