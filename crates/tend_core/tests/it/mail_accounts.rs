use tend_core::{
    Error,
    agents::Me,
    dkim_keys::{self, DkimKey, DkimKeyId, NewKey},
    inboxes::Inbox,
    mail_accounts::{self, Auth, Kind, MailAccount, NewMailAccount, NewOAuth, Security},
    secrets::Keys,
};
use tend_store::Tx;
use tend_testkit::Tend;

fn imap(inbox: &Inbox) -> NewMailAccount {
    NewMailAccount {
        inbox: inbox.id,
        kind: Kind::Imap,
        host: "imap.example.com".to_owned(),
        port: 993,
        security: Security::Tls,
        username: "support".to_owned(),
        auth: Auth::Password,
        secret: Some("hunter2".to_owned()),
        oauth: None,
        folder: String::new(),
        mark_seen: false,
        only_new: false,
        lmtp: false,
    }
}

fn of(tend: &Tend, inbox: &Inbox) -> MailAccount {
    let id = inbox.id;
    tend.db
        .read(move |tx| mail_accounts::of_inbox(tx, id, Kind::Imap))
        .expect("reads")
        .expect("is there")
}

#[test]
fn a_server_is_saved_changed_and_removed() {
    Tend::on_both(|tend| {
        let (admin, agent) = (tend.agent_as("ada", "admin"), tend.agent_as("ben", "agent"));
        let inbox = tend.inbox("support@tend.test");
        let keys = Keys::generate();
        let save = |me: &tend_core::agents::Me, new: NewMailAccount| {
            let (me, keys) = (me.clone(), keys.clone());
            tend.db.write(move |tx| mail_accounts::save(tx, &me, &keys, &new))
        };
        assert!(save(&agent, imap(&inbox)).is_err());
        let id = save(&admin, imap(&inbox)).expect("saves");
        let it = of(&tend, &inbox);
        assert_eq!((it.id, it.folder.as_str(), it.uid_next), (id, "INBOX", None));
        assert_eq!(it.secret(&keys).expect("opens"), "hunter2");
        assert!(it.secret(&Keys::generate()).is_err());

        // The same mailbox keeps its numbers and its password, another one begins anew.
        tend.db.write(move |tx| mail_accounts::reached(tx, id, 7, 101)).expect("moves");
        let same = NewMailAccount { secret: None, port: 143, ..imap(&inbox) };
        assert_eq!(save(&admin, same).expect("saves"), id);
        let it = of(&tend, &inbox);
        assert_eq!((it.port, it.uid_validity, it.uid_next), (143, Some(7), Some(101)));
        assert_eq!(it.secret(&keys).expect("opens"), "hunter2");
        let other = NewMailAccount { username: "sales".to_owned(), ..imap(&inbox) };
        save(&admin, other).expect("saves");
        assert_eq!(of(&tend, &inbox).uid_next, None);

        assert_eq!(of(&tend, &inbox).since, None);

        // Another mailbox, of which only new mail is wanted; and the same again, without a word.
        let third = NewMailAccount { username: "hr".to_owned(), only_new: true, ..imap(&inbox) };
        save(&admin, third.clone()).expect("saves");
        let since = of(&tend, &inbox).since;
        assert!(since.is_some());
        save(&admin, NewMailAccount { only_new: false, ..third }).expect("saves");
        assert_eq!(of(&tend, &inbox).since, since);

        let (me, inbox_id) = (admin.clone(), inbox.id);
        let remove =
            move |tx: &mut tend_store::Tx| mail_accounts::remove(tx, &me, inbox_id, Kind::Imap);
        tend.db.write(remove.clone()).expect("removes");
        assert!(matches!(tend.db.write(remove), Err(Error::NotFound(_))));
    });
}

#[test]
fn what_can_not_be_a_server() {
    Tend::on_both(|tend| {
        let admin = tend.agent_as("ada", "admin");
        let inbox = tend.inbox("support@tend.test");
        let fine = imap(&inbox);
        let oauth = |endpoint: &str| NewMailAccount {
            auth: Auth::OAuth2,
            oauth: Some(NewOAuth {
                token_endpoint: endpoint.to_owned(),
                client_id: "tend".to_owned(),
                client_secret: None,
                scope: String::new(),
            }),
            ..fine.clone()
        };
        for bad in [
            NewMailAccount { host: String::new(), ..fine.clone() },
            NewMailAccount { host: "a b".to_owned(), ..fine.clone() },
            NewMailAccount { port: 0, ..fine.clone() },
            NewMailAccount { username: " ".to_owned(), ..fine.clone() },
            NewMailAccount { username: "a\r\nb".to_owned(), ..fine.clone() },
            NewMailAccount { auth: Auth::None, ..fine.clone() },
            NewMailAccount { secret: None, ..fine.clone() },
            NewMailAccount { auth: Auth::OAuth2, ..fine.clone() },
            NewMailAccount { inbox: tend.inbox("shop").id, ..fine.clone() },
            oauth("http://example.com/token"),
        ] {
            let (me, keys) = (admin.clone(), Keys::generate());
            let saved = tend.db.write(move |tx| mail_accounts::save(tx, &me, &keys, &bad));
            assert!(matches!(saved, Err(Error::Invalid(_))), "{saved:?}");
        }
        let (me, keys, new) = (admin.clone(), Keys::generate(), oauth("https://example.com/token"));
        tend.db.write(move |tx| mail_accounts::save(tx, &me, &keys, &new)).expect("saves");
        assert_eq!(of(&tend, &inbox).oauth().expect("has it").client_id, "tend");
    });
}

