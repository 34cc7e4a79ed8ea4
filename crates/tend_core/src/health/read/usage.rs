//! How the product is used.

use std::collections::{BTreeSet, HashMap, HashSet};

use tend_store::{Tx, Value, placeholders, row};

use super::{Ask, Sheet};
use crate::{
    Result,
    accounts::AccountId,
    health::Kind,
    usage::{
        names::{self, Name},
        tally::{Distinct, skim},
        use_of::SEATS,
    },
};

const ALL: [Kind; 4] = [Kind::ActiveChange, Kind::Breadth, Kind::Licence, Kind::LastUse];
/// Who was merged into whom is followed so far.
const DEEPEST: usize = 4;

row! {
    struct Sum {
        subject_id: i64,
        now: i64,
        before: i64,
        last_day: Option<i64>,
    }
}

/// Whose usage counts for which account: its own, and of those that were merged into it.
struct Subjects(HashMap<i64, AccountId>);

impl Subjects {
    fn of(tx: &mut Tx, ids: &[AccountId]) -> Result<Self> {
        row! {
            struct Merged {
                id: i64,
                merged_into: i64,
            }
        }
        let mut all: HashMap<i64, AccountId> = ids.iter().map(|it| (it.raw(), *it)).collect();
        let mut last: Vec<i64> = all.keys().copied().collect();
        for _ in 0..DEEPEST {
            if last.is_empty() {
                break;
            }
            let sql = format!(
                "SELECT id, merged_into FROM accounts WHERE merged_into IN ({}) LIMIT 2000",
                placeholders(1, last.len())
            );
            let args: Vec<Value> = last.iter().map(|it| (*it).into()).collect();
            let found: Vec<Merged> = tx.rows(&sql, &args)?;
            last = found.iter().map(|it| it.id).collect();
            for it in found {
                if let Some(into) = all.get(&it.merged_into).copied() {
                    all.insert(it.id, into);
                }
            }
        }
        Ok(Self(all))
    }

    fn args(&self, before: Vec<Value>) -> (String, Vec<Value>) {
        let mut ids: Vec<i64> = self.0.keys().copied().collect();
        ids.sort_unstable();
        let marks = placeholders(before.len() + 1, ids.len());
        let mut args = before;
        args.extend(ids.into_iter().map(Value::from));
        (marks, args)
    }
}

pub(super) fn fill(tx: &mut Tx, ask: &Ask, sheet: &mut Sheet) -> Result<()> {
    if !ask.asks(&ALL) {
        return Ok(());
    }
    let subjects = Subjects::of(tx, ask.ids)?;
    let mut last: HashMap<AccountId, i64> = HashMap::new();
    let mut windows: BTreeSet<i64> =
        ask.of(Kind::ActiveChange).into_iter().map(|it| it.1).collect();
    if windows.is_empty() {
        windows.insert(28);
    }
    for window in windows {
        let mut sums: HashMap<AccountId, (i64, i64)> = HashMap::new();
        for it in summed(tx, ask.day, window, &subjects)? {
            let Some(id) = subjects.0.get(&it.subject_id) else { continue };
            let at = sums.entry(*id).or_default();
            (at.0, at.1) = (at.0 + it.now, at.1 + it.before);
            if let Some(day) = it.last_day {
                let at = last.entry(*id).or_insert(day);
                *at = (*at).max(day);
            }
        }
        for (n, _) in ask.of(Kind::ActiveChange).into_iter().filter(|it| it.1 == window) {
            for (id, (now, before)) in sums.iter().filter(|it| it.1.1 > 0) {
                sheet.put(*id, n, 100.0 * (now - before) as f64 / *before as f64, 0);
            }
        }
    }
    last_use(tx, ask, &last, sheet)?;
    let windows: BTreeSet<i64> =
        [Kind::Breadth, Kind::Licence].iter().flat_map(|it| ask.of(*it)).map(|it| it.1).collect();
    for window in windows {
        looked_through(tx, ask, window, &subjects, sheet)?;
    }
    Ok(())
}

fn summed(tx: &mut Tx, day: i64, window: i64, subjects: &Subjects) -> Result<Vec<Sum>> {
    let bounds = vec![(day - window).into(), (day - 2 * window).into(), day.into()];
    let (marks, args) = subjects.args(bounds);
    let sql = format!(
        "SELECT subject_id,
             CAST(sum(CASE WHEN day >= $1 THEN people ELSE 0 END) AS BIGINT) AS now,
             CAST(sum(CASE WHEN day < $1 THEN people ELSE 0 END) AS BIGINT) AS before,
             MAX(CASE WHEN events > 0 THEN day ELSE NULL END) AS last_day
         FROM usage_days WHERE day >= $2 AND day < $3 AND subject_id IN ({marks})
         GROUP BY subject_id"
    );
    Ok(tx.rows(&sql, &args)?)
}

