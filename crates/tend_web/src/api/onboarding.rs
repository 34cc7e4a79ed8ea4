//! Onboarding: plans, and those under way.

use axum::{extract::State, response::IntoResponse};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    agents::{Me, Permission},
    error::invalid,
    onboarding::{self as verbs, NewPlan, NewStep, OnboardingId, PlanId, StepId, link},
};
use tend_store::Tx;
use tend_views::urls;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Body, Id, Ids, If, List, Paging, Post, Query, nothing};
use crate::{
    App,
    router::{Access::Token, Route, delete, get, post, put},
    who::{
        May,
        may::{CampaignsManage, CustomersRead, TasksEdit},
    },
};

/// All of it.
pub(super) fn routes() -> Vec<Route> {
    use Permission::{CampaignsManage as Write, CustomersRead as See, TasksEdit as Work};
    vec![
        get("/api/v1/onboarding-plans", Token(See), plans),
        post("/api/v1/onboarding-plans", Token(Write), create),
        get("/api/v1/onboarding-plans/{id}", Token(See), plan),
        put("/api/v1/onboarding-plans/{id}", Token(Write), change),
        delete("/api/v1/onboarding-plans/{id}", Token(Write), archive),
        get("/api/v1/onboarding-plans/{id}/report", Token(See), report),
        get("/api/v1/onboardings", Token(See), list),
        post("/api/v1/onboardings", Token(Work), begin),
        get("/api/v1/onboardings/{id}", Token(See), find),
        put("/api/v1/onboardings/{id}/steps/{step}", Token(Work), tick),
        delete("/api/v1/onboardings/{id}/steps/{step}", Token(Work), untick),
    ]
}

/// A step of a plan.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OnboardingPlanStep {
    /// The step that it is; a new one without.
    pub id: Option<String>,
    pub title: String,
    pub why: String,
    /// Where it is done; empty, or an address that begins with `https://`.
    pub link: String,
    /// `customer` or `agent`.
    pub owner: String,
    /// `hand`, `usage` or `order`.
    pub done_when: String,
    /// The name of the usage event.
    pub event: String,
    /// Days after the start; 0 for no day.
    pub due_days: i64,
}

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnboardingPlanOut {
    pub id: String,
    pub name: String,
    pub intro: String,
    /// `hand`, `account` or `subscription`.
    pub starts_on: String,
    pub stuck_days: i64,
    pub steps: Vec<OnboardingPlanStep>,
    pub started: i64,
    pub done: i64,
    pub open: i64,
    /// Days until half of them are through (Kaplan and Meier); nothing while that is not reached.
    pub median_days: Option<f64>,
}

/// A plan as it is written.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnboardingPlanIn {
    pub name: String,
    #[serde(default)]
    pub intro: String,
    /// `hand`, `account` or `subscription`.
    #[serde(default)]
    pub starts_on: Option<String>,
    /// So many days without a step done, and a task asks somebody to look.
    #[serde(default)]
    pub stuck_days: Option<i64>,
    pub steps: Vec<OnboardingPlanStep>,
}

fn word<T: std::str::FromStr<Err = &'static str>>(
    field: &'static str,
    text: &str,
    else_: T,
) -> tend_core::Result<T> {
    match text {
        "" => Ok(else_),
        text => text.parse().map_err(|why| invalid(field, why)),
    }
}

impl OnboardingPlanIn {
    fn plan(&self) -> tend_core::Result<NewPlan> {
        let mut steps = Vec::new();
        for it in &self.steps {
            steps.push(NewStep {
                id: it.id.as_deref().and_then(|it| it.parse::<StepId>().ok()),
                title: it.title.clone(),
                why: it.why.clone(),
                link: it.link.clone(),
                owner: word("owner", &it.owner, verbs::Owner::Customer)?,
                done_when: word("done_when", &it.done_when, verbs::DoneWhen::Hand)?,
                event: it.event.clone(),
                due_days: it.due_days,
            });
        }
        Ok(NewPlan {
            name: self.name.clone(),
            intro: self.intro.clone(),
            starts_on: word(
                "starts_on",
                self.starts_on.as_deref().unwrap_or_default(),
                verbs::StartsOn::Hand,
            )?,
            stuck_days: self.stuck_days.unwrap_or(3),
            steps,
        })
    }
}

