//! How often one event happened, of a few accounts at once.

use std::collections::{HashMap, HashSet};

use tend_store::{Tx, Value, placeholders, row};

use super::{day_of, names, tally::Tally};
use crate::{Result, accounts::AccountId};

row! {
    struct Day {
        subject_id: i64,
        data: Vec<u8>,
    }
}

/// How often an event of this name happened in the last `days` days, today with them, by the raw
/// ids of the accounts. Those where it never happened are left out.
pub(crate) fn times_of(
    tx: &mut Tx,
    of: &[AccountId],
    event: &str,
    days: i64,
) -> Result<HashMap<i64, u64>> {
    let same = |it: &(i64, names::Name)| it.1.name == event || it.1.label() == event;
    let wanted: HashSet<i64> = names::all(tx)?.into_iter().filter(same).map(|it| it.0).collect();
    let mut all = HashMap::new();
    if wanted.is_empty() {
        return Ok(all);
    }
    let first = day_of(tx.now()) - days + 1;
    for some in of.chunks(200) {
        let mut args: Vec<Value> = vec![first.into()];
        args.extend(some.iter().map(|it| Value::from(*it)));
        let sql = format!(
            "SELECT subject_id, data FROM usage_days WHERE day >= $1 AND subject_id IN ({})",
            placeholders(2, some.len())
        );
        for it in tx.rows::<Day>(&sql, &args)? {
            let Some(tally) = Tally::decode(&it.data) else { continue };
            let times = tally.events(|name| wanted.contains(&name));
            if times > 0 {
                *all.entry(it.subject_id).or_default() += times;
            }
        }
    }
    Ok(all)
}
