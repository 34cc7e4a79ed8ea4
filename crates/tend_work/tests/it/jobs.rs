//! Jobs that are done beside mail: links, notifications, imports, and what is over.

use std::{
    fs::{self, File},
    path::Path,
};

use jiff::SignedDuration;
use tend_core::{
    agents::{
        self, LINK_PURPOSE, Me,
        invitations::{self, Invitation, NewLink},
        profile::{self, NotifyBy, Occasion, Ways},
        resets,
    },
    attributes::About,
    conversations,
    customers::{
        imports::{self, Arriving, ImportId, Mode},
        sheet,
    },
    jobs::{self, Job},
    notifications::{self, NotificationId},
    secrets::Fresh,
    settings, sweep,
    tasks::{self, NewTask},
};
use tend_work::worker;
use tokio::runtime::Runtime;

use crate::{
    desk::{self, Desk},
    office::{Office, on_both},
};

/// A link as its page makes it, and its text.
fn link(office: &Office) -> (NewLink, String) {
    let token = Fresh::make();
    let sealed = office.works.keys.seal(LINK_PURPOSE, token.text());
    (NewLink { fingerprint: token.fingerprint(), sealed }, token.text().to_owned())
}

/// An office whose mail goes to a desk that keeps it.
fn with_desk(office: &Office, runtime: &Runtime) -> Desk {
    let desk = runtime.block_on(Desk::open(desk::options()));
    office.sends_through(desk.address.port(), false);
    desk
}

fn work(office: &Office, runtime: &Runtime) {
    runtime.block_on(worker::run_till_idle(&office.works));
}

/// To whom, and what it says, without the line ends that mail adds.
fn mails(desk: &Desk) -> Vec<(String, String)> {
    let said = |raw: &[u8]| String::from_utf8_lossy(raw).replace("=\r\n", "").replace("=3D", "=");
    desk.mails().iter().map(|it| (it.0.to[0].clone(), said(&it.1))).collect()
}

/// The state and the reason of what is left of a kind.
fn dead(office: &Office) -> String {
    let found = "SELECT COALESCE(MIN(state || ': ' || problem), 'none') AS it FROM jobs
                 WHERE kind <> 'sweep'";
    office.text(found)
}

#[test]
fn an_invitation_a_reset_and_a_change_are_mailed_once() {
    on_both(|office, runtime| {
        let desk = with_desk(&office, runtime);
        let (new, token) = link(&office);
        let me = office.admin.clone();
        let nora = office
            .tend
            .db
            .write(move |tx| {
                settings::set(tx, tend_core::Actor::System, settings::BASE_URL, "https://t.test")?;
                let role = agents::roles::named(tx, "agent")?.id;
                let (name, email) = ("Nora".to_owned(), "nora@tend.test".to_owned());
                let it = Invitation { name, email, role, teams: Vec::new() };
                invitations::invite(tx, &me, &it, &new)
            })
            .unwrap();
        work(&office, runtime);
        work(&office, runtime);
        let sent = mails(&desk);
        assert_eq!((sent.len(), sent[0].0.as_str()), (1, "nora@tend.test"));
        assert!(
            sent[0].1.contains(&format!("https://t.test/invitations/{token}")),
            "{}",
            sent[0].1
        );
        assert_eq!(dead(&office), "none");

        let (new, token) = link(&office);
        let print = new.fingerprint.clone();
        office
            .tend
            .db
            .write(move |tx| {
                tx.execute("UPDATE agents SET password_hash = 'x' WHERE id = $1", &[nora.into()])?;
                resets::ask(tx, "nora@tend.test", &new)
            })
            .unwrap();
        work(&office, runtime);
        assert!(mails(&desk)[1].1.contains(&format!("https://t.test/reset/{token}")));
        office.tend.db.write(move |tx| resets::reset(tx, &print, "y")).unwrap();
        work(&office, runtime);
        let last = mails(&desk).pop().unwrap().1;
        assert!(last.contains("password") && last.contains("was changed"), "{last}");
        assert!(!last.contains("/reset/"), "nothing in it lets anybody in");
    });
}

#[test]
fn a_link_without_a_server_or_with_another_key_hurts_nobody() {
    on_both(|office, runtime| {
        let owes = |purpose: &str, sealed: String| {
            let (agent, purpose) = (office.admin.id.to_string(), purpose.to_owned());
            let job = Job::SendLink { agent, purpose, sealed_token: sealed };
            office.tend.db.write(move |tx| jobs::now(tx, &job)).unwrap();
        };
        // Nobody can be written to: it is done, and the admin has the link on the page.
        owes("reset", link(&office).0.sealed);
        work(&office, runtime);
        assert_eq!(dead(&office), "none");

        let desk = with_desk(&office, runtime);
        let other = tend_core::secrets::Keys::generate().seal(LINK_PURPOSE, "token");
        owes("reset", other);
        work(&office, runtime);
        assert!(dead(&office).starts_with("dead: This secret was sealed with another key"));
        assert!(desk.mails().is_empty());
    });
}

