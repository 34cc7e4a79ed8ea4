//! How much was done: of everybody, by account, by contact, by day.

use std::collections::{BTreeMap, HashMap};

use tend_store::{Tx, row};

use super::{
    names::{self, Name},
    tally::{Distinct, Tally, Who},
    time,
};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    contacts::ContactId,
};

/// By what events are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Event,
    Day,
    Account,
    Contact,
}

impl std::str::FromStr for By {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "event" => Ok(Self::Event),
            "day" => Ok(Self::Day),
            "account" => Ok(Self::Account),
            "contact" => Ok(Self::Contact),
            _ => Err("Group by event, day, account or contact."),
        }
    }
}

/// Which events.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Of this name: of a track call its event, of a page its name.
    pub event: Option<String>,
    /// Of this type; without it, and without a name, all of them.
    pub kind: Option<String>,
    /// The first day, since 1970.
    pub from: Option<i64>,
    /// The last day, since 1970.
    pub to: Option<i64>,
    pub account: Option<AccountId>,
    pub contact: Option<ContactId>,
    /// Without what only says who somebody is.
    pub only_use: bool,
}

/// Whose or which it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// The type and the name.
    Event(String, String),
    /// Days since 1970.
    Day(i64),
    /// `None`: those that wait to be attached to an account.
    Account(Option<AccountId>, String),
    /// `None`: visitors and users who are no contacts; with their own id where there is one.
    Contact(Option<ContactId>, String),
}

/// One line of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub of: Of,
    pub count: u64,
    /// Different people.
    pub people: u64,
    /// Whether people were counted one by one.
    pub is_exact: bool,
}

row! {
    struct Day {
        subject_id: i64,
        day: i64,
        is_account: bool,
        data: Vec<u8>,
    }
}

row! {
    struct Known {
        id: i64,
        key: String,
        kind: String,
        contact_id: Option<ContactId>,
        merged_into: Option<i64>,
    }
}

#[derive(Default)]
struct Sum {
    count: u64,
    people: Distinct,
}

/// The events that were asked for, the most first; by day, the first day first.
pub fn counts(tx: &mut Tx, me: &Me, asked: &Asked, by: By) -> Result<Vec<Line>> {
    me.require(Permission::CustomersRead)?;
    let names = wanted(tx, asked)?;
    let people = People::read(tx)?;
    let merged = merged_accounts(tx)?;
    let mut sums: BTreeMap<Of, Sum> = BTreeMap::new();
    let (from, to) = (asked.from.unwrap_or(i64::MIN), asked.to.unwrap_or(i64::MAX));
    // A page of rows at a time: there may be millions of them.
    let mut after = (from, i64::MIN);
    loop {
        let days = page(tx, asked.account, after, to)?;
        let Some(last) = days.last() else { break };
        after = (last.day, last.subject_id);
        let is_last = days.len() < PAGE;
        for it in days {
            let Some(tally) = Tally::decode(&it.data) else { continue };
            let account = it.is_account.then(|| follow(&merged, it.subject_id));
            if asked.account.is_some_and(|asked| account != Some(asked.raw())) {
                continue;
            }
            for (name, entry) in tally.names.iter().filter_map(|it| Some((names.get(it.0)?, it.1)))
            {
                let of = match by {
                    By::Event => Of::Event(name.kind.clone(), name.name.clone()),
                    By::Day => Of::Day(it.day),
                    By::Account => Of::Account(account.map(AccountId::from_raw), String::new()),
                    By::Contact => {
                        people.each(asked, &entry.who, entry.count, &mut sums);
                        continue;
                    }
                };
                people.all(asked, &entry.who, entry.count, sums.entry(of).or_default());
            }
        }
        if is_last {
            break;
        }
    }
    named(tx, sums, by)
}

const PAGE: usize = 2_000;

fn page(tx: &mut Tx, of: Option<AccountId>, after: (i64, i64), to: i64) -> Result<Vec<Day>> {
    let limit = PAGE.into();
    let columns = "SELECT subject_id, day, is_account, data FROM usage_days";
    match of {
        None => Ok(tx.rows(
            &format!(
                "{columns} WHERE (day > $1 OR (day = $1 AND subject_id > $2)) AND day <= $3
                 ORDER BY day, subject_id LIMIT $4"
            ),
            &[after.0.into(), after.1.into(), to.into(), limit],
        )?),
        Some(account) => Ok(tx.rows(
            &format!(
                "{columns} WHERE subject_id IN (SELECT id FROM accounts
                     WHERE id = $5 OR merged_into = $5 OR merged_into IN
                         (SELECT id FROM accounts WHERE merged_into = $5))
                 AND (day > $1 OR (day = $1 AND subject_id > $2)) AND day <= $3
                 ORDER BY day, subject_id LIMIT $4"
            ),
            &[after.0.into(), after.1.into(), to.into(), limit, account.into()],
        )?),
    }
}

