//! How the product is taken up, over time and by feature: of all customers together.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::SignedDuration;
use tend_stats::{
    by_account,
    intervals::{Interval, wilson},
};
use tend_store::{StoreError, Tx, row};

use super::{
    counts::{follow, merged_accounts},
    day_of, meanings,
    names::{self, Name},
    tally::{Distinct, Tally},
    use_of::SEATS,
};
use crate::{
    Result,
    agents::{Me, Permission},
    money::figures::{Definition, LEVEL},
};

/// Features are looked at over so many days.
pub const WINDOW: i64 = 30;
const PAGE: i64 = 2_000;

/// The whole report.
#[derive(Clone, Debug, Default)]
pub struct Adoption {
    /// Every day of the time that was asked for, today last.
    pub days: Vec<Day>,
    /// Different people who were active lately, by the last time that they were seen.
    pub today: u64,
    pub week: u64,
    pub month: u64,
    /// Accounts of companies and people that there are, and those active in 30 days.
    pub accounts: u64,
    pub active_accounts: u64,
    /// Every event of 30 days, key features first, then the most used.
    pub features: Vec<Feature>,
    /// Of accounts that were active: the mean share of key features that they used, and how
    /// many accounts that is the mean of. `None` without key features.
    pub breadth: Option<Breadth>,
    /// Of accounts whose attribute `seats` says what they pay for. `None` where none does.
    pub seats: Option<Seats>,
}

/// Licence use against entitlement, over 30 days.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seats {
    /// Seats that are paid for.
    pub paid: f64,
    /// People who were active on these accounts, up to the seats of each.
    pub used: f64,
    /// Accounts that say how many seats they have.
    pub accounts: u64,
    /// Those with more people than seats.
    pub over: u64,
    /// Those that used less than half of theirs.
    pub under_half: u64,
}

/// The mean share of key features that active accounts used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breadth {
    pub share: f64,
    /// From and to at 95 %, by drawing the accounts anew.
    pub sure: Option<(f64, f64)>,
    pub accounts: u64,
}

/// A figure with what it means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub definition: &'static Definition,
    pub value: Option<f64>,
    /// From and to at 95 %, where it is estimated.
    pub sure: Option<(f64, f64)>,
    /// How many people or accounts it is of.
    pub n: u64,
}

row! {
    /// One day.
    #[derive(Default, PartialEq)]
    pub struct Day {
        /// Since 1970, UTC.
        pub day: i64,
        pub accounts: i64,
        pub people: i64,
        pub events: i64,
    }
}

/// One event over 30 days.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    pub id: i64,
    pub name: String,
    pub event: String,
    pub is_key: bool,
    pub count: u64,
    pub people: u64,
    pub accounts: u64,
}

impl Adoption {
    /// The key figures, as the page, its file and the API say them.
    pub fn figures(&self) -> Vec<Figure> {
        let count =
            |definition, n: u64| Figure { definition, value: Some(n as f64), sure: None, n };
        let accounts = wilson(self.active_accounts, self.accounts, LEVEL);
        let breadth = self.breadth;
        vec![
            count(&meanings::MONTH, self.month),
            count(&meanings::WEEK, self.week),
            count(&meanings::TODAY, self.today),
            Figure {
                definition: &meanings::STICKINESS,
                value: self.stickiness(),
                sure: None,
                n: self.month,
            },
            Figure {
                definition: &meanings::ACCOUNTS,
                value: accounts.map(|it| it.value),
                sure: accounts.map(|it| (it.lower, it.upper)),
                n: self.accounts,
            },
            Figure {
                definition: &meanings::BREADTH,
                value: breadth.map(|it| it.share),
                sure: breadth.and_then(|it| it.sure),
                n: breadth.map_or(0, |it| it.accounts),
            },
            Figure {
                definition: &meanings::SEATS,
                value: self.seats.map(|it| it.used / it.paid),
                sure: None,
                n: self.seats.map_or(0, |it| it.accounts),
            },
        ]
    }

    /// The share of active accounts that used a feature, with Wilson's interval.
    pub fn share(&self, of: &Feature) -> Option<Interval> {
        wilson(of.accounts.min(self.active_accounts), self.active_accounts, LEVEL)
    }

