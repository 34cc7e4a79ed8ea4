//! How many of a node's writers may overlap in PostgreSQL.
//!
//! Rows that are busy at the same time are mostly young and lie on the same pages of an
//! index, and the server takes two transactions that read and write one page for a
//! collision. The more of them overlap, the more work is thrown away: eight at once
//! may get less done than one. So the number follows what is seen: a collision takes
//! a quarter of it away, and each commit gives a little back (additive increase,
//! multiplicative decrease, as networks share a line).

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

const AFTER_A_COLLISION: f64 = 0.75;
const AFTER_A_COMMIT: f64 = 1.0 / 16.0;

pub(crate) struct Crowd {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    running: u32,
    /// Those who run alone, or wait for it; nobody else begins meanwhile.
    alone: u32,
    allowed: f64,
    most: f64,
}

/// A place among those who run, until it is dropped.
pub(crate) struct Place<'a> {
    crowd: &'a Crowd,
    alone: bool,
}

impl Crowd {
    /// All of them, until they collide.
    pub fn new(most: usize) -> Self {
        let most = most.max(1) as f64;
        let state = State { running: 0, alone: 0, allowed: most, most };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Waits for a place; `alone`: until nobody else runs, and keeps the others out.
    pub fn enter(&self, alone: bool) -> Place<'_> {
        let mut state = self.state();
        state.alone += u32::from(alone);
        let full = |it: &mut State| match alone {
            true => it.running > 0,
            false => it.alone > 0 || f64::from(it.running + 1) > it.allowed,
        };
        let waited = self.changed.wait_while(state, full);
        waited.unwrap_or_else(PoisonError::into_inner).running += 1;
        Place { crowd: self, alone }
    }

    /// One of them was in another's way.
    pub fn collided(&self) {
        let mut state = self.state();
        state.allowed = (state.allowed * AFTER_A_COLLISION).max(1.0);
    }

    /// One of them went through.
    pub fn committed(&self) {
        let mut state = self.state();
        state.allowed = (state.allowed + AFTER_A_COMMIT).min(state.most);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.crowd.state();
        state.running -= 1;
        state.alone -= u32::from(self.alone);
        drop(state);
        self.crowd.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc::channel, thread};

    use super::*;

    fn allowed(crowd: &Crowd) -> u32 {
        crowd.state().allowed as u32
    }

    #[test]
    fn collisions_thin_it_out_and_commits_let_it_grow() {
        let crowd = Crowd::new(8);
        assert_eq!(allowed(&crowd), 8);
        for left in [6, 4, 3, 2, 1, 1, 1] {
            crowd.collided();
            assert_eq!(allowed(&crowd), left);
        }
        (0..16).for_each(|_| crowd.committed());
        assert_eq!(allowed(&crowd), 2);
        (0..1000).for_each(|_| crowd.committed());
        assert_eq!(allowed(&crowd), 8, "never more than there are writers");
    }

    #[test]
    fn who_runs_alone_waits_for_the_others_and_keeps_them_out() {
        let crowd = Crowd::new(2);
        let first = crowd.enter(false);
        thread::scope(|scope| {
            let (told, heard) = channel();
            let alone = told.clone();
            scope.spawn(|| {
                let _place = crowd.enter(true);
                alone.send("alone").expect("it is heard");
                drop(alone);
            });
            while crowd.state().alone == 0 {
                thread::yield_now();
            }
            drop(first);
            scope.spawn(|| {
                let _place = crowd.enter(false);
                told.send("beside").expect("it is heard");
                drop(told);
            });
            assert_eq!(heard.iter().collect::<Vec<_>>(), ["alone", "beside"]);
        });
        assert_eq!(crowd.state().running, 0);
    }
}
