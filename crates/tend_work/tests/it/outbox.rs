//! The worker, from a message that is to leave to what the server said about it.

use jiff::SignedDuration;
use tend_core::{
    agents::Me,
    conversations::{self, ConversationId, MessageId, NewReply, Recipients},
    html::Html,
    inboxes::{self, Changes, Inbox},
    mail_accounts::{self, Auth, Kind, NewMailAccount, Security},
    secrets::Keys,
};
use tend_outside::Files;
use tend_testkit::Tend;
use tend_work::{Setup, Works, worker};
use tokio::runtime::Runtime;

use crate::{
    desk::{self, Desk},
    dovecot::Dovecot,
};

struct Office {
    tend: Tend,
    works: Works,
    inbox: Inbox,
    admin: Me,
    _files: tempfile::TempDir,
}

impl Office {
    fn open(tend: Tend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::folder(folder.path()).unwrap();
        let outside = desk::outside(None);
        let works =
            Works::alone(tend.db.clone(), files, outside, Keys::generate(), Setup::default());
        let inbox = tend.inbox("support@tend.test");
        let admin = tend.agent_as("ada", "admin");
        Self { tend, works, inbox, admin, _files: folder }
    }

    /// Mail leaves through this port.
    fn sends_through(&self, port: u16, lmtp: bool) {
        let new = NewMailAccount {
            inbox: self.inbox.id,
            kind: Kind::Smtp,
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::None,
            username: String::new(),
            auth: Auth::None,
            secret: None,
            oauth: None,
            folder: String::new(),
            mark_seen: false,
            lmtp,
        };
        let (me, keys) = (self.admin.clone(), self.works.keys.clone());
        self.tend.db.write(move |tx| mail_accounts::save(tx, &me, &keys, &new)).unwrap();
    }

    fn replies(&self, id: ConversationId, to: &[&str]) -> MessageId {
        let recipients = Recipients {
            to: to.iter().map(|it| (*it).to_owned()).collect(),
            ..Recipients::default()
        };
        let new = NewReply {
            html: Html::from_text("It left this morning."),
            recipients,
            source: "api",
            ..NewReply::default()
        };
        let me = self.admin.clone();
        self.tend.db.write(move |tx| conversations::reply(tx, &me, id, &new)).unwrap()
    }

    fn state(&self, id: MessageId) -> (String, String) {
        let me = self.admin.clone();
        let (it, _) =
            self.tend.db.read(move |tx| conversations::thread::message(tx, &me, id)).unwrap();
        (it.state.word().to_owned(), it.state_detail)
    }
}

fn on_both(test: impl Fn(Office, &Runtime)) {
    let runtime = Runtime::new().unwrap();
    Tend::on_both(|tend| test(Office::open(tend), &runtime));
}

#[test]
fn a_reply_reaches_a_mailbox() {
    on_both(|office, runtime| {
        let Some(dovecot) = runtime.block_on(Dovecot::start()) else { return };
        office.sends_through(dovecot.lmtp, true);
        let id = office.tend.writes(&office.inbox, "ann@customer.test", "Where is it?", "Hello.");
        let sent = office.replies(id, &[]);
        runtime.block_on(worker::run_till_idle(&office.works));
        let (state, detail) = office.state(sent);
        assert_eq!(state, "sent", "{detail} {}", dovecot.log());
        assert!(detail.contains("250 2.0.0"), "{detail}");
        let mails = dovecot.mails("ann");
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("Reply-To: ") && mails[0].contains("support+"), "{}", mails[0]);
        // Nothing is sent again.
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!(dovecot.mails("ann").len(), 1);
    });
}

/// F-16, F-17
#[test]
fn each_recipient_has_an_answer_and_only_who_needs_it_is_tried_again() {
    on_both(|office, runtime| {
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        let id = office.tend.writes(&office.inbox, "ann@customer.test", "Where is it?", "Hello.");
        let sent = office.replies(id, &["a@tend.test", "away@tend.test", "nobody@other.test"]);
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!(office.state(sent).0, "deferred");
        assert_eq!(desk.mails().len(), 1);
        let first = desk.mails()[0].1.clone();
        for _ in 0..3 {
            office.tend.pass(SignedDuration::from_hours(1));
            runtime.block_on(worker::run_till_idle(&office.works));
        }
        // "away" is asked again, and the others hear nothing.
        assert_eq!((office.state(sent).0.as_str(), desk.mails().len()), ("deferred", 1));
        office.tend.pass(SignedDuration::from_hours(24 * 5));
        runtime.block_on(worker::run_till_idle(&office.works));
        let (state, detail) = office.state(sent);
        assert_eq!(state, "failed");
        assert!(detail.starts_with("Given up after five days."), "{detail}");
        assert!(String::from_utf8_lossy(&first).contains("Message-ID: <tend."));
    });
}

#[test]
fn without_a_server_it_waits_and_leaves_when_there_is_one() {
    on_both(|office, runtime| {
        let id = office.tend.writes(&office.inbox, "ann@tend.test", "Where is it?", "Hello.");
        let sent = office.replies(id, &["ann@tend.test"]);
        runtime.block_on(worker::run_till_idle(&office.works));
        let (state, detail) = office.state(sent);
        assert_eq!(state, "deferred");
        assert!(detail.contains("No mail server is set up"), "{detail}");
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        office.tend.pass(SignedDuration::from_mins(6));
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!((office.state(sent).0.as_str(), desk.mails().len()), ("sent", 1));
    });
}

#[test]
fn the_first_message_is_answered_once() {
    on_both(|office, runtime| {
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        let (me, inbox) = (office.admin.clone(), office.inbox.id);
        let changes = Changes {
            auto_reply_html: Some("<p>We have {{ conversation.number }}.</p>".to_owned()),
            ..Changes::default()
        };
        office.tend.db.write(move |tx| inboxes::change(tx, &me, inbox, &changes)).unwrap();
        let find = move |tx: &mut tend_store::Tx| inboxes::find(tx, inbox);
        let inbox = office.tend.db.read(find).unwrap();
        let ours = ["noreply@tend.test", "support@tend.test"];
        for from in ["ann@tend.test", "ann@tend.test"].into_iter().chain(ours) {
            office.tend.writes(&inbox, from, "Where is it?", "Hello.");
            runtime.block_on(worker::run_till_idle(&office.works));
        }
        // The second one within the hour, a machine and ourselves get none.
        let mails = desk.mails();
        assert_eq!(mails.len(), 1);
        let text = String::from_utf8_lossy(&mails[0].1).into_owned();
        assert!(
            text.contains("Auto-Submitted: auto-replied") && text.contains("We have 1"),
            "{text}"
        );
        assert_eq!(mails[0].0.from, "");
    });
}