fn tells(office: &Office, to: &Me, ways: Ways) -> NotificationId {
    let (me, agent) = (to.clone(), to.clone());
    let case = office.tend.writes(&office.inbox, "ann@customer.test", "Where is it?", "Hello.");
    let by = office.admin.clone();
    office
        .tend
        .db
        .write(move |tx| {
            let by_me = NotifyBy([(Occasion::Assigned, ways)].into_iter().collect());
            profile::notify_by(tx, &me, &by_me)?;
            conversations::assign(tx, &by, case, Some(agent.id))
        })
        .unwrap();
    NotificationId::from_raw(office.count("SELECT COALESCE(MAX(id), 0) AS n FROM notifications"))
}

const MAIL: Ways = Ways { app: true, push: false, mail: true };

#[test]
fn who_wants_mail_is_told_once_and_not_after_reading() {
    on_both(|office, runtime| {
        let desk = with_desk(&office, runtime);
        let ben = office.tend.agent_as("ben", "agent");
        let id = tells(&office, &ben, MAIL);
        work(&office, runtime);
        let sent = mails(&desk);
        assert_eq!((sent.len(), sent[0].0.as_str()), (1, "ben@tend.test"));
        assert!(sent[0].1.contains("ada gave you a conversation."), "{}", sent[0].1);
        // The job once more, as after a worker that died before it said that it was done.
        let again = Job::Notify { notification: id.to_string() };
        office.tend.db.write(move |tx| jobs::now(tx, &again)).unwrap();
        work(&office, runtime);
        assert_eq!(desk.mails().len(), 1);

        tells(&office, &ben, MAIL);
        let me = ben.clone();
        office.tend.db.write(move |tx| notifications::read_all(tx, &me)).unwrap();
        work(&office, runtime);
        assert_eq!(desk.mails().len(), 1, "it was read");

        tells(&office, &ben, MAIL);
        let (by, id) = (office.admin.clone(), ben.id);
        office.tend.db.write(move |tx| agents::leave(tx, &by, id)).unwrap();
        work(&office, runtime);
        assert_eq!((desk.mails().len(), dead(&office).as_str()), (1, "none"), "ben has left");
    });
}

#[test]
fn who_wants_mail_of_tasks_gets_it() {
    on_both(|office, runtime| {
        let desk = with_desk(&office, runtime);
        let ben = office.tend.agent_as("ben", "agent");
        let gives = |title: &str| {
            let new = NewTask { title: title.into(), owner: Some(ben.id), ..NewTask::default() };
            let by = office.admin.clone();
            office.tend.db.write(move |tx| tasks::make(tx, &by, &new)).unwrap();
            work(&office, runtime);
        };
        gives("Count the pallets");
        assert!(desk.mails().is_empty(), "nobody asked for it");
        let me = ben.clone();
        let by_mail = NotifyBy([(Occasion::Task, MAIL)].into_iter().collect());
        office.tend.db.write(move |tx| profile::notify_by(tx, &me, &by_mail)).unwrap();
        gives("Ring Nordkyst");
        let sent = mails(&desk);
        assert_eq!((sent.len(), sent[0].0.as_str()), (1, "ben@tend.test"));
        for part in ["ada gave you a task.", "Ring Nordkyst", "/my-day"] {
            assert!(sent[0].1.contains(part), "{part}: {}", sent[0].1);
        }
    });
}

#[test]
fn each_way_is_taken_that_was_chosen_and_no_other() {
    on_both(|office, runtime| {
        let desk = with_desk(&office, runtime);
        let ben = office.tend.agent_as("ben", "agent");
        let unread = || {
            let me = ben.clone();
            office.tend.db.read(move |tx| notifications::unread(tx, &me)).unwrap()
        };
        tells(&office, &ben, Ways { app: false, push: false, mail: false });
        assert_eq!(office.count("SELECT count(*) AS n FROM notifications"), 0);
        tells(&office, &ben, Ways { app: false, push: false, mail: true });
        work(&office, runtime);
        assert_eq!((desk.mails().len(), unread()), (1, 0), "by mail alone");
        tells(&office, &ben, Ways { app: true, push: false, mail: false });
        work(&office, runtime);
        assert_eq!((desk.mails().len(), unread()), (1, 1), "in the app alone");
        tells(&office, &ben, Ways { app: true, push: true, mail: false });
        assert_eq!(unread(), 2);
        assert_eq!(office.count("SELECT count(*) AS n FROM jobs"), 0, "ben has no browser for it");
    });
}

