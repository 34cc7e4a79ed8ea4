//! Rows dealt out, so that each is judged by what was learnt from the others.

use crate::random::Random;

/// The fold of each row: events and others are dealt out evenly, in a random order that is the
/// same every time.
pub(crate) fn deal(y: &[bool], folds: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::of_seed(seed);
    let mut fold = vec![0; y.len()];
    let mut next = 0;
    for outcome in [true, false] {
        let mut rows: Vec<usize> = (0..y.len()).filter(|&row| y[row] == outcome).collect();
        random.shuffle(&mut rows);
        for row in rows {
            fold[row] = next % folds;
            next += 1;
        }
    }
    fold
}

/// At most so many rows, chosen at random but the same every time, in their order.
pub(super) fn some(rows: usize, most: usize, seed: u64) -> Vec<usize> {
    if rows <= most {
        return (0..rows).collect();
    }
    let mut random = Random::of_seed(seed);
    let mut wanted = most;
    (0..rows)
        .filter(|row| {
            let taken = random.below(rows - row) < wanted;
            wanted -= usize::from(taken);
            taken
        })
        .collect()
}

/// The same work for each of 0..n, side by side; the answers in order.
pub(super) fn side_by_side<T: Send>(n: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = (0..n).map(|item| scope.spawn(move || work(item))).collect();
        running
            .into_iter()
            .map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fold_has_its_share_of_events() {
        let y: Vec<bool> = (0..103).map(|row| row % 10 == 0).collect();
        let fold = deal(&y, 5, 1);
        for f in 0..5 {
            let n = fold.iter().filter(|it| **it == f).count();
            let events = (0..103).filter(|&row| fold[row] == f && y[row]).count();
            assert!((20..=21).contains(&n) && (2..=3).contains(&events), "{n} {events}");
        }
        assert_eq!(deal(&y, 5, 1), fold);
    }

    #[test]
    fn a_sample_has_the_size_that_was_wanted() {
        let sample = some(1000, 100, 1);
        assert_eq!(sample.len(), 100);
        assert!(sample.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(some(5, 100, 1), [0, 1, 2, 3, 4]);
        assert_eq!(side_by_side(4, |item| item * 2), [0, 2, 4, 6]);
    }
}