fn load(tx: &mut Tx, me: &Me, id: PlanId) -> tend_core::Result<OnboardingPlanOut> {
    let it = verbs::find_plan(tx, me, id)?;
    let report = verbs::report(tx, me, id)?;
    let steps = report.steps.into_iter().map(|it| OnboardingPlanStep {
        id: Some(it.step.id.to_string()),
        title: it.step.title,
        why: it.step.why,
        link: it.step.link,
        owner: it.step.owner.to_string(),
        done_when: it.step.done_when.to_string(),
        event: it.step.event,
        due_days: it.step.due_days,
    });
    Ok(OnboardingPlanOut {
        id: it.id.to_string(),
        name: it.name,
        intro: it.intro,
        starts_on: it.starts_on.to_string(),
        stuck_days: it.stuck_days,
        steps: steps.collect(),
        started: report.started,
        done: report.done,
        open: report.open,
        median_days: report.median.and_then(|it| it.value),
    })
}

/// How customers get through a step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnboardingStepReport {
    pub step_id: String,
    pub title: String,
    /// Onboardings that have it, and those in which it is done.
    pub of: i64,
    pub done: i64,
    /// Wilson's interval at 95 % of the share in which it is done; null without anybody.
    pub done_low: Option<f64>,
    pub done_high: Option<f64>,
    /// It is the first open step of so many that have not moved for the plan's days.
    pub stuck: i64,
    /// The same interval of their share.
    pub stuck_low: Option<f64>,
    pub stuck_high: Option<f64>,
}

/// How customers get through a plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnboardingReport {
    pub plan_id: String,
    pub started: i64,
    pub done: i64,
    pub given_up: i64,
    /// Under way.
    pub open: i64,
    /// Days until half of them are through, with those who are not yet (Kaplan and Meier); null
    /// while that is not reached, and the ends of its interval at 95 % likewise.
    pub median_days: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub steps: Vec<OnboardingStepReport>,
}

/// How customers get through an onboarding plan
///
/// Step by step, of the newest 20,000 who began.
#[utoipa::path(get, path = "/api/v1/onboarding-plans/{id}/report", tag = "onboarding", params(("id" = String, Path)), responses((status = 200, body = OnboardingReport)))]
pub(crate) async fn report(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<PlanId>,
) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| verbs::report(tx, &me, id)).await?;
    let steps = it.steps.into_iter().map(|it| OnboardingStepReport {
        step_id: it.step.id.to_string(),
        of: it.of,
        done: it.done,
        done_low: it.done_share().map(|it| it.lower),
        done_high: it.done_share().map(|it| it.upper),
        stuck: it.stuck,
        stuck_low: it.stuck_share().map(|it| it.lower),
        stuck_high: it.stuck_share().map(|it| it.upper),
        title: it.step.title,
    });
    let out = OnboardingReport {
        plan_id: id.to_string(),
        started: it.started,
        done: it.done,
        given_up: it.given_up,
        open: it.open,
        median_days: it.median.as_ref().and_then(|it| it.value),
        low: it.median.as_ref().and_then(|it| it.lower),
        high: it.median.as_ref().and_then(|it| it.upper),
        steps: steps.collect(),
    };
    Ok(axum::Json(out).into_response())
}

/// List onboarding plans
#[utoipa::path(get, path = "/api/v1/onboarding-plans", tag = "onboarding", responses((status = 200, body = List<OnboardingPlanOut>)))]
pub(crate) async fn plans(who: May<CustomersRead>, State(app): State<App>) -> Answer {
    let me = who.me.clone();
    let page = app.read(move |tx| {
        let all = verbs::plans(tx, &me)?;
        let items = all.into_iter().map(|it| load(tx, &me, it.id));
        let items = items.collect::<tend_core::Result<Vec<_>>>()?;
        Ok(tend_core::page::Page { items, next: None })
    });
    Ok(List::of(page.await?, |it: OnboardingPlanOut| it).into_response())
}

