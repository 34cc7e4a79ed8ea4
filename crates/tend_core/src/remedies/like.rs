//! Like with like: remedies that were given beside those that were asked for, for the same reason
//! and in the same month, and not given.

use std::collections::BTreeMap;

use jiff::Timestamp;
pub use tend_stats::difference::Difference;
use tend_stats::stratified::{self, Stratum};
use tend_store::{Tx, row};

use super::{
    ReasonId,
    report::{LEVEL, WITHIN},
};
use crate::{Result, money::days};

/// Below so many on either side nothing is said.
pub const ENOUGH: u64 = 30;

/// Who ordered again within 90 days of asking, of those who can be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Like {
    /// Of how many it came true, of those who were given something.
    pub given: (u64, u64),
    /// Of those who were not, though it was asked for: declined, expired, taken back, failed.
    pub not_given: (u64, u64),
    /// The first share less the second, month by month and reason by reason; nothing while there
    /// are too few on either side.
    pub difference: Option<Difference>,
}

row! {
    struct Asked {
        reason_id: ReasonId,
        day: i64,
        is_given: bool,
        again: bool,
    }
}

/// Compares those of some days whose 90 days are over. An order for which anything was given is
/// not among those without.
pub(super) fn compare(tx: &mut Tx, (first, next): (i64, i64)) -> Result<Like> {
    let old = tx.now().checked_sub(WITHIN).unwrap_or(Timestamp::UNIX_EPOCH);
    let within = WITHIN.as_secs() * 1_000_000;
    let rows: Vec<Asked> = tx.rows(
        "SELECT reason_id, day, state = 'done' AS is_given,
             EXISTS (SELECT 1 FROM orders WHERE orders.contact_id = remedies.contact_id
                 AND orders.placed_at > remedies.requested_at
                 AND orders.placed_at <= remedies.requested_at + CAST($4 AS BIGINT)
                 AND orders.cancelled_at IS NULL) AS again
         FROM remedies
         WHERE day >= $1 AND day < $2 AND requested_at <= $3
             AND (state = 'done' OR (state IN ('declined', 'expired', 'cancelled', 'failed')
                 AND NOT EXISTS (SELECT 1 FROM remedies AS other
                     WHERE other.order_id = remedies.order_id AND other.state = 'done')))
         ORDER BY id LIMIT 100000",
        &[first.into(), next.into(), old.into(), within.into()],
    )?;
    Ok(of(rows
        .into_iter()
        .map(|it| ((it.reason_id.raw(), days::month_of(it.day)), it.is_given, it.again))))
}

/// Of (what makes them alike, whether it was given, whether they ordered again).
fn of(them: impl Iterator<Item = ((i64, i64), bool, bool)>) -> Like {
    let mut strata: BTreeMap<(i64, i64), Stratum> = BTreeMap::new();
    for (alike, is_given, again) in them {
        let one = strata.entry(alike).or_insert(Stratum { first: (0, 0), second: (0, 0) });
        let side = if is_given { &mut one.first } else { &mut one.second };
        side.0 += u64::from(again);
        side.1 += 1;
    }
    strata.retain(|_, it| it.first.1 > 0 && it.second.1 > 0);
    let strata: Vec<Stratum> = strata.into_values().collect();
    let sum = |side: fn(&Stratum) -> (u64, u64)| {
        strata.iter().map(side).fold((0, 0), |all, it| (all.0 + it.0, all.1 + it.1))
    };
    let (given, not_given) = (sum(|it| it.first), sum(|it| it.second));
    let enough = given.1 >= ENOUGH && not_given.1 >= ENOUGH;
    let difference = if enough { stratified::difference(&strata, LEVEL) } else { None };
    Like { given, not_given, difference }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(
        alike: (i64, i64),
        is_given: bool,
        again: u64,
        n: u64,
    ) -> Vec<((i64, i64), bool, bool)> {
        (0..n).map(|at| (alike, is_given, at < again)).collect()
    }

    #[test]
    fn only_the_same_reason_and_month_are_compared() {
        let (late, lost) = ((1, 10), (2, 10));
        let all = [
            some(late, true, 20, 40),
            some(late, false, 10, 40),
            some(lost, true, 9, 9),
            some((1, 11), false, 0, 50),
        ];
        let it = of(all.concat().into_iter());
        assert_eq!((it.given, it.not_given), ((20, 40), (10, 40)));
        let it = it.difference.expect("is enough");
        assert!((it.value - 0.25).abs() < 1e-9 && it.lower > 0.0, "{it:?}");
    }

    #[test]
    fn too_few_say_nothing() {
        let it = of([some((1, 1), true, 20, 40), some((1, 1), false, 3, 29)].concat().into_iter());
        assert_eq!((it.not_given.1, it.difference), (29, None));
    }
}
