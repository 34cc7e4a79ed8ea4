//! Once a day: learns from the company's orders what customers are likely to want next.

use std::time::Duration;

use jiff::SignedDuration;
use tend_core::{Result, recommend};
use tokio_util::sync::CancellationToken;

use crate::works::Works;

/// How often to look whether a day began.
const LOOK: Duration = Duration::from_secs(60);
/// So many pieces of a version are written in one transaction: less than a megabyte.
const AT_ONCE: usize = 200;

/// Learns until `stop`.
pub async fn run(works: Works, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = catch_up(&works).await {
            tracing::warn!(%error, "recommendations: could not learn");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Learns, if a day began of which nothing was learned.
///
/// # Errors
/// What the store says.
pub async fn catch_up(works: &Works) -> Result<()> {
    if !works.read(recommend::is_due).await? {
        return Ok(());
    }
    let holder = works.db.holder().to_owned();
    let lease = works.write(move |tx| recommend::take_lease(tx, &holder)).await?;
    let Some(fence) = lease else { return Ok(()) };
    let lesson = read(works).await?;
    let mut learned = works.compute(move || recommend::learn(&lesson)).await?;
    let parts = std::mem::take(&mut learned.parts);
    while works.write(recommend::forget).await? {}
    let id = works.write(move |tx| recommend::begin(tx, &learned)).await?;
    for some in parts.chunks(AT_ONCE) {
        let some = some.to_vec();
        works.write(move |tx| recommend::write(tx, id, &some)).await?;
    }
    // Who lost the lease meanwhile publishes nothing: another node does it.
    works
        .write(move |tx| match tx.holds_lease(recommend::LEASE, fence)? {
            true => recommend::publish(tx, id),
            false => Ok(()),
        })
        .await?;
    while works.write(recommend::forget).await? {}
    Ok(())
}

async fn read(works: &Works) -> Result<recommend::Lesson> {
    let mut lesson = recommend::Lesson::default();
    let mut after = 0;
    loop {
        let page = works
            .read(move |tx| {
                let since = tx.now() - SignedDuration::from_hours(24 * recommend::LONGEST_DAYS);
                recommend::purchases(tx, since, after)
            })
            .await?;
        lesson.add(&page);
        match page.last() {
            Some(last) if page.len() as i64 == recommend::PAGE => after = last.id,
            _ => return Ok(lesson),
        }
    }
}