/// Write an onboarding plan
#[utoipa::path(post, path = "/api/v1/onboarding-plans", tag = "onboarding", request_body = OnboardingPlanIn, responses((status = 201, body = OnboardingPlanOut)))]
pub(crate) async fn create(
    who: May<CampaignsManage>,
    State(app): State<App>,
    post: Post<OnboardingPlanIn>,
) -> Answer {
    post.create(&app, &who, |tx, me, it: &OnboardingPlanIn| {
        let id = verbs::create(tx, me, &it.plan()?)?;
        load(tx, me, id)
    })
    .await
}

/// One onboarding plan
///
/// With how customers get through it.
#[utoipa::path(get, path = "/api/v1/onboarding-plans/{id}", tag = "onboarding", params(("id" = String, Path), If), responses((status = 200, body = OnboardingPlanOut)))]
pub(crate) async fn plan(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<PlanId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, move |tx: &mut Tx, me: &Me| load(tx, me, id)).await
}

/// Change an onboarding plan
///
/// What is under way keeps the steps that it began with.
#[utoipa::path(put, path = "/api/v1/onboarding-plans/{id}", tag = "onboarding", params(("id" = String, Path), If), request_body = OnboardingPlanIn, responses((status = 200, body = OnboardingPlanOut)))]
pub(crate) async fn change(
    who: May<CampaignsManage>,
    State(app): State<App>,
    Id(id): Id<PlanId>,
    seen: If,
    Body(it): Body<OnboardingPlanIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| verbs::change(tx, me, id, &it.plan()?).map(drop);
    seen.change(&app, &who, move |tx: &mut Tx, me: &Me| load(tx, me, id), work).await
}

/// Offer an onboarding plan no more
#[utoipa::path(delete, path = "/api/v1/onboarding-plans/{id}", tag = "onboarding", params(("id" = String, Path)), responses((status = 204)))]
pub(crate) async fn archive(
    who: May<CampaignsManage>,
    State(app): State<App>,
    Id(id): Id<PlanId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::archive(tx, &me, id)).await?;
    Ok(nothing())
}

/// An onboarding in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnboardingLine {
    pub id: String,
    pub plan_id: String,
    pub account_id: String,
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// When the last step was done; the start, if none is.
    #[schema(value_type = String, format = DateTime)]
    pub moved_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
    /// When it was given up.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    pub steps: i64,
    pub steps_done: i64,
}

/// Which onboardings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct OnboardingFilter {
    /// Of this plan.
    pub plan_id: Option<String>,
    /// Of this account.
    pub account_id: Option<String>,
    /// How many at most: 1 to 200, 50 if it is left out.
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// List onboardings
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/onboardings", tag = "onboarding", params(OnboardingFilter), responses((status = 200, body = List<OnboardingLine>)))]
pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(it): Query<OnboardingFilter>,
) -> Answer {
    let wrong = |field| crate::WebError::from(invalid(field, "This is no id of that kind."));
    let plan = it.plan_id.as_deref().map(str::parse).transpose().map_err(|_| wrong("plan_id"))?;
    let account =
        it.account_id.as_deref().map(str::parse).transpose().map_err(|_| wrong("account_id"))?;
    let paging = Paging { limit: it.limit, cursor: it.cursor };
    let (limit, from, me) = (paging.limit()?, paging.cursor()?, who.me.clone());
    let page = app.read(move |tx| verbs::under(tx, &me, plan, account, from, limit)).await?;
    let out = |it: verbs::Under| OnboardingLine {
        id: it.id.to_string(),
        plan_id: it.plan_id.to_string(),
        account_id: it.account_id.to_string(),
        started_at: it.started_at,
        moved_at: it.moved_at,
        done_at: it.done_at,
        ended_at: it.ended_at,
        steps: it.steps,
        steps_done: it.done,
    };
    Ok(List::of(page, out).into_response())
}

