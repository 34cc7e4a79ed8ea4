//! Who comes back: the retention of cohorts, as Amplitude's documentation defines it.
//!
//! *Return on*: of those whose bucket k is over, who came in bucket k. *On or after*: who came
//! in bucket k or later, which never rises with k. A bucket that is not over for somebody
//! leaves them out, of both numbers, so that the newest cohort does not look like the worst.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::Hash,
};

use serde::Serialize;

use crate::intervals::{Interval, wilson};

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    pub k: u64,
    pub n: u64,
}

impl Share {
    /// With Wilson's interval; `None` of nobody.
    pub fn interval(&self, level: f64) -> Option<Interval> {
        wilson(self.k, self.n, level)
    }
}

/// One cohort's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cohort {
    /// The calendar period of their first visit, as the caller counts them.
    pub period: i64,
    /// How many they are.
    pub n: u64,
    /// By k, from 0: who came in the k-th period after. It ends before the first period that
    /// is not over.
    pub return_on: Vec<Share>,
    /// By k, from 0: who came in the k-th period after, or later.
    pub on_or_after: Vec<Share>,
}

/// Cohorts by the calendar: `visits` are subjects and the periods (months, weeks) they came in,
/// in any order and as often as they came; `last_complete` is the newest period that is over.
/// Visits after it are not counted, and nor are cohorts that began after it.
pub fn by_calendar<S: Eq + Hash>(
    visits: impl IntoIterator<Item = (S, i64)>,
    last_complete: i64,
) -> Vec<Cohort> {
    let mut came: HashMap<S, BTreeSet<i64>> = HashMap::new();
    for (subject, period) in visits.into_iter().filter(|it| it.1 <= last_complete) {
        came.entry(subject).or_default().insert(period);
    }
    let mut cohorts: BTreeMap<i64, Vec<&BTreeSet<i64>>> = BTreeMap::new();
    for periods in came.values() {
        if let Some(first) = periods.first() {
            cohorts.entry(*first).or_default().push(periods);
        }
    }
    let cohort = |(period, members): (i64, Vec<&BTreeSet<i64>>)| {
        let buckets = usize::try_from(last_complete - period + 1).unwrap_or(0).min(MOST_BUCKETS);
        let n = members.len() as u64;
        let mut on = vec![Share { k: 0, n }; buckets];
        let mut after = vec![Share { k: 0, n }; buckets];
        for it in members {
            for visit in it {
                let at = usize::try_from(visit - period).unwrap_or(usize::MAX);
                if let Some(share) = on.get_mut(at) {
                    share.k += 1;
                }
            }
            let last = it.last().and_then(|it| usize::try_from(it - period).ok()).unwrap_or(0);
            after.iter_mut().take(last.saturating_add(1)).for_each(|share| share.k += 1);
        }
        Cohort { period, n, return_on: on, on_or_after: after }
    };
    cohorts.into_iter().map(cohort).collect()
}

/// Nobody looks at more columns than that.
const MOST_BUCKETS: usize = 1200;

/// All subjects together, each from its own first visit: `brackets` are ranges of whole buckets
/// of `bucket` time units after it, both ends counted, such as (0, 0), (1, 3), (4, 7). A
/// subject counts for a bracket once the bracket is over at `now`.
pub fn by_brackets<S: Eq + Hash>(
    visits: impl IntoIterator<Item = (S, i64)>,
    bucket: i64,
    brackets: &[(i64, i64)],
    now: i64,
) -> Vec<Share> {
    let bucket = bucket.max(1);
    let mut came: HashMap<S, Vec<i64>> = HashMap::new();
    for (subject, at) in visits.into_iter().filter(|it| it.1 < now) {
        came.entry(subject).or_default().push(at);
    }
    let mut shares = vec![Share::default(); brackets.len()];
    for visits in came.values() {
        let Some(first) = visits.iter().min() else { continue };
        for (share, (from, to)) in shares.iter_mut().zip(brackets) {
            let over = first.saturating_add(bucket.saturating_mul(to.saturating_add(1)));
            if over > now {
                continue;
            }
            share.n += 1;
            let within = |at: &&i64| (*from..=*to).contains(&((**at - first) / bucket));
            share.k += u64::from(visits.iter().find(within).is_some());
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(k: u64, n: u64) -> Share {
        Share { k, n }
    }

    #[test]
    fn a_period_that_is_not_over_is_left_out() {
        let visits = [("ann", 0), ("ann", 2), ("bob", 0), ("bob", 1), ("cid", 1), ("dee", 3)];
        let found = by_calendar(visits, 2);
        assert_eq!(found.len(), 2, "the cohort of the running period says nothing yet");
        assert_eq!(found[0].return_on, [share(2, 2), share(1, 2), share(1, 2)]);
        assert_eq!(found[0].on_or_after, [share(2, 2), share(2, 2), share(1, 2)]);
        assert_eq!(found[1].return_on, [share(1, 1), share(0, 1)]);
        assert_eq!(by_calendar([("ann", 5)], 2), []);
    }

    #[test]
    fn on_or_after_never_rises_and_is_never_below_return_on() {
        let mut random = crate::random::Random::of_seed(3);
        let visits: Vec<_> =
            (0..5000).map(|_| (random.below(400), random.below(24) as i64)).collect();
        for it in by_calendar(visits, 23) {
            assert!(it.on_or_after.windows(2).all(|two| two[0].k >= two[1].k));
            assert!(it.on_or_after.iter().zip(&it.return_on).all(|(a, b)| a.k >= b.k));
            assert_eq!((it.return_on[0].k, it.on_or_after[0].k), (it.n, it.n));
        }
    }

    #[test]
    fn brackets_count_those_for_whom_they_are_over() {
        // Ann began on day 0 and came on days 2 and 9; bob began on day 8; now it is day 10.
        let visits = [("ann", 0), ("ann", 2), ("ann", 9), ("bob", 8)];
        let found = by_brackets(visits, 1, &[(0, 0), (1, 3), (4, 7), (8, 14)], 10);
        assert_eq!(found, [share(2, 2), share(1, 1), share(0, 1), share(0, 0)]);
        assert_eq!(found[3].interval(0.95), None);
        // No input makes it overflow.
        by_brackets([("far", i64::MIN / 4)], i64::MAX, &[(0, i64::MAX)], i64::MAX);
    }
}
