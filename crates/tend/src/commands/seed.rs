//! `tend seed`: a large made-up history, for benches.

use std::{
    collections::HashMap,
    io::Read,
    sync::{Arc, mpsc::sync_channel},
    time::Duration,
};

use anyhow::{Result, anyhow, bail};
use clap::Args;
use indicatif::ProgressBar;
use jiff::{SignedDuration, Timestamp};
use tend_core::{
    Actor, Error,
    accounts::AccountId,
    agents::{self, AgentId, Start, roles},
    book,
    contacts::{self, ContactId, Stranger},
    conversations::{Category, statuses},
    inboxes::{self, Channel, NewInbox},
    secrets::passwords,
    seed::{self, Cast, Plan, Size},
    tags,
};
use tend_store::{Clock, Db, Progress, SystemClock};

use super::progress;
use crate::{cli::Common, folder::Folder, open};

/// A large made-up history in an empty database, the same each time.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Seed {
    /// How many conversations.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    conversations: usize,
    /// How many messages in all of them.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    messages: usize,
    /// How many companies the contacts belong to.
    #[arg(long, value_name = "N", default_value_t = 50)]
    accounts: usize,
    /// How many contacts; four for each company if it is left out.
    #[arg(long, value_name = "N")]
    contacts: Option<usize>,
    /// How many agents besides the first, who is admin@example.com.
    #[arg(long, value_name = "N", default_value_t = 49)]
    agents: usize,
    /// How many days the history spans, until now.
    #[arg(long, value_name = "N", default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..=600))]
    days: u32,
    /// Another number makes another history.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

const EXAMPLES: &str = "\
Example:
  echo PASSWORD | tend seed --data ./big --conversations 100000 --messages 1000000 --accounts 5000

The first agent, admin@example.com, gets the password from standard input. A million
messages take about 1.5 GB and some minutes. Nothing is sent to anyone: the addresses
end in .example, which is nobody's.";

/// So many rows are written together.
const CUSTOMERS: usize = 250;
const CONVERSATIONS: usize = 2_000;
const MESSAGES: usize = 25_000;
/// So many chunks wait for the writer.
const AHEAD: usize = 1;

const INBOXES: [(&str, &str); 4] =
    [("Support", "support"), ("Orders", "orders"), ("Billing", "billing"), ("Success", "success")];

/// A clock that stands at the beginning of the story.
struct Stands(Timestamp);

impl Clock for Stands {
    fn now(&self) -> Timestamp {
        self.0
    }
}

pub fn run(common: &Common, it: &Seed) -> Result<()> {
    let (config, _) = open::settings(common, Vec::new())?;
    let folder = Folder::open(&common.data)?;
    let ends = SystemClock.now();
    let begins = ends - SignedDuration::from_hours(24 * i64::from(it.days));
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password)?;
    let db = open::database_at(&config, &folder, Arc::new(Stands(begins)))?;
    if db.read(agents::is_started).map_err(said)? {
        bail!("There is a company in this database. Seed an empty one: name another --data.");
    }
    let bar = progress::bar();
    let size = Size { conversations: it.conversations, messages: it.messages, seed: it.seed };
    let cast = cast(&db, it, password.trim(), begins, ends, &bar)?;
    drop(db);
    let db = open::database(&config, &folder, open::Role::Server)?;
    let plan = Arc::new(Plan::new(size, cast));
    let terms = history(&db, &plan, &bar)?;
    db.settle_journal(Duration::from_secs(600)).map_err(said)?;
    db.write(move |tx| seed::finish(tx, &terms)).map_err(said)?;
    bar.finish_and_clear();
    println!(
        "{} conversations, {} messages, {} contacts of {} accounts, {} agents.",
        plan.conversations(),
        plan.size.messages,
        plan.cast.contacts.len(),
        it.accounts,
        plan.cast.agents.len()
    );
    Ok(())
}

fn cast(
    db: &Db,
    it: &Seed,
    password: &str,
    begins: Timestamp,
    ends: Timestamp,
    bar: &ProgressBar,
) -> Result<Cast> {
    let agents = people(db, it.agents, password)?;
    let first = agents[0];
    let (inboxes, tags, statuses) = db
        .write(move |tx| {
            let me = agents::me(tx, first)?;
            let mut inboxes = Vec::new();
            for (name, address) in INBOXES {
                let (name, address) = (name.to_owned(), address.to_owned());
                let new = NewInbox { name, address, channel: Channel::Api };
                inboxes.push(inboxes::create_as(tx, Actor::System, &new)?);
            }
            let mut all = Vec::new();
            for n in 1..=30 {
                all.push(tags::create(tx, &me, &format!("topic {n}"))?);
            }
            Ok::<_, Error>((inboxes, all, meanings(&statuses(tx)?)))
        })
        .map_err(said)?;
    let contacts = customers(db, it, bar)?;
    book_of(db, &agents, &contacts, bar)?;
    Ok(Cast { agents, inboxes, tags, contacts, statuses, begins, ends })
}

fn meanings(all: &[tend_core::conversations::Status]) -> Vec<(Category, i64)> {
    all.iter().filter(|it| it.is_default).map(|it| (it.category, it.id.raw())).collect()
}

