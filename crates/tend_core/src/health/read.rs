//! What an account's record says of each measure as a day began: a few statements for some
//! hundred accounts, never some for each of them. Nothing that happened on the day or after it
//! is looked at.

mod attributes;
mod goals;
mod money;
mod people;
mod support;
mod surveys;
mod usage;

use std::collections::HashMap;

use tend_store::{Tx, Value, placeholders};

use super::{Input, Kind, Measure, life::Life, walk::today};
use crate::{Result, accounts::AccountId};

/// Microseconds.
pub(super) const DAY: i64 = 86_400_000_000;

/// Which accounts, and as of when.
pub(super) struct Ask<'a> {
    ids: &'a [AccountId],
    day: i64,
    /// The moment at which the day began: what is known was before it.
    cut: i64,
    /// It is today, so that what only the present knows counts too.
    is_now: bool,
    wanted: &'a [Measure],
    lives: &'a HashMap<AccountId, Life>,
}

impl Ask<'_> {
    /// The places of measures of a kind, with their windows.
    fn of(&self, kind: Kind) -> Vec<(usize, i64)> {
        let all = self.wanted.iter().enumerate();
        all.filter(|it| it.1.kind == kind).map(|it| (it.0, it.1.window)).collect()
    }

    fn asks(&self, kinds: &[Kind]) -> bool {
        self.wanted.iter().any(|it| kinds.contains(&it.kind))
    }

    /// The longest window of these.
    fn longest(&self, kinds: &[Kind]) -> i64 {
        let of = self.wanted.iter().filter(|it| kinds.contains(&it.kind));
        of.map(|it| it.window).max().unwrap_or(0)
    }

    /// The accounts as arguments after `before`, and their places in a list.
    fn bound(&self, before: Vec<Value>) -> (String, Vec<Value>) {
        let marks = placeholders(before.len() + 1, self.ids.len());
        let mut args = before;
        args.extend(self.ids.iter().map(|it| Value::from(*it)));
        (marks, args)
    }
}

/// What was found: a value and its age in days, for each account and measure.
pub(super) struct Sheet {
    places: HashMap<AccountId, usize>,
    width: usize,
    cells: Vec<Option<(f64, i64)>>,
}

impl Sheet {
    fn of(ids: &[AccountId], width: usize) -> Self {
        let places = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        Self { places, width, cells: vec![None; ids.len() * width] }
    }

    fn put(&mut self, id: AccountId, measure: usize, value: f64, age: i64) {
        if let Some(at) = self.places.get(&id) {
            self.cells[at * self.width + measure] = Some((value, age.max(0)));
        }
    }

    fn row(&self, id: AccountId) -> &[Option<(f64, i64)>] {
        match self.places.get(&id) {
            Some(at) => &self.cells[at * self.width..(at + 1) * self.width],
            None => &[],
        }
    }

    /// The inputs of an account, in the order in which they were asked for.
    pub(super) fn inputs(&self, id: AccountId, wanted: &[Measure]) -> Vec<Input> {
        let found = wanted.iter().zip(self.row(id));
        found
            .map(|(measure, cell)| Input {
                measure: measure.clone(),
                value: cell.map(|it| it.0),
                age: cell.map_or(0, |it| it.1),
            })
            .collect()
    }
}

/// Reads all measures of some accounts, as the day began. At most 500 accounts at once.
pub(super) fn read(
    tx: &mut Tx,
    ids: &[AccountId],
    day: i64,
    wanted: &[Measure],
    lives: &HashMap<AccountId, Life>,
) -> Result<Sheet> {
    let mut sheet = Sheet::of(ids, wanted.len());
    if ids.is_empty() {
        return Ok(sheet);
    }
    let is_now = day == today(tx);
    let ask = Ask { ids, day, cut: day * DAY, is_now, wanted, lives };
    usage::fill(tx, &ask, &mut sheet)?;
    support::fill(tx, &ask, &mut sheet)?;
    people::fill(tx, &ask, &mut sheet)?;
    money::fill(tx, &ask, &mut sheet)?;
    goals::fill(tx, &ask, &mut sheet)?;
    surveys::fill(tx, &ask, &mut sheet)?;
    attributes::fill(tx, &ask, &mut sheet)?;
    Ok(sheet)
}
