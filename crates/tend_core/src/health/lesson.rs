//! What can be learned from: accounts on days in the past of which it is known by now whether
//! they left.

use std::collections::{HashMap, HashSet};

use tend_stats::{health::Book, matrix::Matrix};
use tend_store::{Tx, row};

use super::{
    Column, Input,
    life::{Life, lives},
    options, pack, profiles, today,
};
use crate::{Result, accounts::AccountId};

/// One row an account each so many days: a calendar that asks nobody's outcome.
pub const EVERY: i64 = 30;
/// Looked back so many of them.
const LONGEST: i64 = 36;
/// So many rows teach as much as more would; beyond it whole accounts are left out by their
/// number.
const MOST_ROWS: i64 = 20_000;

/// Accounts on days, and what came of them.
#[derive(Clone, Debug)]
pub struct Lesson {
    pub columns: Vec<Column>,
    pub horizon_days: i64,
    /// The day on which it was put together.
    pub day: i64,
    /// One row for each account and day, 0 bad to 1 good, blanks NaN.
    pub x: Matrix,
    /// Whether it left within the horizon.
    pub left: Vec<bool>,
    pub accounts: Vec<AccountId>,
    pub days: Vec<i64>,
}

impl Lesson {
    /// As the mathematics wants it.
    pub(super) fn with_book<T>(&self, ask: impl FnOnce(&Book) -> T) -> T {
        let measures: Vec<String> = self.columns.iter().map(|it| it.measure.key()).collect();
        let rule: Vec<f64> = self.columns.iter().map(|it| it.weight).collect();
        let accounts: Vec<u64> = self.accounts.iter().map(|it| it.raw() as u64).collect();
        ask(&Book {
            measures: &measures,
            x: &self.x,
            left: &self.left,
            accounts: &accounts,
            rule: &rule,
        })
    }

    /// How many accounts there are.
    pub fn account_count(&self) -> usize {
        self.accounts.iter().collect::<HashSet<_>>().len()
    }

    /// How many of them left: each may do so after several of its days.
    pub fn left_account_count(&self) -> usize {
        let days = self.accounts.iter().zip(&self.left);
        days.filter(|it| *it.1).map(|it| it.0).collect::<HashSet<_>>().len()
    }
}

/// The last day of the calendar whose horizon is over.
pub(super) fn last_known(day: i64, horizon: i64) -> i64 {
    (day - horizon).div_euclid(EVERY) * EVERY
}

row! {
    struct Kept {
        account_id: AccountId,
        day: i64,
        frozen: bool,
        inputs: Vec<u8>,
    }
}

/// Puts together what can be learned from today. A snapshot whose horizon is not over is not in
/// it, and none that was written after an account had left.
pub fn lesson(tx: &mut Tx) -> Result<Lesson> {
    let options = options(tx)?;
    let (day, horizon) = (today(tx), options.horizon_days);
    let columns = Column::all(&profiles(tx)?);
    let last = last_known(day, horizon);
    let first = first_day(tx)?.map_or(last + 1, |it| it.max(last - EVERY * (LONGEST - 1)));
    let of_days = (last - first).div_euclid(EVERY) + 1;
    let accounts: i64 = tx.scalar("SELECT count(*) FROM account_figures", &[])?;
    let part = (accounts * of_days.max(0) / MOST_ROWS + 1).max(1);
    let kept: Vec<Kept> = tx.rows(
        "SELECT account_id, day, frozen, inputs FROM health_snapshots
         WHERE day <= $1 AND (account_id % 1000003) % $2 = 0 ORDER BY account_id, day",
        &[last.into(), part.into()],
    )?;
    let numbers = pack::numbers(tx)?;
    let mut ids: Vec<AccountId> = kept.iter().map(|it| it.account_id).collect();
    ids.dedup();
    let lives = lives(tx, Some(&ids))?;
    let mut rows = Rows { horizon, drop: options.drop_percent, ..Rows::default() };
    for own in kept.chunk_by(|a, b| a.account_id == b.account_id) {
        let Some(life) = own.first().and_then(|it| lives.get(&it.account_id)) else { continue };
        let unpacked = |it: &Kept| pack::unpack(&it.inputs, &numbers).unwrap_or_default();
        rows.add(own, life, (first, last, day), &columns, unpacked);
    }
    let x = Matrix::from_cells(columns.len(), rows.cells)
        .map_err(|it| crate::error::refused(it.to_string()))?;
    let (left, accounts, days) = (rows.left, rows.accounts, rows.days);
    Ok(Lesson { columns, horizon_days: horizon, day, x, left, accounts, days })
}

fn first_day(tx: &mut Tx) -> Result<Option<i64>> {
    let first: Option<i64> =
        tx.maybe_scalar("SELECT day FROM health_snapshots ORDER BY day LIMIT 1", &[])?;
    Ok(first.map(|it| (it + EVERY - 1).div_euclid(EVERY) * EVERY))
}

#[derive(Default)]
struct Rows {
    horizon: i64,
    drop: i64,
    cells: Vec<f64>,
    left: Vec<bool>,
    accounts: Vec<AccountId>,
    days: Vec<i64>,
}

impl Rows {
    /// The rows of one account: at each day of the calendar, the snapshot that held.
    fn add(
        &mut self,
        own: &[Kept],
        life: &Life,
        (first, last, today): (i64, i64, i64),
        columns: &[Column],
        unpacked: impl Fn(&Kept) -> Vec<Input>,
    ) {
        let Some(id) = own.first().map(|it| it.account_id) else { return };
        let left: Vec<i64> = life.left(id, today, self.drop).into_iter().map(|it| it.day).collect();
        let mut known: HashMap<usize, Vec<f64>> = HashMap::new();
        let mut day = first;
        while day <= last {
            let at = own.partition_point(|it| it.day <= day);
            let held = at.checked_sub(1).filter(|at| !own[*at].frozen || own[*at].day == day);
            // Who had left before that day was no customer any more, whatever holds.
            if let Some(at) = held.filter(|_| !life.gone(day - 1, today)) {
                let row = known.entry(at).or_insert_with(|| {
                    let inputs = unpacked(&own[at]);
                    let found = |it: &Column| inputs.iter().find(|i| i.measure == it.measure);
                    columns.iter().map(|it| it.scaled(found(it))).collect()
                });
                self.cells.extend_from_slice(row);
                self.left.push(left.iter().any(|it| (day..day + self.horizon).contains(it)));
                self.accounts.push(id);
                self.days.push(day);
            }
            day += EVERY;
        }
    }
}
