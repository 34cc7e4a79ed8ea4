use std::{fs, os::unix::fs::PermissionsExt};

use crate::program::Installation;

const ADD: [&str; 8] =
    ["agent", "add", "--email", "Anna@tend.test", "--name", "Anna Berg", "--role", "admin"];
const PASSWORD: &str = "ein ruhiger Fluss\n";

#[test]
fn a_machine_is_set_up_without_a_browser() {
    Installation::on_both(|it| {
        it.well(&ADD, PASSWORD);
        let again = it.refused(&ADD, PASSWORD);
        assert!(again.contains("an agent with this address already"), "{again}");
        let weak =
            it.refused(&["agent", "add", "--email", "b@tend.test", "--name", "B"], "short\n");
        assert!(weak.contains("at least 8 characters"), "{weak}");
        let create = ["token", "create", "--agent", "anna@tend.test", "--name", "Shop"];
        let token = it.well(&create, "");
        assert!(token.starts_with("tend_") && token.trim().len() == 48, "{token}");
        let scoped = [&create[..], &["--scope", "conversations.read", "--days", "9"]].concat();
        assert_ne!(it.well(&scoped, ""), token);
        let wrong = it.refused(&[&create[..], &["--scope", "all"]].concat(), "");
        assert!(wrong.contains("There are: conversations.read,"), "{wrong}");
        let nobody = ["token", "create", "--agent", "no@tend.test", "--name", "x"];
        assert!(it.refused(&nobody, "").contains("no such agent"));
        let changed = ["agent", "password", "--email", "anna@tend.test"];
        assert_eq!(it.well(&changed, "another quiet river\n"), "Anna Berg has a new password.\n");
    });
}

#[test]
fn what_is_no_setting_stops_the_start() {
    Installation::on_both(|it| {
        fs::create_dir(it.data()).expect("makes");
        fs::write(it.data().join("tend.toml"), "[mail]\nhols = true\n").expect("writes");
        let refused = it.refused(&["serve"], "");
        assert!(refused.contains("there is no setting mail.hols"), "{refused}");
        assert!(it.well(&["config"], "").contains("\n[mail]\n"));
    });
}

#[test]
fn the_folder_and_the_key_are_for_their_owner() {
    Installation::on_both(|it| {
        let serving = it.serve(&[]);
        assert!(serving.greeting.contains("A new data folder"), "{}", serving.greeting);
        assert_eq!(serving.stop(), Some(0));
        let mode = |path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
        assert_eq!(mode(it.data()), 0o700);
        assert_eq!(mode(it.data().join("key")), 0o600);
        let key = fs::read_to_string(it.data().join("key")).expect("reads");
        assert_eq!(it.serve(&[]).stop(), Some(0));
        assert_eq!(fs::read_to_string(it.data().join("key")).expect("reads"), key);
    });
}

#[test]
fn mail_is_held_and_released() {
    Installation::on_both(|it| {
        assert!(it.well(&["hold"], "").starts_with("No mail leaves until you type: tend release."));
        assert!(it.well(&["release"], "").starts_with("Mail leaves again."));
    });
}

/// SQLite once counted its tables when they were empty, and then read all of the full-text index
/// to delete a piece of it: docs/decisions/0006.
#[test]
fn a_young_database_is_read_by_the_plans_of_a_large_one() {
    let it = Installation::on_sqlite();
    it.well(&ADD, PASSWORD);
    assert_eq!(it.serve(&[]).stop(), Some(0));
    let plans = |sql: &'static str| {
        let plan = move |tx: &mut tend_store::Tx| tx.rows(sql, &[1.into(), 2.into()]);
        let steps: Vec<Step> = it.db().write(plan).expect("is planned");
        steps.into_iter().map(|it| it.detail).collect::<Vec<_>>()
    };
    for sql in [
        "EXPLAIN QUERY PLAN DELETE FROM search_words_data WHERE id >= $1 AND id <= $2",
        "EXPLAIN QUERY PLAN SELECT pgno FROM search_words_idx WHERE segid = $1 AND term <= $2",
        "EXPLAIN QUERY PLAN SELECT id FROM messages WHERE conversation_id = $1 AND id > $2",
        "EXPLAIN QUERY PLAN SELECT id FROM journal WHERE subject_id = $1 AND id < $2",
    ] {
        let plan = plans(sql);
        assert!(plan.iter().all(|it| it.starts_with("SEARCH")), "{sql}: {plan:?}");
    }
}

tend_store::row! {
    struct Step {
        detail: String,
    }
}
