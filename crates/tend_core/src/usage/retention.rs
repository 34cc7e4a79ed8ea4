use jiff::SignedDuration;
use tend_store::{StoreError, Tx};

use super::{KNOWN_AGAIN_DAYS, RETENTION, RETENTION_DAYS};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::invalid,
    settings,
};

/// A sweep takes so many requests at once away, and the next one goes on.
const AT_ONCE: i64 = 2_000;
const STEPS: usize = 10;
/// Rejected events are kept for so long.
const REJECTED_DAYS: i64 = 30;

/// How many days requests are kept as they came.
pub fn retention(tx: &mut Tx) -> Result<i64> {
    let text = settings::get(tx, RETENTION)?;
    Ok(text.and_then(|it| it.parse().ok()).unwrap_or(RETENTION_DAYS))
}

/// Says for how many days. What was counted stays in any case.
pub fn set_retention(tx: &mut Tx, me: &Me, days: i64) -> Result<()> {
    me.require(Permission::SourcesManage)?;
    if !(1..=3650).contains(&days) {
        return Err(invalid("days", "Choose between 1 and 3650 days."));
    }
    settings::set(tx, Actor::Agent(me.id), RETENTION, &days.to_string())
}

/// Takes away what is over; how many rows went.
pub(crate) fn sweep(tx: &mut Tx) -> Result<u64> {
    let days = retention(tx)?;
    let now = tx.now();
    let before = |days: i64| {
        let before = now.checked_sub(SignedDuration::from_hours(24 * days));
        before.map_err(|it| StoreError::Failed(it.to_string()))
    };
    let mut gone = 0;
    for _ in 0..STEPS {
        let some = tx.execute(
            "DELETE FROM usage_batches WHERE id IN (SELECT id FROM usage_batches
                 WHERE received_at < $1 AND NOT waits ORDER BY id LIMIT $2)",
            &[before(days)?.into(), AT_ONCE.into()],
        )?;
        gone += some;
        if some < AT_ONCE as u64 {
            break;
        }
    }
    // What says that an event came before is kept for the window at least.
    gone += tx.execute(
        "DELETE FROM usage_seen WHERE written_at < $1",
        &[before(days.max(KNOWN_AGAIN_DAYS + 1))?.into()],
    )?;
    gone += tx.execute(
        "DELETE FROM usage_rejections WHERE received_at < $1",
        &[before(REJECTED_DAYS)?.into()],
    )?;
    Ok(gone)
}
