//! Once a day, when the day's snapshots are written: owners of accounts at risk are called.

use std::time::Duration;

use tend_core::{
    Result,
    health::{self, alerts},
};
use tokio_util::sync::CancellationToken;

use crate::works::Works;

/// Between two owners others may write.
const PAUSE: Duration = Duration::from_millis(5);

/// Settles what is known by now, and calls every owner for what is new.
///
/// # Errors
/// What the store says.
pub async fn catch_up(works: &Works, stop: &CancellationToken) -> Result<()> {
    while !stop.is_cancelled() && works.read(alerts::has_to_call).await? {
        let holder = works.db.holder().to_owned();
        let lease = works.write(move |tx| health::take_lease(tx, &holder)).await?;
        let Some(fence) = lease else { return Ok(()) };
        let step = works.write(move |tx| match tx.holds_lease(health::LEASE, fence)? {
            true => alerts::walk(tx).map(Some),
            false => Ok(None),
        });
        if step.await?.is_none() {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
