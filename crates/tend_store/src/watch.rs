//! Who waits for commits hears of them here: job runners, live pages, followers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

/// What a commit may be news for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Entries were added to the journal.
    Journal,
    /// Jobs were added, or became due.
    Jobs,
}

/// What one transaction, or a batch of them, is news for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wakes {
    pub journal: bool,
    pub jobs: bool,
}

impl Wakes {
    pub const ALL: Self = Self { journal: true, jobs: true };

    pub fn add(&mut self, other: Self) {
        self.journal |= other.journal;
        self.jobs |= other.jobs;
    }

    pub fn any(self) -> bool {
        self.journal || self.jobs
    }

    /// By how the statement begins; whoever writes it otherwise says [`Tx::wake`](crate::Tx::wake).
    pub fn of(sql: &str) -> Self {
        let Some(rest) = sql.trim_start().strip_prefix("INSERT INTO ") else {
            return Self::default();
        };
        let table = rest.split([' ', '\n', '(']).next().unwrap_or_default();
        Self { journal: table == "journal", jobs: table == "jobs" }
    }
}

impl From<Wake> for Wakes {
    fn from(it: Wake) -> Self {
        Self { journal: it == Wake::Journal, jobs: it == Wake::Jobs }
    }
}

type Listeners<T> = RwLock<Vec<Arc<dyn Fn(T) + Send + Sync>>>;

/// What this process knows of commits, its own and those of others.
#[derive(Default)]
pub(crate) struct Watch {
    state: Mutex<State>,
    changed: Condvar,
    told: Mutex<i64>,
    on_journal: Listeners<i64>,
    on_jobs: Listeners<()>,
}

#[derive(Default)]
struct State {
    position: i64,
    closed: bool,
}

impl Watch {
    /// Entries up to here can be read. Says whether that is news.
    pub fn reached(&self, position: i64) -> bool {
        let mut state = self.state();
        if position <= state.position {
            return false;
        }
        state.position = position;
        drop(state);
        self.changed.notify_all();
        true
    }

    /// Each position once, and in order, whichever threads have news.
    pub fn tell_of_journal(&self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let position = self.state().position;
        if position > *told {
            *told = position;
            tell(&self.on_journal, position);
        }
    }

    pub fn tell_of_jobs(&self) {
        tell(&self.on_jobs, ());
    }

    pub fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A listener may panic; the thread that tells it must not.
fn tell<T: Copy>(listeners: &Listeners<T>, news: T) {
    let listeners = listeners.read().unwrap_or_else(PoisonError::into_inner).clone();
    for listener in listeners {
        let _ = catch_unwind(AssertUnwindSafe(|| listener(news)));
    }
}

/// How far the journal has come, for followers in this process.
#[derive(Clone)]
pub struct JournalWatch(pub(crate) Arc<Watch>);

impl JournalWatch {
    /// The last position that is known here; 0 before the first entry.
    pub fn position(&self) -> i64 {
        self.0.state().position
    }

    /// Waits until there is an entry after a position, or the time is over, or the
    /// database closes; answers with the last position in any case.
    pub fn wait_past(&self, position: i64, at_most: Duration) -> i64 {
        let waiting = |it: &mut State| it.position <= position && !it.closed;
        let wait = self.0.changed.wait_timeout_while(self.0.state(), at_most, waiting);
        wait.unwrap_or_else(PoisonError::into_inner).0.position
    }
}

impl Watch {
    pub fn on_journal(&self, listener: impl Fn(i64) + Send + Sync + 'static) {
        self.on_journal.write().unwrap_or_else(PoisonError::into_inner).push(Arc::new(listener));
    }

    pub fn on_jobs(&self, listener: impl Fn() + Send + Sync + 'static) {
        let listener = move |()| listener();
        self.on_jobs.write().unwrap_or_else(PoisonError::into_inner).push(Arc::new(listener));
    }
}

/// Wakes the sequencer, and remembers what for.
#[derive(Default)]
pub(crate) struct Bell {
    rung: Mutex<Rung>,
    wake: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rung {
    pub wakes: Wakes,
    /// Another node asks to look.
    look: bool,
    pub stop: bool,
}

impl Bell {
    pub fn ring(&self, wakes: Wakes) {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).wakes.add(wakes);
        self.wake.notify_all();
    }

    pub fn look(&self) {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).look = true;
        self.wake.notify_all();
    }

    pub fn stop(&self) {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).stop = true;
        self.wake.notify_all();
    }

    /// What it was rung for since the last time; nothing when the time is over.
    pub fn wait(&self, at_most: Duration) -> Rung {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let quiet = |it: &mut Rung| !it.stop && !it.look && !it.wakes.any();
        let wait = self.wake.wait_timeout_while(rung, at_most, quiet);
        let mut rung = wait.unwrap_or_else(PoisonError::into_inner).0;
        let stop = rung.stop;
        Rung { stop, ..std::mem::replace(&mut *rung, Rung { stop, ..Rung::default() }) }
    }

    /// Waits for the stop alone.
    pub fn rest(&self, at_most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.wake.wait_timeout_while(rung, at_most, |it| !it.stop));
    }

    pub fn is_stopped(&self) -> bool {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).stop
    }
}
