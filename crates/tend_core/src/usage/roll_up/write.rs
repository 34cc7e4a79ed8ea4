use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use jiff::Timestamp;
use tend_store::Tx;

use super::{
    LEASE, Meant, Step,
    chunk::{Heard, key},
};
use crate::{
    Result,
    accounts::AccountId,
    usage::{
        SourceId, TOO_MANY, Trust, groups, hold,
        hold::Subject,
        identify,
        names::{self, Name},
        people::{self, Key, Person, PersonId},
        rejections,
        seen::{self, Part, Written},
        tally::Tally,
        wire::{Call, Rejected},
    },
};

/// So many rejections of one step are kept one by one; nobody reads more.
const REJECTIONS: usize = 200;

/// What was written.
#[derive(Clone, Debug)]
pub struct Rolled {
    pub(super) written: Vec<Written>,
    pub(super) step: Step,
}

/// Counts what was meant. `None`: another holds the lease by now, or did it meanwhile.
pub fn roll_up(tx: &mut Tx, fence: i64, meant: &Meant) -> Result<Option<Rolled>> {
    if !tx.holds_lease(LEASE, fence)? || !claim(tx, &meant.batches)? {
        return Ok(None);
    }
    for (source, at) in &meant.sources {
        tx.execute(
            "UPDATE sources SET heard_at = $2 WHERE id = $1",
            &[(*source).into(), (*at).into()],
        )?;
    }
    let mut rejected = meant.rejected.len();
    for (source, at, it) in gathered(&meant.rejected).into_iter().take(REJECTIONS) {
        rejections::keep(tx, source, at, &it)?;
    }
    let new = unseen(tx, meant)?;
    let repeated = meant.repeated + meant.events.len() - new.len();
    let mut desk = Desk::over(tx, meant);
    for it in &new {
        desk.introduce(it)?;
    }
    let mut counted = Vec::with_capacity(new.len());
    for it in &new {
        match desk.count(it)? {
            true => counted.push(*it),
            false => rejected += 1,
        }
    }
    desk.write()?;
    let mut ids: HashMap<Part, Vec<u64>> = HashMap::new();
    for it in &new {
        ids.entry((it.source.raw(), it.seen_day)).or_default().push(it.hash);
    }
    let written = seen::write(tx, ids)?;
    Ok(Some(Rolled { written, step: Step { events: counted.len(), repeated, rejected } }))
}

/// What is written down of what was rejected: all that was too much for one request in one line.
fn gathered(
    them: &[(SourceId, Timestamp, Rejected)],
) -> Vec<(SourceId, Timestamp, Cow<'_, Rejected>)> {
    let is_over = |it: &Rejected| it.reason == TOO_MANY;
    let mut over: HashMap<(i64, Timestamp), (usize, usize)> = HashMap::new();
    let mut all: Vec<(SourceId, Timestamp, Cow<'_, Rejected>)> = Vec::new();
    for (source, at, it) in them {
        if is_over(it) {
            let (_, n) = over.entry((source.raw(), *at)).or_insert((all.len(), 0));
            *n += 1;
            if *n > 1 {
                continue;
            }
        }
        all.push((*source, *at, Cow::Borrowed(it)));
    }
    for (place, n) in over.into_values().filter(|it| it.1 > 1) {
        all[place].2.to_mut().reason = format!("{TOO_MANY} {n} were not taken.").into();
    }
    all
}

/// Says whether all of them waited.
fn claim(tx: &mut Tx, batches: &[i64]) -> Result<bool> {
    let mut claimed = 0;
    for id in batches {
        let sql = "UPDATE usage_batches SET waits = FALSE WHERE id = $1 AND waits";
        claimed += tx.execute(sql, &[(*id).into()])?;
    }
    Ok(claimed == batches.len() as u64)
}

/// Those that no piece knows.
fn unseen<'a>(tx: &mut Tx, meant: &'a Meant) -> Result<Vec<&'a Heard>> {
    let pieces: HashSet<i64> = meant.doubts.values().flatten().copied().collect();
    let closer = seen::closer(tx, &pieces)?;
    let knows = |piece: &i64, hash: u64| {
        closer.get(piece).is_some_and(|it| it.binary_search(&hash).is_ok())
    };
    let is_new = |(place, it): &(usize, &Heard)| {
        let doubts = meant.doubts.get(place);
        !doubts.is_some_and(|all| all.iter().any(|piece| knows(piece, it.hash)))
    };
    Ok(meant.events.iter().enumerate().filter(is_new).map(|it| it.1).collect())
}

