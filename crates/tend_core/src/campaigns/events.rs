//! What customers do that a campaign waits for, branches on, or has as its goal.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_store::{Tx, row};

use crate::{
    Result,
    accounts::AccountId,
    contacts::ContactId,
    usage::{
        day_of, names,
        tally::{Tally, Who},
    },
};

/// Something that a customer does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum What {
    /// They placed an order.
    Ordered,
    /// They wrote to us.
    Wrote,
    /// Their account's onboarding is done.
    Onboarded,
    /// They did this in the product.
    Used(String),
}

impl What {
    /// As people read it.
    pub fn says(&self) -> String {
        match self {
            Self::Ordered => "placed an order".to_owned(),
            Self::Wrote => "wrote to us".to_owned(),
            Self::Onboarded => "finished the onboarding".to_owned(),
            Self::Used(name) => format!("did “{name}”"),
        }
    }
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ordered => f.write_str("ordered"),
            Self::Wrote => f.write_str("wrote"),
            Self::Onboarded => f.write_str("onboarded"),
            Self::Used(name) => write!(f, "used:{name}"),
        }
    }
}

impl std::str::FromStr for What {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "ordered" => Ok(Self::Ordered),
            "wrote" => Ok(Self::Wrote),
            "onboarded" => Ok(Self::Onboarded),
            other => match other.strip_prefix("used:").map(str::trim) {
                Some(name) if !name.is_empty() && name.len() <= 200 => {
                    Ok(Self::Used(name.to_owned()))
                }
                _ => Err("What happens is ordered, wrote, onboarded, or used: with an event."),
            },
        }
    }
}

impl TryFrom<String> for What {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<What> for String {
    fn from(it: What) -> Self {
        it.to_string()
    }
}

/// Whether it happened after `since`, and not after `until`.
pub(super) fn happened(
    tx: &mut Tx,
    what: &What,
    (contact, account): (ContactId, AccountId),
    since: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let (sql, id) = match what {
        What::Ordered => (
            "SELECT 1 FROM orders WHERE contact_id = $1 AND placed_at > $2 AND placed_at <= $3
             LIMIT 1",
            contact.raw(),
        ),
        What::Wrote => (
            "SELECT 1 FROM conversations WHERE contact_id = $1 AND last_inbound_at > $2
                 AND opened_at <= $3 LIMIT 1",
            contact.raw(),
        ),
        What::Onboarded => (
            "SELECT 1 FROM onboardings WHERE account_id = $1 AND done_at > $2 AND done_at <= $3
             LIMIT 1",
            account.raw(),
        ),
        What::Used(name) => {
            let (first, last) = (day_of(since), day_of(until));
            return Ok(times(tx, (contact, account), Some(name), first, last)? > 0);
        }
    };
    let found: Option<i64> = tx.maybe_scalar(sql, &[id.into(), since.into(), until.into()])?;
    Ok(found.is_some())
}

/// Whether they opened a conversation after `since`, and not after `until`.
pub(super) fn asked_for_help(
    tx: &mut Tx,
    contact: ContactId,
    since: Timestamp,
    until: Timestamp,
) -> Result<bool> {
    let found: Option<i64> = tx.maybe_scalar(
        "SELECT 1 FROM conversations WHERE contact_id = $1 AND opened_at > $2 AND opened_at <= $3
             AND last_inbound_at IS NOT NULL LIMIT 1",
        &[contact.into(), since.into(), until.into()],
    )?;
    Ok(found.is_some())
}

row! {
    struct Day {
        data: Vec<u8>,
    }
}

/// How often a person did something in the product on these days, UTC, both with them; without a
/// name, anything that counts as use.
pub(super) fn times(
    tx: &mut Tx,
    (contact, account): (ContactId, AccountId),
    event: Option<&str>,
    first: i64,
    last: i64,
) -> Result<u64> {
    let people: HashSet<i64> = tx
        .column::<i64>("SELECT id FROM usage_people WHERE contact_id = $1", &[contact.into()])?
        .into_iter()
        .collect();
    if people.is_empty() {
        return Ok(0);
    }
    let wanted = numbers(tx, event)?;
    let days: Vec<Day> = tx.rows(
        "SELECT data FROM usage_days WHERE subject_id = $1 AND day >= $2 AND day <= $3",
        &[account.into(), first.into(), last.into()],
    )?;
    let of = |it: &Day| {
        let Some(tally) = Tally::decode(&it.data) else { return 0 };
        by_person(&tally, &wanted).iter().filter(|it| people.contains(it.0)).map(|it| it.1).sum()
    };
    Ok(days.iter().map(of).sum::<u64>())
}

/// The numbers by which an event is counted; without a name, of all that is use.
pub(super) fn numbers(tx: &mut Tx, event: Option<&str>) -> Result<HashSet<i64>> {
    let counts = |it: &names::Name| match event {
        Some(event) => it.name == event || it.label() == event,
        None => it.is_use(),
    };
    Ok(names::all(tx)?.into_values().filter(|it| counts(it)).map(|it| it.id).collect())
}

/// How often each person did one of these; of very many nobody knows who did what.
pub(super) fn by_person(tally: &Tally, wanted: &HashSet<i64>) -> HashMap<i64, u64> {
    let mut all = HashMap::new();
    for (_, entry) in tally.names.iter().filter(|it| wanted.contains(it.0)) {
        if let Who::Exact(people) = &entry.who {
            for (person, times) in people {
                *all.entry(*person).or_default() += times;
            }
        }
    }
    all
}