fn people(db: &Db, more: usize, password: &str) -> Result<Vec<AgentId>> {
    if password.chars().count() < 8 {
        bail!("Give the first agent's password on standard input: eight characters or more.");
    }
    let start = Start {
        company: "Seeded".to_owned(),
        time_zone: "UTC".to_owned(),
        name: "Admin".to_owned(),
        email: "admin@example.com".to_owned(),
        base_url: None,
        password_hash: passwords::hash(password),
    };
    let add = move |tx: &mut tend_store::Tx| {
        let mut all = vec![agents::start(tx, &start)?];
        let role = roles::named(tx, "agent")?.id;
        for n in 1..=more {
            let (name, _) = seed::person(77, n, 1);
            all.push(agents::add(tx, &name, &format!("agent{n}@example.com"), role)?);
        }
        Ok::<_, Error>(all)
    };
    db.write(add).map_err(said)
}

fn customers(db: &Db, it: &Seed, bar: &ProgressBar) -> Result<Vec<(ContactId, i64)>> {
    let (accounts, seed) = (it.accounts.max(1), it.seed);
    let many = it.contacts.unwrap_or(accounts * 4).max(accounts);
    let mut out = Vec::with_capacity(many);
    for from in (0..many).step_by(CUSTOMERS) {
        show(bar, from, many, "customers");
        let some = from..(from + CUSTOMERS).min(many);
        let met = move |tx: &mut tend_store::Tx| {
            let mut met = Vec::new();
            for n in some.clone() {
                let (name, email) = seed::person(seed, n, accounts);
                let it = contacts::meet(tx, Actor::System, &Stranger::by_email(&name, &email))?;
                met.push((it.id, it.account_id.raw()));
            }
            Ok::<_, Error>(met)
        };
        out.extend(db.write(met).map_err(said)?);
    }
    Ok(out)
}

/// Each account is somebody's, stands somewhere, pays and renews.
fn book_of(
    db: &Db,
    agents: &[AgentId],
    contacts: &[(ContactId, i64)],
    bar: &ProgressBar,
) -> Result<()> {
    let mut all: Vec<i64> = contacts.iter().map(|it| it.1).collect();
    all.sort_unstable();
    all.dedup();
    let (first, agents) = (agents[0], agents.to_vec());
    for (at, some) in all.chunks(CUSTOMERS).enumerate() {
        show(bar, at * CUSTOMERS, all.len(), "accounts");
        let (some, agents) = (some.to_vec(), agents.clone());
        let give = move |tx: &mut tend_store::Tx| {
            let me = agents::me(tx, first)?;
            let stages = book::stages(tx)?;
            for (n, id) in some.iter().enumerate() {
                let n = at * CUSTOMERS + n;
                let id = AccountId::from_raw(*id);
                book::hand_over(tx, &me, id, Some(agents[n % agents.len()]), "")?;
                book::set_stage(tx, &me, id, stages.get(n % 7).map(|it| it.id))?;
                let (arr, day) = ((n as i64 * 7919) % 40_000_000, 20_700 + (n as i64 * 31) % 400);
                book::say_money(tx, &me, id, Some(Some(arr)), Some(Some(day)))?;
            }
            Ok::<_, Error>(())
        };
        db.write(give).map_err(said)?;
    }
    Ok(())
}

/// The dice and the words run ahead of the writer, in this thread.
fn history(db: &Db, plan: &Arc<Plan>, bar: &ProgressBar) -> Result<HashMap<String, i64>> {
    let many = plan.conversations();
    for from in (0..many).step_by(CONVERSATIONS) {
        show(bar, from, many, "conversations");
        let (plan, some) = (plan.clone(), from..(from + CONVERSATIONS).min(many));
        db.write(move |tx| seed::conversations(tx, &plan, some.clone())).map_err(said)?;
    }
    db.write(seed::without_indexes).map_err(said)?;
    let mut terms: HashMap<String, i64> = HashMap::new();
    let (answer, answers) = sync_channel(AHEAD + 1);
    let (mut written, mut ahead) = (0, 0);
    for chunk in plan.chunks(MESSAGES) {
        for (word, n) in &chunk.terms {
            match terms.get_mut(word) {
                Some(all) => *all += n,
                None => drop(terms.insert(word.clone(), *n)),
            }
        }
        let (length, answer) = (chunk.len(), answer.clone());
        db.submit(
            move |tx| seed::messages(tx, &chunk).map(|()| length),
            move |it: Result<usize, Error>| drop(answer.send(it)),
        );
        ahead += 1;
        if ahead > AHEAD {
            written += answers.recv()?.map_err(said)?;
            ahead -= 1;
            show(bar, written, plan.size.messages, "messages");
        }
    }
    for _ in 0..ahead {
        answers.recv()?.map_err(said)?;
    }
    for n in 0..seed::INDEXES {
        show(bar, n, seed::INDEXES, "indexes");
        db.write(move |tx| seed::index(tx, n)).map_err(said)?;
    }
    Ok(terms)
}

fn show(bar: &ProgressBar, done: usize, total: usize, what: &str) {
    let what = format!("{done} of {total} {what}");
    progress::show(bar, &Progress { done: done as u64, total: total as u64, what });
}

fn said(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("{error}")
}
