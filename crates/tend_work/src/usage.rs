//! Counts usage events beside everything else, so that taking them in stays fast.

use std::time::Duration;

use tend_core::{
    Result,
    usage::{
        Roller,
        roll_up::{self, LEASE},
        seen,
    },
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::works::Works;

/// How often to look: what is sent is to be seen within a second.
const LOOK: Duration = Duration::from_millis(250);
/// While others write, a pause so many times as long as the step before it leaves them the disk.
const PAUSES: u32 = 3;
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// So many writes during one step are more than its own.
const OTHERS: u64 = 16;

/// Counts until `stop`.
pub async fn run(works: Works, stop: CancellationToken) {
    let mut roller = None;
    while !stop.is_cancelled() {
        if let Err(error) = catch_up(&works, &stop, &mut roller).await {
            // What was seen is read anew: a commit may have come through without an answer.
            roller = None;
            tracing::warn!(%error, "usage: could not count");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Counts all that waits, in small steps.
///
/// # Errors
/// What the store says.
pub async fn catch_up(
    works: &Works,
    stop: &CancellationToken,
    roller: &mut Option<(i64, Roller)>,
) -> Result<()> {
    let mut others = works.db.stats().waiting > 0;
    while !stop.is_cancelled() {
        let at_once = if others { roll_up::AT_ONCE_BETWEEN } else { roll_up::AT_ONCE };
        let gathered = works.read(move |tx| roll_up::gather(tx, at_once)).await?;
        if gathered.is_empty() {
            return Ok(());
        }
        let holder = works.db.holder().to_owned();
        let lease = works.write(move |tx| roll_up::take_lease(tx, &holder)).await?;
        let Some(fence) = lease else {
            *roller = None;
            return Ok(());
        };
        // Whoever held it meanwhile has seen what we have not.
        let (_, own) = match roller {
            Some(it) if it.0 == fence => it,
            _ => roller.insert((fence, Roller::default())),
        };
        let (began, before) = (Instant::now(), works.db.stats().writes);
        step(works, fence, own, gathered).await?;
        others = works.db.stats().writes - before >= OTHERS;
        if others {
            let pause = LONGEST_PAUSE.min(began.elapsed() * PAUSES);
            stop.run_until_cancelled(tokio::time::sleep(pause)).await;
        }
    }
    Ok(())
}

async fn step(
    works: &Works,
    fence: i64,
    roller: &mut Roller,
    gathered: roll_up::Gathered,
) -> Result<()> {
    let chunk = works.compute(move || roll_up::Chunk::read(gathered)).await?;
    let missing = roller.missing(&chunk);
    let loaded = works.read(move |tx| seen::load(tx, &missing)).await?;
    let meant = roller.plan(chunk, loaded);
    let rolled = works.write(move |tx| roll_up::roll_up(tx, fence, &meant)).await?;
    let Some(rolled) = rolled else {
        tracing::debug!("usage: another counts");
        return Ok(());
    };
    let step = roller.note(rolled);
    metrics::counter!("tend_usage_events_total").increment(step.events as u64);
    metrics::counter!("tend_usage_repeated_total").increment(step.repeated as u64);
    metrics::counter!("tend_usage_rejected_total").increment(step.rejected as u64);
    while let Some((part, level, pieces)) = roller.untidy() {
        let gone = pieces.clone();
        let tidy = move |tx: &mut tend_store::Tx| {
            if !tx.holds_lease(LEASE, fence)? {
                return Ok(None);
            }
            seen::tidy(tx, part, level, &pieces).map(Some)
        };
        let Some(written) = works.write(tidy).await? else { return Ok(()) };
        roller.tidied(&gone, written);
    }
    Ok(())
}
