//! Onboarding: plans, and the lists of accounts.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::AccountId,
    agents::{Me, Permission},
    onboarding::{
        self as verbs, DoneWhen, NewPlan, NewStep, OnboardingId, Owner, PlanId, StartsOn, StepId,
        link,
    },
    secrets::Keys,
    settings,
    usage::names,
};
use tend_store::Tx;
use tend_views::{
    onboarding::{OfAccount, PlanForm, PlanLine, PlanPage, plan_page, plans_page},
    parts::Problems,
    urls,
};

use super::{Answer, frame::Wanted, go, inbox::Htmx, lead, problems};
use crate::{
    App,
    api::{Id, Ids},
    asked::Form,
    router::{Access::May as Needs, Route, delete, get, post, put},
    who::{
        May,
        may::{CampaignsManage, CustomersRead, TasksEdit},
    },
};

type Pairs = Vec<(String, String)>;

/// So many of those under way are shown.
const ROWS: usize = 20;

pub(super) fn routes() -> Vec<Route> {
    let see = Needs(Permission::CustomersRead);
    let (write, work) = (Needs(Permission::CampaignsManage), Needs(Permission::TasksEdit));
    let (one, step) = (urls::onboarding_plan("{id}"), urls::onboarding_step("{id}", "{step}"));
    vec![
        get(urls::onboarding_plans(), see, all),
        post(urls::onboarding_plans(), write, create),
        get(urls::new_onboarding_plan(), write, new),
        get(&one, see, show),
        put(&one, write, change),
        delete(&one, write, archive),
        post(urls::account_onboardings("{id}"), work, begin),
        post(urls::onboarding_end("{id}"), work, end),
        put(&step, work, tick),
        delete(&step, work, untick),
    ]
}

async fn all(who: May<CustomersRead>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::campaigns());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let mut lines = Vec::new();
        for plan in verbs::plans(tx, me)? {
            lines.push(PlanLine { report: verbs::report(tx, me, plan.id)?, plan });
        }
        let may = me.may(Permission::CampaignsManage);
        Ok(plans_page(&wanted.read(tx)?, &lines, may))
    });
    Ok(page.await?.into_response())
}

async fn new(who: May<CampaignsManage>, State(app): State<App>) -> Answer {
    shown(&app, Wanted::by(&who, urls::campaigns()), None, Some(verbs::welcome()), fine()).await
}

async fn show(who: May<CustomersRead>, State(app): State<App>, Id(id): Id<PlanId>) -> Answer {
    shown(&app, Wanted::by(&who, urls::campaigns()), Some(id), None, fine()).await
}

fn fine() -> (StatusCode, Problems) {
    (StatusCode::OK, Problems::default())
}

/// The page of a plan, with the form as it was sent, or as the plan stands.
async fn shown(
    app: &App,
    wanted: Wanted,
    id: Option<PlanId>,
    form: Option<NewPlan>,
    (status, problems): (StatusCode, Problems),
) -> Answer {
    let page = app.read(move |tx| {
        let it = read(tx, &wanted.me, id, form, problems)?;
        Ok(plan_page(&wanted.read(tx)?, &it))
    });
    Ok((status, page.await?).into_response())
}

fn read(
    tx: &mut Tx,
    me: &Me,
    id: Option<PlanId>,
    form: Option<NewPlan>,
    problems: Problems,
) -> Result<PlanPage> {
    let plan = match id {
        Some(id) => Some(verbs::find_plan(tx, me, id)?),
        None => None,
    };
    let form = match (form, &plan) {
        (Some(form), _) => form,
        (None, Some(plan)) => NewPlan {
            name: plan.name.clone(),
            intro: plan.intro.clone(),
            starts_on: plan.starts_on,
            stuck_days: plan.stuck_days,
            steps: verbs::steps(tx, plan.id)?.into_iter().map(step).collect(),
        },
        (None, None) => verbs::welcome(),
    };
    let mut events: Vec<String> = names::all(tx)?.into_values().map(|it| it.label()).collect();
    events.sort();
    events.truncate(500);
    Ok(PlanPage {
        report: id.map(|id| verbs::report(tx, me, id)).transpose()?,
        under: match id {
            Some(_) => verbs::under(tx, me, id, None, None, ROWS)?.items,
            None => Vec::new(),
        },
        may: me.may(Permission::CampaignsManage),
        form: PlanForm { plan: form, events, problems },
        plan,
    })
}

fn step(it: verbs::PlanStep) -> NewStep {
    NewStep {
        id: Some(it.id),
        title: it.title,
        why: it.why,
        link: it.link,
        owner: it.owner,
        done_when: it.done_when,
        event: it.event,
        due_days: it.due_days,
    }
}

