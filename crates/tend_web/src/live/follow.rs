//! The thread that reads the journal once for all streams of this node.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    thread,
    time::Duration,
};

use tend_core::{Error, live, usage};
use tend_store::Tx;

use super::{Hub, News};
use crate::{app::App, error::WebError};

/// Entries read at once.
const CHUNK: i64 = 500;
/// How often it looks for those who went away without saying so.
const TICK: Duration = Duration::from_secs(1);
/// Notifications of another node may be committed out of order by so much:
/// ten seconds, in the units of ids.
const LATE: i64 = 10_000 << 22;

/// Begins to follow, the first time that somebody listens. When it has answered,
/// whatever is committed from then on will be told.
pub(super) async fn begin(app: &App) -> Result<(), WebError> {
    let hub = &app.live.0;
    let start = || async {
        let at = app.read(Position::of_now).await?;
        let hub = hub.clone();
        let started = thread::Builder::new().name("live".to_owned()).spawn(move || run(&hub, at));
        started.map(drop).map_err(|error| {
            tracing::error!(%error, "live pages cannot follow the journal");
            WebError::busy()
        })
    };
    hub.follows.get_or_try_init(start).await.copied()
}

/// Ends with the database.
fn run(hub: &Hub, mut at: Position) {
    let Some(db) = hub.db.upgrade() else { return };
    let watch = db.journal();
    drop(db);
    while !hub.closed.load(Relaxed) {
        // Usage is in no journal: whoever watches it hears of it once a second.
        match db_newest(hub) {
            Some(newest) if newest != at.usage => {
                at.usage = newest;
                drop(hub.news.send(News::Usage));
            }
            _ => {}
        }
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

/// The newest request with usage events; nothing while the database is away.
fn db_newest(hub: &Hub) -> Option<i64> {
    hub.db.upgrade()?.read(usage::newest).ok()
}

struct Position {
    entry: i64,
    told: i64,
    usage: i64,
    /// Those after `told` that were passed on already.
    passed: Vec<i64>,
}

impl Position {
    fn of_now(tx: &mut Tx) -> Result<Self, Error> {
        let entry = tend_core::journal::last_position(tx)?;
        let (told, usage) = (live::last_told(tx)?, usage::newest(tx)?);
        Ok(Self { entry, told, usage, passed: Vec::new() })
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
