//! What goes in comes out, and what does not fit says so.

use jiff::Timestamp;
use tend_store::{Result, Row, StoreError, Tx, Value, placeholders, row};
use tend_testkit::on_both;

use crate::{MarkId, mark, options, write};

row! {
    /// With what a caller adds.
    #[derive(PartialEq, tend_store::serde::Serialize)]
    #[serde(crate = "tend_store::serde", rename_all = "UPPERCASE")]
    struct Mixed {
        id: MarkId,
        #[serde(rename = "kind")]
        r#type: String,
        small: u16,
        count: u64,
        share: f64,
        bytes: Vec<u8>,
        missing: Option<i32>,
    }
}

const MIXED: &str = "SELECT CAST($1 AS BIGINT) AS id, CAST($2 AS TEXT) AS type,
        CAST($3 AS BIGINT) AS small, CAST($4 AS BIGINT) AS count,
        CAST($5 AS DOUBLE PRECISION) AS share, CAST($6 AS BYTEA) AS bytes,
        CAST($7 AS BIGINT) AS missing";

fn mixed(tx: &mut Tx, count: i64) -> Result<Mixed> {
    let (name, missing) = ("plain".to_owned(), None::<i32>);
    let bytes: &[u8] = &[0, 255];
    let sql = match tx.dialect() {
        // Its word for bytes; columns are declared as BYTEA on both.
        tend_store::Dialect::Sqlite => MIXED.replace("BYTEA", "BLOB"),
        tend_store::Dialect::Postgres => MIXED.to_owned(),
    };
    let args = [
        MarkId::from_raw(33).into(),
        Value::from(&name),
        7u16.into(),
        count.into(),
        0.5.into(),
        bytes.into(),
        missing.into(),
    ];
    tx.one(&sql, &args)
}

#[test]
fn each_kind_of_value_comes_back_as_it_went() {
    on_both(|place| {
        let db = place.open(options());

        let found: Mixed = db.read(|tx| mixed(tx, 12)).expect("reads");

        assert_eq!((found.id.raw(), found.small, found.count), (33, 7, 12));
        assert_eq!(
            (found.share, found.bytes.as_slice(), found.missing),
            (0.5, &[0, 255][..], None)
        );
        let json = serde_json::to_string(&found).expect("is plain data");
        let expected = r#"{"ID":"mrk_11","kind":"plain","SMALL":7,"COUNT":12,"SHARE":0.5,"BYTES":[0,255],"MISSING":null}"#;
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<MarkId>("\"mrk_11\"").expect("reads"), found.id);
        assert!(serde_json::from_str::<MarkId>("\"cnv_11\"").is_err());

        let negative: Result<Mixed> = db.read(|tx| mixed(tx, -1));
        assert!(matches!(negative, Err(StoreError::Shape(_))), "{negative:?}");
    });
}

#[test]
fn a_statement_takes_as_many_parameters_as_it_names_and_no_other_number() {
    on_both(|place| {
        let db = place.open(options());
        let words: Vec<Value> = (0..300).map(|n| format!("{n:03}").into()).collect();
        write(&db, |tx| (0..400).try_for_each(|n| mark(tx, &format!("{n:03}")).map(drop)))
            .expect("writes");

        let count = |args: &[Value], from, names| {
            let list = placeholders(from, names);
            let sql = format!("SELECT count(*) FROM marks WHERE word IN ({list})");
            db.read(|tx| tx.scalar::<i64>(&sql, args))
        };

        assert_eq!(count(&words, 1, 300), Ok(300));
        assert_eq!(count(&[], 1, 0), Ok(0));
        assert!(count(&words[..2], 1, 3).is_err(), "one too few");
        assert!(count(&words[..3], 1, 2).is_err(), "one too many");
        assert!(count(&words[..2], 2, 2).is_err(), "others than those");
    });
}

#[test]
fn one_and_scalar_say_when_there_is_no_row() {
    on_both(|place| {
        let db = place.open(options());
        write(&db, |tx| mark(tx, "only")).expect("writes");
        let none = "SELECT word FROM marks WHERE word = 'none'";
        let some = "SELECT word, length(word) FROM marks";

        let found: Result<_> = db.read(|tx| {
            assert!(matches!(tx.one::<Row>(none, &[]), Err(StoreError::Shape(_))));
            assert!(matches!(tx.scalar::<String>(none, &[]), Err(StoreError::Shape(_))));
            assert_eq!(tx.maybe_scalar::<String>(none, &[])?, None);
            let row: Row = tx.one(some, &[])?;
            assert_eq!(row.values(), ["only".into(), Value::Int(4)]);
            Ok((tx.column::<String>(some, &[])?, tx.scalar::<String>(some, &[])?))
        });

        assert_eq!(found, Ok((vec!["only".to_owned()], "only".to_owned())));
    });
}

#[test]
fn times_keep_their_microseconds() {
    on_both(|place| {
        let db = place.open(options());
        let then: Timestamp = "2031-02-03T04:05:06.789012Z".parse().expect("is a time");

        let found: Result<Timestamp> =
            db.read(|tx| tx.scalar("SELECT CAST($1 AS BIGINT)", &[then.into()]));

        assert_eq!(found, Ok(then));
    });
}
