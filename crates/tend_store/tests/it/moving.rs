//! A whole database into another and back: everything, as it was.

use std::sync::Arc;

use jiff::{SignedDuration, ToSpan};
use tend_store::{
    Db, Ids, Migration, Move, Options, Progress, Result, Row, StoreError, Tx, Value, id,
    placeholders,
};
use tend_testkit::{HandClock, Place};

use crate::{options, write};

id!(CaseId, "cas");

const SHOP: Migration = Migration::new(
    "0001_shop",
    // Named so that the order of names is not that of references.
    "CREATE TABLE zones (code TEXT PRIMARY KEY, open BOOLEAN NOT NULL);
     CREATE TABLE conversations (id {id}, number BIGINT NOT NULL UNIQUE,
         zone TEXT REFERENCES zones (code), share DOUBLE PRECISION, bytes BYTEA);
     CREATE TABLE deleted_conversations (number BIGINT PRIMARY KEY);
     CREATE TABLE a_notes (zone TEXT NOT NULL REFERENCES zones (code),
         conversation_id BIGINT NOT NULL REFERENCES conversations (id), text TEXT NOT NULL,
         PRIMARY KEY (zone, conversation_id));
     CREATE TABLE lines (id {auto_id}, text TEXT NOT NULL);
     CREATE TABLE journal (id {id}, position BIGINT UNIQUE, word TEXT NOT NULL);
     CREATE INDEX journal_unplaced ON journal (id) WHERE position IS NULL;",
)
.then(
    "CREATE VIRTUAL TABLE found USING fts5(text);",
    "CREATE SEQUENCE conversation_numbers AS BIGINT START 1001;
     CREATE TABLE found (id BIGINT PRIMARY KEY, words TSVECTOR);",
);

fn shop() -> Options {
    Options { migrations: &[SHOP], node: None, ..options() }
}

fn at(hours: i64) -> Options {
    let clock = HandClock::default();
    clock.advance(SignedDuration::from_hours(hours));
    Options { clock: Arc::new(clock), ..shop() }
}

fn receiving() -> Options {
    Options { receives: true, ..shop() }
}

fn open_case(tx: &mut Tx, zone: &str, text: &str) -> Result<(CaseId, i64)> {
    let id = CaseId::new(tx);
    let number = tx.dialect().next_conversation_number();
    let number = tx.scalar(
        &format!(
            "INSERT INTO conversations (id, number, zone, share, bytes)
             VALUES ($1, {number}, $2, $3, $4) RETURNING number"
        ),
        &[id.into(), zone.into(), 0.25.into(), text.as_bytes().into()],
    )?;
    let note = "INSERT INTO a_notes (zone, conversation_id, text) VALUES ($1, $2, $3)";
    tx.execute(note, &[zone.into(), id.into(), text.into()])?;
    tx.execute("INSERT INTO lines (text) VALUES ($1)", &[text.into()])?;
    let entry = tx.next_id();
    let position = tx.dialect().journal_position();
    let sql = format!("INSERT INTO journal (id, position, word) VALUES ($1, {position}, $2)");
    tx.execute(&sql, &[entry.into(), text.into()])?;
    Ok((id, number))
}

/// A few hundred rows, some of them large, some of them strange.
fn fill(db: &Db) {
    write(db, |tx| {
        for (code, open) in [("eu", true), ("us", false), ("Größe \"x\"", true)] {
            let sql = "INSERT INTO zones (code, open) VALUES ($1, $2)";
            tx.execute(sql, &[code.into(), open.into()])?;
        }
        Ok(())
    })
    .expect("writes");
    for n in 0..300 {
        let zone = ["eu", "us", "Größe \"x\""][n % 3];
        let text = match n % 50 {
            0 => "x".repeat(300_000),
            1 => "'; DROP TABLE zones; -- ünïcode 漢字 \u{1F600}".to_owned(),
            _ => format!("line {n}"),
        };
        write(db, move |tx| open_case(tx, zone, &text).map(drop)).expect("writes");
    }
}

/// Everything, in a form in which the two databases can be compared.
fn all(db: &Db) -> Vec<String> {
    let tables = [
        "SELECT code, CASE WHEN open THEN 'open' ELSE 'shut' END AS open FROM zones ORDER BY code",
        "SELECT id, number, zone, share, bytes FROM conversations ORDER BY id",
        "SELECT zone, conversation_id, text FROM a_notes ORDER BY zone, conversation_id",
        "SELECT id, text FROM lines ORDER BY id",
        "SELECT id, position, word FROM journal ORDER BY position",
    ];
    let read: Result<Vec<String>> = db.read(|tx| {
        let mut lines = Vec::new();
        for sql in tables {
            let rows: Vec<Row> = tx.rows(sql, &[])?;
            lines.extend(rows.iter().map(|it| format!("{:?}", it.values())));
        }
        Ok(lines)
    });
    read.expect("reads")
}

