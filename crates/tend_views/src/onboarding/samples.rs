//! Onboarding with sample data.

use tend_core::{
    accounts::AccountId,
    onboarding::{
        DoneWhen, Item, OnAccount, Onboarding, OnboardingId, Owner, PlanId, StepId, link::Helper,
        welcome,
    },
};

use super::{
    FirstSteps, OfAccount, PlanForm, PlanPage, first_steps, first_steps_gone, plan_page, plans_page,
};
use crate::{
    gallery::sample_frame,
    parts::{Problems, Sample, sample, time::sample_ago},
};

fn item(id: i64, title: &str, owner: Owner, done: bool) -> Item {
    Item {
        step_id: StepId::from_raw(id),
        title: title.into(),
        why: "Things go faster with everybody there.".into(),
        link: String::new(),
        owner,
        done_when: DoneWhen::Hand,
        event: String::new(),
        task_id: None,
        due_on: None,
        done_at: done.then(|| sample_ago(900)),
        done_how: if done { "customer".into() } else { String::new() },
    }
}

fn list() -> OnAccount {
    OnAccount {
        onboarding: Onboarding {
            id: OnboardingId::from_raw(1),
            plan_id: PlanId::from_raw(1),
            plan: "Welcome".into(),
            intro: "These are the first steps.".into(),
            stuck_days: 3,
            account_id: AccountId::from_raw(1),
            started_at: sample_ago(4_000),
            started_by: None,
            moved_at: sample_ago(900),
            stuck_task_id: None,
            done_at: None,
            ended_at: None,
        },
        items: vec![
            item(1, "Write down your first goal", Owner::Customer, true),
            item(2, "Meet for half an hour", Owner::Agent, false),
            item(3, "Invite your colleagues", Owner::Customer, false),
        ],
    }
}

/// What an account goes through.
pub fn of_account() -> OfAccount {
    OfAccount {
        under: vec![(list(), "https://desk.example.com/o/sample".into())],
        plans: vec![("onp_1".into(), "Welcome".into())],
        may: true,
    }
}

/// Every page of these.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let page = PlanPage {
        plan: None,
        report: None,
        under: Vec::new(),
        form: PlanForm { plan: welcome(), events: Vec::new(), problems: Problems::default() },
        may: true,
    };
    let theirs = FirstSteps {
        assets: "/assets/sample".into(),
        company: "Kestrel Climate".into(),
        account: "Al Noor Cold Stores".into(),
        token: "sample".into(),
        helpers: list()
            .items
            .iter()
            .map(|it| Helper { step: it.step_id, name: "Tomás Ibarra".into(), picture: None })
            .collect(),
        ask_at: Some("hello@kestrelclimate.example".into()),
        list: list(),
    };
    vec![
        sample("onboarding-none", plans_page(&frame, &[], true)),
        sample("onboarding-plan", plan_page(&frame, &page)),
        sample("first-steps", first_steps(&theirs)),
        sample("first-steps-gone", first_steps_gone("/assets/sample", "Kestrel Climate")),
    ]
}
