//! Positions: gapless, in one order that never changes, whoever writes.

use std::{
    sync::{Arc, Mutex, mpsc::channel},
    thread,
    time::Duration,
};

use tend_store::{Db, Dialect, Migration, Options, Result, StoreError, Tx, Wake};
use tend_testkit::{Place, on_both};

use crate::{MARKS, mark, options, write};

const JOURNAL: Migration = Migration::new(
    "0002_journal",
    "CREATE TABLE journal (id {id}, position BIGINT UNIQUE, word TEXT NOT NULL);
     CREATE INDEX journal_unplaced ON journal (id) WHERE position IS NULL;
     CREATE TABLE jobs (id {id}, word TEXT NOT NULL);",
);

/// Long enough for a slow machine; nothing waits so long when all is well.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn with_journal() -> Options {
    Options { migrations: &[MARKS, JOURNAL], ..options() }
}

fn on_node(node: u16) -> Options {
    Options { node: Some(node), ..with_journal() }
}

pub fn record(tx: &mut Tx, word: &str) -> Result<()> {
    let id = tx.next_id();
    let position = tx.dialect().journal_position();
    let sql = format!("INSERT INTO journal (id, position, word) VALUES ($1, {position}, $2)");
    tx.execute(&sql, &[id.into(), word.into()]).map(drop)
}

/// All that has a position after this one, as a follower reads it.
fn after(db: &Db, position: i64) -> Vec<(i64, String)> {
    let read: Result<Vec<tend_store::Row>> = db.read(|tx| {
        let sql = "SELECT position, word FROM journal WHERE position > $1 ORDER BY position";
        tx.rows(sql, &[position.into()])
    });
    let read = read.expect("reads");
    read.iter()
        .map(|it| (it.get("position").expect("is one"), it.get("word").expect("is one")))
        .collect()
}

#[test]
fn positions_leave_no_gap_where_a_transaction_was_taken_back() {
    on_both(|place| {
        let db = place.open(with_journal());
        for n in 0..30 {
            let result = write(&db, move |tx| {
                record(tx, &format!("{n}"))?;
                match n % 3 {
                    0 => Ok(()),
                    1 => Err(StoreError::Shape("refused".to_owned())),
                    _ => panic!("ouch"),
                }
            });
            assert_eq!(result.is_ok(), n % 3 == 0);
        }

        assert_eq!(db.settle_journal(PATIENCE), Ok(10));
        let positions: Vec<i64> = after(&db, 0).into_iter().map(|it| it.0).collect();
        assert_eq!(positions, (1..=10).collect::<Vec<_>>());
    });
}

/// Reads on from where it stopped, until it has seen so many.
fn follow(db: &Db, count: usize) -> Vec<(i64, String)> {
    let (watch, mut seen) = (db.journal(), Vec::new());
    while seen.len() < count {
        let last = seen.last().map_or(0, |it: &(i64, String)| it.0);
        let known = watch.wait_past(last, PATIENCE);
        let more = after(db, last);
        assert!(!more.is_empty() && known > last, "waited in vain at {last}, {known} known");
        seen.extend(more);
    }
    seen
}

#[test]
fn a_follower_sees_each_entry_once_in_one_order_however_writers_overlap() {
    on_both(|place| {
        let db = place.open(with_journal());
        let seen = thread::scope(|scope| {
            for thread in 0..8 {
                let db = &db;
                scope.spawn(move || {
                    for n in 0..25 {
                        let wrote = write(db, move |tx| {
                            record(tx, &format!("{thread}-{n}"))?;
                            // Others overtake: the entry has its id, the commit is yet to come.
                            thread::yield_now();
                            record(tx, &format!("{thread}-{n}+"))
                        });
                        wrote.expect("writes");
                    }
                });
            }
            follow(&db, 400)
        });

        let positions: Vec<i64> = seen.iter().map(|it| it.0).collect();
        assert_eq!(positions, (1..=400).collect::<Vec<_>>());
        assert_eq!(seen, after(&db, 0), "the order changed after it was read");
        let mut words: Vec<_> = seen.into_iter().map(|it| it.1).collect();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), 400);
    });
}

#[test]
fn two_nodes_on_one_database_place_each_entry_once_and_both_hear_of_it() {
    let place = Place::postgres(None);
    let nodes = [place.open(on_node(1)), place.open(on_node(2))];
    let told: Vec<_> = nodes
        .iter()
        .map(|node| {
            let (tell, told) = channel();
            node.on_journal(move |position| tell.send(position).unwrap_or(()));
            told
        })
        .collect();

    thread::scope(|scope| {
        for thread in 0..8 {
            let node = &nodes[thread % 2];
            scope.spawn(move || {
                for n in 0..25 {
                    write(node, move |tx| record(tx, &format!("{thread}-{n}"))).expect("writes");
                }
            });
        }
        for node in &nodes {
            scope.spawn(move || {
                let seen = follow(node, 200);
                let positions: Vec<i64> = seen.iter().map(|it| it.0).collect();
                assert_eq!(positions, (1..=200).collect::<Vec<_>>());
                assert_eq!(seen, after(node, 0));
            });
        }
    });
    for told in told {
        let mut last = 0;
        while last < 200 {
            let position = told.recv_timeout(PATIENCE).expect("is told");
            assert!(position > last, "{position} after {last}");
            last = position;
        }
    }
}

