//! The thread that reads the journal once for all streams of this node.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    thread,
    time::Duration,
};

use tend_core::{Error, live};

use super::{Hub, News};

/// Entries read at once.
const CHUNK: i64 = 500;
/// How often it looks for those who went away without saying so.
const TICK: Duration = Duration::from_secs(1);
/// Notifications of another node may be committed out of order by so much:
/// ten seconds, in the units of ids.
const LATE: i64 = 10_000 << 22;

/// Begins to follow, the first time that somebody listens.
pub(super) fn start(hub: &Arc<Hub>) {
    let hub = hub.clone();
    hub.clone().follows.call_once(move || {
        let name = "live".to_owned();
        let started = thread::Builder::new().name(name).spawn(move || run(&hub));
        if let Err(error) = started {
            tracing::error!(%error, "live pages cannot follow the journal");
        }
    });
}

/// Ends with the database.
fn run(hub: &Hub) {
    let Some(db) = hub.db.upgrade() else { return };
    let watch = db.journal();
    let mut at = Position::default();
    at.read_start(&db);
    drop(db);
    while !hub.closed.load(Relaxed) {
        let last = watch.wait_past(at.entry, TICK);
        let Some(db) = hub.db.upgrade() else { return };
        for (conversation, standing) in hub.presence.forget(hub.clock.now()) {
            drop(hub.news.send(News::Presence(conversation, standing)));
        }
        if last > at.entry
            && let Err(error) = at.catch_up(&db, hub)
        {
            tracing::warn!(%error, "live pages have to wait for the journal");
            thread::park_timeout(TICK);
        }
    }
}

#[derive(Default)]
struct Position {
    entry: i64,
    told: i64,
    /// Those after `told` that were passed on already.
    passed: Vec<i64>,
}

impl Position {
    fn read_start(&mut self, db: &tend_store::Db) {
        let start = db.read(|tx| {
            Ok::<_, Error>((tend_core::journal::last_position(tx)?, live::last_told(tx)?))
        });
        (self.entry, self.told) = start.unwrap_or_default();
    }

    fn catch_up(&mut self, db: &tend_store::Db, hub: &Hub) -> Result<(), Error> {
        loop {
            let from = self.entry;
            let entries = db.read(|tx| live::since(tx, from, CHUNK))?;
            let count = entries.len();
            for it in entries {
                self.entry = it.position;
                drop(hub.news.send(News::Happened(Arc::new(it))));
            }
            if count < CHUNK as usize {
                break;
            }
        }
        let from = self.told;
        let told = db.read(|tx| live::told_since(tx, from, CHUNK))?;
        for it in told.iter().filter(|it| !self.passed.contains(&it.id)) {
            drop(hub.news.send(News::Told(it.agent_id)));
        }
        let newest = told.last().map_or(self.told, |it| it.id);
        self.told = self.told.max(newest - LATE);
        self.passed = told.iter().map(|it| it.id).filter(|it| *it > self.told).collect();
        Ok(())
    }
}
