//! `tend --demo`: a company that we made up, with two years of customers who come and leave, ten
//! months of orders, and three months of conversations. Everything in it is done by the same verbs as the real thing, at
//! the time when it is said to have happened.

mod book;
mod furniture;
mod market;
mod money;
mod service;
mod story;
mod today;
mod told;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use anyhow::{Result, anyhow};
use jiff::{SignedDuration, Timestamp, civil::Weekday, tz::TimeZone};
use tend_core::{
    agents::{self, AgentId, Start, passwords, roles},
    conversations::{Category, ConversationId, Priority},
    inboxes::{self, Channel, Inbox, NewInbox},
    secrets::{self, Keys},
};
use tend_store::{Clock, Db, SystemClock, Tx};

use crate::{config::Config, folder::Folder, key, open};
use story::{AGENTS, MATTERS, PEOPLE, TAGS};
use today::{OPEN, Open, Then};

/// So long ago those write whom we know by name.
const DAYS: i64 = 90;
/// So many minutes before its end all is closed that was asked until then.
const CLOSED_UNTIL: i64 = 4_000;
const ZONE: &str = "Europe/Berlin";

/// Fills an empty database; says how to sign in.
///
/// # Errors
/// When somebody is there already, or the database fails.
pub fn tell(config: &Config, folder: &Folder) -> Result<()> {
    let clock = Arc::new(Moving::starting(market::DAYS));
    let db = open::database_at(config, folder, clock.clone())?;
    if db.read(agents::is_started).map_err(said)? {
        println!("This folder has a company already, so the demo adds nothing to it.");
        return Ok(());
    }
    let password = secrets::random_text()[..12].to_owned();
    let hash = secrets::passwords::hash(&password);
    let keys = key::of(&db, folder, false)?;
    let teller = Teller { db, clock, keys };
    let cast = teller.found(&hash, format!("http://{}", config.listen))?;
    teller.years(&cast)?;
    let (name, email, _) = AGENTS[0];
    println!(
        "The demo company is Kestrel Climate. Sign in as {name}: {email}, password {password}"
    );
    Ok(())
}

/// A clock that goes as fast as the story, and never beyond now.
struct Moving {
    micros: AtomicI64,
    end: Timestamp,
}

impl Moving {
    fn starting(days_ago: i64) -> Self {
        let end = SystemClock.now();
        let start = end - SignedDuration::from_hours(24 * days_ago);
        Self { micros: AtomicI64::new(start.as_microsecond()), end }
    }

    fn pass(&self, minutes: i64) {
        self.micros.fetch_add(minutes * 60_000_000, Relaxed);
    }

    /// To so many minutes before the end, unless it is later already.
    fn to(&self, before_end: i64) {
        let at = self.end.as_microsecond() - before_end * 60_000_000;
        self.micros.fetch_max(at, Relaxed);
    }

    /// Nobody answers at night and on Sundays.
    fn to_office_hours(&self) {
        let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
        loop {
            let here = self.now().to_zoned(zone.clone());
            let open = (8..18).contains(&here.hour()) && here.weekday() != Weekday::Sunday;
            if open || self.minutes_left() == 0 {
                return;
            }
            self.pass(37);
        }
    }

    fn minutes_left(&self) -> i64 {
        self.end.duration_since(self.now()).as_mins()
    }
}

impl Clock for Moving {
    fn now(&self) -> Timestamp {
        let at = Timestamp::from_microsecond(self.micros.load(Relaxed)).unwrap_or(self.end);
        at.min(self.end)
    }
}

/// Who plays, and where.
struct Cast {
    agents: Vec<AgentId>,
    mail: Inbox,
    chat: Inbox,
}

struct Teller {
    db: Db,
    clock: Arc<Moving>,
    keys: Keys,
}

