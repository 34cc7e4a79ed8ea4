//! What the clients were told, beside what is there.

use std::{
    collections::HashMap,
    thread,
    time::{Duration, Instant},
};

use aws_lc_rs::digest::{SHA256, digest};
use tend_core::secrets::hex;
use tend_store::{Db, row};

use super::{Run, clients::Load};
use crate::{mailbox::Mailbox, program::Installation};

row! {
    struct Message {
        id: tend_core::conversations::MessageId,
        direction: String,
        kind: String,
        text: String,
        message_id: String,
        state: String,
    }
}

row! {
    struct Left {
        class: String,
        state: String,
        mail_message_id: String,
        shown: String,
    }
}

row! {
    struct Kept {
        place: String,
        sha256: String,
    }
}

/// Finds each thing that was acknowledged, once; nothing else may be missing or double.
pub fn compare(it: &Installation, load: &Load, mailbox: &Mailbox, run: &Run) {
    let db = it.db();
    let waited = come_to_rest(it, &db);
    let told = load.told();
    assert!(told.odd.is_empty(), "{:?}", told.odd);
    let messages: Vec<Message> = rows(
        &db,
        "SELECT messages.id, direction, kind, text, message_id, state FROM messages
         JOIN conversations ON conversations.id = messages.conversation_id",
    );
    let mut texts: HashMap<&str, Vec<&Message>> = HashMap::new();
    let mut mails: HashMap<&str, u32> = HashMap::new();
    for it in messages.iter().filter(|it| it.kind == "human") {
        match (it.direction.as_str(), it.message_id.starts_with("smtp-")) {
            ("inbound", true) => *mails.entry(&it.message_id).or_default() += 1,
            _ => texts.entry(it.text.trim()).or_default().push(it),
        }
    }
    for (text, id) in &told.messages {
        let found = texts.get(text.as_str()).map(Vec::as_slice).unwrap_or_default();
        assert_eq!(found.len(), 1, "{text} is there {} times", found.len());
        assert_eq!(found[0].id.to_string(), *id, "{text} has another id");
    }
    assert_eq!(texts.len(), told.messages.len(), "something is there that nobody wrote");
    for id in &told.mails {
        assert_eq!(mails.get(id.as_str()), Some(&1), "{id}");
    }
    assert_eq!(mails.len(), told.mails.len(), "a mail is there that nobody sent");
    books(&db);
    bytes(it, &db);
    let (twice, unknown, sent) = outgoing(&db, mailbox, run);
    eprintln!(
        "{} kills on {}: {} messages by the API and {} mails acknowledged, all there once; asked \
         again {} times; {sent} mails sent, {twice} a second time, {unknown} shown as unknown; \
         slowest start {:?}; at rest after {waited:?}",
        run.kills,
        if it.is_postgres() { "PostgreSQL" } else { "SQLite" },
        told.messages.len(),
        told.mails.len(),
        told.again,
        run.slowest,
    );
}

fn rows<T: tend_store::FromRow + Send + 'static>(db: &Db, sql: &'static str) -> Vec<T> {
    db.read(move |tx| tx.rows(sql, &[])).expect("reads")
}

fn count(db: &Db, sql: &'static str) -> i64 {
    db.read(move |tx| tx.scalar::<i64>(sql, &[])).expect("counts")
}

/// Waits until nothing is under way; what a killed process was at has its lease to end first.
fn come_to_rest(it: &Installation, db: &Db) -> Duration {
    let began = Instant::now();
    let busy = "SELECT (SELECT count(*) FROM mails WHERE state = 'received')
        + (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'deferred'))
        + (SELECT count(*) FROM jobs WHERE kind NOT IN ('sweep', 'catch_up_money', 'walk_surveys'))
        + (SELECT count(*) FROM journal WHERE position IS NULL)";
    while count(db, busy) > 0 {
        let is_long = began.elapsed() > Duration::from_secs(180);
        assert!(!is_long, "it does not come to rest: {:?}", it.under_way());
        thread::park_timeout(Duration::from_millis(50));
    }
    began.elapsed()
}

/// Each mail is in one state, and the journal has no gap.
fn books(db: &Db) {
    let not_settled =
        "SELECT count(*) FROM mails WHERE state <> 'imported' AND state <> 'duplicate'";
    assert_eq!(count(db, not_settled), 0);
    let imported = "SELECT count(*) FROM mails WHERE state = 'imported'";
    assert_eq!(count(db, imported), count(db, "SELECT count(*) FROM mail_keys"));
    let entries = count(db, "SELECT count(*) FROM journal");
    assert_eq!(count(db, "SELECT MAX(position) FROM journal"), entries);
    assert_eq!(count(db, "SELECT MIN(position) FROM journal"), 1);
    let added = "SELECT count(*) FROM journal WHERE kind = 'message_added'";
    assert_eq!(count(db, added), count(db, "SELECT count(*) FROM messages"));
    let wrong = "SELECT count(*) FROM conversations WHERE message_count <>
        (SELECT count(*) FROM messages WHERE conversation_id = conversations.id)";
    assert_eq!(count(db, wrong), 0, "counters differ from a recount");
}

/// The bytes of each mail are those that came.
fn bytes(it: &Installation, db: &Db) {
    let kept: Vec<Kept> = rows(db, "SELECT place, sha256 FROM files");
    for file in &kept {
        let path = it.data().join("files").join(&file.place);
        let bytes = std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        assert_eq!(hex(digest(&SHA256, &bytes).as_ref()), file.sha256);
    }
}

/// What left, and what it says about itself: how many a second time, unknown, and in all.
fn outgoing(db: &Db, mailbox: &Mailbox, run: &Run) -> (u32, usize, usize) {
    let taken = mailbox.taken();
    let left: Vec<Left> = rows(
        db,
        "SELECT outbox.class, outbox.state, outbox.mail_message_id, messages.state AS shown
         FROM outbox JOIN messages ON messages.id = outbox.message_id",
    );
    let (mut twice, mut unknown, mut sent) = (0, 0, 0);
    for it in &left {
        let times = taken.get(&it.mail_message_id).copied().unwrap_or_default();
        assert_eq!(it.state, it.shown, "a message says something else than the outbox");
        match (it.class.as_str(), it.state.as_str()) {
            // Told by its Message-ID, so that its receiver knows it again.
            ("at_least_once", "sent") => twice += times.checked_sub(1).expect("was taken"),
            ("at_most_once", "sent") => assert_eq!(times, 1, "{}", it.mail_message_id),
            ("at_most_once", "unknown") => {
                assert!(times <= 1, "{} was taken {times} times", it.mail_message_id);
                unknown += 1;
            }
            (class, state) => panic!("a mail of {class} is {state}"),
        }
        sent += usize::from(it.state == "sent");
    }
    assert!(!left.is_empty() && left.len() >= taken.len(), "more was taken than left");
    // Two mails at once go to one server.
    assert!(twice <= 2 * run.kills, "{twice} a second time after {} kills", run.kills);
    assert!(unknown <= 2 * run.kills as usize, "{unknown} unknown after {} kills", run.kills);
    (twice, unknown, sent)
}