fn wanted(tx: &mut Tx, asked: &Asked) -> Result<HashMap<i64, Name>> {
    let mut all = names::all(tx)?;
    all.retain(|_, it| {
        asked.event.as_ref().is_none_or(|event| it.name == *event)
            && asked.kind.as_ref().is_none_or(|kind| it.kind == *kind)
            && (!asked.only_use || it.is_use())
    });
    Ok(all)
}

row! {
    struct Merged {
        id: i64,
        merged_into: i64,
    }
}

pub(super) fn merged_accounts(tx: &mut Tx) -> Result<HashMap<i64, i64>> {
    let sql = "SELECT id, merged_into FROM accounts WHERE merged_into IS NOT NULL";
    let all: Vec<Merged> = tx.rows(sql, &[])?;
    Ok(all.into_iter().map(|it| (it.id, it.merged_into)).collect())
}

pub(super) fn follow(merged: &HashMap<i64, i64>, mut id: i64) -> i64 {
    for _ in 0..32 {
        match merged.get(&id) {
            Some(into) => id = *into,
            None => break,
        }
    }
    id
}

/// Who is who.
struct People {
    known: HashMap<i64, Known>,
    merged: HashMap<i64, i64>,
}

impl People {
    fn read(tx: &mut Tx) -> Result<Self> {
        let sql = "SELECT id, key, kind, contact_id, merged_into FROM usage_people";
        let known: Vec<Known> = tx.rows(sql, &[])?;
        let sql = "SELECT id, merged_into FROM contacts WHERE merged_into IS NOT NULL";
        let merged: Vec<Merged> = tx.rows(sql, &[])?;
        Ok(Self {
            known: known.into_iter().map(|it| (it.id, it)).collect(),
            merged: merged.into_iter().map(|it| (it.id, it.merged_into)).collect(),
        })
    }

    /// Whom a person turned out to be.
    fn now(&self, mut id: i64) -> i64 {
        for _ in 0..16 {
            match self.known.get(&id).and_then(|it| it.merged_into) {
                Some(into) => id = into,
                None => break,
            }
        }
        id
    }

    fn contact(&self, id: i64) -> Option<ContactId> {
        let contact = self.known.get(&self.now(id))?.contact_id?;
        Some(ContactId::from_raw(follow(&self.merged, contact.raw())))
    }

    /// People of one contact are one.
    fn one(&self, id: i64) -> i64 {
        self.contact(id).map_or(self.now(id), ContactId::raw)
    }

    fn all(&self, asked: &Asked, who: &Who, count: u64, sum: &mut Sum) {
        match (asked.contact, who) {
            (None, _) => {
                sum.count += count;
                sum.people.add_as(who, |it| self.one(it));
            }
            (Some(contact), Who::Exact(all)) => {
                for (id, count) in all.iter().filter(|it| self.contact(*it.0) == Some(contact)) {
                    sum.count += count;
                    sum.people.add(&Who::Exact([(self.one(*id), 1)].into()));
                }
            }
            // Of very many people it is not known who did what.
            (Some(_), Who::Sketch(_)) => {}
        }
    }

    fn each(&self, asked: &Asked, who: &Who, count: u64, sums: &mut BTreeMap<Of, Sum>) {
        let Who::Exact(all) = who else {
            let sum = sums.entry(Of::Contact(None, String::new())).or_default();
            sum.count += count;
            sum.people.add(who);
            return;
        };
        for (id, count) in all {
            let contact = self.contact(*id);
            if asked.contact.is_some() && asked.contact != contact {
                continue;
            }
            let known = self.known.get(&self.now(*id));
            let key = match contact {
                Some(_) => String::new(),
                None => known.map(|it| format!("{} {}", it.kind, it.key)).unwrap_or_default(),
            };
            let sum = sums.entry(Of::Contact(contact, key)).or_default();
            sum.count += count;
            sum.people.add(&Who::Exact([(self.one(*id), 1)].into()));
        }
    }
}

fn named(tx: &mut Tx, sums: BTreeMap<Of, Sum>, by: By) -> Result<Vec<Line>> {
    let mut lines = Vec::with_capacity(sums.len());
    for (of, sum) in sums.into_iter().filter(|it| it.1.count > 0) {
        let of = match of {
            Of::Account(Some(id), _) => {
                let name = "SELECT name FROM accounts WHERE id = $1";
                let name: Option<String> = tx.maybe_scalar(name, &[id.into()])?;
                Of::Account(Some(id), name.unwrap_or_default())
            }
            Of::Contact(Some(id), _) => {
                let name = "SELECT name FROM contacts WHERE id = $1";
                let name: Option<String> = tx.maybe_scalar(name, &[id.into()])?;
                Of::Contact(Some(id), name.unwrap_or_default())
            }
            other => other,
        };
        let (people, is_exact) = (sum.people.count(), sum.people.is_exact());
        lines.push(Line { of, count: sum.count, people, is_exact });
    }
    if by != By::Day {
        lines.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.of.cmp(&b.of)));
    }
    Ok(lines)
}

/// A day as the API has it: `2026-11-22`.
pub fn day_name(day: i64) -> String {
    time::name_of(day)
}
