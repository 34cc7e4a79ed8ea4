//! `tend check`: what is wrong, in plain words.

mod outside;
mod work;

use std::{net::IpAddr, sync::Arc};

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tend_store::{Clock, Db, StoreError, SystemClock};

use crate::{
    cli::Common,
    config::{Config, Sources},
    folder::Folder,
    key, open,
};
use work::Work;

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Check {
    /// For programs: a list of findings.
    #[arg(long)]
    json: bool,
    /// Speak to no mail server, no name server, and not to public_url.
    #[arg(long)]
    offline: bool,
}

const EXAMPLES: &str = "\
Examples:
  tend check
  tend check --json

It changes nothing, and may run beside a Tend that serves. It signs in to the mail servers of
all inboxes and asks the DNS about their domains; --offline leaves that out. It ends with 1 if
something is wrong, and with 0 if there is at most something to think about.";

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
        Ok((config, sources)) => everything(common, args, &config, &sources, &mut all),
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

fn everything(
    common: &Common,
    args: &Check,
    config: &Config,
    sources: &Sources,
    all: &mut Findings,
) {
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
    match open::database_to_look(config, &folder) {
        Err(error) => all.add("database", Mark::Wrong, format!("{error:#}")),
        Ok(db) => {
            let db = Arc::new(db);
            all.add("database", Mark::Well, "Its schema is the one that this version knows.");
            database(&db, all);
            let state = key::state(&db, &folder);
            let problem = state.err().map(|it| (Mark::Wrong, format!("{it:#}")));
            all.tell("key", problem, "The key is the one that this database knows.");
            match db.read(Work::look) {
                Ok(work) => work.tell(all),
                Err(error) => all.add("work", Mark::Wrong, error.to_string()),
            }
            if !args.offline
                && let Err(error) = outside::look(config, &folder, db, all)
            {
                all.add("outside", Mark::Wrong, format!("{error:#}"));
            }
        }
    }
}

fn proxy(config: &Config, all: &mut Findings) {
    let open = !config.listen.ip().is_loopback();
    let mut problems = Vec::new();
    if !config.has_public_url() {
        problems.push("public_url is not set: links in mail lead to this machine alone.");
    } else if !config.public_url().starts_with("https://") {
        problems
            .push("public_url is not https: passwords would cross the network readable by others.");
    }
    if open {
        problems.push("listen is open to the network: let only the proxy with TLS reach it.");
        if config.http.trusted_proxies.iter().all(|it| is_local(it)) {
            problems.push(
                "listen is open to the network, and http.trusted_proxies names no other machine: \
                 if the proxy runs elsewhere, all people seem to come from one address.",
            );
        }
    }
    for text in &problems {
        all.add("proxy", Mark::Think, *text);
    }
    for it in config.http.trusted_proxies.iter().filter(|it| is_everybody(it)) {
        let text = format!(
            "http.trusted_proxies has {it}: everybody could say that they are somebody else."
        );
        all.add("proxy", Mark::Wrong, text);
    }
    if problems.is_empty() {
        let text = "People reach Tend over https, through a proxy on this machine.";
        all.add("proxy", Mark::Well, text);
    }
}

fn is_local(proxy: &str) -> bool {
    let address = proxy.split('/').next().unwrap_or(proxy);
    address.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

/// So wide a range is a mistake.
fn is_everybody(proxy: &str) -> bool {
    let bits = proxy.split_once('/').and_then(|(_, it)| it.parse::<u8>().ok());
    bits.is_some_and(|it| it < 8)
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
    clock(db, all);
}

/// Seconds that a clock may be wrong before somebody should know.
const MEANT: i64 = 5;

fn clock(db: &Db, all: &mut Findings) {
    let newest: Result<i64, StoreError> =
        db.read(|tx| tx.scalar("SELECT COALESCE(MAX(happened_at), 0) FROM journal", &[]));
    let since = newest.unwrap_or(0) - SystemClock.now().as_microsecond() - db.clock_ahead();
    let (since, ahead) = (since / 1_000_000, db.clock_ahead() / 1_000_000);
    let problem = if since > MEANT {
        Some((
            Mark::Wrong,
            format!("The last thing that happened is {since} s in the future: set the clock."),
        ))
    } else if ahead.abs() > MEANT {
        let (by, how) = (ahead.abs(), if ahead > 0 { "behind" } else { "ahead of" });
        let text = format!("This machine's clock is {by} s {how} the database server's: set it.");
        Some((Mark::Wrong, text))
    } else {
        None
    };
    all.tell("clock", problem, "The clock agrees with the database.");
}
