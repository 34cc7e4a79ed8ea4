//! What is over goes: old sessions, used links, keys of requests, notices of last year.

use jiff::SignedDuration;
use tend_store::{StoreError, Tx};

use crate::{
    Result,
    customers::imports,
    idempotency,
    jobs::{self, Job},
    money,
    notifications::devices,
    orders, usage,
};

/// So many days, and it goes.
const TABLES: [(&str, &str, i64); 10] = [
    ("sessions", "expires_at", 30),
    ("agent_links", "expires_at", 30),
    ("customer_links", "expires_at", 30),
    ("notifications", "created_at", 180),
    ("pushes", "created_at", 30),
    // Nothing arrived there for a month.
    ("devices", "failed_at", 30),
    ("auto_replies", "sent_at", 2),
    ("mail_turns", "since", 60),
    ("undos", "made_at", 2),
    ("bulks", "made_at", 30),
];

/// Owes the first sweep, unless one is owed.
pub fn begin(tx: &mut Tx) -> Result<()> {
    let owed: Option<i64> = tx.maybe_scalar("SELECT 1 AS n FROM jobs WHERE kind = 'sweep'", &[])?;
    match owed {
        Some(_) => Ok(()),
        None => again(tx, SignedDuration::from_mins(10)),
    }
}

/// Owes the next one.
pub fn again(tx: &mut Tx, pause: SignedDuration) -> Result<()> {
    let due = tx.now().checked_add(pause).map_err(|it| StoreError::Failed(it.to_string()))?;
    jobs::once(tx, due, "sweep", &Job::Sweep {}).map(drop)
}

/// Sweeps the tables; how many rows went.
pub fn rows(tx: &mut Tx) -> Result<u64> {
    let mut gone = idempotency::sweep(tx)? + loose_uploads(tx)?;
    for (table, column, days) in TABLES {
        let before = tx
            .now()
            .checked_sub(SignedDuration::from_hours(24 * days))
            .map_err(|it| StoreError::Failed(it.to_string()))?;
        let sql = format!("DELETE FROM {table} WHERE {column} < $1");
        gone += tx.execute(&sql, &[before.into()])?;
    }
    usage::first_value::begin(tx)?;
    gone += imports::sweep(tx)? as u64 + devices::sweep(tx)? + usage::sweep(tx)?;
    gone += money::stripe::sweep(tx)? + orders::events::sweep(tx)? + orders::file::sweep(tx)?;
    Ok(gone)
}

/// Files that were put down a week ago and went with no message and no draft.
fn loose_uploads(tx: &mut Tx) -> Result<u64> {
    let before = tx
        .now()
        .checked_sub(SignedDuration::from_hours(24 * 7))
        .map_err(|it| StoreError::Failed(it.to_string()))?;
    Ok(tx.execute(
        "DELETE FROM attachments
         WHERE message_id IS NULL AND draft_id IS NULL AND created_at < $1",
        &[before.into()],
    )?)
}

/// Which of these places no row knows.
pub fn unknown(tx: &mut Tx, places: &[String]) -> Result<Vec<String>> {
    let mut unknown = Vec::new();
    for some in places.chunks(500) {
        let marks = tend_store::placeholders(1, some.len());
        let args: Vec<_> = some.iter().map(|it| it.as_str().into()).collect();
        let sql = format!("SELECT place FROM files WHERE place IN ({marks})");
        let known: Vec<String> = tx.column(&sql, &args)?;
        unknown.extend(some.iter().filter(|it| !known.contains(it)).cloned());
    }
    Ok(unknown)
}
