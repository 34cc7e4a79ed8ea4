//! How long it takes accounts from their start to the first use of a key feature.
//!
//! An account starts with its first subscription; without one, on the day on which it was entered
//! here or first used the product, whichever came first. Those that did not get so far yet are
//! not left out: they say that it takes at least that long (Kaplan and Meier 1958). Those that
//! started before any usage was heard of are: nobody saw their first day.
//!
//! A [job](Job::FirstValues) keeps the days, once a day and whenever key features are chosen.

use std::collections::{HashMap, HashSet};

use tend_stats::survival::{Lives, kaplan_meier};
pub use tend_stats::{
    intervals::Interval,
    survival::{Curve, Median, Point},
};
use tend_store::{StoreError, Tx, Value, placeholders, row};

use super::{
    counts::{follow, merged_accounts},
    day_of, names,
    tally::Tally,
};
use crate::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    jobs::{self, Job},
    page::{Cursor, Page},
};

/// So many accounts are looked at in one transaction.
pub const AT_ONCE: usize = 200;
/// So many days of an account are read at once.
const DAYS: i64 = 32;
/// Days within which it is said which share got there.
pub const WITHIN: [i64; 3] = [7, 30, 90];

row! {
    /// When an account started, and when it first used a key feature.
    #[derive(PartialEq)]
    pub struct FirstValue {
        pub account_id: AccountId,
        /// Days since 1970, UTC.
        pub started_on: i64,
        /// `None`: not yet.
        pub reached_on: Option<i64>,
    }
}

/// The report of all accounts.
#[derive(Clone, Debug)]
pub struct Report {
    /// Accounts, and those that got there.
    pub accounts: usize,
    pub reached: usize,
    /// Accounts that started before usage was first heard of: they are in neither.
    pub left_out: usize,
    /// The first day of which any usage is known, since 1970, UTC.
    pub heard_since: i64,
    /// The share that did not get there by so many days, with its interval of 95 %.
    pub curve: Curve,
}

/// Owes the walk through all accounts, unless it is owed.
pub fn begin(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    jobs::once(tx, now, "first_values", &Job::FirstValues {}).map(drop)
}

/// All that was found is found anew: other features are key features now.
pub(super) fn forget(tx: &mut Tx) -> Result<()> {
    tx.execute("DELETE FROM first_values", &[])?;
    begin(tx)
}

row! {
    struct Account {
        id: i64,
        created_day: i64,
    }
}

/// Looks at the accounts after this one, for [`keep`]; none, if there are no more.
pub fn look(tx: &mut Tx, after: i64) -> Result<Vec<FirstValue>> {
    let keys: HashSet<i64> =
        names::all(tx)?.into_values().filter(|it| it.is_key).map(|it| it.id).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let accounts: Vec<Account> = tx.rows(
        "SELECT id, created_at / 86400000000 AS created_day FROM accounts
         WHERE id > $1 AND merged_into IS NULL ORDER BY id LIMIT $2",
        &[after.into(), AT_ONCE.into()],
    )?;
    let ids: Vec<Value> = accounts.iter().map(|it| it.id.into()).collect();
    let known = known(tx, &ids)?;
    let paid = paid_from(tx, &ids)?;
    let mut were: HashMap<i64, Vec<i64>> = HashMap::new();
    let merged = merged_accounts(tx)?;
    for from in merged.keys() {
        were.entry(follow(&merged, *from)).or_default().push(*from);
    }
    let mut found = Vec::with_capacity(accounts.len());
    for it in accounts {
        let (mut first, mut reached) = (None::<i64>, known.get(&it.id).copied().flatten());
        let own = were.get(&it.id).into_iter().flatten().chain([&it.id]);
        for subject in own {
            let (used, got) = walk(tx, *subject, &keys, reached)?;
            first = first.into_iter().chain(used).min();
            reached = reached.into_iter().chain(got).min();
        }
        let seen = first.map_or(it.created_day, |day| day.min(it.created_day));
        let started = paid.get(&it.id).copied().unwrap_or(seen);
        // Who used it before they paid had its value from the start.
        let reached_on = reached.map(|day| day.max(started));
        found.push(FirstValue {
            account_id: AccountId::from_raw(it.id),
            started_on: started,
            reached_on,
        });
    }
    Ok(found)
}

row! {
    struct Known {
        account_id: i64,
        reached_on: Option<i64>,
    }
}

fn known(tx: &mut Tx, ids: &[Value]) -> Result<HashMap<i64, Option<i64>>> {
    let sql = format!(
        "SELECT account_id, reached_on FROM first_values WHERE account_id IN ({})",
        placeholders(1, ids.len())
    );
    let all: Vec<Known> = if ids.is_empty() { Vec::new() } else { tx.rows(&sql, ids)? };
    Ok(all.into_iter().map(|it| (it.account_id, it.reached_on)).collect())
}

row! {
    struct Paid {
        account_id: i64,
        start_day: i64,
    }
}

fn paid_from(tx: &mut Tx, ids: &[Value]) -> Result<HashMap<i64, i64>> {
    let sql = format!(
        "SELECT account_id, MIN(start_day) AS start_day FROM subscriptions
         WHERE account_id IN ({}) GROUP BY account_id",
        placeholders(1, ids.len())
    );
    let all: Vec<Paid> = if ids.is_empty() { Vec::new() } else { tx.rows(&sql, ids)? };
    Ok(all.into_iter().map(|it| (it.account_id, it.start_day)).collect())
}

