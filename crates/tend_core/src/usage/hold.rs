//! The days of accounts, and of people who have none yet: these are held under the person's own
//! id, and given to the account when it is known.

use std::collections::HashMap;

use tend_store::{Tx, row};

use super::{PersonId, names::Name, tally::Tally};
use crate::{Result, accounts::AccountId};

/// Whose day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Subject {
    Account(AccountId),
    Person(PersonId),
}

impl Subject {
    fn raw(self) -> i64 {
        match self {
            Self::Account(it) => it.raw(),
            Self::Person(it) => it.raw(),
        }
    }
}

row! {
    struct Day {
        day: i64,
        data: Vec<u8>,
    }
}

/// Adds to a day.
pub(super) fn add(
    tx: &mut Tx,
    names: &HashMap<i64, Name>,
    subject: Subject,
    day: i64,
    more: &Tally,
) -> Result<()> {
    let is_use = |name: i64| names.get(&name).is_some_and(Name::is_use);
    let before: Option<Vec<u8>> = tx.maybe_scalar(
        "SELECT data FROM usage_days WHERE subject_id = $1 AND day = $2",
        &[subject.raw().into(), day.into()],
    )?;
    let is_new = before.is_none();
    let mut tally = before.and_then(|it| Tally::decode(&it)).unwrap_or_default();
    tally.merge(more);
    let (events, people) = (tally.events(is_use), tally.people(is_use).count());
    let data = tally.encode();
    if is_new {
        tx.execute(
            "INSERT INTO usage_days (subject_id, day, is_account, events, people, data)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                subject.raw().into(),
                day.into(),
                matches!(subject, Subject::Account(_)).into(),
                events.into(),
                people.into(),
                data.into(),
            ],
        )?;
    } else {
        tx.execute(
            "UPDATE usage_days SET events = $3, people = $4, data = $5
             WHERE subject_id = $1 AND day = $2",
            &[subject.raw().into(), day.into(), events.into(), people.into(), data.into()],
        )?;
    }
    Ok(())
}

/// Gives all days of one to another; `was`, in them, turned out to be somebody.
pub(super) fn give(
    tx: &mut Tx,
    names: &HashMap<i64, Name>,
    from: Subject,
    to: Subject,
    was: Option<(PersonId, PersonId)>,
) -> Result<()> {
    if from == to {
        return Ok(());
    }
    let days: Vec<Day> = tx.rows(
        "SELECT day, data FROM usage_days WHERE subject_id = $1 ORDER BY day",
        &[from.raw().into()],
    )?;
    for it in days {
        let Some(mut tally) = Tally::decode(&it.data) else { continue };
        if let Some((before, after)) = was {
            let change = |one: i64| if one == before.raw() { after.raw() } else { one };
            tally = tally.renamed(change);
        }
        add(tx, names, to, it.day, &tally)?;
    }
    tx.execute("DELETE FROM usage_days WHERE subject_id = $1", &[from.raw().into()])?;
    Ok(())
}
