//! Sends what campaigns say, a piece at a time, and looks after onboardings.

use std::time::Duration;

use tend_core::{Result, campaigns, onboarding::follow};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::works::Works;

/// How often to look.
const LOOK: Duration = Duration::from_secs(1);
/// Between two pieces others may write: so many times as long as the piece took.
const PAUSES: u32 = 1;
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How often it is measured what came of it.
const MEASURE: Duration = Duration::from_secs(60);
/// So many people are measured in one transaction.
const MEASURED: i64 = 50;

/// Sends until `stop`.
pub async fn run(works: Works, stop: CancellationToken) {
    let mut measured = None;
    while !stop.is_cancelled() {
        if let Err(error) = catch_up(&works, &stop, &mut measured).await {
            tracing::warn!(%error, "campaigns: could not go on");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Does all that is due.
///
/// # Errors
/// What the store says.
async fn catch_up(
    works: &Works,
    stop: &CancellationToken,
    measured: &mut Option<Instant>,
) -> Result<()> {
    send_all(works, stop).await?;
    while !stop.is_cancelled() && works.read(follow::has_to_look).await? {
        let Some(fence) = lease(works).await? else { return Ok(()) };
        let more = works.write(move |tx| match tx.holds_lease(campaigns::LEASE, fence)? {
            true => follow::look(tx),
            false => Ok(false),
        });
        if !more.await? {
            break;
        }
        // Whoever waits for a message does not wait for all lists to be looked at.
        send_all(works, stop).await?;
    }
    if measured.is_none_or(|at: Instant| at.elapsed() >= MEASURE) {
        while !stop.is_cancelled() && works.write(|tx| campaigns::measure(tx, MEASURED)).await? {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        *measured = Some(Instant::now());
    }
    Ok(())
}

async fn lease(works: &Works) -> Result<Option<i64>> {
    let holder = works.db.holder().to_owned();
    works.write(move |tx| campaigns::take_lease(tx, &holder)).await
}

/// Goes on with each campaign that has something to do, a piece each in turn.
///
/// # Errors
/// What the store says.
pub async fn send_all(works: &Works, stop: &CancellationToken) -> Result<()> {
    loop {
        let ids = works.read(campaigns::to_do).await?;
        if ids.is_empty() || stop.is_cancelled() {
            return Ok(());
        }
        let mut and_more = false;
        for id in ids {
            let Some(fence) = lease(works).await? else { return Ok(()) };
            let (keys, began) = (works.keys.clone(), Instant::now());
            let piece = works.write(move |tx| match tx.holds_lease(campaigns::LEASE, fence)? {
                true => campaigns::go_on(tx, &keys, id).map(Some),
                false => Ok(None),
            });
            let Some(went) = piece.await? else { return Ok(()) };
            metrics::counter!("tend_campaign_messages_total").increment(went.sent.unsigned_abs());
            and_more |= went.and_more;
            tokio::time::sleep(LONGEST_PAUSE.min(began.elapsed() * PAUSES)).await;
        }
        if !and_more {
            return Ok(());
        }
    }
}
