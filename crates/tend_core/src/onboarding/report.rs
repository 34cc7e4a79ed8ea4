use jiff::{SignedDuration, Timestamp};
use tend_stats::{
    intervals::{Interval, wilson},
    survival::{Lives, Median, kaplan_meier},
};
use tend_store::{StoreError, Tx, row};

use super::{PlanId, PlanStep, find_plan, plans::steps};
use crate::{Result, agents::Me};

/// How customers get through a plan.
#[derive(Clone, Debug)]
pub struct Report {
    pub started: i64,
    pub done: i64,
    pub given_up: i64,
    /// Under way.
    pub open: i64,
    /// Days until half of them are through, with those who are not yet (Kaplan and Meier 1958);
    /// nothing before anybody began.
    pub median: Option<Median>,
    pub steps: Vec<StepReport>,
}

/// How they get through a step.
#[derive(Clone, Debug)]
pub struct StepReport {
    pub step: PlanStep,
    /// Onboardings that have it, and those in which it is done.
    pub of: i64,
    pub done: i64,
    /// It is the first open step of so many that have not moved for the plan's days.
    pub stuck: i64,
}

impl StepReport {
    /// The share of those who have it in which it is done (Wilson's interval at 95 %).
    pub fn done_share(&self) -> Option<Interval> {
        share(self.done, self.of)
    }

    /// The same of those who are stuck at it.
    pub fn stuck_share(&self) -> Option<Interval> {
        share(self.stuck, self.of)
    }
}

fn share(some: i64, of: i64) -> Option<Interval> {
    wilson(u64::try_from(some).ok()?, u64::try_from(of).ok()?, LEVEL)
}

row! {
    struct Life {
        id: i64,
        started_at: Timestamp,
        moved_at: Timestamp,
        done_at: Option<Timestamp>,
        ended_at: Option<Timestamp>,
    }
}

row! {
    struct Count {
        step_id: i64,
        people: i64,
        done: i64,
    }
}

/// How sure the intervals are.
const LEVEL: f64 = 0.95;
/// Onboardings that are read, the newest.
const MOST: i64 = 20_000;

/// How the accounts get through a plan.
pub fn report(tx: &mut Tx, me: &Me, id: PlanId) -> Result<Report> {
    let plan = find_plan(tx, me, id)?;
    let all: Vec<Life> = tx.rows(
        "SELECT id, started_at, moved_at, done_at, ended_at FROM onboardings
         WHERE plan_id = $1 ORDER BY id DESC LIMIT $2",
        &[id.into(), MOST.into()],
    )?;
    let counts: Vec<Count> = tx.rows(
        "SELECT step_id, count(*) AS people,
             CAST(sum(CASE WHEN done_at IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS done
         FROM onboarding_items WHERE step_id IN
             (SELECT id FROM onboarding_steps WHERE plan_id = $1)
         GROUP BY step_id",
        &[id.into()],
    )?;
    let now = tx.now();
    let still = SignedDuration::from_hours(24 * plan.stuck_days);
    let mut stuck: Vec<i64> = Vec::new();
    for it in all.iter().filter(|it| {
        it.done_at.is_none() && it.ended_at.is_none() && now.duration_since(it.moved_at) >= still
    }) {
        stuck.extend(tx.maybe_scalar::<i64>(
            "SELECT step_id FROM onboarding_items
             JOIN onboarding_steps ON onboarding_steps.id = step_id
             WHERE onboarding_id = $1 AND done_at IS NULL ORDER BY position LIMIT 1",
            &[it.id.into()],
        )?);
    }
    let with = |step: PlanStep| {
        let count = counts.iter().find(|it| it.step_id == step.id.raw());
        StepReport {
            of: count.map_or(0, |it| it.people),
            done: count.map_or(0, |it| it.done),
            stuck: stuck.iter().filter(|it| **it == step.id.raw()).count() as i64,
            step,
        }
    };
    let number = |of: fn(&&Life) -> bool| all.iter().filter(of).count() as i64;
    Ok(Report {
        started: all.len() as i64,
        done: number(|it| it.done_at.is_some()),
        given_up: number(|it| it.ended_at.is_some()),
        open: number(|it| it.done_at.is_none() && it.ended_at.is_none()),
        median: median(&all, now)?,
        steps: steps(tx, id)?.into_iter().map(with).collect(),
    })
}

fn median(all: &[Life], now: Timestamp) -> Result<Option<Median>> {
    let lived = |it: &Life| {
        let until = it.done_at.or(it.ended_at).unwrap_or(now);
        let days = until.duration_since(it.started_at).as_secs_f64() / 86_400.0;
        (days.max(0.0), it.done_at.is_some())
    };
    let (times, ended): (Vec<f64>, Vec<bool>) = all.iter().map(lived).unzip();
    let Ok(lives) = Lives::new(&times, &ended) else { return Ok(None) };
    let curve = kaplan_meier(&lives, LEVEL).map_err(|it| StoreError::Failed(it.to_string()))?;
    Ok(Some(curve.median))
}
