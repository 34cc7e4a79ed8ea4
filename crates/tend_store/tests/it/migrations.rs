//! The schema goes forward, each step once, and what would do harm is refused.

use tend_store::{Dialect, Migration, Migrations, Options, Result, StoreError};
use tend_testkit::{Place, on_both};

use crate::{MARKS, options, write};

const SECOND: Migration = Migration::new("0002_both", "CREATE TABLE second (id {id});").then(
    "CREATE VIRTUAL TABLE words USING fts5(text);",
    "CREATE TABLE words (text TEXT NOT NULL, found TSVECTOR);",
);

const HARMFUL: Migration =
    Migration::new("0003_harmful", "DROP TABLE second;").raises_compatibility_to(1);

const EDITED: Migration = Migration::new("0001_marks", "CREATE TABLE marks (id {id})");

fn with(migrations: Migrations) -> Options {
    Options { migrations, ..options() }
}

fn refusal(place: &Place, options: Options) -> String {
    match place.try_open(options) {
        Err(StoreError::Incompatible(text)) => text,
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("was not refused"),
    }
}

#[test]
fn a_later_binary_does_only_what_is_missing_with_what_each_database_needs() {
    on_both(|place| {
        drop(place.open(with(&[MARKS])));
        let db = place.open(with(&[MARKS, SECOND]));

        write(&db, |tx| tx.execute("INSERT INTO words (text) VALUES ('parcel')", &[]))
            .expect("has it");
        let found: Result<i64> = db.read(|tx| {
            let sql = match tx.dialect() {
                Dialect::Sqlite => "SELECT count(*) FROM words WHERE words MATCH 'parcel'",
                Dialect::Postgres => "SELECT count(found) + 1 FROM words",
            };
            tx.scalar(sql, &[])
        });
        assert_eq!(found, Ok(1));
        let names: Result<Vec<String>> =
            db.read(|tx| tx.column("SELECT name FROM migrations ORDER BY applied_at, name", &[]));
        assert_eq!(
            names,
            Ok(vec!["0001_marks".into(), "0002_both".into(), "store_0001_start".into()])
        );
    });
}

#[test]
fn an_older_binary_is_refused_only_where_it_would_do_harm() {
    on_both(|place| {
        drop(place.open(with(&[MARKS, SECOND])));
        drop(place.open(with(&[MARKS])));
        drop(place.open(with(&[MARKS, SECOND, HARMFUL])));

        let text = refusal(place, with(&[MARKS, SECOND]));

        assert!(text.contains("newer version"), "{text}");
        drop(place.open(with(&[MARKS, SECOND, HARMFUL])));
    });
}

#[test]
fn a_migration_that_was_edited_after_it_was_applied_is_noticed() {
    on_both(|place| {
        drop(place.open(with(&[MARKS])));

        let text = refusal(place, with(&[EDITED]));

        assert!(text.contains("0001_marks"), "{text}");
    });
}

#[test]
fn a_migration_that_fails_leaves_nothing_behind() {
    const BROKEN: Migration =
        Migration::new("0002_both", "CREATE TABLE second (id {id}); CREATE TABLE second (id {id})")
            .raises_compatibility_to(1);
    on_both(|place| {
        assert!(place.try_open(with(&[MARKS, BROKEN])).is_err());

        drop(place.open(with(&[MARKS, SECOND])));
    });
}

#[test]
fn nodes_that_start_together_migrate_once() {
    let place = Place::postgres(None);
    std::thread::scope(|scope| {
        let nodes: Vec<_> = (1..=4)
            .map(|node| {
                let options = Options { node: Some(node), ..with(&[MARKS, SECOND]) };
                let place = &place;
                scope.spawn(move || place.try_open(options).map(drop))
            })
            .collect();
        for node in nodes {
            assert_eq!(node.join().expect("no panic"), Ok(()));
        }
    });
}
