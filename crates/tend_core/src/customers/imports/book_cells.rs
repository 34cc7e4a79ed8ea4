//! What a row of a file says of an account's place in the book of business.

use tend_store::Tx;

use super::{Target, cells::Cells, contact_row::company_named};
use crate::{
    Result,
    accounts::{self, Account, AccountId, NewAccount},
    actor::Actor,
    book::{self, StageId},
    fold,
    money::{Source, income, rates},
    usage::day_of,
};

/// What is to be different; nothing where the file says nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct BookPlan {
    stage: Option<StageId>,
    parent: Option<Parent>,
    arr: Option<i64>,
    renews_on: Option<i64>,
}

#[derive(Clone, Debug)]
enum Parent {
    Known(AccountId),
    /// Made by its name when the row is taken in; its own row may come further down.
    New(String),
}

impl BookPlan {
    /// Reads the cells, and says which can't be read.
    pub fn read(tx: &mut Tx, cells: &mut Cells, which: Option<&Account>) -> Result<Self> {
        let mut it = Self { stage: stage(tx, cells)?, ..Self::default() };
        it.parent = parent(tx, cells, which)?;
        // What subscriptions say is not entered beside them.
        let told = match which {
            Some(account) => income::of(tx, account.id)?.source,
            None => None,
        };
        if told == Some(Source::Subscriptions) {
            return Ok(it);
        }
        let home = rates::home(tx)?;
        if let Some(text) = text(cells, &Target::Arr) {
            it.arr = home.read(&text).filter(|it| *it >= 0);
            if it.arr.is_none() {
                problem(cells, &Target::Arr, "Write an amount as a number: 18500 or 18500.50.");
            }
        }
        if let Some(text) = text(cells, &Target::Renewal) {
            it.renews_on = day(&text);
            if it.renews_on.is_none() {
                problem(cells, &Target::Renewal, "Write a day as year-month-day: 2026-11-20.");
            }
        }
        Ok(it)
    }

    pub fn changes(&self, it: &Account) -> bool {
        self.stage.is_some() && self.stage != it.stage_id
            || match &self.parent {
                None => false,
                Some(Parent::Known(id)) => Some(*id) != it.parent_id,
                Some(Parent::New(_)) => true,
            }
            || self.arr.is_some() && self.arr != it.said_arr
            || self.renews_on.is_some() && self.renews_on != it.said_renewal
    }

    pub fn apply(&self, tx: &mut Tx, by: Actor, id: AccountId) -> Result<()> {
        if self.stage.is_some() {
            book::pass(tx, by, id, self.stage)?;
        }
        let parent = match &self.parent {
            None => None,
            Some(Parent::Known(it)) => Some(*it),
            Some(Parent::New(name)) => match company_named(tx, name)?.first() {
                Some(it) => Some(*it),
                None => {
                    let new = NewAccount { name: name.clone(), ..NewAccount::default() };
                    Some(accounts::insert(tx, by, &new)?)
                }
            },
        };
        if parent.is_some() {
            book::belong(tx, by, id, parent)?;
        }
        book::say(tx, by, id, self.arr.map(Some), self.renews_on.map(Some)).map(drop)
    }
}

fn text(cells: &Cells, target: &Target) -> Option<String> {
    let text = cells.text(target)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn problem(cells: &mut Cells, target: &Target, why: impl Into<String>) {
    let header = cells.header(target);
    cells.problem(header, why.into());
}

fn stage(tx: &mut Tx, cells: &mut Cells) -> Result<Option<StageId>> {
    let Some(name) = text(cells, &Target::Stage) else { return Ok(None) };
    let folded = fold::fold(&name);
    let found = book::stages(tx)?.into_iter().find(|it| fold::fold(&it.name) == folded);
    if found.is_none() {
        problem(cells, &Target::Stage, format!("There is no stage {name}."));
    }
    Ok(found.map(|it| it.id))
}

fn parent(tx: &mut Tx, cells: &mut Cells, which: Option<&Account>) -> Result<Option<Parent>> {
    let Some(name) = text(cells, &Target::Parent) else { return Ok(None) };
    let found = match name.parse::<AccountId>() {
        Ok(id) => accounts::find(tx, id).ok().map(|it| it.id),
        Err(_) => match company_named(tx, &name)?.as_slice() {
            [one] => Some(*one),
            [] => return Ok(Some(Parent::New(fold::one_line(&name, 200)))),
            _ => {
                let why = format!("There are two accounts called {name}. Write the id of one.");
                problem(cells, &Target::Parent, why);
                return Ok(None);
            }
        },
    };
    let Some(parent) = found else {
        problem(cells, &Target::Parent, format!("There is no account {name}."));
        return Ok(None);
    };
    if let Some(it) = which
        && (it.id == parent || book::is_below(tx, parent, it.id)?)
    {
        problem(cells, &Target::Parent, format!("{name} is a part of {} already.", it.name));
        return Ok(None);
    }
    Ok(Some(Parent::Known(parent)))
}

fn day(text: &str) -> Option<i64> {
    let date: jiff::civil::Date = text.get(..10).unwrap_or(text).parse().ok()?;
    Some(day_of(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn a_day_is_read_with_or_without_a_time_behind_it() {
        assert_eq!(day("1970-01-02"), Some(1));
        assert_eq!(day("1970-01-02T09:00:00Z"), Some(1));
        assert_eq!(day("soon"), None);
    }
}
