//! What is at risk in each account today: the portfolio sorts by it.

use std::collections::HashMap;

use tend_store::{Tx, Value, placeholders, row};

use super::{in_force, latest, latest_of};
use crate::{Result, accounts::AccountId};

/// The probability that an account leaves as it counts today: what an agent believes, as long as
/// that holds, or else what was foretold last. Nothing of one that left.
pub fn counts(tx: &mut Tx, id: AccountId) -> Result<Option<f64>> {
    let Some(last) = latest(tx, id)?.filter(|it| !it.frozen) else { return Ok(None) };
    Ok(in_force(tx, id)?.map(|it| it.p).or(last.p))
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
        let told = last.get(&it.account_id).filter(|it| !it.frozen);
        let p = told.and_then(|told| judged.get(&it.account_id).copied().or(told.p));
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

fn judged(tx: &mut Tx, ids: &[AccountId], day: i64) -> Result<HashMap<AccountId, f64>> {
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