    /// Mean people a day of the last 30 days over people of 30 days.
    pub fn stickiness(&self) -> Option<f64> {
        let last = &self.days[self.days.len().saturating_sub(WINDOW as usize)..];
        let daily: i64 = last.iter().map(|it| it.people).sum();
        (self.month > 0 && !last.is_empty())
            .then(|| daily as f64 / last.len() as f64 / self.month as f64)
    }

    /// Mean people a day of the last 30 days against the 30 before; `None` without a past.
    pub fn growth(&self) -> Option<f64> {
        let (window, count) = (WINDOW as usize, self.days.len());
        let from = count.checked_sub(2 * window)?;
        let sum = |some: &[Day]| some.iter().map(|it| it.people).sum::<i64>() as f64;
        let before = sum(&self.days[from..from + window]);
        (before > 0.0).then(|| sum(&self.days[from + window..]) / before - 1.0)
    }
}

/// The report over so many days.
pub fn adoption(tx: &mut Tx, me: &Me, over: i64) -> Result<Adoption> {
    me.require(Permission::CustomersRead)?;
    let today = day_of(tx.now());
    let names = names::all(tx)?;
    let found: Vec<Day> = tx.rows(
        "SELECT day, CAST(SUM(CASE WHEN is_account THEN 1 ELSE 0 END) AS BIGINT) AS accounts,
                CAST(SUM(people) AS BIGINT) AS people, CAST(SUM(events) AS BIGINT) AS events
         FROM usage_days WHERE day > $1 AND day <= $2 AND events > 0 GROUP BY day ORDER BY day",
        &[(today - over).into(), today.into()],
    )?;
    let by_day: BTreeMap<i64, Day> = found.into_iter().map(|it| (it.day, it)).collect();
    let empty = |day| Day { day, ..Day::default() };
    let days = (today - over + 1..=today)
        .map(|day| by_day.get(&day).cloned().unwrap_or_else(|| empty(day)))
        .collect();
    let accounts: i64 =
        tx.scalar("SELECT count(*) FROM accounts WHERE merged_into IS NULL", &[])?;
    let paid = seats_of_all(tx)?;
    let Read { features, active_accounts, breadth, seats } = features(tx, today, &names, &paid)?;
    Ok(Adoption {
        days,
        today: seen_since(tx, 1)?,
        week: seen_since(tx, 7)?,
        month: seen_since(tx, WINDOW)?,
        accounts: accounts.unsigned_abs(),
        active_accounts,
        features,
        breadth,
        seats,
    })
}

/// How many seats accounts pay for, where their attribute says so.
fn seats_of_all(tx: &mut Tx) -> Result<HashMap<i64, f64>> {
    row! {
        struct Paid {
            subject_id: i64,
            number_value: f64,
        }
    }
    let found: Vec<Paid> = tx.rows(
        "SELECT attribute_values.subject_id, attribute_values.number_value FROM attribute_values
         JOIN attribute_definitions ON attribute_definitions.id = attribute_values.definition_id
         JOIN accounts ON accounts.id = attribute_values.subject_id
         WHERE attribute_definitions.name = $1 AND attribute_definitions.subject_kind = 'account'
             AND attribute_values.number_value > 0 AND accounts.merged_into IS NULL",
        &[SEATS.into()],
    )?;
    Ok(found.into_iter().map(|it| (it.subject_id, it.number_value)).collect())
}

fn seats(paid: &HashMap<i64, f64>, people: &HashMap<i64, Distinct>) -> Option<Seats> {
    let mut all = Seats { accounts: paid.len() as u64, ..Seats::default() };
    for (account, seats) in paid {
        let active = people.get(account).map_or(0, Distinct::count) as f64;
        all.paid += seats;
        all.used += active.min(*seats);
        all.over += u64::from(active > *seats);
        all.under_half += u64::from(active < 0.5 * seats);
    }
    (!paid.is_empty()).then_some(all)
}

