//! What would have to change for the risk to fall.

use serde::Serialize;

use super::model::Health;

/// A change of one measure that would matter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// The place of the measure.
    pub measure: usize,
    /// Where it stands; NaN if it is blank.
    pub from: f64,
    /// Where it would have to be.
    pub to: f64,
    /// The probability then.
    pub probability: f64,
}

/// How far a measure can be moved: from where it is up to `best`, in steps of `step`. Measures
/// that nobody can change have none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// The place of the measure.
    pub measure: usize,
    /// The best value that it can have.
    pub best: f64,
    /// The smallest change that means anything, above 0.
    pub step: f64,
}

/// The change of a single measure that brings the probability to `wanted` or below with the
/// fewest steps. If none does, the one that lowers it most; None if nothing lowers it.
pub fn nearest_change(
    health: &Health,
    row: &[f64],
    reach: &[Reach],
    wanted: f64,
) -> Option<Change> {
    const MOST_STEPS: usize = 1000;
    let now = health.probability(row);
    let mut nearest: Option<(usize, Change)> = None;
    let mut lowest: Option<Change> = None;
    for &Reach { measure, best, step } in reach {
        let Some(&from) = row.get(measure) else { continue };
        let start = if from.is_nan() { health.means[measure] } else { from };
        let mut changed = row.to_vec();
        for steps in 1..=MOST_STEPS {
            let moved = start + (best - start).signum() * step * steps as f64;
            let to = if best >= start { moved.min(best) } else { moved.max(best) };
            changed[measure] = to;
            let change = Change { measure, from, to, probability: health.probability(&changed) };
            if change.probability < lowest.map_or(now, |lowest| lowest.probability) {
                lowest = Some(change);
            }
            let first = nearest.as_ref().is_none_or(|(fewest, _)| steps < *fewest);
            if change.probability <= wanted && change.probability < now && first {
                nearest = Some((steps, change));
            }
            if to == best || step <= 0.0 {
                break;
            }
        }
    }
    nearest.map(|(_, change)| change).or(lowest)
}

#[cfg(test)]
mod tests {
    use super::super::{climb, simulated::World};
    use super::*;

    #[test]
    fn the_change_with_the_fewest_steps_is_named() {
        let world = World::of(3000, 1.0, 2);
        let health = climb(&world.book()).expect("a standing").health.expect("known");
        let row = [0.1, 0.5, 0.5, 0.5];
        let reach = [0, 1, 2].map(|measure| Reach { measure, best: 1.0, step: 0.1 });
        let now = health.probability(&row);
        let change = nearest_change(&health, &row, &reach, now / 2.0).expect("a change");
        assert_eq!(change.measure, 0, "{change:?}");
        assert!(change.probability <= now / 2.0 && change.to > 0.1 && change.to < 1.0);
        let far = nearest_change(&health, &row, &reach, 0.0).expect("the lowest");
        assert!(far.probability < now && far.measure == 0);
        assert_eq!(nearest_change(&health, &row, &[], 0.0), None);
    }
}
