//! What suggestions do: customers who saw their own against those who saw what most buy.

use jiff::SignedDuration;
use tend_stats::intervals::{Interval, wilson};
use tend_store::{Tx, row};

use crate::{
    Result,
    agents::{Me, Permission},
    contacts::ContactId,
    words::words,
};

words! {
    /// What a customer is shown.
    Arm, "An arm is personal or control." {
        /// Their own list.
        Personal = "personal" "Their own list",
        /// What most buy, to compare with.
        Control = "control" "What most buy (control)",
    }
}

impl Arm {
    /// One customer in ten sees what most buy: always the same ones, by a hash of their number.
    pub fn of(contact: ContactId) -> Self {
        // Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators": SplitMix64.
        let mut it = (contact.raw() as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        if (it ^ (it >> 31)).is_multiple_of(10) { Self::Control } else { Self::Personal }
    }
}

/// Below so many customers in an arm, nothing is said of it.
const FEWEST: i64 = 30;
const LEVEL: f64 = 0.95;
/// Looked back so far.
const DAYS: i64 = 365;

/// One arm.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmEffect {
    pub arm: Arm,
    /// Customers who were shown something at least 30 days ago.
    pub customers: i64,
    /// Of these, for how many an agent put a suggestion into an answer.
    pub clicked: i64,
    /// Who bought a product within 7 days after it was shown.
    pub bought_7: i64,
    /// Who did within 30 days.
    pub bought_30: i64,
}

impl ArmEffect {
    /// The share with its 95 % interval (Wilson); none below 30 customers.
    pub fn share(&self, of: i64) -> Option<Interval> {
        match self.customers >= FEWEST {
            true => wilson(of as u64, self.customers as u64, LEVEL),
            false => None,
        }
    }
}

/// What became of opportunities that were made of suggestions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    pub open: i64,
    pub won: i64,
    pub lost: i64,
}

/// What suggestions did within a year.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    pub personal: ArmEffect,
    pub control: ArmEffect,
    /// Customers whose 30 days are not over.
    pub waiting: i64,
    pub opportunities: Outcomes,
}

impl Effect {
    /// What more of those with their own list bought within 30 days, as a difference of shares
    /// with its 95 % interval; none while either arm is too small to know.
    pub fn difference(&self) -> Option<Interval> {
        let own = self.personal.share(self.personal.bought_30)?;
        let other = self.control.share(self.control.bought_30)?;
        Some(newcombe(own, other))
    }
}

/// The difference of two shares by the square-and-add rule on Wilson's intervals (Newcombe 1998,
/// "Interval estimation for the difference between independent proportions", method 10).
fn newcombe(a: Interval, b: Interval) -> Interval {
    let value = a.value - b.value;
    let below = (a.value - a.lower).hypot(b.upper - b.value);
    let above = (a.upper - a.value).hypot(b.value - b.lower);
    Interval { value, lower: value - below, upper: value + above }
}

/// The effect of what was shown.
pub fn effect(tx: &mut Tx, me: &Me) -> Result<Effect> {
    me.require(Permission::OrdersRead)?;
    let now = tx.now();
    let (since, until) =
        (now - SignedDuration::from_hours(24 * DAYS), now - SignedDuration::from_hours(24 * 30));
    let waiting: i64 = tx.scalar(
        "SELECT count(DISTINCT contact_id) FROM recommend_shown WHERE shown_at > $1",
        &[until.into()],
    )?;
    row! {
        struct Counted {
            arm: Arm,
            customers: i64,
            clicked: i64,
            bought_7: i64,
            bought_30: i64,
        }
    }
    let bought = "SELECT 1 FROM orders JOIN order_lines ON order_lines.order_id = orders.id
         WHERE orders.contact_id = shown.contact_id
           AND order_lines.product_id = shown.product_id AND orders.cancelled_at IS NULL
           AND orders.placed_at > shown.shown_at AND orders.placed_at <= shown.shown_at";
    // A customer counts once, by everything that was shown.
    let sql = format!(
        "SELECT arm, count(*) AS customers, SUM(clicked) AS clicked, SUM(bought_7) AS bought_7,
                SUM(bought_30) AS bought_30
         FROM (SELECT arm, contact_id, MAX(clicked) AS clicked, MAX(bought_7) AS bought_7,
                      MAX(bought_30) AS bought_30
               FROM (SELECT arm, contact_id,
                            CASE WHEN clicked_at IS NULL THEN 0 ELSE 1 END AS clicked,
                            CASE WHEN EXISTS ({bought} + $3) THEN 1 ELSE 0 END AS bought_7,
                            CASE WHEN EXISTS ({bought} + $4) THEN 1 ELSE 0 END AS bought_30
                     FROM recommend_shown AS shown
                     WHERE shown_at > $1 AND shown_at <= $2) AS each_one
               GROUP BY arm, contact_id) AS each_customer
         GROUP BY arm"
    );
    const DAY: i64 = 86_400_000_000;
    let args = [since.into(), until.into(), (7 * DAY).into(), (30 * DAY).into()];
    let counted: Vec<Counted> = tx.rows(&sql, &args)?;
    let of = |arm: Arm| {
        let found = counted.iter().find(|it| it.arm == arm);
        let of = |read: fn(&Counted) -> i64| found.map_or(0, read);
        ArmEffect {
            arm,
            customers: of(|it| it.customers),
            clicked: of(|it| it.clicked),
            bought_7: of(|it| it.bought_7),
            bought_30: of(|it| it.bought_30),
        }
    };
    let (personal, control) = (of(Arm::Personal), of(Arm::Control));
    Ok(Effect { personal, control, waiting, opportunities: outcomes(tx)? })
}

fn outcomes(tx: &mut Tx) -> Result<Outcomes> {
    let stages: Vec<String> = tx.column(
        "SELECT stage FROM opportunities
         WHERE id IN (SELECT opportunity_id FROM recommend_shown WHERE opportunity_id IS NOT NULL)",
        &[],
    )?;
    let count = |wanted: &str| stages.iter().filter(|it| *it == wanted).count() as i64;
    let (won, lost) = (count("won"), count("lost"));
    Ok(Outcomes { open: stages.len() as i64 - won - lost, won, lost })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_in_ten_is_in_the_control() {
        let control = (0..20_000)
            .filter(|it| Arm::of(ContactId::from_raw(7_000_000_000 + 4096 * it)) == Arm::Control)
            .count();
        assert!((1850..2150).contains(&control), "{control}");
    }

    #[test]
    fn the_difference_is_newcombes() {
        // Newcombe 1998, table II, (a): 56/70 − 48/80 is 0.2, 0.0524 to 0.3339 by method 10.
        let share = |k, n| wilson(k, n, 0.95).expect("a share");
        let it = newcombe(share(56, 70), share(48, 80));
        assert!((it.value - 0.2).abs() < 1e-9, "{it:?}");
        assert!((it.lower - 0.0524).abs() < 5e-5 && (it.upper - 0.3339).abs() < 5e-5, "{it:?}");
    }
}