fn said(pairs: &Pairs) -> NewPlan {
    let of = |name: &str| pairs.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str());
    let mut steps = Vec::new();
    for at in 0..40 {
        let part = |name: &str| of(&format!("{name}_{at}"));
        let there = pairs.iter().any(|it| it.0 == format!("title_{at}"));
        if !there || !part("drop").is_empty() {
            continue;
        }
        steps.push(NewStep {
            id: part("id").parse().ok(),
            title: part("title").to_owned(),
            why: part("why").to_owned(),
            link: part("link").to_owned(),
            owner: part("owner").parse().unwrap_or(Owner::Customer),
            done_when: part("done_when").parse().unwrap_or(DoneWhen::Hand),
            event: part("event").to_owned(),
            due_days: part("due_days").trim().parse().unwrap_or(0),
        });
    }
    if !of("add").is_empty() {
        steps.push(NewStep::default());
    }
    NewPlan {
        name: of("name").to_owned(),
        intro: of("intro").to_owned(),
        starts_on: of("starts_on").parse().unwrap_or(StartsOn::Hand),
        stuck_days: of("stuck_days").trim().parse().unwrap_or(0),
        steps,
    }
}

async fn create(
    who: May<CampaignsManage>,
    State(app): State<App>,
    Form(pairs): Form<Pairs>,
) -> Answer {
    keep(&who, &app, None, &pairs).await
}

async fn change(
    who: May<CampaignsManage>,
    State(app): State<App>,
    Id(id): Id<PlanId>,
    Form(pairs): Form<Pairs>,
) -> Answer {
    keep(&who, &app, Some(id), &pairs).await
}

async fn keep(who: &May<CampaignsManage>, app: &App, id: Option<PlanId>, pairs: &Pairs) -> Answer {
    let wanted = Wanted::by(who, urls::campaigns());
    let plan = said(pairs);
    if pairs.iter().any(|it| it.0 == "add") {
        return shown(app, wanted, id, Some(plan), fine()).await;
    }
    let (me, new) = (who.me.clone(), plan.clone());
    let kept = app
        .write(move |tx| match id {
            Some(id) => verbs::change(tx, &me, id, &new),
            None => verbs::create(tx, &me, &new),
        })
        .await;
    match kept {
        Ok(id) => Ok(go(&urls::onboarding_plan(id))),
        Err(error) => shown(app, wanted, id, Some(plan), problems(error)?).await,
    }
}

async fn archive(
    who: May<CampaignsManage>,
    State(app): State<App>,
    Id(id): Id<PlanId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::archive(tx, &me, id)).await?;
    Ok(lead(&urls::onboarding_plans(), is_htmx))
}

/// What an account goes through, for its page.
pub(super) fn of_account(tx: &mut Tx, me: &Me, keys: &Keys, id: AccountId) -> Result<OfAccount> {
    let base = settings::get_or(tx, settings::BASE_URL, "")?;
    let with = |it: verbs::OnAccount| {
        let token = link::token(keys, it.onboarding.id);
        let link = format!("{}{}", base.trim_end_matches('/'), urls::first_steps(token));
        (it, link)
    };
    let plans = verbs::plans(tx, me)?;
    Ok(OfAccount {
        under: verbs::of_account(tx, me, id)?.into_iter().map(with).collect(),
        plans: plans.into_iter().map(|it| (it.id.to_string(), it.name)).collect(),
        may: me.may(Permission::TasksEdit),
    })
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    plan: String,
}

async fn begin(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Htmx(is_htmx): Htmx,
    Form(which): Form<Which>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let plan = which.plan.parse().map_err(|_| tend_core::error::not_found("plan"))?;
        verbs::begin(tx, &me, plan, id)
    })
    .await?;
    Ok(lead(&urls::account(id), is_htmx))
}

/// Does something with an onboarding, and leads back to its account.
async fn back_from(
    who: May<TasksEdit>,
    app: &App,
    id: OnboardingId,
    is_htmx: bool,
    does: impl Fn(&mut Tx, &Me) -> Result<()> + Send + 'static,
) -> Answer {
    let me = who.me.clone();
    let account = app
        .write(move |tx| {
            does(tx, &me)?;
            Ok(verbs::find(tx, &me, id)?.account_id)
        })
        .await?;
    Ok(lead(&urls::account(account), is_htmx))
}

async fn end(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<OnboardingId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    back_from(who, &app, id, is_htmx, move |tx, me| verbs::give_up(tx, me, id)).await
}

async fn tick(
    who: May<TasksEdit>,
    State(app): State<App>,
    Ids(id, step): Ids<OnboardingId, StepId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    back_from(who, &app, id, is_htmx, move |tx, me| {
        verbs::tick(tx, me, id, step, "agent").map(drop)
    })
    .await
}

async fn untick(
    who: May<TasksEdit>,
    State(app): State<App>,
    Ids(id, step): Ids<OnboardingId, StepId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    back_from(who, &app, id, is_htmx, move |tx, me| verbs::untick(tx, me, id, step).map(drop)).await
}