#[test]
fn a_problem_is_told_once_and_ends() {
    Tend::on_both(|tend| {
        let admin = tend.agent_as("ada", "admin");
        let inbox = tend.inbox("support@tend.test");
        let (me, new) = (admin.clone(), imap(&inbox));
        let keys = Keys::generate();
        let id = tend.db.write(move |tx| mail_accounts::save(tx, &me, &keys, &new)).expect("saves");
        for why in ["No answer in time.", "No answer in time.", "The login was refused."] {
            tend.db.write(move |tx| mail_accounts::failed(tx, id, why)).expect("notes");
        }
        assert_eq!(of(&tend, &inbox).problem, "The login was refused.");
        tend.db.write(move |tx| mail_accounts::worked(tx, id)).expect("notes");
        tend.db.write(move |tx| mail_accounts::worked(tx, id)).expect("notes");
        assert_eq!(of(&tend, &inbox).problem, "");
        let told: i64 = tend
            .db
            .read(|tx| {
                tx.scalar(
                    "SELECT count(*) AS n FROM journal
                     WHERE kind IN ('mail_account_failed', 'mail_account_works')",
                    &[],
                )
            })
            .expect("reads");
        assert_eq!(told, 2);
    });
}

#[test]
fn a_key_waits_signs_and_retires() {
    Tend::on_both(|tend| {
        let (admin, agent) = (tend.agent_as("ada", "admin"), tend.agent_as("ben", "agent"));
        let keys = Keys::generate();
        let make = |by: &Me, domain: &str, selector: &str, private: &str| {
            let (me, keys) = (by.clone(), keys.clone());
            let new = NewKey {
                domain: domain.to_owned(),
                selector: selector.to_owned(),
                private: private.to_owned(),
                record: "v=DKIM1; p=AAAA".to_owned(),
            };
            tend.db.write(move |tx| dkim_keys::make(tx, &me, &keys, &new))
        };
        let signer = || {
            let keys = keys.clone();
            let found =
                tend.db.read(move |tx| dkim_keys::signer(tx, &keys, "xn--bcher-kva.example"));
            found.expect("reads").map(|it| format!("{} {}", it.0, it.1))
        };
        assert!(make(&admin, "nothing", "", "k").is_err());
        assert!(make(&admin, "x.test", "-a", "k").is_err());
        assert!(matches!(make(&agent, "x.test", "", "k"), Err(Error::Forbidden(_))));
        let one = make(&admin, "b\u{fc}cher.example", "", "one").expect("is made");
        let two = make(&admin, "xn--bcher-kva.example", "", "two").expect("is made");
        let again = make(&admin, "xn--bcher-kva.example", "tend1", "three");
        assert!(matches!(again, Err(Error::Invalid(_))), "{again:?}");
        assert_eq!(signer(), None);
        let act = |verb: fn(&mut Tx, &Me, DkimKeyId) -> tend_core::Result<()>, by: &Me, id| {
            let me = by.clone();
            tend.db.write(move |tx| verb(tx, &me, id))
        };
        assert!(act(dkim_keys::sign_with, &agent, one).is_err());
        act(dkim_keys::sign_with, &admin, one).expect("signs");
        act(dkim_keys::sign_with, &admin, one).expect("twice is once");
        assert_eq!(signer().as_deref(), Some("tend1 one"));
        assert!(act(dkim_keys::remove, &admin, one).is_err(), "it signs");
        act(dkim_keys::sign_with, &admin, two).expect("takes its place");
        assert_eq!(signer().as_deref(), Some("tend2 two"));
        let states = || {
            let me = admin.clone();
            let all =
                tend.db.read(move |tx| dkim_keys::of_domain(tx, &me, "xn--bcher-kva.example"));
            let line = |it: DkimKey| format!("{} {}", it.selector, it.state.word());
            all.expect("reads").into_iter().map(line).collect::<Vec<_>>()
        };
        assert_eq!(states(), ["tend2 signs", "tend1 retired"]);
        act(dkim_keys::stop, &admin, two).expect("stops");
        assert!(act(dkim_keys::stop, &admin, two).is_err());
        assert_eq!((signer(), states().len()), (None, 2));
        act(dkim_keys::remove, &admin, one).expect("goes");
        assert_eq!(states(), ["tend2 waits"]);
    });
}
