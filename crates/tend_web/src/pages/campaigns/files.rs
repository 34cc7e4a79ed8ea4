//! The effect of campaigns, and how customers get through onboarding plans, as tables.

use axum::extract::State;
use tend_core::{
    agents::Permission,
    campaigns::{
        CampaignId,
        effect::{self, Effect, Interval},
    },
    onboarding::{self, PlanId, StepReport},
};
use tend_views::urls;

use super::super::{Answer, revenue::files::Sheet};
use crate::{
    App,
    api::Id,
    router::{Access::May as Needs, Route, get},
    who::{May, may::CustomersRead},
};

/// Both of them.
pub(super) fn routes() -> Vec<Route> {
    let see = Needs(Permission::CustomersRead);
    vec![
        get(urls::campaign_effect_file("{id}"), see, of_campaign),
        get(urls::onboarding_plan_file("{id}"), see, of_plan),
    ]
}

async fn of_campaign(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
) -> Answer {
    let me = who.me.clone();
    let all = app.read(move |tx| effect::effect(tx, &me, id)).await?;
    let head = [
        "measure",
        "treated",
        "treated_did",
        "treated_low",
        "treated_high",
        "held_out",
        "held_out_did",
        "held_out_low",
        "held_out_high",
        "difference",
        "low",
        "high",
    ];
    let mut file = Sheet::new(head);
    all.iter().for_each(|it| file.row(&effect_cells(it)));
    Ok(file.file("effect.csv"))
}

fn effect_cells(it: &Effect) -> [String; 12] {
    let (treated, held_out) = (ends(it.treated_share()), ends(it.held_out_share()));
    let figure = |of: Option<f64>| of.map_or(String::new(), |it| format!("{it:.4}"));
    [
        it.measure.word().to_owned(),
        it.treated.to_string(),
        it.treated_did.to_string(),
        treated.0,
        treated.1,
        it.held_out.to_string(),
        it.held_out_did.to_string(),
        held_out.0,
        held_out.1,
        figure(it.difference.map(|it| it.value)),
        figure(it.difference.map(|it| it.lower)),
        figure(it.difference.map(|it| it.upper)),
    ]
}

async fn of_plan(who: May<CustomersRead>, State(app): State<App>, Id(id): Id<PlanId>) -> Answer {
    let me = who.me.clone();
    let it = app.read(move |tx| onboarding::report(tx, &me, id)).await?;
    let head = ["step", "of", "done", "done_low", "done_high", "stuck", "stuck_low", "stuck_high"];
    let mut file = Sheet::new(head);
    it.steps.iter().for_each(|it| file.row(&step_cells(it)));
    Ok(file.file("onboarding.csv"))
}

fn step_cells(it: &StepReport) -> [String; 8] {
    let (done, stuck) = (ends(it.done_share()), ends(it.stuck_share()));
    let (of, n) = (it.of.to_string(), it.stuck.to_string());
    [it.step.title.clone(), of, it.done.to_string(), done.0, done.1, n, stuck.0, stuck.1]
}

fn ends(it: Option<Interval>) -> (String, String) {
    let figure = |it: f64| format!("{it:.4}");
    it.map_or_else(Default::default, |it| (figure(it.lower), figure(it.upper)))
}