/// What is known while one chunk is counted.
struct Desk<'a, 'c> {
    tx: &'a mut Tx<'c>,
    names: HashMap<i64, Name>,
    numbers: HashMap<(Call, String), i64>,
    keys: HashMap<Key, PersonId>,
    people: HashMap<PersonId, Person>,
    groups: HashMap<String, AccountId>,
    days: HashMap<(Subject, i64), Tally>,
    totals: HashMap<(i64, i64), u64>,
}

impl<'a, 'c> Desk<'a, 'c> {
    fn over(tx: &'a mut Tx<'c>, meant: &Meant) -> Self {
        let number = |it: &Name| Some(((Call::named(&it.kind)?, it.name.clone()), it.id));
        Self {
            numbers: meant.names.values().filter_map(number).collect(),
            names: meant.names.clone(),
            keys: HashMap::new(),
            people: HashMap::new(),
            groups: HashMap::new(),
            days: HashMap::new(),
            totals: HashMap::new(),
            tx,
        }
    }

    fn person(&mut self, key: &Key, of: &Heard) -> Result<Person> {
        if let Some(it) = self.keys.get(key).and_then(|it| self.people.get(it)) {
            return Ok(it.clone());
        }
        let (it, is_news) = people::meet(self.tx, key, of.source, of.at, of.event.call.is_use())?;
        if is_news {
            self.settle(&it)?;
        }
        self.keys.insert(key.clone(), it.id);
        // By another key they may be here already, and changed since.
        Ok(self.people.entry(it.id).or_insert(it).clone())
    }

    /// What was held for somebody goes to their account, if that is known now.
    fn settle(&mut self, it: &Person) -> Result<()> {
        match it.account() {
            Some(account) => {
                let (from, to) = (Subject::Person(it.id), Subject::Account(account));
                hold::give(self.tx, &self.names, from, to, None)
            }
            None => Ok(()),
        }
    }

    fn account(&mut self, it: &Heard, group: &str, of: Option<&Person>) -> Result<AccountId> {
        if let Some(known) = self.groups.get(group) {
            return Ok(*known);
        }
        let said = &it.event.traits;
        let id = groups::account(self.tx, group, it.source, it.trust, of, said)?;
        self.groups.insert(group.to_owned(), id);
        Ok(id)
    }

    /// Takes over what an event says of who somebody is, and where they belong.
    fn introduce(&mut self, it: &Heard) -> Result<()> {
        match it.event.call {
            Call::Identify | Call::Group | Call::Alias => {}
            _ => return Ok(()),
        }
        let Some(key) = key(it) else { return Ok(()) };
        let mut who = self.person(&key, it)?;
        match it.event.call {
            Call::Identify => {
                if let (Key::User(_), Some(visitor)) = (&key, &it.event.anonymous) {
                    self.join(&Key::Anonymous(visitor.clone()), &who, it)?;
                }
                identify::identify(self.tx, &mut who, it.source, it.trust, &it.event.traits)?;
            }
            Call::Group => self.enter(it, &mut who)?,
            _ => self.alias(it, &who)?,
        }
        self.settle(&who)?;
        self.people.insert(who.id, who);
        Ok(())
    }

