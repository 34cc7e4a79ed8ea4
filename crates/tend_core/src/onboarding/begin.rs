use tend_store::Tx;

use super::{
    Onboarding, OnboardingId, OnboardingPlan, Owner, PlanId, PlanStep, StartsOn, StepId,
    find::{any, find},
    plans::{any_plan, steps},
};
use crate::{
    Result,
    accounts::{self, AccountId},
    actor::Actor,
    agents::{self, Me, Permission},
    error::{conflict, refused},
    journal::{self, Change, OnboardingMoved, Subject},
    tasks::{self, Due, NewTask, TaskId},
    usage::day_of,
};

/// Starts a plan for an account. An account can go through several plans, and through each once at
/// a time: starting one that is under way says which that is.
pub fn begin(tx: &mut Tx, me: &Me, plan: PlanId, account: AccountId) -> Result<OnboardingId> {
    me.require(Permission::TasksEdit)?;
    let account = accounts::find_visible(tx, me, account)?.id;
    let plan = any_plan(tx, plan)?;
    if plan.archived_at.is_some() {
        return Err(refused("This plan is not offered any more."));
    }
    start(tx, Actor::Agent(me.id), &plan, account)
}

/// Starts the plans that begin by themselves, when an account is made or first subscribes.
pub fn begin_for_new(tx: &mut Tx, on: StartsOn, account: AccountId) -> Result<()> {
    let plans: Vec<PlanId> = tx.column(
        "SELECT id FROM onboarding_plans WHERE archived_at IS NULL AND starts_on = $1 ORDER BY id",
        &[on.into()],
    )?;
    for id in plans {
        let before: Option<OnboardingId> = tx.maybe_scalar(
            "SELECT id FROM onboardings WHERE plan_id = $1 AND account_id = $2 LIMIT 1",
            &[id.into(), account.into()],
        )?;
        if before.is_none() {
            let plan = any_plan(tx, id)?;
            start(tx, Actor::System, &plan, account)?;
        }
    }
    Ok(())
}

fn start(
    tx: &mut Tx,
    by: Actor,
    plan: &OnboardingPlan,
    account: AccountId,
) -> Result<OnboardingId> {
    let open: Option<OnboardingId> = tx.maybe_scalar(
        "SELECT id FROM onboardings WHERE plan_id = $1 AND account_id = $2
             AND done_at IS NULL AND ended_at IS NULL",
        &[plan.id.into(), account.into()],
    )?;
    if let Some(id) = open {
        return Ok(id);
    }
    let (id, now) = (OnboardingId::new(tx), tx.now());
    let starter = if let Actor::Agent(it) = by { Some(it) } else { None };
    tx.execute(
        "INSERT INTO onboardings (id, plan_id, account_id, started_at, started_by, moved_at)
         VALUES ($1, $2, $3, $4, $5, $4)",
        &[id.into(), plan.id.into(), account.into(), now.into(), starter.into()],
    )?;
    let today = day_of(now);
    for step in steps(tx, plan.id)? {
        let due = (step.due_days > 0).then(|| today + step.due_days);
        let task = match step.owner {
            Owner::Agent => owe(tx, by, plan, &step, account, due)?,
            Owner::Customer => None,
        };
        let row = tx.next_id();
        tx.execute(
            "INSERT INTO onboarding_items (id, onboarding_id, step_id, task_id, due_on)
             VALUES ($1, $2, $3, $4, $5)",
            &[row.into(), id.into(), step.id.into(), task.into(), due.into()],
        )?;
    }
    let it = any(tx, id)?;
    told(tx, by, &it, "started", "")?;
    Ok(id)
}

/// Our step is a task of who looks after the account, or else of who began.
fn owe(
    tx: &mut Tx,
    by: Actor,
    plan: &OnboardingPlan,
    step: &PlanStep,
    account: AccountId,
    due: Option<i64>,
) -> Result<Option<TaskId>> {
    let Some(me) = doer(tx, by, plan, account)? else { return Ok(None) };
    let new = NewTask {
        title: step.title.clone(),
        text: format!("A step of the onboarding “{}”. {}", plan.name, step.why).trim().to_owned(),
        owner: Some(me.id),
        account: Some(account),
        due: due.map_or(Due::Never, Due::On),
        ..NewTask::default()
    };
    tasks::make(tx, &me, &new).map(Some)
}

/// Who does our part: who looks after the account, who began, or who made the plan; the first of
/// them who is here and may have tasks.
pub(super) fn doer(
    tx: &mut Tx,
    by: Actor,
    plan: &OnboardingPlan,
    account: AccountId,
) -> Result<Option<Me>> {
    let owner = accounts::find(tx, account)?.owner_id;
    let began = if let Actor::Agent(it) = by { Some(it) } else { None };
    for id in [owner, began, Some(plan.made_by)].into_iter().flatten() {
        match agents::me(tx, id) {
            Ok(me) if me.may(Permission::TasksEdit) => return Ok(Some(me)),
            Ok(_) | Err(crate::Error::NotFound(_)) => {}
            Err(crate::Error::Store(error)) => return Err(error.into()),
            Err(_) => {}
        }
    }
    Ok(None)
}

/// Ends what is under way before all is done. Its open tasks stay: somebody may have begun them.
pub fn give_up(tx: &mut Tx, me: &Me, id: OnboardingId) -> Result<()> {
    me.require(Permission::TasksEdit)?;
    let it = find(tx, me, id)?;
    if it.done_at.is_some() {
        return Err(conflict("All of it is done already."));
    }
    if it.ended_at.is_some() {
        return Ok(());
    }
    let now = tx.now();
    tx.execute("UPDATE onboardings SET ended_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    told(tx, Actor::Agent(me.id), &it, "ended", "")
}

/// On the timeline of the account.
pub(super) fn told(tx: &mut Tx, by: Actor, it: &Onboarding, how: &str, step: &str) -> Result<()> {
    let change = Change::OnboardingMoved(OnboardingMoved {
        onboarding: it.id.to_string(),
        plan: it.plan.clone(),
        how: how.to_owned(),
        step: step.to_owned(),
    });
    let subject = Subject {
        kind: "onboarding",
        id: it.id.raw(),
        conversation: None,
        contact: None,
        account: Some(it.account_id.raw()),
    };
    journal::record(tx, by, subject, &change)
}

/// The title of a step.
pub(super) fn title(tx: &mut Tx, step: StepId) -> Result<String> {
    Ok(tx.scalar("SELECT title FROM onboarding_steps WHERE id = $1", &[step.into()])?)
}
