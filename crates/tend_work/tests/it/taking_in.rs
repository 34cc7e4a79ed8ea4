//! What comes in, and what becomes of it. The marks are those of docs/reliability.md.

use std::sync::Arc;

use jiff::SignedDuration;
use tend_core::{
    conversations::{self, ConversationId},
    inboxes::{self, Changes},
    mails,
};
use tend_store::Clock;
use tend_work::{Setup, worker};
use tokio::runtime::Runtime;

use crate::{
    desk::{self, Desk},
    office::{Office, on_both},
};

const MESSAGES: &str = "SELECT count(*) FROM messages WHERE direction = 'inbound'";
const CONVERSATIONS: &str = "SELECT count(*) FROM conversations";

fn mail(from: &str, id: &str, more: &str) -> String {
    format!(
        "From: {from}\nTo: support@tend.test\nSubject: Where is it\nMessage-ID: <{id}>\n{more}\nHello."
    )
}

fn answers_by_itself(office: &Office) {
    let (me, inbox) = (office.admin.clone(), office.inbox.id);
    let answer = Some("<p>We have it.</p>".to_owned());
    let changes = Changes { auto_reply_html: answer, ..Changes::default() };
    office.tend.db.write(move |tx| inboxes::change(tx, &me, inbox, &changes)).unwrap();
}

/// A06, A07: no id, an empty one, one without end, and one with two contents.
#[test]
fn odd_message_ids_lose_nothing_and_double_nothing() {
    on_both(|office, runtime| {
        let long = "x".repeat(10_000);
        let without = "From: ann@x.test\nTo: support@tend.test\nSubject: one\n\nNo id.";
        let empty = "From: ann@x.test\nMessage-ID: <>\nSubject: two\n\nEmpty.";
        let endless = mail("ann@x.test", &long, "");
        let first = mail("ann@x.test", "same@x.test", "");
        let other = first.replace("Hello.", "Something else.");
        for (raw, count) in [(without, 1), (empty, 2), (&*endless, 3), (&*first, 4), (&*other, 5)] {
            assert_eq!(office.takes(runtime, &office.inbox, raw).state, "imported");
            assert_eq!(office.takes(runtime, &office.inbox, raw).state, "duplicate");
            assert_eq!(office.count(MESSAGES), count);
        }
    });
}

/// A08: one message for each inbox.
#[test]
fn a_mail_to_two_inboxes_is_in_both() {
    on_both(|office, runtime| {
        let sales = office.tend.inbox("sales@tend.test");
        let raw = mail("ann@x.test", "both@x.test", "Cc: sales@tend.test\n");
        assert_eq!(office.takes(runtime, &office.inbox, &raw).state, "imported");
        assert_eq!(office.takes(runtime, &sales, &raw).state, "imported");
        assert_eq!(office.takes(runtime, &sales, &raw).state, "duplicate");
        assert_eq!((office.count(MESSAGES), office.count(CONVERSATIONS)), (2, 2));
    });
}

/// A09, and what a deletion leaves.
#[test]
fn what_was_deleted_does_not_come_back_and_its_bytes_go() {
    on_both(|office, runtime| {
        let raw = mail(
            "ann@x.test",
            "gone@x.test",
            "Content-Type: multipart/mixed; boundary=q\n\n--q\n\nHi\n--q\n\
             Content-Disposition: attachment; filename=a.txt\n\nsecret\n--q--\n",
        );
        let kept = office.takes(runtime, &office.inbox, &raw);
        assert_eq!(office.count("SELECT count(*) FROM files"), 2);
        let id: ConversationId = office
            .tend
            .db
            .read(|tx| tx.scalar::<ConversationId>("SELECT id FROM conversations", &[]))
            .unwrap();
        let me = office.admin.clone();
        let gone = office.tend.db.write(move |tx| conversations::delete(tx, &me, id)).unwrap();
        assert_eq!((gone.messages, gone.mails, gone.files), (1, 1, 2));
        assert_eq!(office.count("SELECT count(*) FROM files"), 0);
        let again = office.takes(runtime, &office.inbox, &raw);
        assert_eq!((again.state.as_str(), office.count(MESSAGES)), ("duplicate", 0));
        // The books still know that it came.
        let before = office.tend.db.read(move |tx| mails::find(tx, kept.id)).unwrap();
        assert_eq!((before.state.as_str(), before.file_id), ("imported", None));
        assert_eq!(before.envelope_to, "");
    });
}