    fn enter(&mut self, it: &Heard, who: &mut Person) -> Result<()> {
        let Some(group) = it.event.group.clone() else { return Ok(()) };
        let account = self.account(it, &group, Some(who))?;
        groups::describe(self.tx, account, it.trust, &it.event.traits)?;
        if let Some(left) = groups::join(self.tx, who, account, it.trust)? {
            let (from, to) = (Subject::Account(left), Subject::Account(account));
            hold::give(self.tx, &self.names, from, to, None)?;
        }
        people::belong(self.tx, who, account)
    }

    /// A browser may say so of visitors alone: a user's id is no secret.
    fn alias(&mut self, it: &Heard, who: &Person) -> Result<()> {
        let Some(previous) = it.event.previous.clone() else { return Ok(()) };
        self.join(&Key::Anonymous(previous.clone()), who, it)?;
        match it.trust {
            Trust::Server => self.join(&Key::User(previous), who, it),
            Trust::Browser => Ok(()),
        }
    }

    /// Somebody turns out to be somebody else, with all that was held for them.
    fn join(&mut self, key: &Key, to: &Person, it: &Heard) -> Result<()> {
        let Some(was) = people::turns_out_to_be(self.tx, key, to, it.source)? else {
            return Ok(());
        };
        self.keys.remove(key);
        self.people.remove(&was.id);
        let to_subject = to.account().map_or(Subject::Person(to.id), Subject::Account);
        hold::give(self.tx, &self.names, Subject::Person(was.id), to_subject, Some((was.id, to.id)))
    }

    /// Counts an event; `false` if there are too many different names.
    fn count(&mut self, it: &Heard) -> Result<bool> {
        let Some(key) = key(it) else { return Ok(true) };
        let Some(name) = self.number(it)? else { return Ok(false) };
        let mut who = self.person(&key, it)?;
        if it.event.call.is_use() {
            people::noticed(self.tx, &mut who, it.at)?;
        }
        let account = match &it.event.group {
            Some(group) => Some(self.account(it, group, Some(&who))?),
            None => who.account(),
        };
        let subject = account.map_or(Subject::Person(who.id), Subject::Account);
        self.days.entry((subject, it.day)).or_default().add(name, who.id.raw(), 1);
        *self.totals.entry((name, it.day)).or_default() += 1;
        self.people.insert(who.id, who);
        Ok(true)
    }

    fn number(&mut self, it: &Heard) -> Result<Option<i64>> {
        let own = (it.event.call, it.event.name.clone());
        if let Some(number) = self.numbers.get(&own) {
            return Ok(Some(*number));
        }
        if self.names.len() >= names::MOST {
            let rejected = Rejected {
                call: it.event.call.word().to_owned(),
                event: it.event.name.clone(),
                message_id: it.event.message_id.clone(),
                reason: "There are 5,000 different events already. Put what varies into the \
                         properties, and not into the name."
                    .into(),
                sample: String::new(),
            };
            rejections::keep(self.tx, it.source, it.at, &rejected)?;
            return Ok(None);
        }
        let id = names::make(self.tx, own.0.word(), &own.1)?;
        let (kind, name) = (own.0.word().to_owned(), own.1.clone());
        self.names.insert(id, Name { id, kind, name, is_key: false });
        self.numbers.insert(own, id);
        Ok(Some(id))
    }

    fn write(&mut self) -> Result<()> {
        let mut days: Vec<_> = std::mem::take(&mut self.days).into_iter().collect();
        days.sort_unstable_by_key(|it| it.0);
        for ((subject, day), tally) in days {
            hold::add(self.tx, &self.names, subject, day, &tally)?;
        }
        for ((name, day), count) in &self.totals {
            self.tx.execute(
                "INSERT INTO usage_totals (name_id, day, count) VALUES ($1, $2, $3)
                 ON CONFLICT (name_id, day) DO UPDATE
                 SET count = usage_totals.count + excluded.count",
                &[(*name).into(), (*day).into(), (*count).into()],
            )?;
        }
        Ok(())
    }
}
