//! How one account, or one contact, uses the product: what their pages show.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{
    day_of,
    names::{self, Name},
    tally::{Distinct, Tally, Who},
};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    attributes::{self, About},
    contacts::ContactId,
};

/// So many days are shown, and compared with as many before.
pub const DAYS: i64 = 30;
/// The attribute of an account that says how many people it pays for.
pub(crate) const SEATS: &str = "seats";

/// How much a product is used.
#[derive(Clone, Debug, Default)]
pub struct Use {
    /// The last thirty days, today last.
    pub days: Vec<Day>,
    /// Different people who were active today, in seven days, in thirty days.
    pub today: u64,
    pub week: u64,
    pub month: u64,
    pub events: u64,
    /// The thirty days before.
    pub month_before: u64,
    pub events_before: u64,
    /// What was done in thirty days, the most first.
    pub top: Vec<Feature>,
    /// Key features that were used in thirty days, and how many there are.
    pub key_used: usize,
    pub key_all: usize,
    /// The last day on which anybody was active.
    pub last_day: Option<i64>,
    /// Whether people were counted one by one.
    pub is_exact: bool,
    /// Of an account whose attribute `seats` says so: what it pays for.
    pub seats: Option<f64>,
}

/// One day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Since 1970, UTC.
    pub day: i64,
    pub events: u64,
    pub people: u64,
}

/// What was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    pub name: String,
    pub is_key: bool,
    pub count: u64,
    pub people: u64,
}

impl Use {
    /// Whether anything was ever heard.
    pub fn is_empty(&self) -> bool {
        self.last_day.is_none()
    }

    /// Mean people a day over people a month: how habitual it is. `None` without anybody.
    pub fn stickiness(&self) -> Option<f64> {
        let daily: u64 = self.days.iter().map(|it| it.people).sum();
        (self.month > 0).then(|| daily as f64 / self.days.len().max(1) as f64 / self.month as f64)
    }

    /// Active people of a month over those that are paid for.
    pub fn licence(&self) -> Option<f64> {
        self.seats.filter(|it| *it > 0.0).map(|it| self.month as f64 / it)
    }

    /// Events against the thirty days before: 0.25 is a quarter more. `None` without a past.
    pub fn trend(&self) -> Option<f64> {
        let before = self.events_before as f64;
        (before > 0.0).then(|| self.events as f64 / before - 1.0)
    }
}

row! {
    struct Kept {
        day: i64,
        data: Vec<u8>,
    }
}

