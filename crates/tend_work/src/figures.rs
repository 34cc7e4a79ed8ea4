//! Keeps the figures by which portfolios sort: after each change that the journal tells of, and of
//! every account once a day.

use std::time::Duration;

use tend_core::{Result, book};
use tokio_util::sync::CancellationToken;

use crate::works::Works;

/// How often to look: what changed is to be seen within a second.
const LOOK: Duration = Duration::from_millis(500);
/// Between two steps others may write.
const PAUSE: Duration = Duration::from_millis(5);
/// While others wait to write, a longer one lets them go first.
const LONG_PAUSE: Duration = Duration::from_millis(50);

/// Counts until `stop`.
pub async fn run(works: Works, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = catch_up(&works, &stop).await {
            tracing::warn!(%error, "figures: could not count");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Counts all that changed, and goes on with the walk of today.
///
/// # Errors
/// What the store says.
pub async fn catch_up(works: &Works, stop: &CancellationToken) -> Result<()> {
    // Where nothing changed and today's walk is done, nobody writes.
    while !stop.is_cancelled() && works.read(book::has_to_count).await? {
        let holder = works.db.holder().to_owned();
        let lease = works.write(move |tx| book::take_lease(tx, &holder)).await?;
        let Some(fence) = lease else { return Ok(()) };
        let step = works.write(move |tx| {
            if !tx.holds_lease(book::LEASE, fence)? {
                return Ok(None);
            }
            let heard = book::catch_up(tx)?;
            // What changed comes first; the walk has all day.
            match heard.and_more {
                true => Ok(Some(heard)),
                false => book::walk(tx).map(Some),
            }
        });
        if step.await?.is_none() {
            return Ok(());
        }
        let pause = if works.db.stats().waiting > 0 { LONG_PAUSE } else { PAUSE };
        tokio::time::sleep(pause).await;
    }
    Ok(())
}
