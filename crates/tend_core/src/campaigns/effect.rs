//! What a campaign does: everybody who could be reached counts for the arm that they fell into,
//! whether or not anything arrived (intention to treat), from the moment on which that was known.

use tend_stats::difference::needed;
pub use tend_stats::{
    difference::{Difference, difference},
    intervals::{Interval, wilson},
};
use tend_store::{Tx, row};

use super::{Arm, CampaignId, What, find};
use crate::{Result, agents::Me};

/// How sure the interval is.
pub const LEVEL: f64 = 0.95;
/// In an arm with fewer nothing is said.
pub const FEWEST: i64 = 30;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The goal of the campaign.
    Goal,
    Bought,
    /// They opened a conversation: fewer is better.
    Wrote,
    Used,
}

impl Measure {
    /// The word in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::Bought => "bought",
            Self::Wrote => "wrote",
            Self::Used => "used",
        }
    }
}

/// How one measure differs between those who were treated and those who were held out.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    pub measure: Measure,
    /// What it is, for people.
    pub says: String,
    pub treated: i64,
    pub treated_did: i64,
    pub held_out: i64,
    pub held_out_did: i64,
    /// The share of the treated less that of the held out, with its interval; nothing while an
    /// arm has fewer than [`FEWEST`].
    pub difference: Option<Difference>,
    /// About so many more people are needed to see a difference as large as the one of now;
    /// nothing if it is seen already, or if there is none to see.
    pub more: Option<i64>,
}

impl Effect {
    /// The share of the treated who did it (Wilson's interval); nothing while there is nobody.
    pub fn treated_share(&self) -> Option<Interval> {
        share(self.treated_did, self.treated)
    }

    /// The same of the held out.
    pub fn held_out_share(&self) -> Option<Interval> {
        share(self.held_out_did, self.held_out)
    }

    /// Whether the interval leaves out 0.
    pub fn is_known(&self) -> bool {
        self.difference.is_some_and(|it| it.lower > 0.0 || it.upper < 0.0)
    }
}

fn share(did: i64, of: i64) -> Option<Interval> {
    wilson(u64::try_from(did).ok()?, u64::try_from(of).ok()?, LEVEL)
}

row! {
    struct Sums {
        arm: Arm,
        people: i64,
        bought: i64,
        wrote: i64,
        used: i64,
        reached: i64,
    }
}

/// What is known of the effect, over all whose window is over for two days. Of somebody who was in
/// it several times the first time counts: arms are drawn by person, and what came after the first
/// message is no new draw.
pub fn effect(tx: &mut Tx, me: &Me, id: CampaignId) -> Result<Vec<Effect>> {
    let plan = find(tx, me, id)?.plan();
    let first = match plan.trigger {
        Some(_) => {
            "AND id IN (SELECT MIN(id) FROM enrolments WHERE campaign_id = $1
                 AND eligible_at IS NOT NULL GROUP BY contact_id)"
        }
        None => "",
    };
    let goal = plan.goal;
    let sum = |it: &str| format!("CAST(sum(CASE WHEN {it} THEN 1 ELSE 0 END) AS BIGINT) AS {it}");
    let sql = format!(
        "SELECT arm, count(*) AS people, {}, {}, {}, {} FROM enrolments
         WHERE campaign_id = $1 AND measured_at IS NOT NULL AND arm IN ('treated', 'held_out')
             {first} GROUP BY arm",
        sum("bought"),
        sum("wrote"),
        sum("used"),
        sum("reached")
    );
    let arms: Vec<Sums> = tx.rows(&sql, &[id.into()])?;
    let of = |arm, pick: fn(&Sums) -> i64| {
        let found = arms.iter().find(|it| it.arm == arm);
        found.map_or((0, 0), |it| (it.people, pick(it)))
    };
    let one = |measure, says: String, pick: fn(&Sums) -> i64| {
        compared(measure, says, of(Arm::Treated, pick), of(Arm::HeldOut, pick))
    };
    let mut all = Vec::new();
    if let Some(goal) = goal.as_ref().filter(|it| **it != What::Ordered) {
        all.push(one(Measure::Goal, goal.says(), |it| it.reached));
    }
    all.push(one(Measure::Bought, "bought again".to_owned(), |it| it.bought));
    all.push(one(Measure::Used, "used the product".to_owned(), |it| it.used));
    all.push(one(Measure::Wrote, "opened a conversation".to_owned(), |it| it.wrote));
    Ok(all)
}

fn compared(
    measure: Measure,
    says: String,
    (treated, treated_did): (i64, i64),
    (held_out, held_out_did): (i64, i64),
) -> Effect {
    let n = |it: i64| u64::try_from(it).unwrap_or(0);
    let enough = treated >= FEWEST && held_out >= FEWEST;
    let found = difference((n(treated_did), n(treated)), (n(held_out_did), n(held_out)), LEVEL);
    let difference = found.filter(|_| enough);
    let is_known = difference.is_some_and(|it| it.lower > 0.0 || it.upper < 0.0);
    let more = difference.filter(|_| !is_known).and_then(|_| {
        let (p, q) = (treated_did as f64 / treated as f64, held_out_did as f64 / held_out as f64);
        let share = held_out as f64 / (treated + held_out) as f64;
        let all = needed(q, p, share)?;
        Some((all.ceil() as i64 - treated - held_out).max(0)).filter(|it| *it > 0)
    });
    Effect { measure, says, treated, treated_did, held_out, held_out_did, difference, more }
}
