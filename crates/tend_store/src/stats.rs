use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// A write that works longer than this is logged, with its verb's name: on SQLite
/// everyone behind it waits.
pub(crate) const SLOW: Duration = Duration::from_millis(50);
/// A commit that takes the disk longer than this is logged.
pub(crate) const SLOW_COMMIT: Duration = Duration::from_millis(500);

/// What a database did since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Writes that were committed.
    pub writes: u64,
    /// Writes that refused, failed or panicked, and were taken back.
    pub undone: u64,
    /// Times that a write ran again after a collision or a lost connection.
    pub reruns: u64,
    /// Writes that found the queue full.
    pub turned_away: u64,
    /// Writes that worked for more than 50 ms.
    pub slow: u64,
    /// Writes that wait now.
    pub waiting: u64,
    /// Time that writes waited for their turn, in microseconds.
    pub waited_micros: u64,
    /// Time that writes worked, in microseconds.
    pub worked_micros: u64,
    /// Commits; on SQLite one serves several writes.
    pub commits: u64,
    /// Time that commits took, in microseconds: mostly the disk.
    pub commit_micros: u64,
    /// The most writes that one commit served.
    pub largest_batch: u64,
    pub reads: u64,
    /// Time that reads took, in microseconds, with their wait for a connection.
    pub read_micros: u64,
}

/// The same, as it is counted.
#[derive(Default)]
pub(crate) struct Counters {
    pub writes: AtomicU64,
    pub undone: AtomicU64,
    pub reruns: AtomicU64,
    pub turned_away: AtomicU64,
    pub slow: AtomicU64,
    pub waiting: AtomicU64,
    pub waited_micros: AtomicU64,
    pub worked_micros: AtomicU64,
    pub commits: AtomicU64,
    pub commit_micros: AtomicU64,
    pub largest_batch: AtomicU64,
    pub reads: AtomicU64,
    pub read_micros: AtomicU64,
}

impl Counters {
    pub fn snapshot(&self) -> Stats {
        let it = |it: &AtomicU64| it.load(Relaxed);
        Stats {
            writes: it(&self.writes),
            undone: it(&self.undone),
            reruns: it(&self.reruns),
            turned_away: it(&self.turned_away),
            slow: it(&self.slow),
            waiting: it(&self.waiting),
            waited_micros: it(&self.waited_micros),
            worked_micros: it(&self.worked_micros),
            commits: it(&self.commits),
            commit_micros: it(&self.commit_micros),
            largest_batch: it(&self.largest_batch),
            reads: it(&self.reads),
            read_micros: it(&self.read_micros),
        }
    }

    pub fn committed(&self, batch: usize, since: Instant) {
        let took = since.elapsed();
        self.commits.fetch_add(1, Relaxed);
        self.commit_micros.fetch_add(micros(took), Relaxed);
        self.largest_batch.fetch_max(batch as u64, Relaxed);
        if took > SLOW_COMMIT {
            let millis = took.as_millis() as u64;
            tracing::warn!(millis, batch, "slow commit: the disk takes its time");
        }
    }

    pub fn worked(&self, verb: &'static str, since: Instant) {
        let took = since.elapsed();
        self.worked_micros.fetch_add(micros(took), Relaxed);
        if took > SLOW {
            self.slow.fetch_add(1, Relaxed);
            tracing::warn!(verb, millis = took.as_millis() as u64, "slow write");
        }
    }
}

pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// `tend_web::pages::reply` of `tend_web::pages::reply<…>::{{closure}}::{{closure}}`.
pub(crate) fn verb(type_name: &'static str) -> &'static str {
    // A `<` at the start is the type that a method belongs to.
    let generics = type_name.find('<').filter(|it| *it > 0);
    let generics = generics.filter(|_| !type_name.starts_with('<'));
    let end = [generics, type_name.find("::{{closure}}")].into_iter().flatten().min();
    &type_name[..end.unwrap_or(type_name.len())]
}

#[cfg(test)]
mod tests {
    use super::verb;

    fn named<F: Fn()>(_: F) -> &'static str {
        verb(std::any::type_name::<F>())
    }

    #[test]
    fn a_verb_is_named_by_the_function_that_wrote_the_closure() {
        fn plain() {}
        assert_eq!(
            named(|| ()),
            "tend_store::stats::tests::a_verb_is_named_by_the_function_that_wrote_the_closure"
        );
        let nested = || named(|| ());
        assert!(nested().ends_with("wrote_the_closure"));
        assert!(named(plain).ends_with("::plain"));
        assert_eq!(verb("app::write<a::B>::{{closure}}"), "app::write");
        assert_eq!(verb("<a::B as c::D>::write::{{closure}}"), "<a::B as c::D>::write");
    }
}
