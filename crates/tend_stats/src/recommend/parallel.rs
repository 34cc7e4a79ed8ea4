//! The same work for many things, shared among threads; the answers come in order.

use std::ops::Range;

use super::dense::threads;

/// Splits 0..n into pieces, works on them in several threads, and strings the answers together.
/// What is answered for one thing must not depend on its piece: then the number of threads
/// makes no difference.
pub(super) fn in_parallel<T: Send>(
    n: usize,
    work: impl Fn(Range<usize>) -> Vec<T> + Sync,
) -> Vec<T> {
    let threads = threads();
    // More pieces than threads, because the first customers may have longer pasts.
    let size = n.div_ceil(8 * threads).max(1);
    let pieces: Vec<Range<usize>> =
        (0..n).step_by(size).map(|start| start..(start + size).min(n)).collect();
    let mut done: Vec<(usize, Vec<T>)> = Vec::with_capacity(pieces.len());
    std::thread::scope(|scope| {
        let (pieces, work) = (&pieces, &work);
        let hands: Vec<_> = (0..threads)
            .map(|own| {
                scope.spawn(move || {
                    let mine = (own..pieces.len()).step_by(threads);
                    mine.map(|at| (at, work(pieces[at].clone()))).collect::<Vec<_>>()
                })
            })
            .collect();
        for hand in hands {
            match hand.join() {
                Ok(answers) => done.extend(answers),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().flat_map(|(_, answers)| answers).collect()
}
