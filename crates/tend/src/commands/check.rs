//! `tend check`: what is wrong, in plain words.

use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tend_core::outbox;
use tend_store::{Clock, Db, StoreError, SystemClock, Tx, row};

use crate::{
    cli::Common,
    config::{Config, Sources},
    folder::Folder,
    key,
    open::{self, Role},
};

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Check {
    /// For programs: a list of findings.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  tend check
  tend check --json

It changes nothing, and may run beside a Tend that serves. It ends with 1 if something is
wrong, and with 0 if there is at most something to think about.";

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Mark {
    Well,
    Think,
    Wrong,
}

#[derive(Serialize)]
struct Finding {
    about: &'static str,
    mark: Mark,
    text: String,
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, about: &'static str, mark: Mark, text: impl Into<String>) {
        self.0.push(Finding { about, mark, text: text.into() });
    }

    /// The mark if `problem`, and well otherwise.
    fn tell(&mut self, about: &'static str, problem: Option<(Mark, String)>, well: &str) {
        let (mark, text) = problem.unwrap_or((Mark::Well, well.to_owned()));
        self.add(about, mark, text);
    }
}

pub fn run(common: &Common, args: &Check) -> Result<bool> {
    let mut all = Findings::default();
    match open::settings(common, Vec::new()) {
        Err(error) => all.add("settings", Mark::Wrong, format!("{error:#}")),
        Ok((config, sources)) => everything(common, &config, &sources, &mut all),
    }
    match args.json {
        true => println!("{}", serde_json::to_string_pretty(&all.0)?),
        false => print(&all),
    }
    Ok(!all.0.iter().any(|it| it.mark == Mark::Wrong))
}

fn print(all: &Findings) {
    for it in &all.0 {
        let mark = match it.mark {
            Mark::Well => "well ",
            Mark::Think => "think",
            Mark::Wrong => "WRONG",
        };
        println!("{mark}  {:<10}{}", it.about, it.text);
    }
}

fn everything(common: &Common, config: &Config, sources: &Sources, all: &mut Findings) {
    let slips = sources.unknown_variables();
    let slip = (!slips.is_empty())
        .then(|| (Mark::Think, format!("These variables are no settings: {}.", slips.join(", "))));
    all.tell("settings", slip, "All settings can be read.");
    proxy(config, all);
    let folder = match Folder::existing(&common.data) {
        Ok(folder) => folder,
        Err(error) => return all.add("folder", Mark::Wrong, error.to_string()),
    };
    places(config, &folder, all);
    match open::database(config, &folder, Role::Command) {
        Err(error) => all.add("database", Mark::Wrong, format!("{error:#}")),
        Ok(db) => {
            let db = Arc::new(db);
            database(&db, all);
            let state = key::state(&db, &folder);
            let problem = state.err().map(|it| (Mark::Wrong, format!("{it:#}")));
            all.tell("key", problem, "The key is the one that this database knows.");
            match db.read(Work::look) {
                Ok(work) => work.tell(all),
                Err(error) => all.add("work", Mark::Wrong, error.to_string()),
            }
        }
    }
}

fn proxy(config: &Config, all: &mut Findings) {
    let open = !config.listen.ip().is_loopback();
    let problem = match (config.has_public_url(), open) {
        (false, _) => Some("public_url is not set: links in mail lead to this machine alone."),
        (true, _) if !config.public_url().starts_with("https://") => {
            Some("public_url is not https: passwords would cross the network readable by others.")
        }
        (true, true) => {
            Some("listen is open to the network: let only the proxy with TLS reach it.")
        }
        (true, false) => None,
    };
    let problem = problem.map(|it| (Mark::Think, it.to_owned()));
    all.tell("proxy", problem, "People reach Tend over https, through a proxy on this machine.");
}

