//! How satisfaction wanders, and what it does: the numbers that all of a market follows from.

use super::{LEVELS, TERM};

/// The chance to leave in a step, by the level of satisfaction.
const LEAVES: [f64; LEVELS] = [0.072, 0.030, 0.010, 0.004, 0.002];
/// So many times that in a step in which a term ends …
const AT_THE_END: f64 = 2.4;
/// … and in the others.
const BEFORE: f64 = 0.85;
/// The chance to go up, and the same to go down, a level in a step.
pub(super) const WANDERS: f64 = 0.07;

/// The chance to leave in a step that is the `age`-th since it began, from 1.
pub(super) fn hazard(level: usize, age: usize) -> f64 {
    let times = if age.is_multiple_of(TERM) { AT_THE_END } else { BEFORE };
    LEAVES[level] * times
}

/// The chance to have left `ahead` steps after one of this level and age.
pub(super) fn chance(level: usize, age: usize, ahead: usize) -> f64 {
    let mut here = [0.0; LEVELS];
    here[level] = 1.0;
    let mut left = 0.0;
    for n in 1..=ahead {
        here = wandered(here);
        for (level, share) in here.iter_mut().enumerate() {
            let goes = *share * hazard(level, age + n);
            left += goes;
            *share -= goes;
        }
    }
    left
}

fn wandered(from: [f64; LEVELS]) -> [f64; LEVELS] {
    let mut to = [0.0; LEVELS];
    for (level, share) in from.into_iter().enumerate() {
        to[level.saturating_sub(1)] += share * WANDERS;
        to[(level + 1).min(LEVELS - 1)] += share * WANDERS;
        to[level] += share * (1.0 - 2.0 * WANDERS);
    }
    to
}