/// The last day of any usage before the day: what was summed knows it of most, the portfolio's
/// figures of those who have been away for long.
fn last_use(
    tx: &mut Tx,
    ask: &Ask,
    seen: &HashMap<AccountId, i64>,
    sheet: &mut Sheet,
) -> Result<()> {
    row! {
        struct Used {
            account_id: AccountId,
            used_on: i64,
        }
    }
    let wanted = ask.of(Kind::LastUse);
    if wanted.is_empty() {
        return Ok(());
    }
    let (marks, args) = ask.bound(Vec::new());
    let sql =
        format!("SELECT account_id, used_on FROM account_figures WHERE account_id IN ({marks})");
    let kept: HashMap<AccountId, i64> =
        tx.rows::<Used>(&sql, &args)?.into_iter().map(|it| (it.account_id, it.used_on)).collect();
    for id in ask.ids {
        let last = match (seen.get(id), kept.get(id)) {
            (Some(day), _) => Some(*day),
            (None, Some(day)) if *day < ask.day => Some(*day).filter(|it| *it >= 0),
            (None, _) => tx.maybe_scalar(
                "SELECT day FROM usage_days WHERE subject_id = $1 AND day < $2 AND events > 0
                 ORDER BY day DESC LIMIT 1",
                &[(*id).into(), ask.day.into()],
            )?,
        };
        if let Some(last) = last {
            wanted.iter().for_each(|it| sheet.put(*id, it.0, (ask.day - last) as f64, 0));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Done {
    keys: HashSet<i64>,
    people: Distinct,
}

/// Which key features were used, and by how many people.
fn looked_through(
    tx: &mut Tx,
    ask: &Ask,
    window: i64,
    subjects: &Subjects,
    sheet: &mut Sheet,
) -> Result<()> {
    row! {
        struct Day {
            subject_id: i64,
            data: Vec<u8>,
        }
    }
    let of = |kind| ask.of(kind).into_iter().find(|it| it.1 == window).map(|it| it.0);
    let (breadth, licence) = (of(Kind::Breadth), of(Kind::Licence));
    let names = names::all(tx)?;
    let keys: HashSet<i64> = names.values().filter(|it| it.is_key).map(|it| it.id).collect();
    let breadth = breadth.filter(|_| !keys.is_empty());
    let seats = if licence.is_some() { seats(tx, ask)? } else { HashMap::new() };
    if breadth.is_none() && seats.is_empty() {
        return Ok(());
    }
    let (marks, args) = subjects.args(vec![(ask.day - window).into(), ask.day.into()]);
    let sql = format!(
        "SELECT subject_id, data FROM usage_days
         WHERE day >= $1 AND day < $2 AND subject_id IN ({marks})"
    );
    let used: HashSet<i64> = names.values().filter(|it| Name::is_use(it)).map(|it| it.id).collect();
    let mut done: HashMap<AccountId, Done> = HashMap::new();
    for it in tx.rows::<Day>(&sql, &args)? {
        let Some(id) = subjects.0.get(&it.subject_id) else { continue };
        let counts_people = seats.contains_key(id);
        let Done { keys: seen, people } = done.entry(*id).or_default();
        let (mut ones, mut many) = (Vec::new(), Vec::new());
        let name = |name| {
            if keys.contains(&name) {
                seen.insert(name);
            }
        };
        let one = |person| {
            if counts_people {
                ones.push(person);
            }
        };
        let _ = skim(&it.data, |name| used.contains(&name), name, one, |it| many.push(it));
        ones.into_iter().for_each(|it| people.add_one(it));
        many.iter().for_each(|it| people.add_sketch(it));
    }
    let same = same_people(tx, &done)?;
    for (id, it) in &done {
        if let Some(n) = breadth {
            sheet.put(*id, n, 100.0 * it.keys.len() as f64 / keys.len() as f64, 0);
        }
        if let (Some(n), Some(seats)) = (licence, seats.get(id)) {
            let mut people = Distinct::default();
            it.people.known().for_each(|who| people.add_one(*same.get(&who).unwrap_or(&who)));
            people.merge_sketch_of(&it.people);
            sheet.put(*id, n, 100.0 * people.count() as f64 / seats, 0);
        }
    }
    Ok(())
}

fn seats(tx: &mut Tx, ask: &Ask) -> Result<HashMap<AccountId, f64>> {
    row! {
        struct Seats {
            subject_id: AccountId,
            number_value: f64,
        }
    }
    let (marks, args) = ask.bound(vec![SEATS.into(), ask.cut.into()]);
    let sql = format!(
        "SELECT attribute_values.subject_id, attribute_values.number_value FROM attribute_values
         JOIN attribute_definitions ON attribute_definitions.id = attribute_values.definition_id
         WHERE attribute_definitions.name = $1 AND attribute_definitions.subject_kind = 'account'
             AND attribute_values.number_value > 0 AND attribute_values.changed_at < $2
             AND attribute_values.subject_id IN ({marks})"
    );
    let found: Vec<Seats> = tx.rows(&sql, &args)?;
    Ok(found.into_iter().map(|it| (it.subject_id, it.number_value)).collect())
}

/// People who are one contact, or turned out to be one, count once.
fn same_people(tx: &mut Tx, done: &HashMap<AccountId, Done>) -> Result<HashMap<i64, i64>> {
    row! {
        struct Person {
            id: i64,
            same: i64,
        }
    }
    let mut ids: Vec<i64> = done.values().flat_map(|it| it.people.known()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut all = HashMap::new();
    for some in ids.chunks(500) {
        let sql = format!(
            "SELECT id, COALESCE(contact_id, merged_into, id) AS same FROM usage_people
             WHERE id IN ({})",
            placeholders(1, some.len())
        );
        let args: Vec<Value> = some.iter().map(|it| (*it).into()).collect();
        all.extend(tx.rows::<Person>(&sql, &args)?.into_iter().map(|it| (it.id, it.same)));
    }
    Ok(all)
}
