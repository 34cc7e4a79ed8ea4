use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicI64, Ordering::Relaxed},
};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use crate::{
    Clock, Ids, Result, Tx,
    conn::Conn,
    crowd::Crowd,
    fate::Fate,
    node::{self, Node},
    stats::{Counters, micros},
    watch::{Bell, Watch},
    work::{Verdict, Work},
};

/// Where transactions get their time and their ids, and who hears of them.
pub(crate) struct Origin {
    pub clock: Arc<dyn Clock>,
    /// By how much the database server's clock is ahead of ours, in microseconds.
    pub offset: AtomicI64,
    pub ids: Ids,
    /// The number in them, if it is leased.
    node: Mutex<Option<Node>>,
    pub watch: Arc<Watch>,
    pub has_journal: AtomicBool,
    /// SQLite's checkpointer asks its writer to begin the log anew.
    pub log_is_long: AtomicBool,
    /// The keeper's, in PostgreSQL; the checkpointer's, in SQLite.
    pub bell: Arc<Bell>,
    pub counters: Counters,
    pub fate: Fate,
    /// Of PostgreSQL's writers.
    pub crowd: Crowd,
}

impl Origin {
    pub fn new(clock: Arc<dyn Clock>, node: u16, writers: usize) -> Self {
        Self {
            clock,
            offset: AtomicI64::new(0),
            ids: Ids::new(node),
            node: Mutex::new(None),
            watch: Arc::default(),
            has_journal: AtomicBool::new(false),
            log_is_long: AtomicBool::new(false),
            bell: Arc::default(),
            counters: Counters::default(),
            fate: Fate::default(),
            crowd: Crowd::new(writers),
        }
    }

    pub fn has_journal(&self) -> bool {
        self.has_journal.load(Relaxed)
    }

    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        match self.offset.load(Relaxed) {
            0 => now,
            offset => now.checked_add(SignedDuration::from_micros(offset)).unwrap_or(now),
        }
    }

    pub fn tx<'c>(&'c self, conn: &'c mut Conn, reads: bool) -> Tx<'c> {
        self.tx_at(conn, self.now(), reads)
    }

    pub fn tx_at<'c>(&'c self, conn: &'c mut Conn, now: Timestamp, reads: bool) -> Tx<'c> {
        Tx::new(conn, &self.ids, now, reads)
    }

    /// Within an open transaction of SQLite's writer: moves the mark of its number
    /// as far as ids of that time need it.
    pub fn move_mark(&self, conn: &mut Conn, now: Timestamp) -> Result<()> {
        if let Some(node) = self.node()
            && let Some(mark) = node::move_mark(conn, &self.ids, &node, now)?
        {
            self.set_node(Some(Node { mark, ..node }));
        }
        Ok(())
    }

    /// Runs a piece of work that comes from the queue, and counts and times it.
    pub fn run(&self, work: &mut dyn Work, tx: &mut Tx) -> Verdict {
        let started = Instant::now();
        let verdict = work.run(tx);
        self.counters.worked(work.verb(), started);
        verdict
    }

    /// A piece of work leaves the queue.
    pub fn begins(&self, work: &dyn Work) {
        self.counters.waiting.fetch_sub(1, Relaxed);
        self.counters.waited_micros.fetch_add(micros(work.queued().elapsed()), Relaxed);
    }

    pub fn node(&self) -> Option<Node> {
        *self.node.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Also goes back to a former mark, when the commit that moved it failed.
    pub fn set_node(&self, node: Option<Node>) {
        if let Some(node) = node {
            self.ids.set_mark(node.mark);
        }
        *self.node.lock().unwrap_or_else(PoisonError::into_inner) = node;
    }
}
