//! New customers on their first steps.

use tend_core::{
    Result, accounts,
    agents::Me,
    onboarding::{self, DoneWhen, NewPlan, NewStep, OnboardingId, Owner, PlanId, StartsOn, StepId},
    seed::market::Market,
};
use tend_stats::random::Random;
use tend_store::Tx;

use super::{Act, DAY, Next, World};
use crate::demo::market;

/// How many of the six steps each has done by now.
const DONE: [usize; 14] = [6, 6, 6, 4, 6, 6, 6, 2, 5, 6, 4, 3, 1, 2];

/// The plan that all of them follow.
pub fn write(tx: &mut Tx, me: &Me) -> Result<PlanId> {
    let step = |title: &str, why: &str, owner, due_days| NewStep {
        title: title.to_owned(),
        why: why.to_owned(),
        owner,
        due_days,
        ..NewStep::default()
    };
    let shop = "https://shop.kestrel-climate.example";
    let new = NewPlan {
        name: "The first thirty days".to_owned(),
        intro: "From the first probe to the first report that an auditor signs. Your steps and \
                ours stand in one list."
            .to_owned(),
        starts_on: StartsOn::Hand,
        stuck_days: 9,
        steps: vec![
            step(
                "Walk through your rooms with us",
                "We learn what has to stay cold.",
                Owner::Agent,
                3,
            ),
            NewStep {
                link: shop.to_owned(),
                done_when: DoneWhen::Order,
                ..step("Order the probes", "We send you a list that fits.", Owner::Customer, 7)
            },
            step("Connect the first gateway", "It takes five minutes.", Owner::Customer, 10),
            step("Set up the alarm chain", "So that somebody wakes up.", Owner::Customer, 14),
            step("Test an alarm at night", "Better now than in earnest.", Owner::Agent, 20),
            step("Read the first report together", "Then it runs by itself.", Owner::Agent, 30),
        ],
    };
    onboarding::create(tx, me, &new)
}

/// The domains of those who are new.
pub fn newcomers(market: &Market) -> Vec<String> {
    let mut all: Vec<usize> = (0..market.customers.len())
        .filter(|n| market.customers[*n].leaves.is_none() && market.customers[*n].begins < 23)
        .collect();
    all.sort_by_key(|n| std::cmp::Reverse(market.customers[*n].begins));
    all.into_iter().take(DONE.len()).map(market::domain_of).collect()
}

/// Somebody begins, and goes as far as they have come.
pub fn begin(tx: &mut Tx, world: &World, n: usize, random: &mut Random) -> Result<Next> {
    let me = world.me(tx, 0)?;
    let Some(account) = accounts::by_domain(tx, &world.newcomers[n])? else {
        return Ok(Next::new());
    };
    let id = onboarding::begin(tx, &me, world.plan, account)?;
    let mut wait = 0;
    let ticks = onboarding::steps(tx, world.plan)?.into_iter().take(DONE[n]).map(|it| {
        wait += DAY + random.below(3 * 24 * 60) as i64;
        (wait, Act::Tick(id, it.id))
    });
    Ok(ticks.collect())
}

/// A step is done: theirs on their own page, ours by us.
pub fn tick(tx: &mut Tx, world: &World, id: OnboardingId, step: StepId) -> Result<Next> {
    let me = world.me(tx, 0)?;
    let all = onboarding::steps(tx, world.plan)?;
    let theirs = all
        .iter()
        .any(|it| it.id == step && it.owner == Owner::Customer && it.done_when == DoneWhen::Hand);
    match theirs {
        true => onboarding::tick_by_customer(tx, id, step)?,
        false => onboarding::tick(tx, &me, id, step, "agent")?,
    }
    Ok(Next::new())
}