/// A10: who refers to a stranger's conversation does not get into it.
#[test]
fn a_stranger_does_not_get_into_a_conversation_by_its_message_id() {
    on_both(|office, runtime| {
        office.takes(runtime, &office.inbox, &mail("ann@x.test", "first@x.test", ""));
        let refers = "In-Reply-To: <first@x.test>\nReferences: <first@x.test>\n";
        office.takes(runtime, &office.inbox, &mail("eve@evil.test", "forged@evil.test", refers));
        assert_eq!(office.count(CONVERSATIONS), 2);
        let hinted = "SELECT count(*) FROM conversations WHERE may_belong_to IS NOT NULL";
        assert_eq!(office.count(hinted), 1);
        office.takes(runtime, &office.inbox, &mail("ann@x.test", "second@x.test", refers));
        assert_eq!(office.count(CONVERSATIONS), 2);
    });
}

/// A11: a guessed number in an address proves nothing.
#[test]
fn a_guessed_address_opens_a_conversation_of_its_own() {
    on_both(|office, runtime| {
        office.takes(runtime, &office.inbox, &mail("ann@x.test", "first@x.test", ""));
        let guessed = "Delivered-To: support+1001.aaaaaaaaaaaaaaaa@tend.test\n";
        office.takes(runtime, &office.inbox, &mail("eve@evil.test", "guess@evil.test", guessed));
        assert_eq!(office.count(CONVERSATIONS), 2);
    });
}

/// A12, A14: a mail makes nobody an agent, and adds nobody who reads along.
#[test]
fn an_agents_address_is_only_a_customers() {
    on_both(|office, runtime| {
        let raw = mail("ada@tend.test", "spoof@x.test", "Cc: eve@evil.test\n");
        assert_eq!(office.takes(runtime, &office.inbox, &raw).state, "imported");
        let by_agents = "SELECT count(*) FROM messages WHERE agent_id IS NOT NULL";
        assert_eq!(office.count(by_agents), 0);
        assert_eq!(office.count("SELECT count(*) FROM followers"), 0);
        assert_eq!(office.count("SELECT count(*) FROM contacts"), 1);
    });
}

/// A13, A23: what the sender's own headers claim about us counts for nothing.
#[test]
fn forged_results_and_inner_headers_are_not_believed() {
    on_both(|office, runtime| {
        let forged = "Authentication-Results: localhost; dkim=pass; spf=pass; dmarc=pass\n\
                      X-Tend-Agent: ada@tend.test\nX-Tend-Loop: 1.aaaa\n";
        office.takes(runtime, &office.inbox, &mail("ann@x.test", "forged@x.test", forged));
        assert!(!office.text("SELECT checks FROM messages").contains("\"proven\""));
        assert_eq!(office.count(MESSAGES), 1);
    });
}

/// A15, and bounce to bounce: nobody answers a machine that says that it could not deliver.
#[test]
fn nothing_is_said_to_a_bounce() {
    on_both(|office, runtime| {
        answers_by_itself(&office);
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        let report = "From: MAILER-DAEMON@mx.test\nTo: support@tend.test\nSubject: Undelivered\n\
            Message-ID: <b@mx.test>\nReturn-Path: <>\n\
            Content-Type: multipart/report; report-type=delivery-status; boundary=q\n\n\
            --q\n\nIt could not be delivered.\n--q\nContent-Type: message/delivery-status\n\n\
            Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; nobody@x.test\n\
            Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\n--q--\n";
        office.takes(runtime, &office.inbox, report);
        assert_eq!(office.text("SELECT kind FROM messages"), "bounce");
        assert_eq!(desk.mails().len(), 0);
        assert_eq!(office.count("SELECT count(*) FROM outbox"), 0);
    });
}

