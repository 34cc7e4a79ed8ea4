use jiff::{SignedDuration, Timestamp};
use tend_store::{StoreError, Tx, row};

use super::{Job, JobId};
use crate::Result;

/// How long a worker may be at a job before another takes it over.
pub const LEASE: SignedDuration = SignedDuration::from_mins(1);

/// A job that a worker may do now.
#[derive(Clone, Debug)]
pub struct Leased {
    pub id: JobId,
    pub job: Job,
    /// Proves the lease when the job is settled.
    pub fence: i64,
    /// How often it was tried before.
    pub attempts: i64,
    pub created_at: Timestamp,
}

row! {
    struct Due {
        id: JobId,
        data: String,
        attempts: i64,
        created_at: Timestamp,
    }
}

/// Leases at most `limit` due jobs, the longest due first.
///
/// A job whose data this version does not understand is put aside as dead.
pub fn take(tx: &mut Tx, limit: i64) -> Result<Vec<Leased>> {
    let now = tx.now();
    let sql = format!(
        "SELECT id, data, attempts, created_at FROM jobs
         WHERE state = 'waiting' AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
         ORDER BY due_at, id LIMIT $2 {}",
        tx.dialect().skip_locked()
    );
    let due: Vec<Due> = tx.rows(&sql, &[now.into(), limit.into()])?;
    let until = now.checked_add(LEASE).map_err(|it| StoreError::Failed(it.to_string()))?;
    let mut taken = Vec::with_capacity(due.len());
    for it in due {
        let Ok(job) = serde_json::from_str(&it.data) else {
            super::settle::bury(tx, it.id, "This version of Tend does not know this kind of job.")?;
            continue;
        };
        let fence = tx.next_id();
        tx.execute(
            "UPDATE jobs SET leased_until = $2, lease = $3 WHERE id = $1",
            &[it.id.into(), until.into(), fence.into()],
        )?;
        let Due { id, attempts, created_at, .. } = it;
        taken.push(Leased { id, job, fence, attempts, created_at });
    }
    Ok(taken)
}

/// Whether there is anything to [`take`]: a cheap look, without writing.
pub fn any_due(tx: &mut Tx) -> Result<bool> {
    let now = tx.now();
    let found: Option<i64> = tx.maybe_scalar(
        "SELECT 1 AS due FROM jobs
         WHERE state = 'waiting' AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
         LIMIT 1",
        &[now.into()],
    )?;
    Ok(found.is_some())
}

/// Frees what a process before us was at, when nobody else can be at work: on SQLite, at the
/// start. Says how many jobs that were.
pub fn take_over(tx: &mut Tx) -> Result<u64> {
    let freed = tx.execute(
        "UPDATE jobs SET leased_until = NULL, lease = NULL WHERE leased_until IS NOT NULL",
        &[],
    )?;
    tx.end_leases("mailbox ")?;
    Ok(freed)
}

/// Goes on with a lease. `false` says that another has taken it over meanwhile.
pub fn renew(tx: &mut Tx, leased: &Leased) -> Result<bool> {
    let until = tx.now().checked_add(LEASE).map_err(|it| StoreError::Failed(it.to_string()))?;
    let kept = tx.execute(
        "UPDATE jobs SET leased_until = $3 WHERE id = $1 AND lease = $2",
        &[leased.id.into(), leased.fence.into(), until.into()],
    )?;
    Ok(kept == 1)
}