/// People who were active in so many days of 24 hours.
fn seen_since(tx: &mut Tx, days: i64) -> Result<u64> {
    let from = tx
        .now()
        .checked_sub(SignedDuration::from_hours(24 * days))
        .map_err(|it| StoreError::Failed(it.to_string()))?;
    let count: i64 = tx.scalar(
        "SELECT count(*) FROM usage_people WHERE last_at > $1 AND merged_into IS NULL",
        &[from.into()],
    )?;
    Ok(count.unsigned_abs())
}

row! {
    struct Kept {
        subject_id: i64,
        day: i64,
        is_account: bool,
        data: Vec<u8>,
    }
}

#[derive(Default)]
struct Sum {
    count: u64,
    people: Distinct,
    accounts: HashSet<i64>,
}

struct Read {
    features: Vec<Feature>,
    active_accounts: u64,
    breadth: Option<Breadth>,
    seats: Option<Seats>,
}

fn features(
    tx: &mut Tx,
    today: i64,
    names: &HashMap<i64, Name>,
    paid: &HashMap<i64, f64>,
) -> Result<Read> {
    let mut sums: HashMap<i64, Sum> = HashMap::new();
    let mut people: HashMap<i64, Distinct> = HashMap::new();
    let mut active = HashSet::new();
    let merged = merged_accounts(tx)?;
    let mut after = (today - WINDOW, i64::MAX);
    loop {
        let rows: Vec<Kept> = tx.rows(
            "SELECT subject_id, day, is_account, data FROM usage_days
             WHERE (day > $1 OR (day = $1 AND subject_id > $2)) AND day <= $3 AND events > 0
             ORDER BY day, subject_id LIMIT $4",
            &[after.0.into(), after.1.into(), today.into(), PAGE.into()],
        )?;
        let Some(last) = rows.last() else { break };
        after = (last.day, last.subject_id);
        for it in rows {
            let Some(tally) = Tally::decode(&it.data) else { continue };
            let account = it.is_account.then(|| follow(&merged, it.subject_id));
            active.extend(account);
            for (name, entry) in &tally.names {
                if !names.get(name).is_some_and(Name::is_use) {
                    continue;
                }
                let sum = sums.entry(*name).or_default();
                sum.count += entry.count;
                sum.people.add(&entry.who);
                sum.accounts.extend(account);
                if let Some(account) = account.filter(|it| paid.contains_key(it)) {
                    people.entry(account).or_default().add(&entry.who);
                }
            }
        }
    }
    let breadth = breadth(names, &sums, &active);
    let mut all: Vec<Feature> = names
        .values()
        .filter(|it| it.is_use() && (it.is_key || sums.contains_key(&it.id)))
        .map(|it| feature(it, sums.get(&it.id)))
        .collect();
    all.sort_by(|a, b| (b.is_key, b.count, &a.name).cmp(&(a.is_key, a.count, &b.name)));
    Ok(Read {
        features: all,
        active_accounts: active.len() as u64,
        breadth,
        seats: seats(paid, &people),
    })
}

fn feature(it: &Name, sum: Option<&Sum>) -> Feature {
    Feature {
        id: it.id,
        name: it.label(),
        event: it.name.clone(),
        is_key: it.is_key,
        count: sum.map_or(0, |it| it.count),
        people: sum.map_or(0, |it| it.people.count()),
        accounts: sum.map_or(0, |it| it.accounts.len() as u64),
    }
}

fn breadth(
    names: &HashMap<i64, Name>,
    sums: &HashMap<i64, Sum>,
    active: &HashSet<i64>,
) -> Option<Breadth> {
    let keys: Vec<i64> = names.values().filter(|it| it.is_key).map(|it| it.id).collect();
    if keys.is_empty() || active.is_empty() {
        return None;
    }
    let mut used: BTreeMap<i64, usize> = active.iter().map(|it| (*it, 0)).collect();
    for sum in keys.iter().filter_map(|it| sums.get(it)) {
        sum.accounts.iter().for_each(|it| *used.entry(*it).or_default() += 1);
    }
    let each: Vec<(f64, f64)> =
        used.values().map(|used| (keys.len() as f64, *used as f64)).collect();
    let (share, sure) = by_account::ratio(&each, LEVEL)?;
    let sure = sure.map(|it| (it.lower, it.upper));
    Some(Breadth { share, sure, accounts: active.len() as u64 })
}