#[test]
fn when_the_sequencer_goes_another_node_takes_over() {
    let place = Place::postgres(None);
    let one = place.open(on_node(1));
    write(&one, |tx| record(tx, "first")).expect("writes");
    assert_eq!(one.settle_journal(PATIENCE), Ok(1));
    let two = place.open(on_node(2));
    let fence = |db: &Db| -> i64 {
        let sql = "SELECT fence FROM leases WHERE name = 'journal'";
        db.read::<_, StoreError>(|tx| tx.scalar(sql, &[])).expect("reads")
    };
    let before = fence(&two);

    drop(one);
    write(&two, |tx| record(tx, "second")).expect("writes");

    assert_eq!(two.settle_journal(PATIENCE), Ok(2));
    assert_eq!(fence(&two), before + 1);
}

#[test]
fn a_sequencer_whose_lease_was_taken_places_nothing() {
    let place = Place::postgres(None);
    let db = place.open(with_journal());
    write(&db, |tx| record(tx, "first")).expect("writes");
    assert_eq!(db.settle_journal(PATIENCE), Ok(1));

    // A rival, for a while; the server's clock decides when that is over.
    write(&db, |tx| {
        tx.execute(
            "UPDATE leases SET holder = 'rival', fence = fence + 1, until = 1500000
                 + CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)
             WHERE name = 'journal'",
            &[],
        )
    })
    .expect("writes");
    write(&db, |tx| record(tx, "second")).expect("writes");
    assert_eq!(db.settle_journal(Duration::from_millis(300)), Err(StoreError::Busy));
    assert_eq!(after(&db, 0).len(), 1);

    assert_eq!(db.settle_journal(PATIENCE), Ok(2));
}

#[test]
fn whoever_runs_jobs_hears_of_them_and_of_nothing_else() {
    let place = Place::sqlite();
    let db = place.open(with_journal());
    let (tell, told) = channel();
    db.on_jobs(move || tell.send(()).unwrap_or(()));
    let job = "INSERT INTO jobs (id, word) VALUES (1, 'tell')";

    write(&db, |tx| mark(tx, "no job")).expect("writes");
    let refused = write(&db, |tx| {
        tx.execute(job, &[])?;
        Err::<(), _>(StoreError::Shape("refused".to_owned()))
    });
    assert!(refused.is_err());
    // A commit after it: whatever is told of the first two was told before.
    write(&db, |tx| mark(tx, "still no job")).expect("writes");
    assert!(told.try_recv().is_err(), "was told of nothing");

    write(&db, |tx| tx.execute(job, &[])).expect("writes");
    told.recv_timeout(PATIENCE).expect("is told");
    write(&db, |tx| {
        tx.wake(Wake::Jobs);
        Ok(())
    })
    .expect("writes");
    told.recv_timeout(PATIENCE).expect("is told again");
}

#[test]
fn who_runs_jobs_hears_of_those_that_another_node_added() {
    let place = Place::postgres(None);
    let (one, two) = (place.open(on_node(1)), place.open(on_node(2)));
    let (tell, told) = channel();
    two.on_jobs(move || tell.send(()).unwrap_or(()));

    for n in 0..3 {
        let job = move |tx: &mut Tx| {
            tx.execute("INSERT INTO jobs (id, word) VALUES ($1, 'tell')", &[n.into()])
        };
        write(&one, job).expect("writes");
        told.recv_timeout(PATIENCE).expect("is told");
    }
}

/// Only PostgreSQL can commit in another order than it numbers.
#[test]
fn an_entry_that_commits_late_comes_after_those_that_were_read() {
    let place = Place::postgres(None);
    let db = Arc::new(place.open(with_journal()));
    let (reached, has_reached) = channel();
    let (go_on, may_go_on) = channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let (answer, answered) = channel();
    db.submit::<_, StoreError>(
        move |tx| {
            record(tx, "late")?;
            reached.send(()).expect("we listen");
            may_go_on.lock().expect("is ours").recv().expect("we say so");
            Ok(())
        },
        move |result| answer.send(result).expect("we listen"),
    );
    has_reached.recv().expect("it comes");
    write(&db, |tx| record(tx, "early")).expect("writes");
    assert_eq!(follow(&db, 1), [(1, "early".to_owned())]);

    go_on.send(()).expect("it waits");
    answered.recv().expect("it answers").expect("is free");

    assert_eq!(follow(&db, 2), [(1, "early".to_owned()), (2, "late".to_owned())]);
}

#[test]
fn positions_and_watch_survive_a_restart() {
    on_both(|place| {
        let db = place.open(with_journal());
        write(&db, |tx| record(tx, "first")).expect("writes");
        db.settle_journal(PATIENCE).expect("settles");
        drop(db);

        let db = place.open(on_node(3));
        assert_eq!(db.journal().position(), 1);
        write(&db, |tx| record(tx, "second")).expect("writes");
        assert_eq!(db.journal().wait_past(1, PATIENCE), 2);
        let dialect: Result<Dialect> = db.read(|tx| Ok(tx.dialect()));
        assert_eq!(dialect == Ok(Dialect::Sqlite), matches!(place, Place::Folder(_)));
    });
}