/// An onboarding to begin.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnboardingIn {
    pub plan_id: String,
    pub account_id: String,
}

/// A step of an onboarding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnboardingItem {
    pub id: String,
    pub title: String,
    /// `customer` or `agent`.
    pub owner: String,
    /// Our step is a task.
    pub task_id: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
    /// `customer`, `agent`, `usage`, `order`, `task` or `api`.
    pub done_how: String,
}

/// An onboarding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OnboardingOut {
    pub id: String,
    pub plan_id: String,
    pub account_id: String,
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
    /// When it was given up.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// The customer's own page, after the address of Tend.
    pub link: String,
    pub steps: Vec<OnboardingItem>,
}

fn whole(
    tx: &mut Tx,
    me: &Me,
    keys: &tend_core::secrets::Keys,
    id: OnboardingId,
) -> tend_core::Result<OnboardingOut> {
    verbs::find(tx, me, id)?;
    let (it, _) = link::seen(tx, id)?;
    let one = it.onboarding;
    let steps = it.items.into_iter().map(|it| OnboardingItem {
        id: it.step_id.to_string(),
        title: it.title,
        owner: it.owner.to_string(),
        task_id: it.task_id.map(|it| it.to_string()),
        done_at: it.done_at,
        done_how: it.done_how,
    });
    Ok(OnboardingOut {
        id: one.id.to_string(),
        plan_id: one.plan_id.to_string(),
        account_id: one.account_id.to_string(),
        started_at: one.started_at,
        done_at: one.done_at,
        ended_at: one.ended_at,
        link: urls::first_steps(link::token(keys, one.id)),
        steps: steps.collect(),
    })
}

/// Begin an onboarding
///
/// One of the plan that is under way for the account already is answered as it is.
#[utoipa::path(post, path = "/api/v1/onboardings", tag = "onboarding", request_body = OnboardingIn, responses((status = 201, body = OnboardingOut)))]
pub(crate) async fn begin(
    who: May<TasksEdit>,
    State(app): State<App>,
    post: Post<OnboardingIn>,
) -> Answer {
    let keys = app.keys.clone();
    post.create(&app, &who, move |tx, me, it: &OnboardingIn| {
        let plan = it.plan_id.parse().map_err(|_| invalid("plan_id", "There is no such plan."))?;
        let account = it
            .account_id
            .parse()
            .map_err(|_| invalid("account_id", "There is no such account."))?;
        let id = verbs::begin(tx, me, plan, account)?;
        whole(tx, me, &keys, id)
    })
    .await
}

/// One onboarding
#[utoipa::path(get, path = "/api/v1/onboardings/{id}", tag = "onboarding", params(("id" = String, Path), If), responses((status = 200, body = OnboardingOut)))]
pub(crate) async fn find(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<OnboardingId>,
    seen: If,
) -> Answer {
    let keys = app.keys.clone();
    seen.show(&app, &who, move |tx: &mut Tx, me: &Me| whole(tx, me, &keys, id)).await
}

/// Tick a step
///
/// Twice is once.
#[utoipa::path(put, path = "/api/v1/onboardings/{id}/steps/{step}", tag = "onboarding", params(("id" = String, Path), ("step" = String, Path)), responses((status = 204)))]
pub(crate) async fn tick(
    who: May<TasksEdit>,
    State(app): State<App>,
    Ids(id, step): Ids<OnboardingId, StepId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::tick(tx, &me, id, step, "api")).await?;
    Ok(nothing())
}

/// Take a tick back
#[utoipa::path(delete, path = "/api/v1/onboardings/{id}/steps/{step}", tag = "onboarding", params(("id" = String, Path), ("step" = String, Path)), responses((status = 204)))]
pub(crate) async fn untick(
    who: May<TasksEdit>,
    State(app): State<App>,
    Ids(id, step): Ids<OnboardingId, StepId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::untick(tx, &me, id, step)).await?;
    Ok(nothing())
}