/// A15: a bounce of ours says so on the message, once from a stranger's mouth it says nothing.
#[test]
fn a_bounce_fails_the_message_that_it_is_about() {
    on_both(|office, runtime| {
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        let id = office.tend.writes(&office.inbox, "ann@tend.test", "Where is it?", "Hello.");
        let sent = office.replies(id, &["gone@tend.test"]);
        runtime.block_on(worker::run_till_idle(&office.works));
        let ours = office.text("SELECT mail_message_id FROM outbox");
        let report = |about: &str, id: &str| {
            format!(
                "From: MAILER-DAEMON@mx.test\nTo: support@tend.test\nSubject: Undelivered\n\
                 Message-ID: <{id}@mx.test>\n\
                 Content-Type: multipart/report; report-type=delivery-status; boundary=q\n\n\
                 --q\n\nNo.\n--q\nContent-Type: message/delivery-status\n\n\
                 Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; gone@tend.test\n\
                 Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\n--q\n\
                 Content-Type: text/rfc822-headers\n\nMessage-ID: <{about}>\n\n--q--\n"
            )
        };
        office.takes(runtime, &office.inbox, &report("tend.forged@tend.test", "1"));
        assert_eq!(office.state(sent).0, "sent");
        office.takes(runtime, &office.inbox, &report(&ours, "2"));
        let (state, detail) = office.state(sent);
        assert_eq!(state, "failed");
        assert!(detail.contains("gone@tend.test"), "{detail}");
    });
}

/// A16: each of the signs by which a machine is known.
#[test]
fn machines_are_kept_and_not_answered() {
    on_both(|office, runtime| {
        answers_by_itself(&office);
        let signs = [
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "Precedence: bulk",
            "Precedence: list",
            "Precedence: junk",
            "X-Autoreply: yes",
            "List-Id: <news.x.test>",
            "Delivered-To: Autoresponder",
            "X-MS-Exchange-Inbox-Rules-Loop: a@b.test",
        ];
        for (n, sign) in signs.iter().enumerate() {
            let raw = mail(&format!("m{n}@x.test"), &format!("{n}@x.test"), &format!("{sign}\n"));
            assert_eq!(office.takes(runtime, &office.inbox, &raw).state, "imported", "{sign}");
        }
        assert_eq!(office.count(MESSAGES), signs.len() as i64);
        assert_eq!(office.count("SELECT count(*) FROM outbox"), 0);
        let waits = "SELECT count(*) FROM conversations WHERE waiting_since IS NOT NULL";
        // Who only asks not to be answered is a person all the same.
        assert!(office.count(waits) <= 1);
    });
}

/// A17: two that answer each other, without any sign of it in their headers.
#[test]
fn an_exchange_of_automatic_answers_ends() {
    on_both(|office, runtime| {
        answers_by_itself(&office);
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        for n in 0..20 {
            let raw = mail("robot@tend.test", &format!("{n}@robot.test"), "");
            office.takes(runtime, &office.inbox, &raw.replace("Where is it", "Thank you"));
            office.tend.pass(SignedDuration::from_secs(5));
        }
        assert!((1..=3).contains(&desk.mails().len()), "{} answers", desk.mails().len());
        let withheld = "SELECT count(*) FROM journal WHERE kind = 'auto_reply_withheld'";
        assert!(office.count(withheld) >= 17, "each stop has its reason");
    });
}

/// A18: our own mail that comes back opens nothing, and mail that says it is ours wakes nobody.
#[test]
fn mail_of_our_own_is_known() {
    on_both(|office, runtime| {
        answers_by_itself(&office);
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        let id = office.tend.writes(&office.inbox, "ann@tend.test", "Where is it?", "Hello.");
        office.replies(id, &["support@tend.test"]);
        runtime.block_on(worker::run_till_idle(&office.works));
        let came_back = String::from_utf8(desk.mails()[0].1.clone()).unwrap();
        let came_back = came_back.replace("\r\n", "\n");
        assert_eq!(office.takes(runtime, &office.inbox, &came_back).state, "duplicate");
        // A list took our mark off, but not our Message-ID.
        let bare: String =
            came_back.split_inclusive('\n').filter(|it| !it.starts_with("X-Tend-")).collect();
        assert_eq!(office.takes(runtime, &office.inbox, &bare).state, "duplicate");
        let before = office.count("SELECT count(*) FROM outbox");
        office.tend.inbox("sales@tend.test");
        let raw = mail("sales@tend.test", "own@x.test", "");
        assert_eq!(office.takes(runtime, &office.inbox, &raw).state, "imported");
        let kind = "SELECT kind FROM messages WHERE message_id = 'own@x.test'";
        assert_eq!(office.text(kind), "system");
        assert_eq!(office.count("SELECT count(*) FROM outbox"), before);
    });
}

