//! Figures that nobody counts along: they are looked up when somebody asks.

use std::path::Path;

use metrics::{counter, gauge};
use tend_store::{Db, Result, Tx, row};
use tokio::sync::oneshot;

use super::health::Health;

row! {
    struct Waiting {
        state: String,
        count: i64,
        oldest: Option<i64>,
    }
}

struct Queues {
    jobs: Vec<Waiting>,
    outbox: Vec<Waiting>,
    mails: Vec<Waiting>,
    /// Entries of the journal that search does not know yet.
    search_behind: i64,
    /// Microseconds.
    now: i64,
}

pub async fn gather(health: &Health) {
    disk(&health.folder);
    if let Some(database) = &health.database {
        sizes(database);
    }
    let db = health.db.clone();
    match beside(move || db.read(queues)).await {
        Some(Ok(queues)) => queues.tell(),
        Some(Err(error)) => tracing::warn!(%error, "the queues can't be measured"),
        None => {}
    }
    store(&health.db);
    gauge!("tend_journal_position").set(health.db.journal().position() as f64);
}

/// What the store counts by itself.
fn store(db: &Db) {
    let it = db.stats();
    let counts = [
        ("tend_store_writes_total", it.writes),
        ("tend_store_undone_total", it.undone),
        ("tend_store_reruns_total", it.reruns),
        ("tend_store_turned_away_total", it.turned_away),
        ("tend_store_slow_writes_total", it.slow),
        ("tend_store_waited_micros_total", it.waited_micros),
        ("tend_store_worked_micros_total", it.worked_micros),
        ("tend_store_commits_total", it.commits),
        ("tend_store_commit_micros_total", it.commit_micros),
        ("tend_store_reads_total", it.reads),
        ("tend_store_read_micros_total", it.read_micros),
    ];
    for (name, count) in counts {
        counter!(name).absolute(count);
    }
    gauge!("tend_store_writes_waiting").set(it.waiting as f64);
    gauge!("tend_store_largest_batch").set(it.largest_batch as f64);
}

/// A read would hold up others on a thread that waits for the network.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (answer, wait) = oneshot::channel();
    std::thread::spawn(move || drop(answer.send(work())));
    wait.await.ok()
}

/// Each has an index by state; what is settled is not counted.
fn queues(tx: &mut Tx) -> Result<Queues> {
    let jobs = "SELECT state, count(*) AS count, MIN(due_at) AS oldest FROM jobs GROUP BY state";
    let outbox = "SELECT state, count(*) AS count, MIN(created_at) AS oldest FROM outbox
                  WHERE state IN ('held', 'queued', 'sending', 'deferred', 'unknown', 'failed')
                  GROUP BY state";
    let mails = "SELECT state, count(*) AS count, MIN(received_at) AS oldest FROM mails
                 WHERE state IN ('received', 'quarantined') GROUP BY state";
    Ok(Queues {
        jobs: tx.rows(jobs, &[])?,
        outbox: tx.rows(outbox, &[])?,
        mails: tx.rows(mails, &[])?,
        search_behind: tx.scalar(
            "SELECT COALESCE((SELECT MAX(position) FROM journal), 0)
                 - COALESCE((SELECT position FROM followers_at WHERE name = 'search'), 0)",
            &[],
        )?,
        now: tx.now().as_microsecond(),
    })
}

impl Queues {
    fn tell(&self) {
        gauge!("tend_search_behind").set(self.search_behind as f64);
        self.tell_of("tend_jobs", "tend_jobs_late_seconds", &self.jobs, &["waiting", "dead"]);
        let states = ["held", "queued", "sending", "deferred", "unknown", "failed"];
        self.tell_of("tend_outbox", "tend_outbox_oldest_seconds", &self.outbox, &states);
        let states = ["received", "quarantined"];
        self.tell_of("tend_mails", "tend_mails_oldest_seconds", &self.mails, &states);
    }

    /// A state in which there is nothing is told as nothing, not left at what it was.
    fn tell_of(
        &self,
        count: &'static str,
        age: &'static str,
        them: &[Waiting],
        all: &[&'static str],
    ) {
        for state in all.iter().copied() {
            let found = them.iter().find(|it| it.state == state);
            let oldest = found.and_then(|it| it.oldest).unwrap_or(self.now);
            gauge!(count, "state" => state).set(found.map_or(0, |it| it.count) as f64);
            gauge!(age, "state" => state).set((self.now - oldest).max(0) as f64 / 1e6);
        }
    }
}

fn disk(folder: &Path) {
    if let Ok(space) = rustix::fs::statvfs(folder) {
        gauge!("tend_disk_free_bytes").set((space.f_bavail * space.f_frsize) as f64);
        gauge!("tend_disk_total_bytes").set((space.f_blocks * space.f_frsize) as f64);
    }
}

fn sizes(database: &Path) {
    let size = |ending: &str| {
        let mut path = database.as_os_str().to_owned();
        path.push(ending);
        std::fs::metadata(path).map_or(0, |it| it.len())
    };
    gauge!("tend_database_bytes").set(size("") as f64);
    gauge!("tend_database_wal_bytes").set(size("-wal") as f64);
}
