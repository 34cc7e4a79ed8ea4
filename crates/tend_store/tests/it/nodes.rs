//! Numbers of nodes, and leases of what only one process at a time may do.

use std::{collections::HashSet, sync::Arc};

use jiff::{SignedDuration, Timestamp, ToSpan};
use tend_store::{Clock, Db, Ids, Options, Result, StoreError};
use tend_testkit::{HandClock, Place, on_both};

use crate::{MARKS, MarkId, journal::with_journal, mark, options, words, write};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn leased() -> Options {
    Options { node: None, ..options() }
}

fn at(time: Timestamp) -> Options {
    struct Stopped(Timestamp);
    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            self.0
        }
    }
    Options::new(Arc::new(Stopped(time)), &[MARKS])
}

fn numbers(db: &Db) -> Vec<i64> {
    let sql = "SELECT number FROM nodes WHERE holder <> '' ORDER BY number";
    db.read::<_, StoreError>(|tx| tx.column(sql, &[])).expect("reads")
}

#[test]
fn a_clock_that_was_set_back_between_two_runs_repeats_no_id() {
    on_both(|place| {
        let mut seen = HashSet::new();
        for (run, hours) in [48, 1, 0, 47, 48].into_iter().enumerate() {
            let db = place.open(at(Ids::EPOCH + hours.hours()));
            for n in 0..50 {
                let id = write(&db, move |tx| mark(tx, &format!("{run}-{n}"))).expect("writes");
                assert!(seen.insert(id), "{id} twice");
            }
        }
    });
}

#[test]
fn after_a_restart_ids_go_by_the_clock_again() {
    let place = Place::sqlite();
    let day = |n: i64| Ids::EPOCH + (24 * n).hours();
    let of = |id: MarkId| id.raw() >> 22;
    let db = place.open(at(day(1)));
    let first = write(&db, |tx| mark(tx, "first")).expect("writes");
    drop(db);

    let db = place.open(at(day(1) + 1.second()));
    let second = write(&db, |tx| mark(tx, "second")).expect("writes");

    assert_eq!(of(second) - of(first), 1_000);
}

#[test]
fn each_node_has_a_number_and_gives_it_back() {
    let place = Place::postgres(None);
    let (one, two) = (place.open(leased()), place.open(leased()));
    assert_eq!(numbers(&one), [0, 1]);
    let made: HashSet<MarkId> = (0..20)
        .map(|n| {
            let db = if n % 2 == 0 { &one } else { &two };
            write(db, move |tx| mark(tx, &format!("{n}"))).expect("writes")
        })
        .collect();
    assert_eq!(made.len(), 20);

    drop(one);
    assert_eq!(numbers(&two), [1]);
    let three = place.open(leased());
    assert_eq!(numbers(&three), [0, 1]);
}

#[test]
fn a_node_that_was_away_too_long_takes_another_number() {
    let place = Place::postgres(None);
    let db = place.open(Options { node: None, ..with_journal() });
    // Somebody took ours; whoever connects anew notices.
    write(&db, |tx| {
        tx.execute("UPDATE nodes SET holder = 'rival', until = until + 3600000000", &[])?;
        tx.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
            &[],
        )
    })
    .expect("writes");

    let mut numbers_seen = numbers(&db);
    let started = std::time::Instant::now();
    while numbers_seen != [0, 1] && started.elapsed().as_secs() < 30 {
        std::thread::yield_now();
        numbers_seen = numbers(&db);
    }

    assert_eq!(numbers_seen, [0, 1]);
    let id = write(&db, |tx| mark(tx, "later")).expect("writes");
    assert_eq!((id.raw() >> 12) & 1023, 1);
}

#[test]
fn a_second_master_of_a_file_is_refused_and_one_beside_it_is_not() {
    let place = Place::sqlite();
    let master = place.open(leased());

    match place.try_open(leased()) {
        Err(StoreError::InUse(text)) => {
            assert!(text.contains(&std::process::id().to_string()), "{text}");
        }
        other => panic!("not refused: {:?}", other.map(drop)),
    }
    let beside = place.open(Options { alone: false, ..leased() });
    assert_eq!(numbers(&master), [0, 512]);
    write(&beside, |tx| mark(tx, "beside")).expect("writes");
    write(&master, |tx| mark(tx, "master")).expect("writes");
    assert_eq!(words(&master), ["beside", "master"]);

    drop(beside);
    drop(master);
    assert_eq!(words(&place.open(leased())), ["beside", "master"]);
}

fn lease_options(clock: &Arc<HandClock>) -> Options {
    Options { node: Some(0), ..Options::new(clock.clone(), &[MARKS]) }
}

#[test]
fn a_lease_has_one_holder_and_a_late_one_is_told_by_its_number() {
    on_both(|place| {
        let clock = Arc::new(HandClock::default());
        let db = place.open(lease_options(&clock));
        let take = |who: &'static str| {
            write(&db, move |tx| tx.take_lease("timers", who, MINUTE)).expect("asks")
        };
        let holds = |fence| write(&db, move |tx| tx.holds_lease("timers", fence)).expect("asks");
        let renew =
            |fence| write(&db, move |tx| tx.renew_lease("timers", fence, MINUTE)).expect("asks");

        assert_eq!((take("anna"), take("ben"), take("anna")), (Some(1), None, Some(1)));
        clock.advance(SignedDuration::from_secs(59));
        assert!(renew(1) && holds(1));
        clock.advance(SignedDuration::from_secs(59));
        assert_eq!(take("ben"), None);

        clock.advance(SignedDuration::from_secs(2));
        assert_eq!((holds(1), renew(1)), (false, false), "it is over, taken or not");
        assert_eq!(take("ben"), Some(2));
        assert_eq!((holds(1), holds(2), take("anna")), (false, true, None));

        write(&db, |tx| tx.release_lease("timers", "ben", 2)).expect("gives back");
        assert_eq!((holds(2), take("anna")), (false, Some(3)));
    });
}

#[test]
fn of_eight_who_reach_for_a_lease_one_gets_it() {
    on_both(|place| {
        let db = place.open(options());
        let got: Vec<Option<i64>> = std::thread::scope(|scope| {
            let reach = |n: i32| {
                let db = &db;
                scope.spawn(move || {
                    let take = write(db, move |tx| tx.take_lease("one", &format!("{n}"), MINUTE));
                    take.expect("retries suffice")
                })
            };
            let reaching: Vec<_> = (0..8).map(reach).collect();
            reaching.into_iter().map(|it| it.join().expect("no panic")).collect()
        });
        assert_eq!(got.iter().flatten().count(), 1, "{got:?}");
    });
}

/// A clock that asks to follow the server, and is an hour slow.
#[test]
fn nodes_go_by_the_servers_clock() {
    struct Slow;
    impl Clock for Slow {
        fn now(&self) -> Timestamp {
            tend_store::SystemClock.now() - 1.hour()
        }
        fn follows_the_server(&self) -> bool {
            true
        }
    }
    let place = Place::postgres(None);
    let db = place.open(Options::new(Arc::new(Slow), &[MARKS]));

    let now: Result<Timestamp> = db.read(|tx| Ok(tx.now()));

    let off = now.expect("reads").duration_since(tend_store::SystemClock.now());
    assert!(off.abs() < MINUTE, "{off:?}");
}
