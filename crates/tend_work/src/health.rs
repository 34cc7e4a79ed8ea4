//! Once a day: learns who leaves, if there is anything new to learn, and then writes down how
//! every account fares.

use std::time::Duration;

use tend_core::{Result, actor::Actor, health};
use tokio_util::sync::CancellationToken;

use crate::{alerts, works::Works};

/// How often to look whether a day began.
const LOOK: Duration = Duration::from_secs(5);
/// Between two steps others may write.
const PAUSE: Duration = Duration::from_millis(2);
/// While others wait to write, a longer one lets them go first.
const LONG_PAUSE: Duration = Duration::from_millis(50);

/// Writes until `stop`.
pub async fn run(works: Works, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = catch_up(&works, &stop).await {
            tracing::warn!(%error, "health: could not write the day's snapshots");
        } else if let Err(error) = alerts::catch_up(&works, &stop).await {
            tracing::warn!(%error, "health: could not call the owners of accounts at risk");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Brings health to today: learns first, so that today's snapshots know it.
///
/// # Errors
/// What the store says.
pub async fn catch_up(works: &Works, stop: &CancellationToken) -> Result<()> {
    let mut learned = false;
    while !stop.is_cancelled() && works.read(health::has_to_write).await? {
        let holder = works.db.holder().to_owned();
        let lease = works.write(move |tx| health::take_lease(tx, &holder)).await?;
        let Some(fence) = lease else { return Ok(()) };
        if !learned {
            learned = true;
            if works.read(health::fit_is_due).await? {
                learn(works, Actor::System).await?;
            }
            // Learning may take longer than the lease.
            continue;
        }
        let step = works.write(move |tx| match tx.holds_lease(health::LEASE, fence)? {
            true => health::walk(tx).map(Some),
            false => Ok(None),
        });
        if step.await?.is_none() {
            return Ok(());
        }
        let pause = if works.db.stats().waiting > 0 { LONG_PAUSE } else { PAUSE };
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

/// Learns anew who leaves. It is worked out in a thread of its own: no transaction waits for it.
///
/// # Errors
/// What the store says, and what can't be learned from.
pub(crate) async fn learn(works: &Works, by: Actor) -> Result<()> {
    let lesson = works.read(health::lesson).await?;
    let fitted = works.compute(move || health::learn(lesson)).await??;
    works.write(move |tx| health::keep_model(tx, by, &fitted)).await.map(drop)
}
