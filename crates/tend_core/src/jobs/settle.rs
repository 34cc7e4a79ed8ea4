use jiff::{SignedDuration, Timestamp};
use tend_store::{StoreError, Tx, row};

use super::{JobId, Leased};
use crate::{
    Result,
    error::not_found,
    fold,
    page::{Cursor, Page},
};

/// How a job went.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is owed no more.
    Done,
    /// Not yet: try again after this long. Does not count as a failure.
    Later(SignedDuration),
    /// It failed, and may succeed another time: tried again with longer and longer pauses.
    Failed(String),
    /// It failed and won't ever succeed: put aside with its reason.
    Hopeless(String),
}

/// So many failures, and a job is put aside.
pub const MOST_ATTEMPTS: i64 = 12;

/// Ends a lease. `false` says that the lease was lost to another worker, and nothing was changed.
pub fn settle(tx: &mut Tx, leased: &Leased, outcome: &Outcome) -> Result<bool> {
    let args = [leased.id.into(), leased.fence.into()];
    let touched = match outcome {
        Outcome::Done => tx.execute("DELETE FROM jobs WHERE id = $1 AND lease = $2", &args)?,
        Outcome::Later(pause) => again(tx, leased, *pause, leased.attempts, "")?,
        Outcome::Failed(why) if leased.attempts + 1 < MOST_ATTEMPTS => {
            let pause = pause_after(leased.attempts, leased.fence);
            again(tx, leased, pause, leased.attempts + 1, why)?
        }
        Outcome::Failed(why) | Outcome::Hopeless(why) => tx.execute(
            "UPDATE jobs SET state = 'dead', problem = $3, lease = NULL, leased_until = NULL,
                 unique_key = NULL, attempts = attempts + 1
             WHERE id = $1 AND lease = $2",
            &[leased.id.into(), leased.fence.into(), fold::shorten(why, 2000).into()],
        )?,
    };
    Ok(touched == 1)
}

fn again(
    tx: &mut Tx,
    leased: &Leased,
    pause: SignedDuration,
    attempts: i64,
    why: &str,
) -> Result<u64> {
    let due = tx.now().checked_add(pause).map_err(|it| StoreError::Failed(it.to_string()))?;
    let touched = tx.execute(
        "UPDATE jobs SET due_at = $3, attempts = $4, problem = $5, lease = NULL, leased_until = NULL
         WHERE id = $1 AND lease = $2",
        &[
            leased.id.into(),
            leased.fence.into(),
            due.into(),
            attempts.into(),
            fold::shorten(why, 2000).into(),
        ],
    )?;
    Ok(touched)
}

/// 5 s, 10 s, 20 s … at most 1 h, each with up to a quarter more, so that those who failed
/// together don't come back together.
fn pause_after(failures: i64, seed: i64) -> SignedDuration {
    let base = (5_i64 << failures.clamp(0, 10)).min(3600) * 1000;
    let spread = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64).unsigned_abs() % 1000;
    SignedDuration::from_millis(base + base / 4 * spread as i64 / 1000)
}

pub(super) fn bury(tx: &mut Tx, id: JobId, why: &str) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET state = 'dead', problem = $2, lease = NULL, leased_until = NULL,
             unique_key = NULL
         WHERE id = $1",
        &[id.into(), why.into()],
    )?;
    Ok(())
}

row! {
    /// A job that was put aside.
    pub struct Dead {
        pub id: JobId,
        pub kind: String,
        pub data: String,
        pub problem: String,
        pub attempts: i64,
        pub created_at: Timestamp,
        pub due_at: Timestamp,
    }
}

/// Those put aside, newest first.
pub fn dead(tx: &mut Tx, after: Option<Cursor>, limit: usize) -> Result<Page<Dead>> {
    let before = after.map_or(i64::MAX, |it| it.id);
    let rows = tx.rows(
        "SELECT id, kind, data, problem, attempts, created_at, due_at FROM jobs
         WHERE state = 'dead' AND id < $1 ORDER BY id DESC LIMIT $2",
        &[before.into(), (limit as i64 + 1).into()],
    )?;
    Ok(Page::of(rows, limit, |it: &Dead| Cursor { key: it.id.raw(), id: it.id.raw() }))
}

/// One that was put aside.
pub fn find_dead(tx: &mut Tx, id: JobId) -> Result<Dead> {
    tx.maybe(
        "SELECT id, kind, data, problem, attempts, created_at, due_at FROM jobs
         WHERE state = 'dead' AND id = $1",
        &[id.into()],
    )?
    .ok_or(not_found("job"))
}

/// Owes a dead job again, at once.
pub fn replay(tx: &mut Tx, id: JobId) -> Result<()> {
    let now = tx.now();
    let touched = tx.execute(
        "UPDATE jobs SET state = 'waiting', attempts = 0, due_at = $2, problem = ''
         WHERE id = $1 AND state = 'dead'",
        &[id.into(), now.into()],
    )?;
    if touched == 0 { Err(not_found("job")) } else { Ok(()) }
}

/// Gives a dead job up for good.
pub fn discard(tx: &mut Tx, id: JobId) -> Result<()> {
    let touched = tx.execute("DELETE FROM jobs WHERE id = $1 AND state = 'dead'", &[id.into()])?;
    if touched == 0 { Err(not_found("job")) } else { Ok(()) }
}