/// A22: what a customer wrote adds no header to what we write.
#[test]
fn no_header_is_added_by_what_customers_wrote() {
    on_both(|office, runtime| {
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        let raw = "From: =?utf-8?Q?Ann=0D=0ABcc:_eve@evil.test?= <ann@tend.test>\n\
            To: support@tend.test\nMessage-ID: <inject@x.test>\n\
            Subject: =?utf-8?Q?Hi=0D=0AX-Evil:_yes=0D=0A=0D=0ABody?=\n\nHello.";
        office.takes(runtime, &office.inbox, raw);
        let id = office
            .tend
            .db
            .read(|tx| tx.scalar::<ConversationId>("SELECT id FROM conversations", &[]))
            .unwrap();
        office.replies(id, &[]);
        runtime.block_on(worker::run_till_idle(&office.works));
        let (envelope, bytes) = desk.mails().remove(0);
        assert_eq!(envelope.to, ["ann@tend.test"]);
        let text = String::from_utf8(bytes).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap();
        for line in head.split("\r\n") {
            let lower = line.to_lowercase();
            assert!(!lower.starts_with("x-evil") && !lower.starts_with("bcc"), "{head}");
        }
        assert!(!head.replace("\r\n", "").contains(['\r', '\n']));
    });
}

/// A05: PostgreSQL takes no NUL, and nobody should notice.
#[test]
fn a_nul_and_a_wrong_charset_are_no_trouble() {
    on_both(|office, runtime| {
        let raw = mail("ann@x.test", "nul@x.test", "Content-Type: text/plain; charset=utf-7\n");
        let raw = raw.replace("Hello.", "He\0llo =FF\u{1}");
        assert_eq!(office.takes(runtime, &office.inbox, &raw).state, "imported");
    });
}

/// A19: a flood comes in at the pace at which it would have been let in; nothing is lost, nothing
/// stands in another's way, and who looks at it may let one in before.
#[test]
fn a_flood_of_one_sender_waits_for_its_turn() {
    on_both(|mut office, runtime| {
        let setup = Setup { at_once: 3, ..(*office.works.setup).clone() };
        office.works.setup = Arc::new(setup);
        let nth = |n: usize| mail("Ann <Ann@x.test>", &format!("{n}@x.test"), "");
        let take = |n| office.takes(runtime, &office.inbox, &nth(n));
        let states: Vec<_> = (0..8).map(|n| take(n).state).collect();
        assert_eq!(states[..3], ["imported"; 3]);
        assert_eq!(states[3..], ["quarantined"; 5]);
        assert_eq!(take(7).state, "duplicate", "it waits already");
        let other = mail("bea@x.test", "bea@x.test", "");
        assert_eq!(office.takes(runtime, &office.inbox, &other).state, "imported");

        let me = office.admin.clone();
        let waiting = office.tend.db.read(|tx| mails::quarantined(tx, &me, None, 50)).unwrap();
        let turns: Vec<_> = waiting.items.iter().rev().filter_map(|it| it.held_until).collect();
        let later = |minutes| office.tend.clock.now() + SignedDuration::from_mins(minutes);
        assert_eq!(turns, [later(10), later(10), later(10), later(20), later(20)]);

        let last = waiting.items[0].id;
        office.tend.db.write(move |tx| mails::retry(tx, &me, last)).unwrap();
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!(office.count(MESSAGES), 5, "the agent let it in");
        for (minutes, messages) in [(9, 5), (2, 8), (10, 9), (60, 9)] {
            office.tend.clock.advance(SignedDuration::from_mins(minutes));
            runtime.block_on(worker::run_till_idle(&office.works));
            assert_eq!(office.count(MESSAGES), messages);
        }
        assert_eq!(take(20).state, "imported", "the flood is over");
    });
}

