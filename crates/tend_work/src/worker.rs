//! Does the jobs that are owed: as many at once as is good, one panic hurts one job.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tend_core::jobs::{self as owed, Leased, Outcome};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{campaigns, figures, health, jobs, recommend, search_index, usage, works::Works};

/// How many jobs are under way at once.
const AT_ONCE: usize = 16;
/// How long a job may take before its lease is given up.
const LONGEST: Duration = Duration::from_secs(100);
const LONGEST_SEND: Duration = Duration::from_secs(30 * 60);
/// How often the lease of a job that takes long is renewed.
const RENEW: Duration = Duration::from_secs(20);
/// How often we look by ourselves: for jobs whose time comes, and in case that no word came.
const LOOK: Duration = Duration::from_millis(500);

/// Works until `stop`; then finishes what is under way.
pub async fn run(works: Works, stop: CancellationToken) {
    let bell = Arc::new(Notify::new());
    let ring = bell.clone();
    works.db.on_jobs(move || ring.notify_one());
    let beside = tokio::spawn(search_index::run(works.clone(), stop.clone()));
    let counting = tokio::spawn(usage::run(works.clone(), stop.clone()));
    let figures = tokio::spawn(figures::run(works.clone(), stop.clone()));
    let fares = tokio::spawn(health::run(works.clone(), stop.clone()));
    let learning = tokio::spawn(recommend::run(works.clone(), stop.clone()));
    let messages = tokio::spawn(campaigns::run(works.clone(), stop.clone()));
    let mut under_way = JoinSet::new();
    while !stop.is_cancelled() {
        let free = AT_ONCE.saturating_sub(under_way.len());
        let taken = if free > 0 { take(&works, free).await } else { Vec::new() };
        let full = taken.len() == free;
        for leased in taken {
            let works = works.clone();
            under_way.spawn(async move { do_one(&works, leased).await });
        }
        if full && under_way.len() < AT_ONCE {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            Some(_) = under_way.join_next() => {}
            () = bell.notified(), if under_way.len() < AT_ONCE => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    while under_way.join_next().await.is_some() {}
    // They end with `stop`; a panic in one was told where it happened.
    let _ = beside.await;
    let _ = counting.await;
    let _ = figures.await;
    let _ = fares.await;
    let _ = learning.await;
    let _ = messages.await;
}

/// Does all that is due now, and what follows from it; says how many jobs that were.
/// For tests, which have no patience.
pub async fn run_till_idle(works: &Works) -> usize {
    let mut done = 0;
    loop {
        let taken = take(works, AT_ONCE).await;
        if taken.is_empty() {
            return done;
        }
        for leased in taken {
            do_one(works, leased).await;
            done += 1;
        }
    }
}

async fn take(works: &Works, most: usize) -> Vec<Leased> {
    let most = i64::try_from(most).unwrap_or(1);
    match works.read(owed::any_due).await {
        Ok(false) => return Vec::new(),
        Ok(true) => {}
        Err(error) => {
            tracing::warn!(%error, "jobs: could not look for work");
            return Vec::new();
        }
    }
    works.write(move |tx| owed::take(tx, most)).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "jobs: could not take work");
        Vec::new()
    })
}

async fn do_one(works: &Works, leased: Leased) {
    let kind = leased.job.kind();
    let work = AssertUnwindSafe(jobs::run(works, &leased)).catch_unwind();
    // A server may take its time for a verdict, and nobody else may send meanwhile.
    let longest = if kind == "send" { LONGEST_SEND } else { LONGEST };
    let work = tokio::time::timeout(longest, work);
    let worked = tokio::select! {
        worked = work => worked,
        () = keep_lease(works, &leased) => {
            tracing::warn!(job = %leased.id, kind, "a job's lease was lost to another");
            return;
        }
    };
    let outcome = match worked {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Outcome::Failed("It panicked.".to_owned()),
        Err(_) => Outcome::Failed("It took too long.".to_owned()),
    };
    match &outcome {
        Outcome::Failed(why) => {
            tracing::warn!(job = %leased.id, kind, attempt = leased.attempts + 1, why, "job failed");
        }
        Outcome::Hopeless(why) => tracing::error!(job = %leased.id, kind, why, "job given up"),
        Outcome::Done | Outcome::Later(_) => {}
    }
    metrics::counter!("tend_jobs_total", "kind" => kind, "outcome" => word(&outcome)).increment(1);
    let settled = works.write(move |tx| owed::settle(tx, &leased, &outcome)).await;
    if let Err(error) = settled {
        // Its lease ends by itself, and then it is done again.
        tracing::warn!(%error, "jobs: could not write down how one went");
    }
}

/// Ends when the lease is lost.
async fn keep_lease(works: &Works, leased: &Leased) {
    loop {
        tokio::time::sleep(RENEW).await;
        let mine = leased.clone();
        // A database that is away takes no lease from us.
        if let Ok(false) = works.write(move |tx| owed::renew(tx, &mine)).await {
            return;
        }
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Later(_) => "later",
        Outcome::Failed(_) => "failed",
        Outcome::Hopeless(_) => "hopeless",
    }
}
