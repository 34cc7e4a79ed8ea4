//! What is at risk in each account today: the portfolio sorts by it.

use std::collections::HashMap;

use tend_store::{Tx, Value, placeholders, row};

use super::{in_force, latest, latest_of, walk::today};
use crate::{Result, accounts::AccountId};

/// The probability that an account leaves, from both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chance {
    /// What was foretold last, if anything was.
    pub foretold: Option<f64>,
    /// What an agent believes instead, as long as that holds.
    pub judged: Option<f64>,
}

impl Chance {
    /// The one that counts: money at risk, lists, segments and pages go by it.
    pub fn counts(self) -> Option<f64> {
        self.judged.or(self.foretold)
    }
}

/// The probability that an account leaves as it counts today: what an agent believes, as long as
/// that holds, or else what was foretold last. Nothing of one that left.
pub fn counts(tx: &mut Tx, id: AccountId) -> Result<Option<f64>> {
    let last = latest(tx, id)?;
    if last.is_some_and(|it| it.frozen) {
        return Ok(None);
    }
    Ok(in_force(tx, id)?.map(|it| it.p).or(last.and_then(|it| it.p)))
}

/// The probability of each of some accounts; those of which nothing is known, and those that
/// left, are not among them.
pub fn chances(tx: &mut Tx, ids: &[AccountId]) -> Result<HashMap<AccountId, Chance>> {
    let day = today(tx);
    let mut all: HashMap<AccountId, Chance> = HashMap::new();
    for some in ids.chunks(400) {
        let last = latest_of(tx, some)?;
        for (id, p) in judged(tx, some, day)? {
            all.entry(id).or_default().judged = Some(p);
        }
        for (id, it) in last {
            match it.frozen {
                true => drop(all.remove(&id)),
                false => all.entry(id).or_default().foretold = it.p,
            }
        }
    }
    all.retain(|_, it| it.counts().is_some());
    Ok(all)
}

/// Brings what is at risk in some accounts to today.
pub(super) fn retell(tx: &mut Tx, ids: &[AccountId], day: i64) -> Result<()> {
    row! {
        struct Kept {
            account_id: AccountId,
            arr: i64,
            risk: i64,
        }
    }
    let marks = placeholders(1, ids.len());
    let args: Vec<Value> = ids.iter().map(|it| (*it).into()).collect();
    let sql =
        format!("SELECT account_id, arr, risk FROM account_figures WHERE account_id IN ({marks})");
    let kept: Vec<Kept> = tx.rows(&sql, &args)?;
    let (last, judged) = (latest_of(tx, ids)?, judged(tx, ids, day)?);
    let mut changed: Vec<Value> = Vec::new();
    for it in kept {
        let told = last.get(&it.account_id);
        let p = match told.is_some_and(|it| it.frozen) {
            true => None,
            false => judged.get(&it.account_id).copied().or(told.and_then(|it| it.p)),
        };
        let risk = of(it.arr, p);
        if risk != it.risk {
            changed.extend([Value::from(it.account_id), risk.into()]);
        }
    }
    write(tx, &changed)
}

/// Minor units; -1 while it is not known.
pub(crate) fn of(arr: i64, p: Option<f64>) -> i64 {
    match p {
        Some(p) if arr >= 0 => (arr as f64 * p).round() as i64,
        _ => -1,
    }
}

fn write(tx: &mut Tx, pairs: &[Value]) -> Result<()> {
    for some in pairs.chunks(200) {
        let cases: Vec<String> = (0..some.len() / 2)
            .map(|n| format!("WHEN ${} THEN CAST(${} AS BIGINT)", 2 * n + 1, 2 * n + 2))
            .collect();
        let ids: Vec<String> = (0..some.len() / 2).map(|n| format!("${}", 2 * n + 1)).collect();
        let sql = format!(
            "UPDATE account_figures SET risk = CASE account_id {} END WHERE account_id IN ({})",
            cases.join(" "),
            ids.join(", ")
        );
        tx.execute(&sql, some)?;
    }
    Ok(())
}

/// What agents believe of some accounts on a day, as far as they said anything.
pub(crate) fn judged(tx: &mut Tx, ids: &[AccountId], day: i64) -> Result<HashMap<AccountId, f64>> {
    row! {
        struct Judged {
            account_id: AccountId,
            p: f64,
        }
    }
    let mut args: Vec<Value> = vec![day.into()];
    args.extend(ids.iter().map(|it| Value::from(*it)));
    let sql = format!(
        "SELECT account_id, p FROM health_judgements
         WHERE withdrawn_at IS NULL AND made_on <= $1 AND expires_on > $1
             AND account_id IN ({}) ORDER BY id",
        placeholders(2, ids.len())
    );
    let found: Vec<Judged> = tx.rows(&sql, &args)?;
    Ok(found.into_iter().map(|it| (it.account_id, it.p)).collect())
}