fn brings(office: &Office, file: &str) -> ImportId {
    let table = sheet::read(file.as_bytes()).unwrap();
    let me = office.admin.clone();
    office
        .tend
        .db
        .write(move |tx| {
            let id = imports::begin(tx, &me, &Arriving::of(About::Contact, "p.csv", &table))?;
            imports::add_rows(tx, id, 0, &table.rows)?;
            imports::arrived(tx, &me, id)?;
            let own = imports::find(tx, &me, id)?;
            let targets: Vec<_> = own.columns().into_iter().map(|it| it.target).collect();
            imports::check(tx, &me, id, &targets, Mode::All)?;
            Ok::<_, tend_core::Error>(id)
        })
        .unwrap()
}

#[test]
fn a_table_is_checked_and_taken_in_by_jobs_and_twice_is_once() {
    on_both(|office, runtime| {
        let rows: String = (0..250).map(|n| format!("P{n},p{n}@people.test\n")).collect();
        let id = brings(&office, &format!("Name,Email\n{rows}Bad,nonsense\n"));
        let state = || {
            let me = office.admin.clone();
            let it = office.tend.db.read(move |tx| imports::find(tx, &me, id)).unwrap();
            (it.state.word().to_owned(), it.created_count, it.refused_count)
        };
        let people = || office.count("SELECT count(*) AS n FROM contacts");
        work(&office, runtime);
        assert_eq!((state(), people()), (("checked".to_owned(), 250, 1), 0), "only tried");
        let me = office.admin.clone();
        office.tend.db.write(move |tx| imports::run(tx, &me, id)).unwrap();
        work(&office, runtime);
        assert_eq!((state(), people()), (("done".to_owned(), 250, 1), 250));
        let again = Job::Import { import: id.to_string() };
        office.tend.db.write(move |tx| jobs::now(tx, &again)).unwrap();
        work(&office, runtime);
        assert_eq!((people(), dead(&office).as_str()), (250, "none"));

        let nonsense = Job::Import { import: "nothing".to_owned() };
        office.tend.db.write(move |tx| jobs::now(tx, &nonsense)).unwrap();
        work(&office, runtime);
        assert_eq!(dead(&office), "dead: It names no import.");
    });
}

/// Gives each file below the folder this age.
fn ages(folder: &Path, to: std::time::SystemTime) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => ages(&entry.path(), to),
            false => {
                File::options().write(true).open(entry.path()).unwrap().set_modified(to).unwrap()
            }
        }
    }
}

#[test]
fn a_sweep_takes_what_is_over_and_files_that_no_row_knows() {
    on_both(|office, runtime| {
        let now = || office.tend.db.read(|tx| Ok::<_, tend_core::Error>(tx.now())).unwrap();
        let known = office.keeps(runtime, &office.inbox, "From: a@b.test\nSubject: x\n\nHello.\n");
        let lost = runtime.block_on(office.works.files.put(b"nobody's".to_vec())).unwrap();
        ages(office.folder(), now().into());
        let ben = office.tend.agent_as("ben", "agent");
        tells(&office, &ben, Ways { app: true, push: false, mail: false });
        office.tend.browser(ben.id);
        office.tend.db.write(sweep::begin).unwrap();
        office.tend.db.write(sweep::begin).unwrap();
        assert_eq!(office.count("SELECT count(*) AS n FROM jobs WHERE kind = 'sweep'"), 1);

        let files = || runtime.block_on(office.works.files.list()).unwrap().len();
        office.tend.pass(SignedDuration::from_mins(11));
        work(&office, runtime);
        assert_eq!(files(), 2, "a young file may still get its row");
        office.tend.pass(SignedDuration::from_hours(25));
        work(&office, runtime);
        assert_eq!(files(), 1);
        assert!(runtime.block_on(office.works.files.get(&lost.place)).is_err());
        office.tend.db.read(move |tx| tend_core::mails::find(tx, known)).unwrap();
        let left = |table: &'static str| match table {
            "sessions" => office.count("SELECT count(*) AS n FROM sessions"),
            _ => office.count("SELECT count(*) AS n FROM notifications"),
        };
        assert_eq!((left("sessions"), left("notifications")), (1, 1));

        // A session ends after two weeks, and is forgotten a month later.
        office.tend.pass(SignedDuration::from_hours(24 * 50));
        work(&office, runtime);
        assert_eq!((left("sessions"), left("notifications")), (0, 1));
        office.tend.pass(SignedDuration::from_hours(24 * 150));
        work(&office, runtime);
        assert_eq!(left("notifications"), 0);
        // The next one is owed for tomorrow.
        let owed = "SELECT count(*) AS n FROM jobs WHERE kind = 'sweep' AND state = 'waiting'";
        assert_eq!(office.count(owed), 1);
    });
}
