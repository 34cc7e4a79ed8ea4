use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Whether the disk failed us. After a failed fsync nobody knows what is on disk,
/// and asking again may be answered with a lie; so nothing is written any more.
#[derive(Default)]
pub(crate) struct Fate(Mutex<State>);

#[derive(Default)]
struct State {
    broken: Option<String>,
    listeners: Vec<Listener>,
}

type Listener = Box<dyn FnOnce(&str) + Send>;

impl Fate {
    pub fn broken(&self) -> Option<String> {
        self.state().broken.clone()
    }

    pub fn seal(&self, why: &str) {
        tracing::error!(why, "the disk refuses to write: nothing is written any more");
        let listeners = {
            let mut state = self.state();
            state.broken = Some(why.to_owned());
            std::mem::take(&mut state.listeners)
        };
        for listener in listeners {
            let _ = catch_unwind(AssertUnwindSafe(|| listener(why)));
        }
    }

    pub fn on_broken(&self, listener: impl FnOnce(&str) + Send + 'static) {
        let mut state = self.state();
        match state.broken.clone() {
            None => state.listeners.push(Box::new(listener)),
            Some(why) => {
                drop(state);
                listener(&why);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
