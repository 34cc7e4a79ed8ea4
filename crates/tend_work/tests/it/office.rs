//! A whole Tend with a worker, an inbox and an admin.

use tend_core::{
    agents::Me,
    conversations::{self, ConversationId, MessageId, NewReply, Recipients},
    html::Html,
    inboxes::Inbox,
    mail_accounts::{self, Auth, Kind, NewMailAccount, Security},
    mails::{self, Arrived, MailId, StoredFile},
    secrets::Keys,
};
use tend_outside::Files;
use tend_testkit::Tend;
use tend_work::{Setup, Works, worker};
use tokio::runtime::Runtime;

use crate::desk;

pub struct Office {
    pub tend: Tend,
    pub works: Works,
    pub inbox: Inbox,
    pub admin: Me,
    files: tempfile::TempDir,
}

impl Office {
    pub fn open(tend: Tend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kept = Files::folder(folder.path()).unwrap();
        let outside = desk::outside(None);
        let works =
            Works::alone(tend.db.clone(), kept, outside, Keys::generate(), Setup::default());
        let inbox = tend.inbox("support@tend.test");
        let admin = tend.agent_as("ada", "admin");
        Self { tend, works, inbox, admin, files: folder }
    }

    /// Where its files are.
    pub fn folder(&self) -> &std::path::Path {
        self.files.path()
    }

    /// Mail leaves through this port.
    pub fn sends_through(&self, port: u16, lmtp: bool) {
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
            only_new: false,
            lmtp,
        };
        let (me, keys) = (self.admin.clone(), self.works.keys.clone());
        self.tend.db.write(move |tx| mail_accounts::save(tx, &me, &keys, &new)).unwrap();
    }

    pub fn replies(&self, id: ConversationId, to: &[&str]) -> MessageId {
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

    pub fn state(&self, id: MessageId) -> (String, String) {
        let me = self.admin.clone();
        let (it, _) =
            self.tend.db.read(move |tx| conversations::thread::message(tx, &me, id)).unwrap();
        (it.state.word().to_owned(), it.state_detail)
    }
    /// A mail that came to an inbox; it is read, and the answer is what became of it.
    pub fn takes(&self, runtime: &Runtime, inbox: &Inbox, raw: &str) -> mails::Mail {
        let id = self.keeps(runtime, inbox, raw);
        runtime.block_on(worker::run_till_idle(&self.works));
        self.tend.db.read(move |tx| mails::find(tx, id)).unwrap()
    }

    /// As after 250: its bytes are kept and its reading is owed.
    pub fn keeps(&self, runtime: &Runtime, inbox: &Inbox, raw: &str) -> MailId {
        let raw = raw.replace('\n', "\r\n").into_bytes();
        let stored = runtime.block_on(self.works.files.put(raw)).unwrap();
        let arrived = Arrived {
            inbox: Some(inbox.id),
            source: "smtp",
            envelope_from: String::new(),
            envelope_to: vec![inbox.address.clone()],
            remote: "192.0.2.1 mx.test".to_owned(),
            bytes: StoredFile {
                place: stored.place,
                sha256: stored.sha256,
                size: i64::try_from(stored.size).unwrap(),
                media_type: "message/rfc822".to_owned(),
            },
        };
        self.tend.db.write(move |tx| mails::take_in(tx, &arrived)).unwrap()
    }

    pub fn count(&self, sql: &'static str) -> i64 {
        self.tend.db.read(move |tx| tx.scalar::<i64>(sql, &[])).unwrap()
    }

    pub fn text(&self, sql: &'static str) -> String {
        self.tend.db.read(move |tx| tx.scalar::<String>(sql, &[])).unwrap()
    }
}

pub fn on_both(test: impl Fn(Office, &Runtime)) {
    let runtime = Runtime::new().unwrap();
    Tend::on_both(|tend| test(Office::open(tend), &runtime));
}
