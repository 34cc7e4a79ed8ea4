use tend_store::{Tx, row};

use super::{DoneWhen, OnboardingPlan, Owner, PlanId, PlanStep, StartsOn, StepId};
use crate::{
    Result,
    actor::Actor,
    agents::{Me, Permission},
    error::{invalid, not_found},
    fold,
    journal::{self, CampaignMoved, Change, Subject},
};

/// Steps of a plan, at most.
pub const MOST_STEPS: usize = 30;

/// What a plan shall be.
#[derive(Clone, Debug)]
pub struct NewPlan {
    pub name: String,
    pub intro: String,
    pub starts_on: StartsOn,
    pub stuck_days: i64,
    pub steps: Vec<NewStep>,
}

/// What a step shall be.
#[derive(Clone, Debug)]
pub struct NewStep {
    /// The step that it was; a new one without.
    pub id: Option<StepId>,
    pub title: String,
    pub why: String,
    pub link: String,
    pub owner: Owner,
    pub done_when: DoneWhen,
    pub event: String,
    pub due_days: i64,
}

impl Default for NewStep {
    fn default() -> Self {
        Self {
            id: None,
            title: String::new(),
            why: String::new(),
            link: String::new(),
            owner: Owner::Customer,
            done_when: DoneWhen::Hand,
            event: String::new(),
            due_days: 0,
        }
    }
}

/// A plan to begin with, which a company makes its own.
pub fn welcome() -> NewPlan {
    let step = |title: &str, why: &str, owner, due_days| NewStep {
        title: title.to_owned(),
        why: why.to_owned(),
        owner,
        due_days,
        ..NewStep::default()
    };
    NewPlan {
        name: "Welcome".to_owned(),
        intro: "These are the first steps. Yours and ours stand in one list, and both of us see \
                what is done."
            .to_owned(),
        starts_on: StartsOn::Hand,
        stuck_days: 3,
        steps: vec![
            step(
                "Meet for half an hour",
                "So that we know what you want to reach.",
                Owner::Agent,
                2,
            ),
            step("Write down your first goal", "We measure ourselves by it.", Owner::Customer, 5),
            step(
                "Invite your colleagues",
                "Things go faster with everybody there.",
                Owner::Customer,
                7,
            ),
            step(
                "Look together at what came of it",
                "And decide what comes next.",
                Owner::Agent,
                30,
            ),
        ],
    }
}

const PLAN: &str =
    "SELECT id, name, intro, starts_on, stuck_days, made_by, archived_at FROM onboarding_plans";

/// All plans that are offered, by name.
pub fn plans(tx: &mut Tx, me: &Me) -> Result<Vec<OnboardingPlan>> {
    me.require(Permission::CustomersRead)?;
    let sql = format!("{PLAN} WHERE archived_at IS NULL ORDER BY name, id LIMIT 200");
    Ok(tx.rows(&sql, &[])?)
}

/// A plan.
pub fn find_plan(tx: &mut Tx, me: &Me, id: PlanId) -> Result<OnboardingPlan> {
    me.require(Permission::CustomersRead)?;
    any_plan(tx, id)
}

pub(super) fn any_plan(tx: &mut Tx, id: PlanId) -> Result<OnboardingPlan> {
    tx.maybe(&format!("{PLAN} WHERE id = $1"), &[id.into()])?.ok_or(not_found("plan"))
}

/// The steps of a plan, in order.
pub fn steps(tx: &mut Tx, id: PlanId) -> Result<Vec<PlanStep>> {
    Ok(tx.rows(
        "SELECT id, plan_id, title, why, link, owner, done_when, event, due_days
         FROM onboarding_steps WHERE plan_id = $1 AND archived_at IS NULL ORDER BY position, id",
        &[id.into()],
    )?)
}

