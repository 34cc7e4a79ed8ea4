//! `tend --demo`: a company that we made up, with three months of conversations. Everything in
//! it is done by the same verbs as the real thing, at the time when it is said to have happened.

mod story;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use anyhow::{Result, anyhow, bail};
use jiff::{SignedDuration, Timestamp};
use tend_core::{
    Actor,
    agents::{self, AgentId, Me, Start, roles, teams},
    contacts::{self, Stranger},
    conversations::{self, Category, ConversationId, Incoming, NewReply, Priority},
    html::Html,
    inboxes::{self, Channel, Inbox, NewInbox},
    secrets::{self, passwords},
    tags,
};
use tend_store::{Clock, Db, SystemClock, Tx};

use crate::{config::Config, folder::Folder, open};
use story::{AGENTS, MATTERS, Matter, PEOPLE, TAGS};

/// So long ago the story begins.
const DAYS: i64 = 90;

/// Fills an empty database; says how to sign in.
///
/// # Errors
/// When somebody is there already, or the database fails.
pub fn tell(config: &Config, folder: &Folder) -> Result<()> {
    let clock = Arc::new(Moving::starting(DAYS));
    let db = open::database_at(config, folder, clock.clone())?;
    if db.read(agents::is_started).map_err(said)? {
        println!("This folder has a company already, so the demo adds nothing to it.");
        return Ok(());
    }
    let password = secrets::random_text()[..12].to_owned();
    let hash = passwords::hash(&password);
    let teller = Teller { db, clock };
    let cast = teller.found(&hash)?;
    teller.three_months(&cast)?;
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

    fn is_over(&self) -> bool {
        self.now() >= self.end
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
    inbox: Inbox,
    chat: Inbox,
}

struct Teller {
    db: Db,
    clock: Arc<Moving>,
}

impl Teller {
    fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx) -> tend_core::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.write(work).map_err(said)
    }

    /// The company, its people, teams, inboxes and tags.
    fn found(&self, hash: &str) -> Result<Cast> {
        let (name, email, _) = AGENTS[0];
        let start = Start {
            company: "Kestrel Climate".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            name: name.to_owned(),
            email: email.to_owned(),
            base_url: None,
            password_hash: hash.to_owned(),
        };
        let first = self.write(move |tx| agents::start(tx, &start))?;
        let agents = self.write(move |tx| {
            let mut all = vec![first];
            for (name, email, role) in &AGENTS[1..] {
                let role = roles::named(tx, role)?.id;
                all.push(agents::add(tx, name, email, role)?);
            }
            let me = agents::me(tx, first)?;
            let support = teams::make(tx, &me, "Support")?;
            teams::set_members(tx, &me, support, &all)?;
            for name in TAGS {
                tags::create(tx, &me, name)?;
            }
            Ok(all)
        })?;
        let made = Mutex::new(Vec::new());
        for (name, address) in [("Support", "support"), ("Shop chat", "shop-chat")] {
            let inbox = self.write(move |tx| {
                let new = NewInbox {
                    name: name.to_owned(),
                    address: address.to_owned(),
                    channel: Channel::Api,
                };
                let id = inboxes::create_as(tx, Actor::System, &new)?;
                inboxes::find(tx, id)
            })?;
            made.lock().unwrap_or_else(PoisonError::into_inner).push(inbox);
        }
        let mut made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (Some(chat), Some(inbox)) = (made.pop(), made.pop()) else {
            bail!("the demo has no inbox");
        };
        Ok(Cast { agents, inbox, chat })
    }

    /// One matter after another, until today.
    fn three_months(&self, cast: &Cast) -> Result<()> {
        let mut n = 0;
        while !self.clock.is_over() {
            let matter = MATTERS[n % MATTERS.len()];
            let (name, email) = PEOPLE[(n * 7 + n / PEOPLE.len()) % PEOPLE.len()];
            let inbox = if n % 5 == 4 { &cast.chat } else { &cast.inbox };
            let id = self.asks(inbox, name, email, &matter)?;
            self.goes_on(cast, id, &matter, n)?;
            // Nights and weekends make the gaps uneven; a few matters a day on the whole.
            self.clock.pass(170 + (n as i64 * 97) % 700);
            n += 1;
        }
        Ok(())
    }

    fn asks(&self, inbox: &Inbox, name: &str, email: &str, it: &Matter) -> Result<ConversationId> {
        let (inbox, who) = (inbox.clone(), Stranger::by_email(name, email));
        let (subject, text) = (it.subject, it.asks);
        let received = self.write(move |tx| {
            let contact = contacts::meet(tx, Actor::System, &who)?;
            let mut it = Incoming::new(inbox.clone(), contact);
            it.subject = subject.to_owned();
            it.text = text.to_owned();
            conversations::receive(tx, &it)
        })?;
        Ok(received.conversation)
    }

    /// What becomes of it: the nearer to today, the more is still open.
    fn goes_on(&self, cast: &Cast, id: ConversationId, matter: &Matter, n: usize) -> Result<()> {
        let left = self.clock.end.duration_since(self.clock.now()).as_hours();
        let agent = cast.agents[n % cast.agents.len()];
        let (matter, recent) = (*matter, left < 60);
        if left < 8 {
            return Ok(());
        }
        self.clock.pass(6 + (n as i64 * 13) % 90);
        let mate = cast.agents[(n + 1) % cast.agents.len()];
        self.write(move |tx| {
            let me = agents::me(tx, agent)?;
            let tag = tags::named(tx, &me, TAGS[n % TAGS.len()])?;
            conversations::tag(tx, &me, id, tag)?;
            if n % 9 == 3 {
                conversations::set_priority(tx, &me, id, Priority::High)?;
            }
            if n % 4 == 1 {
                note(tx, &me, id, mate, matter.notes)?;
            }
            answer(tx, &me, id, matter.answers, None)
        })?;
        if recent && n.is_multiple_of(3) {
            return Ok(());
        }
        self.clock.pass(30 + (n as i64 * 31) % 240);
        self.write(move |tx| {
            let it = conversations::find(tx, id)?;
            let inbox = inboxes::find(tx, it.inbox_id)?;
            let contact = contacts::find(tx, it.contact_id)?;
            let mut more = Incoming::new(inbox, contact);
            more.into = Some(id);
            more.text = matter.thanks.to_owned();
            conversations::receive(tx, &more)?;
            Ok(())
        })?;
        if recent {
            return Ok(());
        }
        self.clock.pass(10 + (n as i64 * 17) % 60);
        self.write(move |tx| {
            let me = agents::me(tx, agent)?;
            answer(tx, &me, id, matter.closes, Some(Category::Resolved))
        })
    }
}

fn answer(
    tx: &mut Tx,
    me: &Me,
    id: ConversationId,
    text: &str,
    then: Option<Category>,
) -> tend_core::Result<()> {
    let new = NewReply { html: Html::from_text(text), then, source: "api", ..NewReply::default() };
    conversations::reply(tx, me, id, &new)?;
    Ok(())
}

fn note(
    tx: &mut Tx,
    me: &Me,
    id: ConversationId,
    mate: AgentId,
    text: &str,
) -> tend_core::Result<()> {
    let html = Html::from_text(text);
    conversations::note(tx, me, id, &html, &[], &[mate])?;
    Ok(())
}

fn said(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("{error}")
}
