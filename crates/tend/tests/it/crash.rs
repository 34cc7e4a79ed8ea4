//! The program is killed while customers write, again and again. Afterwards what they were
//! told is compared with what is there.
//!
//! `TEND_CRASH_ROUNDS=200` makes it the whole: so many rounds on each database.

mod clients;
mod ledger;

use std::{
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use crate::{
    mailbox::Mailbox,
    office::Office,
    program::{Installation, Serving},
};
use clients::Load;

/// Customers of the API, and mail servers, at the same time.
const CUSTOMERS: usize = 4;
const SERVERS: usize = 3;

/// What one installation went through.
#[derive(Default)]
struct Run {
    kills: u32,
    /// The longest time from a start until it answered.
    slowest: Duration,
}

#[test]
fn what_was_acknowledged_is_there_once_after_any_kill() {
    let given = std::env::var("TEND_CRASH_ROUNDS").ok().and_then(|it| it.parse().ok());
    Installation::on_both(|it| {
        let usual = if it.is_postgres() { 4 } else { 12 };
        rounds(it, given.unwrap_or(usual));
    });
}

fn rounds(it: &Installation, rounds: u32) {
    let mailbox = Mailbox::open();
    let office = Office::furnish(it, &mailbox, CUSTOMERS);
    let (http, smtp) = (free_address(), free_address());
    let load = Load::new(&http, &smtp);
    let run = thread::scope(|scope| {
        for (n, token) in office.tokens.iter().enumerate() {
            let (load, office) = (&load, &office);
            scope.spawn(move || clients::customer(load, office, n, token));
        }
        for n in 0..SERVERS {
            let load = &load;
            scope.spawn(move || clients::server(load, n));
        }
        let (run, last) = kill_again_and_again(it, &load, rounds);
        load.enough();
        (run, last)
    });
    let (run, last) = run;
    ledger::compare(it, &load, &mailbox, &run);
    assert_eq!(last.stop(), Some(0));
    let said = it.well(&["check", "--set", "outside.allow=127.0.0.1"], "");
    assert!(said.contains("The database is sound.") && !said.contains("WRONG"), "{said}");
}

/// The answer is the last one, which lives.
fn kill_again_and_again(it: &Installation, load: &Load, rounds: u32) -> (Run, Serving) {
    let mut run = Run::default();
    let mut chance = 0x9E37_79B9_7F4A_7C15_u64;
    let mut last = start(it, load, &mut run);
    for _ in 0..rounds {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        let before = load.acknowledged();
        let until = Instant::now() + Duration::from_millis(50 + chance % 350);
        // A round in which nothing was acknowledged would prove nothing.
        while Instant::now() < until || load.acknowledged() == before {
            thread::park_timeout(Duration::from_millis(1));
            assert!(until.elapsed() < Duration::from_secs(60), "nothing is acknowledged");
        }
        // Which is kill -9.
        drop(last);
        run.kills += 1;
        if run.kills == rounds {
            a_minute_later(it);
        }
        last = start(it, load, &mut run);
    }
    (run, last)
}

/// As if the leases of the dead had ended by themselves. Nobody lives who could hold one.
fn a_minute_later(it: &Installation) {
    it.db().write(|tx| tend_core::jobs::take_over(tx).map(drop)).expect("the database is there");
}

fn start(it: &Installation, load: &Load, run: &mut Run) -> Serving {
    let began = Instant::now();
    let mut command = it.command();
    let name = format!("--listen={}", load.http);
    command.args(["serve", &name, &format!("--smtp-listen={}", load.smtp)]);
    command.args(["--set", "log.level=error", "--set", "outside.allow=127.0.0.1"]);
    command.args(["--set", "mail.max_connections_per_address=100"]);
    let serving = Serving::start(command);
    // On a busy machine a write may take longer than it thinks right.
    while serving.get("/health/ready", "").0 != 200 {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not come up");
    }
    run.slowest = run.slowest.max(began.elapsed());
    serving
}

/// One that was free a moment ago, and stays the same over all starts.
pub fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").to_string()
}