/// A19: who floods is told that all is here, once, and only if their domain vouches for the mail.
#[test]
fn the_sender_of_a_flood_is_told_once() {
    on_both(|office, _| {
        office.tend.writes(&office.inbox, "ann@tend.test", "Where is it?", "Hello.");
        let inbox = office.inbox.id;
        let tell = |sender: mails::Sender, address: &'static str| {
            let checks = mails::Checks { sender, ..mails::Checks::default() }.to_json();
            office.tend.db.write(move |tx| mails::tell_held(tx, inbox, address, &checks)).unwrap();
            office.count("SELECT count(*) FROM outbox")
        };
        assert_eq!(tell(mails::Sender::Unproven, "ann@tend.test"), 0);
        assert_eq!(tell(mails::Sender::Contradicted, "ann@tend.test"), 0);
        assert_eq!(tell(mails::Sender::Proven, "nobody@tend.test"), 0, "they have no conversation");
        assert_eq!(tell(mails::Sender::Proven, "Ann@Tend.test"), 1);
        assert_eq!(tell(mails::Sender::Proven, "ann@tend.test"), 1, "they know it");
        let told = "SELECT count(*) FROM messages WHERE kind = 'auto_reply' AND text LIKE 'Very many mails came from you%'";
        assert_eq!(office.count(told), 1);
        office.tend.pass(SignedDuration::from_hours(25));
        assert_eq!(tell(mails::Sender::Proven, "ann@tend.test"), 2, "another day, another flood");
    });
}

/// A28: the sender's clock decides nothing.
#[test]
fn a_date_of_long_ago_or_to_come_moves_nothing() {
    on_both(|office, runtime| {
        for (n, date) in ["Thu, 1 Jan 1970 00:00:00 +0000", "Fri, 1 Jan 2099 00:00:00 +0000"]
            .into_iter()
            .enumerate()
        {
            let raw = mail("ann@x.test", &format!("{n}@x.test"), &format!("Date: {date}\n"));
            office.takes(runtime, &office.inbox, &raw);
        }
        let far = "SELECT count(*) FROM messages JOIN mails ON mails.id = messages.mail_id
            WHERE messages.created_at NOT BETWEEN mails.received_at - 1000000
                AND mails.received_at + 1000000";
        assert_eq!(office.count(far), 0);
    });
}

/// F-22: what brings the reader down waits in quarantine, and the next one is read.
#[test]
fn what_cannot_be_read_stands_in_nobodys_way() {
    on_both(|office, runtime| {
        let nobody = office.takes(runtime, &office.inbox, "Subject: nobody wrote this\n\nHm.");
        // The envelope names no sender either.
        assert_eq!(nobody.state, "quarantined");
        assert!(nobody.reason.contains("names no sender"), "{}", nobody.reason);
        let lost = office.keeps(runtime, &office.inbox, &mail("ann@x.test", "lost@x.test", ""));
        lose_bytes(&office, runtime);
        let next = office.takes(runtime, &office.inbox, &mail("ann@x.test", "next@x.test", ""));
        assert_eq!(next.state, "imported");
        for _ in 0..4 {
            office.tend.pass(SignedDuration::from_mins(2));
            runtime.block_on(worker::run_till_idle(&office.works));
        }
        let lost = office.tend.db.read(move |tx| mails::find(tx, lost)).unwrap();
        assert_eq!(lost.state, "quarantined");
        assert!(lost.reason.contains("can't be read"), "{}", lost.reason);
    });
}

/// As a disk does.
fn lose_bytes(office: &Office, runtime: &Runtime) {
    for it in runtime.block_on(office.works.files.list()).unwrap() {
        runtime.block_on(office.works.files.delete(&it.place)).unwrap();
    }
}
