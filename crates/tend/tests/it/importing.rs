use std::fs;

use crate::program::Installation;

fn mail(from: &str, id: &str, more: &str) -> String {
    format!(
        "From: {from}\nTo: support@tend.test\nSubject: About {id}\nMessage-ID: <{id}@x.test>\n\
         Date: Mon, 2 Mar 2026 10:00:00 +0100\n{more}\nHello from {id}.\n"
    )
}

#[test]
fn mails_are_imported_once_and_the_books_balance() {
    Installation::on_both(|it| {
        it.inbox("support@tend.test");
        let place = it.folder.path().join("old");
        fs::create_dir_all(place.join("box")).expect("makes");
        let answer = mail("ann@x.test", "second", "In-Reply-To: <first@x.test>\n");
        let begins = "From x Mon Mar  2 10:00:00 2026\n";
        let mbox = format!("{begins}{}\n{begins}{answer}", mail("Ann <ann@x.test>", "first", ""));
        fs::write(place.join("box/a.mbox"), mbox).expect("writes");
        fs::write(place.join("b.eml"), mail("bob@x.test", "third", "")).expect("writes");
        // A mail that lost its name's end, as in a Maildir that was copied file by file.
        fs::write(place.join("1382298587.001:2,"), mail("dan@x.test", "fourth", ""))
            .expect("writes");
        fs::write(place.join("nobody.eml"), "Subject: nobody wrote this\n\nHm.\n").expect("writes");
        fs::write(place.join("notes.txt"), "no mail").expect("writes");
        let path = place.display().to_string();
        let import = ["import", "mail", &path, "--inbox", "Support@tend.test"];
        let expected = "5 read = 4 imported + 0 duplicates + 1 quarantined.\n";
        assert_eq!(it.well(&import, ""), expected);
        let expected = "5 read = 0 imported + 4 duplicates + 1 quarantined.\n";
        assert_eq!(it.well(&import, ""), expected);

        let db = it.db();
        let count =
            |sql: &'static str| -> i64 { db.read(|tx| tx.scalar(sql, &[])).expect("reads") };
        assert_eq!(count("SELECT count(*) FROM conversations WHERE category = 'closed'"), 3);
        assert_eq!(count("SELECT count(*) FROM messages"), 4);
        assert_eq!(count("SELECT count(*) FROM jobs"), 0);
        assert_eq!(count("SELECT count(*) FROM notifications"), 0);
    });
}

#[test]
fn an_inbox_that_is_not_there_is_named() {
    Installation::on_both(|it| {
        let path = it.folder.path().display().to_string();
        let import = ["import", "mail", &path, "--inbox", "no@tend.test"];
        assert!(it.refused(&import, "").contains("There is no inbox yet."));
        it.inbox("support@tend.test");
        assert!(it.refused(&import, "").contains("There are: support@tend.test."));
    });
}
