use std::fs;

use crate::{bucket::Bucket, program::Installation};

const COUNTS: [&str; 4] = [
    "SELECT count(*) FROM agents",
    "SELECT count(*) FROM messages",
    "SELECT count(*) FROM journal",
    "SELECT count(*) FROM files",
];

fn counts(it: &Installation) -> Vec<i64> {
    let db = it.db();
    COUNTS.iter().map(|sql| db.read(|tx| tx.scalar(sql, &[])).expect("counts")).collect()
}

/// An agent, an inbox, and a mail whose bytes are a file.
fn furnish(it: &Installation) {
    let add = ["agent", "add", "--email", "anna@tend.test", "--name", "Anna", "--role", "admin"];
    it.well(&add, "ein ruhiger Fluss\n");
    it.inbox("support@tend.test");
    let mail = it.folder.path().join("one.eml");
    fs::write(&mail, "From: bob@x.test\nTo: support@tend.test\nSubject: Hi\n\nHello.\n")
        .expect("writes");
    let path = mail.display().to_string();
    it.well(&["import", "mail", &path, "--inbox", "support@tend.test"], "");
}

#[test]
fn a_backup_comes_back_in_either_database() {
    Installation::on_both(|it| {
        furnish(it);
        let file = it.folder.path().join("all.tend").display().to_string();
        let said = it.well(&["backup", &file, "--include-key"], "");
        assert!(said.contains("is a whole backup"), "{said}");
        assert!(it.refused(&["backup", &file], "").contains("exists already"));
        let into = it.folder.path().join("other").display().to_string();
        assert!(it.well(&["restore", &file, "--verify", "--data", &into], "").contains("1 files"));
        Installation::on_both(|other| {
            let said = other.well(&["restore", &file], "");
            assert!(said.contains("No mail leaves until you type: tend release."), "{said}");
            let (mut before, after) = (counts(it), counts(other));
            // That mail is held stands in the journal.
            before[2] += 1;
            assert_eq!(before, after);
            assert!(
                other.refused(&["restore", &file], "").contains("Restore into an empty folder")
            );
            assert_eq!(other.serve(&[]).stop(), Some(0));
        });
    });
}

#[test]
fn a_damaged_backup_is_refused() {
    Installation::on_both(|it| {
        furnish(it);
        let file = it.folder.path().join("all.tend");
        let path = file.display().to_string();
        it.well(&["backup", &path], "");
        let whole = fs::read(&file).expect("reads");
        let verify = ["restore", path.as_str(), "--verify"];
        for at in [100_000, 600, whole.len() - 4000] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&file, bytes).expect("writes");
            it.refused(&verify, "");
        }
        fs::write(&file, &whole[..whole.len() - 5000]).expect("writes");
        assert!(it.refused(&verify, "").contains("no whole backup"));
    });
}

#[test]
fn a_database_moves_to_the_other_kind_and_back() {
    use tend_testkit::Place;
    Installation::on_both(|it| {
        furnish(it);
        let before = counts(it);
        let place = Place::postgres(None);
        let to = match it.is_postgres() {
            true => it.data().join("tend.db").display().to_string(),
            false => place.address(),
        };
        let said = it.well(&["move", "--to", &to], "");
        assert!(said.contains("From now on start Tend with"), "{said}");
        let moved = it.moved_to(&to);
        let after: Vec<i64> = COUNTS
            .iter()
            .map(|sql| moved.read(|tx| tx.scalar(sql, &[])).expect("counts"))
            .collect();
        assert_eq!(before, after);
        drop(moved);
        let again = it.refused(&["move", "--to", &to], "");
        assert!(again.contains("holds data already"), "{again}");
    });
}

#[test]
fn a_check_says_what_is_well_and_what_is_wrong() {
    Installation::on_both(|it| {
        furnish(it);
        let said = it.well(&["check"], "");
        assert!(said.contains("The database is sound.") && !said.contains("WRONG"), "{said}");
        fs::write(it.data().join("key"), "not a key").expect("writes");
        let output = it.run(&["check"], "");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!output.status.success() && said.contains("WRONG  key"), "{said}");
    });
}

#[test]
fn files_in_a_bucket_are_in_the_backup_and_come_back() {
    Installation::on_both(|it| {
        let bucket = Bucket::open();
        fs::create_dir_all(it.data()).expect("makes");
        fs::write(it.data().join("tend.toml"), bucket.settings()).expect("writes");
        furnish(it);
        let before = bucket.objects();
        assert_eq!(before.len(), 1, "the mail is in the bucket");
        let file = it.folder.path().join("all.tend").display().to_string();
        let said = it.well(&["backup", &file], "");
        assert!(said.contains("and 1 files of") && !said.contains("not in it: they"), "{said}");
        bucket.lose_everything();
        let other = Installation::on_sqlite();
        let said = other.well(&["restore", &file], "");
        assert!(said.contains("Its files are in the bucket tend."), "{said}");
        assert_eq!(bucket.objects(), before);
        assert_eq!(counts(it)[3], counts(&other)[3]);
    });
}

#[test]
fn files_that_are_only_listed_are_looked_for() {
    Installation::on_both(|it| {
        let bucket = Bucket::open();
        fs::create_dir_all(it.data()).expect("makes");
        fs::write(it.data().join("tend.toml"), bucket.settings()).expect("writes");
        furnish(it);
        let file = it.folder.path().join("small.tend").display().to_string();
        let said = it.well(&["backup", &file, "--files", "listed"], "");
        assert!(said.contains("a list of 1 files"), "{said}");
        assert!(said.contains("not in it: they are in the bucket tend"), "{said}");
        let said = Installation::on_sqlite().well(&["restore", &file], "");
        assert!(said.contains("The 1 files that it lists are where the settings say"), "{said}");
        bucket.lose_everything();
        let said = Installation::on_sqlite().well(&["restore", &file], "");
        assert!(said.contains("But 1 of the 1 files that it lists are not where"), "{said}");
        // One that is gone already is named, and not listed.
        let again = it.folder.path().join("again.tend").display().to_string();
        let said = it.well(&["backup", &again, "--files", "listed"], "");
        assert!(said.contains("a list of 0 files") && said.contains("1 files that the"), "{said}");
    });
}