/// Makes a plan.
///
/// # Errors
/// Invalid under the field that is wrong.
pub fn create(tx: &mut Tx, me: &Me, new: &NewPlan) -> Result<PlanId> {
    me.require(Permission::CampaignsManage)?;
    let it = checked(new)?;
    let (id, now) = (PlanId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO onboarding_plans (id, name, intro, starts_on, stuck_days, made_by, created_at,
             changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        &[
            id.into(),
            it.name.as_str().into(),
            it.intro.as_str().into(),
            it.starts_on.into(),
            it.stuck_days.into(),
            me.id.into(),
            now.into(),
        ],
    )?;
    put_steps(tx, id, &it.steps)?;
    super::follow::begin_to_follow(tx)?;
    record(tx, me, id, &it.name, "made")
}

/// Changes a plan. Onboardings that are under way keep the steps that they began with; what a step
/// is called changes for them too.
pub fn change(tx: &mut Tx, me: &Me, id: PlanId, to: &NewPlan) -> Result<PlanId> {
    me.require(Permission::CampaignsManage)?;
    find_plan(tx, me, id)?;
    let (it, now) = (checked(to)?, tx.now());
    tx.execute(
        "UPDATE onboarding_plans SET name = $2, intro = $3, starts_on = $4, stuck_days = $5,
             made_by = $6, changed_at = $7
         WHERE id = $1",
        &[
            id.into(),
            it.name.as_str().into(),
            it.intro.as_str().into(),
            it.starts_on.into(),
            it.stuck_days.into(),
            me.id.into(),
            now.into(),
        ],
    )?;
    put_steps(tx, id, &it.steps)?;
    record(tx, me, id, &it.name, "changed")
}

/// Offers a plan no more. What is under way goes on.
pub fn archive(tx: &mut Tx, me: &Me, id: PlanId) -> Result<()> {
    me.require(Permission::CampaignsManage)?;
    let it = find_plan(tx, me, id)?;
    if it.archived_at.is_some() {
        return Ok(());
    }
    let now = tx.now();
    tx.execute(
        "UPDATE onboarding_plans SET archived_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    record(tx, me, id, &it.name, "archived").map(drop)
}

fn record(tx: &mut Tx, me: &Me, id: PlanId, name: &str, how: &str) -> Result<PlanId> {
    let change =
        Change::CampaignMoved(CampaignMoved { name: name.to_owned(), how: how.to_owned() });
    let subject = Subject::plain("onboarding_plan", id.raw());
    journal::record(tx, Actor::Agent(me.id), subject, &change)?;
    Ok(id)
}

fn put_steps(tx: &mut Tx, plan: PlanId, to: &[NewStep]) -> Result<()> {
    row! {
        struct Known {
            id: StepId,
        }
    }
    let known: Vec<Known> = tx.rows(
        "SELECT id FROM onboarding_steps WHERE plan_id = $1 AND archived_at IS NULL",
        &[plan.into()],
    )?;
    let now = tx.now();
    for gone in known.iter().filter(|it| !to.iter().any(|step| step.id == Some(it.id))) {
        tx.execute(
            "UPDATE onboarding_steps SET archived_at = $2 WHERE id = $1",
            &[gone.id.into(), now.into()],
        )?;
    }
    for (at, it) in to.iter().enumerate() {
        // An id of another plan is no id of this one.
        let own = it.id.filter(|id| known.iter().any(|it| it.id == *id));
        let id = own.unwrap_or_else(|| StepId::new(tx));
        tx.execute(
            "INSERT INTO onboarding_steps (id, plan_id, position, title, why, link, owner,
                 done_when, event, due_days)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (id) DO UPDATE SET position = excluded.position, title = excluded.title,
                 why = excluded.why, link = excluded.link, owner = excluded.owner,
                 done_when = excluded.done_when, event = excluded.event,
                 due_days = excluded.due_days",
            &[
                id.into(),
                plan.into(),
                (at as i64).into(),
                it.title.as_str().into(),
                it.why.as_str().into(),
                it.link.as_str().into(),
                it.owner.into(),
                it.done_when.into(),
                it.event.as_str().into(),
                it.due_days.into(),
            ],
        )?;
    }
    Ok(())
}

fn checked(new: &NewPlan) -> Result<NewPlan> {
    let mut it = new.clone();
    it.name = fold::one_line(&it.name, 100);
    if it.name.is_empty() {
        return Err(invalid("name", "A plan needs a name."));
    }
    it.intro = fold::shorten(it.intro.trim(), 2000);
    if !(1..=90).contains(&it.stuck_days) {
        return Err(invalid("stuck_days", "Write a number of days from 1 to 90."));
    }
    it.steps.retain(|it| !it.title.trim().is_empty());
    if it.steps.is_empty() {
        return Err(invalid("title", "A plan needs a step."));
    }
    if it.steps.len() > MOST_STEPS {
        return Err(invalid("title", "A plan has at most 30 steps."));
    }
    for step in &mut it.steps {
        step.title = fold::one_line(&step.title, 120);
        step.why = fold::shorten(step.why.trim(), 500);
        step.link = step.link.trim().to_owned();
        step.event = fold::one_line(&step.event, 200);
        if !step.link.is_empty()
            && (!step.link.starts_with("https://")
                || step.link.len() > 500
                || step.link.chars().any(|it| it.is_whitespace() || it.is_control()))
        {
            return Err(invalid("link", "A link begins with https://."));
        }
        if step.done_when == DoneWhen::Usage && step.event.is_empty() {
            return Err(invalid("event", "Name the event, as the product sends it."));
        }
        if !(0..=365).contains(&step.due_days) {
            return Err(invalid("due_days", "Write a number of days from 0 to 365."));
        }
    }
    Ok(it)
}
