//! What the world does to a Tend that serves, and that it heals alone.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use tend_testkit::{Place, Server};

use crate::{
    crash::free_address,
    http::{self, Answer},
    mailbox::Mailbox,
    office::{ADDRESS, Office},
    program::{Installation, Serving},
    smtp::Smtp,
};

/// A Tend that serves on both doors.
struct Desk {
    serving: Serving,
    office: Office,
    smtp: String,
    count: u32,
}

impl Desk {
    /// A customer writes by the API.
    fn post(&mut self) -> Answer {
        self.count += 1;
        let body = json!({
            "inbox": self.office.shop.to_string(),
            "contact": { "email": "ann@customer.test" },
            "message": { "direction": "inbound", "text": "Hello. ".repeat(2000) },
        });
        let (at, token) = (&self.serving.address, &self.office.tokens[0]);
        let (path, key) = ("/api/v1/conversations", format!("post-{}", self.count));
        http::post(at, path, token, &key, &body.to_string()).expect("answers")
    }

    /// A mail server hands a mail over; the code that it hears.
    fn mail(&mut self) -> u16 {
        self.count += 1;
        let mail = format!(
            "From: ann@customer.test\r\nTo: {ADDRESS}\r\nMessage-ID: <{}@customer.test>\r\n\r\n{}",
            self.count,
            "Hello.\r\n".repeat(4000)
        );
        let mut smtp = Smtp::connect(&self.smtp).expect("listens");
        smtp.send("ann@customer.test", ADDRESS, &mail).expect("answers")
    }

    fn ready(&self) -> u16 {
        self.serving.get("/health/ready", "").0
    }
}

/// How long something takes to become true, at most half a minute.
fn until(what: &str, mut is_true: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !is_true() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}: not within half a minute");
        thread::park_timeout(Duration::from_millis(100));
    }
    began.elapsed()
}

/// A disk that is no larger than this, which only the program sees.
const DISK: &str = "size=40m";

/// Starts it with its data on a disk of its own; `None` where this machine allows none.
fn on_a_small_disk(it: &Installation, office: Office) -> Option<Desk> {
    let (smtp, mount) = (free_address(), it.folder.path().join("disk"));
    fs::create_dir(&mount).expect("makes");
    let mut can = Command::new("unshare");
    can.args(["-rm", "mount", "-t", "tmpfs", "none"]).arg(&mount);
    if !can.output().is_ok_and(|it| it.status.success()) {
        return None;
    }
    let script = "mount -t tmpfs -o \"$DISK\" none \"$MOUNT\" && cp -a \"$SEED/.\" \"$MOUNT\" \
                  && exec \"$TEND\" serve --listen 127.0.0.1:0 --smtp-listen \"$SMTP\" \
                  --set outside.allow=127.0.0.1 --set log.level=off";
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script]).env("DISK", DISK).env("MOUNT", &mount);
    command.env("SEED", it.data()).env("TEND", env!("CARGO_BIN_EXE_tend")).env("SMTP", &smtp);
    command.env("TEND_DATA", &mount);
    Some(Desk { serving: Serving::start(command), office, smtp, count: 0 })
}

#[test]
fn a_full_disk_is_said_and_healed() {
    let it = Installation::on_sqlite();
    let mailbox = Mailbox::open();
    let office = Office::furnish(&it, &mailbox, 1);
    let Some(mut desk) = on_a_small_disk(&it, office) else {
        return eprintln!("SKIPPED: this machine lets nobody mount a disk of their own.");
    };
    assert_eq!((desk.post().status, desk.mail(), desk.ready()), (201, 250, 200));
    let ballast = ballast(&it, &desk);
    let mut file = fs::File::create(&ballast).expect("the disk is seen from outside");
    // Until there is no room for one byte more.
    for size in [1 << 16, 1 << 10, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    let mut full = desk.post();
    until("the disk is full", || {
        full = desk.post();
        full.status == 503
    });
    assert!(full.body.contains("space"), "{}", full.body);
    assert!(full.head.to_lowercase().contains("retry-after:"), "{}", full.head);
    assert!(matches!(desk.mail(), 451 | 452));
    until("it says that it is not ready", || desk.ready() == 503);
    // Who is here already may read on.
    let token = format!("Authorization: Bearer {}\r\n", desk.office.tokens[0]);
    assert_eq!(desk.serving.get("/api/v1/conversations", &token).0, 200);
    drop(file);
    fs::remove_file(&ballast).expect("is removed");
    let healed = until("it heals", || desk.ready() == 200);
    assert_eq!((desk.post().status, desk.mail()), (201, 250));
    eprintln!("there is space again: ready after {healed:?}");
    assert_eq!(desk.serving.stop(), Some(0));
}

/// A file on its disk, as its parent sees it.
fn ballast(it: &Installation, desk: &Desk) -> PathBuf {
    let root = PathBuf::from(format!("/proc/{}/root", desk.serving.id()));
    let disk = it.folder.path().join("disk");
    root.join(disk.strip_prefix("/").expect("is absolute")).join("ballast")
}

#[test]
fn a_database_that_goes_away_is_said_and_healed() {
    let server = Server::start(false);
    let place = Place::postgres_in(server.url(), None);
    let it = Installation::at(Some(place));
    let mailbox = Mailbox::open();
    let office = Office::furnish(&it, &mailbox, 1);
    let smtp = free_address();
    let name = format!("--smtp-listen={smtp}");
    let quiet = ["--set", "log.level=off", "--set", "outside.allow=127.0.0.1", &name];
    let mut desk = Desk { serving: it.serve(&quiet), office, smtp, count: 0 };
    assert_eq!((desk.post().status, desk.mail(), desk.ready()), (201, 250, 200));
    server.crash();
    let began = Instant::now();
    let away = desk.post();
    assert_eq!(away.status, 503, "{}", away.body);
    assert!(away.head.to_lowercase().contains("retry-after:"), "{}", away.head);
    assert_eq!(desk.mail(), 451);
    let answered = began.elapsed();
    assert!(answered < Duration::from_secs(15), "it took {answered:?} to say no");
    until("it says that it is not ready", || desk.ready() == 503);
    assert_eq!(desk.serving.get("/health/live", "").0, 200);
    server.revive();
    let healed = until("it heals", || desk.ready() == 200);
    assert_eq!((desk.post().status, desk.mail()), (201, 250));
    eprintln!("said no after {answered:?}; the database is back: ready after {healed:?}");
    assert_eq!(desk.serving.stop(), Some(0));
    drop(it);
}