fn places(config: &Config, folder: &Folder, all: &mut Findings) {
    let path = folder.path().display();
    let open = folder.is_open_to_others().unwrap_or(true);
    let problem = open.then(|| {
        (Mark::Wrong, format!("Others on this machine may look into {path}: chmod 700 {path}"))
    });
    all.tell("folder", problem, "The data folder is closed to others.");
    if key::is_open_to_others(folder) {
        let path = folder.key().display().to_string();
        all.add("key", Mark::Wrong, format!("Others may read the key: chmod 600 {path}"));
    }
    let files = open::files(config, folder).map_err(|it| format!("{it:#}")).and_then(|files| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|it| it.to_string())?;
        runtime.block_on(files.check()).map_err(|it| it.to_string())?;
        Ok(files.space())
    });
    match files {
        Err(problem) => all.add("files", Mark::Wrong, format!("Files can't be kept: {problem}.")),
        Ok(None) => all.add("files", Mark::Well, "A file was put into the bucket and read back."),
        Ok(Some(space)) => {
            let free = space.free / 1_000_000;
            let mark = match space.free.saturating_mul(100) / space.total.max(1) {
                _ if free < 500 => Mark::Wrong,
                0..10 => Mark::Think,
                _ => Mark::Well,
            };
            all.add("disk", mark, format!("{free} MB are free."));
        }
    }
}

fn database(db: &Db, all: &mut Findings) {
    match db.check() {
        Err(error) => all.add("database", Mark::Wrong, error.to_string()),
        Ok(lines) if lines.is_empty() => all.add("database", Mark::Well, "The database is sound."),
        Ok(lines) => {
            for line in lines {
                all.add("database", Mark::Wrong, line);
            }
        }
    }
    let newest: Result<i64, StoreError> =
        db.read(|tx| tx.scalar("SELECT COALESCE(MAX(happened_at), 0) FROM journal", &[]));
    let ahead = newest.unwrap_or(0) - SystemClock.now().as_microsecond();
    let problem = (ahead > 5_000_000).then(|| {
        let seconds = ahead / 1_000_000;
        (
            Mark::Wrong,
            format!("The last thing that happened is {seconds} s in the future: set the clock."),
        )
    });
    all.tell("clock", problem, "The clock is not behind what has happened.");
}

row! {
    struct Mailbox {
        address: String,
        kind: String,
        problem: String,
        paused: bool,
    }
}

/// What waits, and for what.
struct Work {
    mailboxes: Vec<Mailbox>,
    held: bool,
    failed: i64,
    unknown: i64,
    quarantined: i64,
    dead: i64,
}

impl Work {
    fn look(tx: &mut Tx) -> tend_core::Result<Self> {
        let mut count = |sql: &str| tx.scalar::<i64>(sql, &[]);
        let failed = count("SELECT count(*) FROM outbox WHERE state = 'failed'")?;
        let unknown = count("SELECT count(*) FROM outbox WHERE state = 'unknown'")?;
        let quarantined = count("SELECT count(*) FROM mails WHERE state = 'quarantined'")?;
        let dead = count("SELECT count(*) FROM jobs WHERE state = 'dead'")?;
        let mailboxes = tx.rows(
            "SELECT inboxes.address, mail_accounts.kind, mail_accounts.problem, mail_accounts.paused
             FROM mail_accounts JOIN inboxes ON inboxes.id = mail_accounts.inbox_id
             ORDER BY inboxes.address, mail_accounts.kind",
            &[],
        )?;
        let held = outbox::is_held(tx)?;
        Ok(Self { mailboxes, held, failed, unknown, quarantined, dead })
    }

    fn tell(&self, all: &mut Findings) {
        if self.mailboxes.is_empty() {
            all.add("mail", Mark::Think, "No inbox has a mail server yet.");
        }
        for it in &self.mailboxes {
            let server = format!("{} ({})", it.address, it.kind.to_uppercase());
            let (mark, text) = match (it.problem.as_str(), it.paused) {
                ("", false) => (Mark::Well, format!("{server} worked the last time.")),
                ("", true) => (Mark::Think, format!("{server} is paused.")),
                (problem, _) => (Mark::Wrong, format!("{server}: {problem}")),
            };
            all.add("mail", mark, text);
        }
        if self.held {
            all.add("outbox", Mark::Think, "No mail leaves until you type: tend release.");
        }
        let counts = [
            ("outbox", self.failed, "mails could not be sent"),
            ("outbox", self.unknown, "mails were perhaps sent: look at them"),
            ("mail", self.quarantined, "mails wait in quarantine"),
            ("jobs", self.dead, "jobs were given up"),
        ];
        for (about, count, what) in counts.into_iter().filter(|(_, count, _)| *count > 0) {
            all.add(about, Mark::Think, format!("{count} {what}."));
        }
    }
}
