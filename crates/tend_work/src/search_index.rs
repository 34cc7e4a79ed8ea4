//! Keeps the search index beside the journal, so that taking messages in stays fast.

use std::{sync::Arc, time::Duration};

use tend_core::search;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::works::Works;

/// So many changes at once: the writer is not held up for longer than some milliseconds.
const AT_ONCE: i64 = 500;
/// While others wait to write, so long a pause lets them go first.
const PAUSE: Duration = Duration::from_millis(150);
/// How often to look without being told.
const LOOK: Duration = Duration::from_secs(2);

/// Follows the journal until `stop`.
pub async fn run(works: Works, stop: CancellationToken) {
    let bell = Arc::new(Notify::new());
    let ring = bell.clone();
    works.db.on_journal(move |_| ring.notify_one());
    if let Err(error) = works.write(search::ensure).await {
        tracing::warn!(%error, "search: could not look at the index");
    }
    while !stop.is_cancelled() {
        match catch_up(&works, &stop).await {
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, "search: could not go on with the index"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = bell.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Takes in all that is new, in small steps.
///
/// # Errors
/// What the store says.
pub async fn catch_up(works: &Works, stop: &CancellationToken) -> tend_core::Result<()> {
    while !stop.is_cancelled() {
        let gathered = works.read(|tx| search::gather(tx, AT_ONCE)).await?;
        if gathered.is_empty() {
            return Ok(());
        }
        works.write(move |tx| search::keep(tx, &gathered)).await?;
        if works.db.stats().waiting > 0 {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}