fn move_to(from: &Db, to: &Db) -> Result<Move> {
    let mut last = None;
    let result = from.move_to(to, &mut |it: Progress| {
        assert!(it.done <= it.total, "{it:?}");
        last = Some(it);
    });
    assert!(last.is_some() || result.is_err());
    result
}

#[test]
fn all_goes_to_postgresql_and_back_and_goes_on_there() {
    let (small, large, again) = (Place::sqlite(), Place::postgres(None), Place::sqlite());
    // Its clock is two days ahead of those that follow.
    let from = small.open(at(48));
    fill(&from);
    // The newest one is gone, and its number is not given again.
    write(&from, |tx| tx.execute("INSERT INTO deleted_conversations (number) VALUES (1400)", &[]))
        .expect("writes");
    let before = all(&from);
    let to = large.open(receiving());

    let moved = move_to(&from, &to).expect("moves");

    let rows: Vec<(&str, u64)> =
        moved.tables.iter().map(|it| (it.table.as_str(), it.rows)).collect();
    let order = [
        ("deleted_conversations", 1),
        ("journal", 300),
        ("lines", 300),
        ("zones", 3),
        ("conversations", 300),
        ("a_notes", 300),
    ];
    assert_eq!(rows, order);
    assert_eq!(moved.left_out, ["found"]);
    assert!(all(&to) == before, "not all arrived as it was");
    assert_eq!((from.check(), to.check()), (Ok(vec![]), Ok(vec![])));

    let (id, number) = write(&to, |tx| open_case(tx, "eu", "new")).expect("goes on");
    assert_eq!((number, to.settle_journal(std::time::Duration::from_secs(30))), (1401, Ok(301)));
    let newest = Ids::EPOCH + 48.hours();
    assert!(id.raw() >> 22 >= newest.as_millisecond() - Ids::EPOCH.as_millisecond(), "{id}");
    drop(to);

    let from = large.open(shop());
    let before = all(&from);
    let to = again.open(receiving());
    move_to(&from, &to).expect("moves back");
    assert!(all(&to) == before, "not all came back as it was");
    drop(to);
    let to = again.open(shop());
    let (_, number) = write(&to, |tx| open_case(tx, "eu", "newer")).expect("goes on");
    assert_eq!((number, to.journal().position()), (1402, 302));
    assert_eq!(to.check(), Ok(vec![]));
}

#[test]
fn a_move_that_was_cut_short_is_done_again_from_its_start() {
    let (small, large) = (Place::sqlite(), Place::postgres(None));
    let from = small.open(shop());
    fill(&from);
    let to = large.open(receiving());
    let mut steps = 0;
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        from.move_to(&to, &mut |_| {
            steps += 1;
            assert!(steps < 6, "the power goes");
        })
    }));
    assert!(cut.is_err());
    drop(to);

    match large.try_open(shop()) {
        Err(StoreError::Incompatible(text)) => {
            assert!(text.contains("Run the move again"), "{text}")
        }
        other => panic!("not refused: {:?}", other.map(drop)),
    }
    let to = large.open(receiving());
    move_to(&from, &to).expect("moves");
    assert!(all(&to) == all(&from));
    drop(to);
    large.open(shop());
}

#[test]
fn a_database_with_data_or_of_another_version_is_not_moved_into() {
    let (small, large) = (Place::sqlite(), Place::postgres(None));
    let (from, to) = (small.open(shop()), large.open(receiving()));
    fill(&from);
    write(&to, |tx| {
        tx.execute("INSERT INTO zones (code, open) VALUES ('eu', TRUE)", &[])?;
        open_case(tx, "eu", "mine").map(drop)
    })
    .expect("writes");

    let refused = move_to(&from, &to);
    assert!(
        matches!(&refused, Err(StoreError::Incompatible(it)) if it.contains("empty")),
        "{refused:?}"
    );
    assert_eq!(all(&to).len(), 5, "nothing was touched");

    let other = Place::sqlite();
    let refused = move_to(&from, &other.open(options()));
    assert!(matches!(&refused, Err(StoreError::Incompatible(_))), "{refused:?}");
}

#[test]
fn while_other_nodes_run_nothing_is_moved() {
    let (small, large) = (Place::sqlite(), Place::postgres(None));
    let (from, other) = (large.open(shop()), large.open(shop()));
    let to = small.open(receiving());

    let refused = move_to(&from, &to);
    assert!(matches!(&refused, Err(StoreError::InUse(_))), "{refused:?}");
    drop(other);
    move_to(&from, &to).expect("moves");
}

#[test]
fn what_does_not_belong_in_a_column_is_named() {
    let (small, large) = (Place::sqlite(), Place::postgres(None));
    let (from, to) = (small.open(shop()), large.open(receiving()));
    let args: [Value; 2] = ["eu".into(), "perhaps".into()];
    write(&from, move |tx| {
        let sql = format!("INSERT INTO zones (code, open) VALUES ({})", placeholders(1, 2));
        tx.execute(&sql, &args)
    })
    .expect("SQLite lets it in");

    assert_eq!(
        move_to(&from, &to),
        Err(StoreError::Shape("zones.open holds what does not belong there".to_owned()))
    );
}
