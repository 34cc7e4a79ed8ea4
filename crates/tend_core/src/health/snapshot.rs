//! Accounts on days, as they were written down.

use std::collections::HashMap;

use jiff::Timestamp;
use tend_store::{Tx, Value, placeholders, row};

use super::{Input, ModelId, ProfileId, pack};
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{AgentId, Me, Permission},
    book::{self, StageId},
    page::{Cursor, Page},
};

row! {
    /// An account on a day. It holds until the account's next one.
    #[derive(Copy, PartialEq)]
    pub struct Snapshot {
        pub account_id: AccountId,
        /// Since 1970, UTC. What it knows was known before this day began.
        pub day: i64,
        pub profile_id: ProfileId,
        /// Of the profile.
        pub version: i64,
        /// What foretold, or said that it does not know.
        pub model_id: Option<ModelId>,
        /// 0 to 100, by the company's own weights: no probability. Nothing if all is blank.
        pub rule_score: Option<f64>,
        /// That it leaves within the model's horizon, with its 95 % interval; nothing if that is
        /// not known.
        pub p: Option<f64>,
        pub p_low: Option<f64>,
        pub p_high: Option<f64>,
        /// How much of the weight rests on what is blank or too old, 0 to 1.
        pub stale_share: f64,
        /// Minor units of the home currency a year, if it is known.
        pub arr: Option<i64>,
        pub owner_id: Option<AgentId>,
        pub parent_id: Option<AccountId>,
        pub stage_id: Option<StageId>,
        /// The account left on this day: nothing comes after it, unless the account comes back.
        pub frozen: bool,
        pub made_at: Timestamp,
    }
}

pub(super) const COLUMNS: &str = "account_id, day, profile_id, version, model_id, rule_score, p, \
     p_low, p_high, stale_share, arr, owner_id, parent_id, stage_id, frozen, made_at";

/// The newest of an account.
pub fn latest(tx: &mut Tx, id: AccountId) -> Result<Option<Snapshot>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM health_snapshots WHERE account_id = $1 ORDER BY day DESC LIMIT 1"
    );
    Ok(tx.maybe(&sql, &[id.into()])?)
}

/// The newest of each of some accounts.
pub fn latest_of(tx: &mut Tx, ids: &[AccountId]) -> Result<HashMap<AccountId, Snapshot>> {
    let mut all = HashMap::new();
    for some in ids.chunks(500) {
        let sql = format!(
            "SELECT {COLUMNS} FROM health_snapshots AS it WHERE account_id IN ({})
             AND day = (SELECT MAX(day) FROM health_snapshots AS later
                        WHERE later.account_id = it.account_id)",
            placeholders(1, some.len())
        );
        let args: Vec<Value> = some.iter().map(|it| (*it).into()).collect();
        let found: Vec<Snapshot> = tx.rows(&sql, &args)?;
        all.extend(found.into_iter().map(|it| (it.account_id, it)));
    }
    Ok(all)
}

/// The one of an account that held on a day.
pub fn on_day(tx: &mut Tx, id: AccountId, day: i64) -> Result<Option<Snapshot>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM health_snapshots WHERE account_id = $1 AND day <= $2
         ORDER BY day DESC LIMIT 1"
    );
    Ok(tx.maybe(&sql, &[id.into(), day.into()])?)
}

/// All of an account from a day on, and the one that held then; the oldest first.
pub fn history(tx: &mut Tx, id: AccountId, from: i64) -> Result<Vec<Snapshot>> {
    let first = on_day(tx, id, from)?.map_or(from, |it| it.day);
    let sql = format!(
        "SELECT {COLUMNS} FROM health_snapshots WHERE account_id = $1 AND day >= $2 ORDER BY day"
    );
    Ok(tx.rows(&sql, &[id.into(), first.into()])?)
}

/// Those of all accounts with `from <= day < to`, by account and day. Walk a long time in pieces.
pub fn snapshots(tx: &mut Tx, from: i64, to: i64) -> Result<Vec<Snapshot>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM health_snapshots WHERE day >= $1 AND day < $2
         ORDER BY account_id, day"
    );
    Ok(tx.rows(&sql, &[from.into(), to.into()])?)
}

/// What a snapshot was made of, in the order in which it was written.
pub fn inputs(tx: &mut Tx, it: &Snapshot) -> Result<Vec<Input>> {
    let packed: Option<Vec<u8>> = tx.maybe_scalar(
        "SELECT inputs FROM health_snapshots WHERE account_id = $1 AND day = $2",
        &[it.account_id.into(), it.day.into()],
    )?;
    let numbers = pack::numbers(tx)?;
    Ok(packed.and_then(|it| pack::unpack(&it, &numbers)).unwrap_or_default())
}

/// Those of one account, or of all, with `first <= day <= last`, by day; a page at a time. Without
/// revenue for who may not see money.
///
/// # Errors
/// NotFound for an account that is not visible.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    of: Option<AccountId>,
    (first, last): (i64, i64),
    at: Option<Cursor>,
    limit: usize,
) -> Result<Page<Snapshot>> {
    me.require(Permission::CustomersRead)?;
    let (day, id) = at.map_or((first - 1, i64::MAX), |it| (it.key, it.id));
    let mut args: Vec<Value> = vec![first.max(day).into(), last.into(), day.into(), id.into()];
    args.push(Value::from(limit + 1));
    let whose = match of {
        None => "",
        Some(of) => {
            args.push(accounts::find_visible(tx, me, of)?.id.into());
            "AND account_id = $6"
        }
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM health_snapshots
         WHERE day >= $1 AND day <= $2 AND (day > $3 OR (day = $3 AND account_id > $4)) {whose}
         ORDER BY day, account_id LIMIT $5"
    );
    let found: Vec<Snapshot> = tx.rows(&sql, &args)?;
    let page = Page::of(found, limit, |it| Cursor { key: it.day, id: it.account_id.raw() });
    let sees_money = book::sees_money(me);
    Ok(page.map(|it| if sees_money { it } else { Snapshot { arr: None, ..it } }))
}