row! {
    struct Used {
        day: i64,
        data: Vec<u8>,
    }
}

/// The first day of use, and the first with a key feature: before `reached`, if that is known.
fn walk(
    tx: &mut Tx,
    subject: i64,
    keys: &HashSet<i64>,
    reached: Option<i64>,
) -> Result<(Option<i64>, Option<i64>)> {
    let (mut after, mut first) = (i64::MIN, None);
    loop {
        let days: Vec<Used> = tx.rows(
            "SELECT day, data FROM usage_days
             WHERE subject_id = $1 AND is_account AND day > $2 AND day < $3 AND events > 0
             ORDER BY day LIMIT $4",
            &[subject.into(), after.into(), reached.unwrap_or(i64::MAX).into(), DAYS.into()],
        )?;
        first = first.or(days.first().map(|it| it.day));
        let is_key = |it: &&Used| {
            Tally::decode(&it.data).is_some_and(|it| it.names.keys().any(|it| keys.contains(it)))
        };
        if let Some(it) = days.iter().find(is_key) {
            return Ok((first, Some(it.day)));
        }
        match days.last() {
            Some(it) if days.len() as i64 == DAYS => after = it.day,
            _ => return Ok((first, None)),
        }
    }
}

/// Keeps what was found.
pub fn keep(tx: &mut Tx, found: &[FirstValue]) -> Result<()> {
    for it in found {
        tx.execute(
            "INSERT INTO first_values (account_id, started_on, reached_on) VALUES ($1, $2, $3)
             ON CONFLICT (account_id) DO UPDATE
             SET started_on = excluded.started_on, reached_on = excluded.reached_on
             WHERE first_values.started_on <> excluded.started_on
                 OR COALESCE(first_values.reached_on, -1) <> COALESCE(excluded.reached_on, -1)",
            &[it.account_id.into(), it.started_on.into(), it.reached_on.into()],
        )?;
    }
    Ok(())
}

/// How long it takes; `None` before any account was looked at, as without key features.
pub fn report(tx: &mut Tx, me: &Me) -> Result<Option<Report>> {
    me.require(Permission::CustomersRead)?;
    let today = day_of(tx.now());
    let all: Vec<FirstValue> = tx.rows(
        "SELECT account_id, started_on, reached_on FROM first_values
         JOIN accounts ON accounts.id = account_id WHERE merged_into IS NULL",
        &[],
    )?;
    let heard_since = heard_since(tx)?;
    let seen = all.iter().filter(|it| it.started_on >= heard_since);
    let lives: Vec<(f64, bool)> = seen.map(|it| it.lived(today)).collect();
    let left_out = all.len() - lives.len();
    let (times, ended): (Vec<f64>, Vec<bool>) = lives.into_iter().unzip();
    let Ok(lives) = Lives::new(&times, &ended) else { return Ok(None) };
    let curve = kaplan_meier(&lives, 0.95).map_err(|it| StoreError::Failed(it.to_string()))?;
    let (accounts, reached) = (lives.len(), lives.events());
    Ok(Some(Report { accounts, reached, left_out, heard_since, curve }))
}

row! {
    struct Heard {
        subject_id: i64,
        day: i64,
    }
}

/// So many accounts have to be heard of, so that one event with a wrong clock moves nothing.
const ENOUGH: usize = 3;

/// Since when usage is heard: the day on which the third account was first heard of, or the first
/// one while there are fewer. A day to come, if nothing was ever heard.
fn heard_since(tx: &mut Tx) -> Result<i64> {
    let first: Vec<Heard> = tx.rows(
        "SELECT subject_id, day FROM usage_days WHERE is_account ORDER BY day, subject_id
         LIMIT 2000",
        &[],
    )?;
    let mut accounts = HashSet::new();
    let third = first.iter().find(|it| accounts.insert(it.subject_id) && accounts.len() == ENOUGH);
    Ok(third.or(first.first()).map_or(i64::MAX, |it| it.day))
}

impl FirstValue {
    /// How many days it took or takes by now, and whether it got there.
    fn lived(&self, today: i64) -> (f64, bool) {
        let until = self.reached_on.unwrap_or(today);
        ((until - self.started_on).max(0) as f64, self.reached_on.is_some())
    }
}

row! {
    /// An account with its days.
    #[derive(PartialEq)]
    pub struct Line {
        pub account_id: AccountId,
        pub name: String,
        pub started_on: i64,
        pub reached_on: Option<i64>,
    }
}

/// The accounts behind the report: those that got there, or those that did not. Who started
/// first comes first.
pub fn lines(
    tx: &mut Tx,
    me: &Me,
    reached: bool,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Line>> {
    me.require(Permission::CustomersRead)?;
    let limit = limit.clamp(1, 200);
    let from = from.unwrap_or(Cursor { key: heard_since(tx)?.saturating_sub(1), id: i64::MAX });
    let rows = tx.rows(
        "SELECT account_id, name, started_on, reached_on FROM first_values
         JOIN accounts ON accounts.id = account_id
         WHERE merged_into IS NULL AND (reached_on IS NOT NULL) = $1
             AND (started_on > $2 OR (started_on = $2 AND account_id > $3))
         ORDER BY started_on, account_id LIMIT $4",
        &[reached.into(), from.key.into(), from.id.into(), (limit + 1).into()],
    )?;
    Ok(Page::of(rows, limit, |it: &Line| Cursor { key: it.started_on, id: it.account_id.raw() }))
}
