//! PostgreSQL over TLS, and servers that are refused.

use std::process::Command;

use tend_store::{Db, Options, Result, StoreError};
use tend_testkit::{Place, Serve, Server};

use crate::{mark, options, words, write};

fn is_encrypted(db: &Db) -> bool {
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    db.read::<_, StoreError>(|tx| tx.scalar(sql, &[])).expect("reads")
}

fn open(url: &str) -> Result<Db> {
    Db::postgres(url, Options { node: None, ..options() })
}

#[test]
fn tls_is_used_as_the_url_asks_and_a_server_is_known_by_its_certificate() {
    if !Command::new("openssl").arg("version").output().is_ok_and(|it| it.status.success()) {
        eprintln!("SKIPPED: there is no openssl to make certificates with");
        return;
    }
    let server = Server::start_as(Serve { tls: true, ..Serve::default() });
    let roots = server.authority().display().to_string().replace('/', "%2F");
    let base = format!("{}/postgres", server.url());
    let by_number = base.replace("localhost", "127.0.0.1");

    let accepted = [
        (format!("{base}?sslmode=disable"), false),
        (base.clone(), true),
        (format!("{base}?sslmode=require"), true),
        (format!("{by_number}?sslmode=verify-ca&sslrootcert={roots}"), true),
        (format!("{by_number}?sslmode=require&sslrootcert={roots}"), true),
        (format!("{base}?connect_timeout=3&sslrootcert={roots}&sslmode=verify-full"), true),
    ];
    for (url, encrypted) in &accepted {
        let db = open(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(is_encrypted(&db), *encrypted, "{url}");
        write(&db, |tx| mark(tx, "by TLS")).map(drop).unwrap_or_else(|error| {
            assert!(matches!(error, StoreError::Constraint(_)), "{url}: {error}");
        });
        assert_eq!(words(&db), ["by TLS"]);
    }

    let refused = [
        // Another name than that in the certificate, and an authority that nobody knows.
        format!("{by_number}?sslmode=verify-full&sslrootcert={roots}"),
        format!("{base}?sslmode=verify-full"),
        format!("{base}?sslmode=verify-ca&sslrootcert=system"),
    ];
    for url in &refused {
        match open(url) {
            Err(StoreError::Unavailable(text)) => assert!(text.contains("certificate"), "{text}"),
            other => panic!("{url}: {:?}", other.map(drop)),
        }
    }
}

#[test]
fn a_server_without_tls_is_refused_where_tls_was_asked_for() {
    let place = Place::postgres(None);
    match open(&format!("{}?sslmode=require", place.address())) {
        Err(StoreError::Unavailable(text)) => assert!(text.contains("TLS"), "{text}"),
        other => panic!("not refused: {:?}", other.map(drop)),
    }
}

fn refusal(result: Result<Db>) -> String {
    match result {
        Err(StoreError::Incompatible(text)) => text,
        other => panic!("not refused: {:?}", other.map(drop)),
    }
}

#[test]
fn a_url_that_makes_no_sense_is_refused_and_its_password_is_not_repeated() {
    for url in [
        "postgres://tend:s3cret@localhost/x?sslmode=strict",
        "postgres://tend:s3cret@localhost/x?sslmode=verify-full&sslrootcert=/nowhere.pem",
        "postgres://tend:s3cret@localhost/x?colour=blue",
        "postgres://tend:s3cret@localhost:many/x",
        "host=localhost password=s3cret sslmode=strict",
    ] {
        let text = refusal(open(url));
        assert!(text.ends_with('.') && !text.contains("s3cret"), "{text}");
    }
}

#[test]
fn a_database_that_sorts_by_language_or_is_not_utf8_is_refused() {
    let latin = "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'";
    let place = Place::postgres_as(latin).expect("every server knows it");
    let text = refusal(place.try_open(options()));
    assert!(text.contains("LATIN1") && text.contains("CREATE DATABASE"), "{text}");

    let english = "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en'";
    let Some(place) = Place::postgres_as(english) else {
        eprintln!("SKIPPED: this server cannot sort by language");
        return;
    };
    let text = refusal(place.try_open(options()));
    assert!(text.contains("language") && text.contains("CREATE DATABASE"), "{text}");
}

#[test]
fn who_may_not_come_in_is_told_at_once() {
    let place = Place::postgres(None);
    let nowhere = format!("{}_not", place.address());
    assert!(refusal(open(&nowhere)).contains("does not exist"));
}