impl Teller {
    fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> tend_core::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.write(work).map_err(said)
    }

    /// The company, its people and customers, and how it works.
    fn found(&self, hash: &str, base_url: String) -> Result<Cast> {
        let (name, email, _) = AGENTS[0];
        let start = Start {
            company: "Kestrel Climate".to_owned(),
            time_zone: ZONE.to_owned(),
            name: name.to_owned(),
            email: email.to_owned(),
            base_url: Some(base_url),
            password_hash: hash.to_owned(),
        };
        let first = self.write(move |tx| agents::start(tx, &start))?;
        let hash = hash.to_owned();
        let agents = self.write(move |tx| {
            let mut all = vec![first];
            for (name, email, role) in &AGENTS[1..] {
                let role = roles::named(tx, role)?.id;
                let id = agents::add(tx, name, email, role)?;
                passwords::change_by_console(tx, id, &hash)?;
                all.push(id);
            }
            let me = agents::me(tx, first)?;
            furniture::furnish(tx, &me, &all)?;
            furniture::introduce(tx, &me, &all)?;
            Ok(all)
        })?;
        let by = agents[0];
        let mail = self.inbox(by, "Support", "support@kestrel-climate.example", Channel::Email)?;
        let chat = self.inbox(by, "Shop chat", "shop-chat", Channel::Api)?;
        Ok(Cast { agents, mail, chat })
    }

    fn inbox(
        &self,
        by: AgentId,
        name: &'static str,
        address: &'static str,
        channel: Channel,
    ) -> Result<Inbox> {
        self.write(move |tx| {
            let me = agents::me(tx, by)?;
            let (name, address) = (name.to_owned(), address.to_owned());
            let id = inboxes::create(tx, &me, &NewInbox { name, address, channel })?;
            inboxes::find(tx, id)
        })
    }

    /// Customers come and leave; then those are heard of whom we know by name.
    fn years(&self, cast: &Cast) -> Result<()> {
        let by = cast.agents[0];
        let goods = self.write(move |tx| {
            let me = agents::me(tx, by)?;
            money::open(tx, &me)
        })?;
        let sold = market::Sold { product: goods.products[0], reasons: goods.reasons.clone() };
        let mut market = market::Told::new(self, &cast.agents, cast.mail.clone(), sold)?;
        market.until(self, DAYS)?;
        let all = cast.agents.clone();
        self.write(move |tx| book::begin(tx, &all))?;
        self.three_months(cast, &mut market)?;
        self.the_book(cast)?;
        self.last_days(cast, &mut market)?;
        let all = cast.agents.clone();
        self.by(by, move |tx, me| money::pay(tx, me, &all, &goods))?;
        self.write(book::count)?;
        market.end(self)
    }

    /// One matter after another, each from its question to its end.
    fn three_months(&self, cast: &Cast, market: &mut market::Told) -> Result<()> {
        let mut n = 0;
        while self.clock.minutes_left() > CLOSED_UNTIL + 1_500 {
            market.catch_up(self)?;
            self.clock.to_office_hours();
            let person = (n * 7 + n / PEOPLE.len()) % PEOPLE.len();
            let inbox = if n % 5 == 4 { &cast.chat } else { &cast.mail };
            self.goes_its_way(cast, inbox, person, n)?;
            self.clock.pass(130 + (n as i64 * 97) % 500);
            n += 1;
        }
        Ok(())
    }

    fn goes_its_way(&self, cast: &Cast, inbox: &Inbox, person: usize, n: usize) -> Result<()> {
        let matter = MATTERS[n % MATTERS.len()];
        let (agent, mate) =
            (cast.agents[n % cast.agents.len()], cast.agents[(n + 1) % cast.agents.len()]);
        let id = self.asks(inbox, person, matter.subject, matter.asks)?;
        self.clock.pass(6 + (n as i64 * 13) % 90);
        self.by(agent, move |tx, me| told::tagged(tx, me, id, TAGS[matter.tag]))?;
        if n % 9 == 3 {
            self.by(agent, move |tx, me| told::prioritised(tx, me, id, Priority::High))?;
        }
        if n % 4 == 1 {
            self.by(agent, move |tx, me| told::noted(tx, me, id, matter.notes, Some(mate)))?;
        }
        self.answers(agent, id, matter.answers, None)?;
        self.clock.pass(30 + (n as i64 * 31) % 240);
        self.adds(person, id, matter.thanks)?;
        self.clock.pass(10 + (n as i64 * 17) % 60);
        self.answers(agent, id, matter.closes, Some(Category::Resolved))?;
        self.by(cast.agents[0], move |tx, me| told::seen(tx, me, id))
    }

    /// What has happened in the book of business meanwhile, and what is to be done.
    fn the_book(&self, cast: &Cast) -> Result<()> {
        let all = cast.agents.clone();
        self.write(move |tx| book::go_on(tx, &all))
    }

    /// What lies open now, each step of each matter when it happened.
    fn last_days(&self, cast: &Cast, market: &mut market::Told) -> Result<()> {
        let mut ids = vec![None; OPEN.len()];
        for (before_end, at, step) in today::in_order() {
            self.clock.to(before_end);
            market.day(self)?;
            market.serve(self)?;
            let it = &OPEN[at];
            match (step, ids[at]) {
                (Some(then), Some(id)) => self.then(cast, it, id, then)?,
                _ => {
                    let inbox = if it.by_chat { &cast.chat } else { &cast.mail };
                    ids[at] = Some(self.asks(inbox, it.who, it.subject, it.asks)?);
                }
            }
        }
        Ok(())
    }

    fn then(&self, cast: &Cast, it: &Open, id: ConversationId, then: Then) -> Result<()> {
        let (first, lead) = (cast.agents[0], cast.agents[3]);
        let end = self.clock.end;
        match then {
            Then::Wait(_) => Ok(()),
            Then::Tag(tag) => self.by(lead, move |tx, me| told::tagged(tx, me, id, TAGS[tag])),
            Then::Urgent => {
                self.by(lead, move |tx, me| told::prioritised(tx, me, id, Priority::Urgent))
            }
            Then::High => {
                self.by(lead, move |tx, me| told::prioritised(tx, me, id, Priority::High))
            }
            Then::Assign(by, to) => {
                let to = cast.agents[to];
                self.by(cast.agents[by], move |tx, me| told::assigned(tx, me, id, to))
            }
            Then::Note(by, text, names) => {
                let names = names.map(|it| cast.agents[it]);
                self.by(cast.agents[by], move |tx, me| told::noted(tx, me, id, text, names))
            }
            Then::Answer(by, text) => self.answers(cast.agents[by], id, text, None),
            Then::Asks(text) => self.adds(it.who, id, text),
            Then::Team(name) => self.by(lead, move |tx, me| told::given(tx, me, id, name)),
            Then::Workshop => self.by(lead, move |tx, me| told::at_the_workshop(tx, me, id)),
            Then::Snooze(hours) => {
                let until = end + SignedDuration::from_hours(hours);
                self.by(first, move |tx, me| told::snoozed(tx, me, id, Some(until)))
            }
            Then::SnoozeUntilReply => self.by(first, move |tx, me| told::snoozed(tx, me, id, None)),
            Then::Draft(text) => self.by(first, move |tx, me| told::begun(tx, me, id, text)),
            Then::Seen => self.by(first, move |tx, me| told::seen(tx, me, id)),
        }
    }

    fn by(
        &self,
        agent: AgentId,
        work: impl Fn(&mut Tx, &agents::Me) -> tend_core::Result<()> + Send + 'static,
    ) -> Result<()> {
        self.write(move |tx| {
            let me = agents::me(tx, agent)?;
            work(tx, &me)
        })
    }

    fn asks(
        &self,
        inbox: &Inbox,
        person: usize,
        subject: &'static str,
        text: &'static str,
    ) -> Result<ConversationId> {
        let (inbox, who) = (inbox.clone(), PEOPLE[person]);
        self.write(move |tx| told::asked(tx, &inbox, &who, subject, text))
    }

    fn adds(&self, person: usize, id: ConversationId, text: &'static str) -> Result<()> {
        let who = PEOPLE[person];
        self.write(move |tx| told::added(tx, id, &who, text))
    }

    fn answers(
        &self,
        agent: AgentId,
        id: ConversationId,
        text: &'static str,
        then: Option<Category>,
    ) -> Result<()> {
        self.by(agent, move |tx, me| told::answered(tx, me, id, text, then))
    }
}

fn said(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("{error}")
}
