use tend_store::Tx;

use super::{
    DoneWhen, Onboarding, OnboardingId, Owner, StepId,
    begin::{title, told},
    find::{any, find, items},
};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{not_found, refused},
    surveys::plans,
    tasks,
};

/// An agent says that a step is done. Doing it twice is doing it once.
pub fn tick(tx: &mut Tx, me: &Me, id: OnboardingId, step: StepId, how: &str) -> Result<()> {
    me.require(Permission::TasksEdit)?;
    let it = find(tx, me, id)?;
    if done(tx, Actor::Agent(me.id), &it, step, how)? {
        settle(tx, me, &it, step)?;
    }
    Ok(())
}

/// Our step's task is done with it.
fn settle(tx: &mut Tx, me: &Me, it: &Onboarding, step: StepId) -> Result<()> {
    let task = items(tx, it.id)?.into_iter().find(|it| it.step_id == step);
    match task.and_then(|it| it.task_id) {
        Some(task) if tasks::find(tx, me, task).is_ok_and(|it| it.is_open()) => {
            tasks::done(tx, me, task).map(drop)
        }
        _ => Ok(()),
    }
}

/// An agent says that a step is not done after all.
pub fn untick(tx: &mut Tx, me: &Me, id: OnboardingId, step: StepId) -> Result<()> {
    me.require(Permission::TasksEdit)?;
    let it = find(tx, me, id)?;
    let item = items(tx, id)?.into_iter().find(|it| it.step_id == step);
    if let Some(task) = item.and_then(|it| it.task_id)
        && tasks::find(tx, me, task).is_ok_and(|it| !it.is_open())
    {
        tasks::reopen(tx, me, task)?;
    }
    open(tx, Actor::Agent(me.id), &it, step)
}

/// The customer says on their own page that a step of theirs is done.
///
/// # Errors
/// Refused for a step of ours, and for one that the product or an order tells.
pub fn tick_by_customer(tx: &mut Tx, id: OnboardingId, step: StepId) -> Result<()> {
    let it = theirs(tx, id, step)?;
    done(tx, Actor::System, &it, step, "customer").map(drop)
}

/// The customer takes that back.
pub fn untick_by_customer(tx: &mut Tx, id: OnboardingId, step: StepId) -> Result<()> {
    let it = theirs(tx, id, step)?;
    open(tx, Actor::System, &it, step)
}

fn theirs(tx: &mut Tx, id: OnboardingId, step: StepId) -> Result<Onboarding> {
    let it = any(tx, id)?;
    let found = items(tx, id)?.into_iter().find(|it| it.step_id == step);
    let item = found.ok_or(not_found("step"))?;
    if it.ended_at.is_some() {
        return Err(refused("This list is not in use any more."));
    }
    match item.owner == Owner::Customer && item.done_when == DoneWhen::Hand {
        true => Ok(it),
        false => Err(refused("This step ticks by itself, or it is one of ours.")),
    }
}

/// A step is done; says whether that is news. The last one ends the onboarding.
pub(super) fn done(
    tx: &mut Tx,
    by: Actor,
    it: &Onboarding,
    step: StepId,
    how: &str,
) -> Result<bool> {
    let now = tx.now();
    let news = tx.execute(
        "UPDATE onboarding_items SET done_at = $3, done_how = $4
         WHERE onboarding_id = $1 AND step_id = $2 AND done_at IS NULL",
        &[it.id.into(), step.into(), now.into(), how.into()],
    )?;
    if news == 0 {
        return known(tx, it, step).map(|()| false);
    }
    tx.execute(
        "UPDATE onboardings SET moved_at = $2, stuck_task_id = NULL WHERE id = $1",
        &[it.id.into(), now.into()],
    )?;
    let name = title(tx, step)?;
    told(tx, by, it, if how == "customer" { "step_theirs" } else { "step_done" }, &name)?;
    plans::onboarded(tx, it.id, it.account_id, &name)?;
    if items(tx, it.id)?.iter().all(|it| it.done_at.is_some()) && it.is_open() {
        tx.execute(
            "UPDATE onboardings SET done_at = $2 WHERE id = $1",
            &[it.id.into(), now.into()],
        )?;
        told(tx, by, it, "done", "")?;
        plans::onboarded(tx, it.id, it.account_id, "")?;
    }
    Ok(true)
}

fn known(tx: &mut Tx, it: &Onboarding, step: StepId) -> Result<()> {
    match items(tx, it.id)?.iter().any(|it| it.step_id == step) {
        true => Ok(()),
        false => Err(not_found("step")),
    }
}

fn open(tx: &mut Tx, by: Actor, it: &Onboarding, step: StepId) -> Result<()> {
    known(tx, it, step)?;
    let news = tx.execute(
        "UPDATE onboarding_items SET done_at = NULL, done_how = ''
         WHERE onboarding_id = $1 AND step_id = $2 AND done_at IS NOT NULL",
        &[it.id.into(), step.into()],
    )?;
    if news == 0 {
        return Ok(());
    }
    tx.execute("UPDATE onboardings SET done_at = NULL WHERE id = $1", &[it.id.into()])?;
    let name = title(tx, step)?;
    plans::not_onboarded(tx, it.id, &name)?;
    told(tx, by, it, "step_open", &name)
}
