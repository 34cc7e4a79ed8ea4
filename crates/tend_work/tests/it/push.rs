//! A notification on its way to browsers, with a push service that we are ourselves.

use std::sync::{Arc, Mutex};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jiff::SignedDuration;
use tend_core::{
    agents::{
        Me, SessionId,
        profile::{self, NotifyBy, Occasion, Ways},
        sessions::{self, NewSession},
    },
    conversations::{self, ConversationId},
    notifications::{
        self, NotificationId,
        devices::{self, DeviceId, NewDevice},
    },
    secrets::{Fresh, random_text},
    settings,
};
use tend_outside::push::Sender;
use tend_work::worker;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    runtime::Runtime,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    desk::{self, Desk, outside, own_tls},
    office::{Office, on_both},
};

/// Answers each message with the status in its path, and remembers who got one.
struct Service {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    /// Over TLS, as any push service; the office believes in its certificate from now on.
    fn open(office: &mut Office, runtime: &Runtime) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let acceptor = TlsAcceptor::from(own_tls(folder.path()));
        let certificate = std::fs::read(folder.path().join("smtp-cert.pem")).unwrap();
        office.works.outside = outside(Some(&certificate));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let remembers = asked.clone();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut request = vec![0; 16 * 1024];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&request[..read]).into_owned();
                let status = head.split('/').nth(1).unwrap_or_default().to_owned();
                remembers.lock().unwrap().push(head);
                let answer = format!(
                    "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                );
                // The client may be gone.
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, asked }
    }

    /// A browser whose messages are answered with this status.
    fn browser(&self, status: u16, name: &str) -> NewDevice {
        let key = aws_lc_rs::agreement::PrivateKey::generate(&aws_lc_rs::agreement::ECDH_P256);
        let public = key.unwrap().compute_public_key().unwrap();
        NewDevice {
            endpoint: format!("https://localhost:{}/{status}/{name}", self.port),
            p256dh: BASE64.encode(public.as_ref()),
            auth: BASE64.encode([1; 16]),
        }
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

fn signs_in(office: &Office, who: &Me) -> SessionId {
    let (id, cookie) = (who.id, Fresh::make());
    let new = NewSession {
        fingerprint: cookie.fingerprint(),
        csrf: random_text(),
        user_agent: "Firefox on Linux".to_owned(),
        network: String::new(),
        replaces: None,
    };
    office
        .tend
        .db
        .write(move |tx| {
            tx.execute("UPDATE agents SET password_hash = 'none' WHERE id = $1", &[id.into()])?;
            sessions::begin(tx, id, "none", &new)
        })
        .unwrap()
}

fn turns_on(office: &Office, who: &Me, at: SessionId, new: &NewDevice) -> DeviceId {
    let (me, new) = (who.clone(), new.clone());
    office.tend.db.write(move |tx| devices::add(tx, &me, at, &new)).unwrap()
}

fn wants(office: &Office, who: &Me, ways: Ways) {
    let (me, by) = (who.clone(), NotifyBy([(Occasion::Assigned, ways)].into_iter().collect()));
    office.tend.db.write(move |tx| profile::notify_by(tx, &me, &by)).unwrap();
}

/// An office with a key for push services, an agent, and a conversation that can be assigned.
fn prepared(office: &Office) -> (Me, ConversationId) {
    let (keys, fresh) = (office.works.keys.clone(), Sender::make_key());
    office.tend.db.write(move |tx| notifications::keep_push_key(tx, &keys, &fresh)).unwrap();
    let ben = office.tend.agent_as("ben", "agent");
    let case = office.tend.writes(&office.inbox, "ann@customer.test", "Where is it?", "Hello.");
    (ben, case)
}

fn assigns(office: &Office, case: ConversationId, to: &Me) {
    let (me, to) = (office.admin.clone(), to.id);
    office.tend.db.write(move |tx| conversations::assign(tx, &me, case, Some(to))).unwrap();
}

fn work(office: &Office, runtime: &Runtime) {
    runtime.block_on(worker::run_till_idle(&office.works));
}

fn known(office: &Office, who: &Me) -> Vec<(String, bool)> {
    let me = who.clone();
    let all = office.tend.db.read(move |tx| devices::mine(tx, &me)).unwrap();
    all.into_iter().map(|it| (it.problem, it.sent_at.is_some())).collect()
}

const BOTH: Ways = Ways { app: true, push: true, mail: true };
const PUSH: Ways = Ways { app: true, push: true, mail: false };

#[test]
fn each_device_hears_once_and_nobody_hears_twice() {
    on_both(|mut office, runtime| {
        let service = Service::open(&mut office, runtime);
        let (ben, case) = prepared(&office);
        let session = signs_in(&office, &ben);
        turns_on(&office, &ben, session, &service.browser(201, "laptop"));
        turns_on(&office, &ben, session, &service.browser(201, "phone"));
        // The same browser again is the same device.
        let again = service.browser(201, "phone");
        turns_on(&office, &ben, session, &again);
        assigns(&office, case, &ben);
        work(&office, runtime);
        work(&office, runtime);
        assert_eq!(service.asked(), 2);
        let heads = service.asked.lock().unwrap().clone();
        assert!(heads.iter().all(|it| it.contains("authorization: vapid t=")), "{heads:?}");
        assert!(heads.iter().all(|it| !it.contains("Where is it?")), "it is encrypted");
        assert_eq!(known(&office, &ben), [(String::new(), true), (String::new(), true)]);
        // A job that is done again, because its worker died before it said so, tells nobody.
        let id = NotificationId::from_raw(office.count("SELECT id FROM notifications"));
        let keys = office.works.keys.clone();
        office.tend.db.write(move |tx| notifications::pass_on(tx, &keys, id)).unwrap();
        work(&office, runtime);
        assert_eq!((service.asked(), mails(&office)), (2, 0));
    });
}

fn mails(office: &Office) -> i64 {
    office.count("SELECT count(*) AS n FROM outbox WHERE kind = 'notice'")
}

#[test]
fn a_browser_that_left_is_forgotten_and_a_mail_stands_in_once() {
    on_both(|mut office, runtime| {
        let service = Service::open(&mut office, runtime);
        let desk = runtime.block_on(Desk::open(desk::options()));
        office.sends_through(desk.address.port(), false);
        let (ben, case) = prepared(&office);
        let session = signs_in(&office, &ben);
        turns_on(&office, &ben, session, &service.browser(410, "old"));
        turns_on(&office, &ben, session, &service.browser(404, "older"));
        wants(&office, &ben, PUSH);
        assigns(&office, case, &ben);
        work(&office, runtime);
        assert_eq!((service.asked(), mails(&office)), (2, 1));
        assert!(known(&office, &ben).is_empty());
        let said = String::from_utf8_lossy(&desk.mails()[0].1).into_owned();
        assert!(said.contains("ada gave you a conversation"), "{said}");
        assert!(said.contains("none of your browsers could be reached"), "{said}");

        // Who chose both gets both, and no second mail in place of the device.
        turns_on(&office, &ben, session, &service.browser(410, "third"));
        wants(&office, &ben, BOTH);
        let case = office.tend.writes(&office.inbox, "bo@customer.test", "And mine?", "Hello.");
        assigns(&office, case, &ben);
        work(&office, runtime);
        assert_eq!((service.asked(), mails(&office)), (3, 2));
    });
}

#[test]
fn one_device_that_is_reached_is_enough() {
    on_both(|mut office, runtime| {
        let service = Service::open(&mut office, runtime);
        let (ben, case) = prepared(&office);
        let session = signs_in(&office, &ben);
        turns_on(&office, &ben, session, &service.browser(403, "bad"));
        turns_on(&office, &ben, session, &service.browser(201, "good"));
        assigns(&office, case, &ben);
        work(&office, runtime);
        let why = "The push service of this browser refused it (403).".to_owned();
        assert_eq!(known(&office, &ben), [(why, false), (String::new(), true)]);
        assert_eq!(mails(&office), 0);
    });
}

#[test]
fn a_service_that_is_busy_is_asked_again_for_a_while() {
    on_both(|mut office, runtime| {
        let service = Service::open(&mut office, runtime);
        let (ben, case) = prepared(&office);
        let session = signs_in(&office, &ben);
        turns_on(&office, &ben, session, &service.browser(503, "busy"));
        assigns(&office, case, &ben);
        for _ in 0..12 {
            work(&office, runtime);
            office.tend.pass(SignedDuration::from_mins(10));
        }
        assert_eq!(service.asked(), 6);
        assert_eq!(office.count("SELECT count(*) AS n FROM jobs WHERE kind = 'push'"), 0);
        assert!(known(&office, &ben)[0].0.contains("not to be reached"));
    });
}

#[test]
fn what_was_read_and_who_signed_out_or_left_is_not_disturbed() {
    on_both(|mut office, runtime| {
        let service = Service::open(&mut office, runtime);
        let (ben, case) = prepared(&office);
        let session = signs_in(&office, &ben);
        turns_on(&office, &ben, session, &service.browser(201, "laptop"));
        assigns(&office, case, &ben);
        let me = ben.clone();
        office.tend.db.write(move |tx| notifications::read_all(tx, &me)).unwrap();
        work(&office, runtime);
        assert_eq!(service.asked(), 0, "it was read");

        let next = |n: usize| {
            let who = format!("c{n}@customer.test");
            let case = office.tend.writes(&office.inbox, &who, "And mine?", "Hello.");
            assigns(&office, case, &ben);
        };
        next(1);
        let me = ben.clone();
        office.tend.db.write(move |tx| sessions::end(tx, &me, session)).unwrap();
        work(&office, runtime);
        assert_eq!(service.asked(), 0, "the session was ended");

        let session = signs_in(&office, &ben);
        turns_on(&office, &ben, session, &service.browser(201, "laptop"));
        next(2);
        work(&office, runtime);
        assert_eq!(service.asked(), 1);
        let (admin, id) = (office.admin.clone(), ben.id);
        office.tend.db.write(move |tx| tend_core::agents::leave(tx, &admin, id)).unwrap();
        assert_eq!(office.count("SELECT count(*) AS n FROM devices"), 0);
    });
}

#[test]
fn a_push_shows_as_much_as_the_company_wants() {
    on_both(|office, _| {
        let (ben, case) = prepared(&office);
        let session = signs_in(&office, &ben);
        let service = Service { port: 1, asked: Arc::default() };
        turns_on(&office, &ben, session, &service.browser(201, "laptop"));
        let (me, to) = (office.admin.clone(), ben.id);
        office
            .tend
            .db
            .write(move |tx| {
                let html = tend_core::html::Html::from_text("The parcel is in Graz.");
                conversations::note(tx, &me, case, &html, &[], &[to])
            })
            .unwrap();
        let shown = |word: &'static str| {
            let keys = office.works.keys.clone();
            office
                .tend
                .db
                .write(move |tx| {
                    settings::set(tx, tend_core::Actor::System, settings::PUSH_SHOWS, word)?;
                    let id: NotificationId = tx.scalar("SELECT id FROM notifications", &[])?;
                    let device: DeviceId = tx.scalar("SELECT id FROM devices", &[])?;
                    notifications::pass_on(tx, &keys, id)?;
                    let parcel = notifications::parcel(tx, &keys, id, device)?;
                    Ok::<_, tend_core::Error>(parcel.unwrap().text)
                })
                .unwrap()
        };
        let subject = shown("");
        assert!(subject.contains("ada mentioned you in a note"), "{subject}");
        assert!(subject.contains("Where is it?") && !subject.contains("Graz"), "{subject}");
        let little = shown("little");
        assert!(little.contains("Somebody mentioned you") && little.contains("#1"), "{little}");
        assert!(!little.contains("ada") && !little.contains("Where"), "{little}");
        assert!(shown("text").contains("The parcel is in Graz."));
    });
}
