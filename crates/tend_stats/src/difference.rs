//! The difference of two shares, and how many people it takes to see one.

use serde::Serialize;

use crate::distribution::{normal_quantile, z_of_level};
use crate::intervals::wilson;

/// A difference of two shares and the range that it plausibly lies in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// The first share less the second.
    pub value: f64,
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

/// The share `k`/`n` of the first less that of the second, each (`k`, `n`), with the hybrid score
/// interval of Newcombe (1998, method 10): it combines Wilson's intervals of both. None if one of
/// them has nobody.
pub fn difference(first: (u64, u64), second: (u64, u64), level: f64) -> Option<Difference> {
    let (a, b) = (wilson(first.0, first.1, level)?, wilson(second.0, second.1, level)?);
    let value = a.value - b.value;
    let down = ((a.value - a.lower).powi(2) + (b.upper - b.value).powi(2)).sqrt();
    let up = ((a.upper - a.value).powi(2) + (b.value - b.lower).powi(2)).sqrt();
    Some(Difference { value, lower: value - down, upper: value + up })
}

/// How many people, both groups together, it takes to see that a share is `target` rather than
/// `base`, two-sided at 95 % with a power of 80 %, when `share` of them are in the group of `base`:
/// (z₀.₉₇₅ + z₀.₈)² (base (1 − base) / share + target (1 − target) / (1 − share)) / (target − base)²,
/// as Chow, Shao and Wang (2008, chapter 4.2). None if there is no difference, or nobody in one of
/// the groups.
pub fn needed(base: f64, target: f64, share: f64) -> Option<f64> {
    let is_share = |it: f64| (0.0..=1.0).contains(&it);
    if !is_share(base) || !is_share(target) || base == target || share <= 0.0 || share >= 1.0 {
        return None;
    }
    let z = z_of_level(0.95) + normal_quantile(0.8);
    let spread = base * (1.0 - base) / share + target * (1.0 - target) / (1.0 - share);
    Some((z / (target - base)).powi(2) * spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe (1998), Statistics in Medicine 17:873–890, table II, method 10.
    #[test]
    fn differences_are_those_of_newcombes_table() {
        let cases = [
            ((56, 70), (48, 80), 0.2000, 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.6000, 0.1705, 0.8090),
            ((10, 10), (0, 20), 1.0000, 0.6791, 1.0000),
            ((0, 10), (0, 20), 0.0000, -0.1611, 0.2775),
        ];
        for (first, second, value, lower, upper) in cases {
            let it = difference(first, second, 0.95).expect("has people");
            let near = |a: f64, b: f64| (a - b).abs() < 0.00006;
            assert!(
                near(it.value, value) && near(it.lower, lower) && near(it.upper, upper),
                "{first:?} {second:?}: {it:?}"
            );
        }
        assert_eq!(difference((0, 0), (1, 2), 0.95), None);
    }

    #[test]
    fn the_smaller_the_difference_the_more_people_it_takes() {
        // Computed by another program.
        for (base, target, share, all) in [
            (0.05, 0.06, 0.5, 16_311.0),
            (0.05, 0.06, 0.1, 42_202.0),
            (0.10, 0.12, 0.5, 7_677.0),
            (0.20, 0.23, 0.2, 8_908.0),
        ] {
            let it = needed(base, target, share).expect("differs");
            assert!((it - all).abs() < 1.5, "{base} {target} {share}: {it}");
        }
        assert_eq!(needed(0.1, 0.1, 0.5), None);
        assert_eq!(needed(0.1, 0.2, 0.0), None);
    }
}