/// Of an account, with those that were merged into it.
pub fn of_account(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Use> {
    me.require(Permission::CustomersRead)?;
    let today = day_of(tx.now());
    let subjects = merged(tx, id)?;
    let days = kept(tx, &subjects, today - 2 * DAYS + 1)?;
    let last = last_day(tx, &subjects)?;
    let mut people = HashMap::new();
    for it in &days {
        resolve(tx, &it.1, &mut people)?;
    }
    let same = |it: i64| people.get(&it).copied().unwrap_or(it);
    let mut it = summed(tx, today, days, last, &same, None)?;
    let attributes = attributes::of(tx, About::Account, id.raw())?;
    let seats = attributes.into_iter().find(|it| it.definition.name == SEATS);
    it.seats = seats.and_then(|it| it.value).and_then(|it| it.text().parse().ok());
    Ok(it)
}

/// Of a contact, wherever they did it.
pub fn of_contact(tx: &mut Tx, me: &Me, id: ContactId) -> Result<Use> {
    me.require(Permission::CustomersRead)?;
    let today = day_of(tx.now());
    let contacts = with_merged(tx, "contacts", id.raw())?;
    let (mut own, mut subjects) = (HashSet::new(), HashSet::new());
    row! {
        struct Person {
            id: i64,
            account_id: Option<i64>,
            contact_account: i64,
        }
    }
    for contact in contacts {
        let found: Vec<Person> = tx.rows(
            "SELECT usage_people.id, usage_people.account_id,
                    contacts.account_id AS contact_account
             FROM usage_people JOIN contacts ON contacts.id = usage_people.contact_id
             WHERE usage_people.contact_id = $1",
            &[contact.into()],
        )?;
        for it in found {
            own.insert(it.id);
            let visitors: Vec<i64> =
                tx.column("SELECT id FROM usage_people WHERE merged_into = $1", &[it.id.into()])?;
            own.extend(visitors);
            subjects.insert(it.contact_account);
            subjects.extend(it.account_id);
        }
    }
    let subjects: Vec<i64> = subjects.into_iter().collect();
    let days = kept(tx, &subjects, today - 2 * DAYS + 1)?;
    let one = |_| id.raw();
    summed(tx, today, days, None, &one, Some(&own))
}

fn merged(tx: &mut Tx, id: AccountId) -> Result<Vec<i64>> {
    with_merged(tx, "accounts", id.raw())
}

/// It and what was merged into it, to some depth.
fn with_merged(tx: &mut Tx, table: &'static str, id: i64) -> Result<Vec<i64>> {
    let (mut all, mut at) = (vec![id], 0);
    let sql = format!("SELECT id FROM {table} WHERE merged_into = $1 ORDER BY id LIMIT 1000");
    while let Some(one) = all.get(at).copied().filter(|_| all.len() < 2_000) {
        let more: Vec<i64> = tx.column(&sql, &[one.into()])?;
        all.extend(more);
        at += 1;
    }
    Ok(all)
}

fn kept(tx: &mut Tx, subjects: &[i64], from: i64) -> Result<Vec<(i64, Tally)>> {
    let mut all = Vec::new();
    for it in subjects {
        let days: Vec<Kept> = tx.rows(
            "SELECT day, data FROM usage_days WHERE subject_id = $1 AND day >= $2 ORDER BY day",
            &[(*it).into(), from.into()],
        )?;
        all.extend(days.into_iter().filter_map(|it| Some((it.day, Tally::decode(&it.data)?))));
    }
    Ok(all)
}

fn last_day(tx: &mut Tx, subjects: &[i64]) -> Result<Option<i64>> {
    let mut last = None;
    for it in subjects {
        let day: Option<i64> = tx.maybe_scalar(
            "SELECT day FROM usage_days WHERE subject_id = $1 AND events > 0
             ORDER BY day DESC LIMIT 1",
            &[(*it).into()],
        )?;
        last = last.max(day);
    }
    Ok(last)
}

row! {
    struct Who1 {
        contact_id: Option<i64>,
        merged_into: Option<i64>,
    }
}

/// People who are one contact, or turned out to be one, count once.
fn resolve(tx: &mut Tx, tally: &Tally, known: &mut HashMap<i64, i64>) -> Result<()> {
    for entry in tally.names.values() {
        let Who::Exact(all) = &entry.who else { continue };
        for id in all.keys() {
            if known.contains_key(id) {
                continue;
            }
            let sql = "SELECT contact_id, merged_into FROM usage_people WHERE id = $1";
            let found: Option<Who1> = tx.maybe(sql, &[(*id).into()])?;
            let it = found.and_then(|it| it.contact_id.or(it.merged_into)).unwrap_or(*id);
            known.insert(*id, it);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Sums {
    events: u64,
    people: Distinct,
}

impl Sums {
    fn add(&mut self, events: u64, who: &Who, same: &dyn Fn(i64) -> i64) {
        self.events += events;
        self.people.add_as(who, same);
    }
}

fn summed(
    tx: &mut Tx,
    today: i64,
    days: Vec<(i64, Tally)>,
    last: Option<i64>,
    same: &dyn Fn(i64) -> i64,
    only: Option<&HashSet<i64>>,
) -> Result<Use> {
    let names = names::all(tx)?;
    let first = today - DAYS + 1;
    let mut by_day: BTreeMap<i64, Sums> = (first..=today).map(|it| (it, Sums::default())).collect();
    let mut features: HashMap<i64, Sums> = HashMap::new();
    let (mut week, mut month, mut before) = (Sums::default(), Sums::default(), Sums::default());
    let mut last = last;
    for (day, tally) in days {
        for (name, entry) in &tally.names {
            if !names.get(name).is_some_and(Name::is_use) {
                continue;
            }
            let Some((count, who)) = narrowed(entry.count, &entry.who, only) else { continue };
            last = last.max(Some(day));
            if day < first {
                before.add(count, &who, same);
                continue;
            }
            if let Some(it) = by_day.get_mut(&day) {
                it.add(count, &who, same);
            }
            if day > today - 7 {
                week.add(count, &who, same);
            }
            month.add(count, &who, same);
            features.entry(*name).or_default().add(count, &who, same);
        }
    }
    let key_used = features.keys().filter(|it| names.get(it).is_some_and(|it| it.is_key)).count();
    let feature = |(name, it): (i64, Sums)| {
        let name = names.get(&name)?;
        let (count, people) = (it.events, it.people.count());
        Some(Feature { name: name.label(), is_key: name.is_key, count, people })
    };
    let mut top: Vec<Feature> = features.into_iter().filter_map(feature).collect();
    top.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    Ok(Use {
        today: by_day.get(&today).map_or(0, |it| it.people.count()),
        days: by_day
            .into_iter()
            .map(|(day, it)| Day { day, events: it.events, people: it.people.count() })
            .collect(),
        week: week.people.count(),
        month: month.people.count(),
        events: month.events,
        month_before: before.people.count(),
        events_before: before.events,
        is_exact: month.people.is_exact(),
        top,
        key_used,
        key_all: names.values().filter(|it| it.is_key).count(),
        last_day: last,
        seats: None,
    })
}

/// What some of the people did; of very many it is not known who did what.
fn narrowed(count: u64, who: &Who, only: Option<&HashSet<i64>>) -> Option<(u64, Who)> {
    let Some(only) = only else { return Some((count, who.clone())) };
    let Who::Exact(all) = who else { return None };
    let own: BTreeMap<i64, u64> =
        all.iter().filter(|it| only.contains(it.0)).map(|it| (*it.0, *it.1)).collect();
    (!own.is_empty()).then(|| (own.values().sum(), Who::Exact(own)))
}

/// A day's first moment, for those who show it.
pub fn moment_of(day: i64) -> Timestamp {
    super::time::start_of(day)
}
