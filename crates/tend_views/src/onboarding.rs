//! Onboarding: plans and how customers get through them, an account's own list, and the page of it
//! that the customer sees.

mod plan;
pub mod samples;
mod theirs;

use maud::{Markup, html};
use tend_core::onboarding::{Item, OnAccount, OnboardingPlan, Owner, Report};

pub use plan::{PlanForm, PlanPage, plan_page};
pub use samples::samples;
pub use theirs::{FirstSteps, first_steps, first_steps_gone};

use crate::{
    layout::{Frame, page},
    parts::{
        Element, Icon, Tone, badge, button, csrf_field, empty, grouped, hidden, icon, link_button,
        panel, select, submit, table,
    },
    urls,
};

/// A plan in the list.
#[derive(Clone, Debug)]
pub struct PlanLine {
    pub plan: OnboardingPlan,
    pub report: Report,
}

/// All plans.
pub fn plans_page(frame: &Frame, them: &[PlanLine], may: bool) -> Markup {
    let new = html! {
        (link_button("Campaigns", urls::campaigns()).small())
        @if may { (link_button("New plan", urls::new_onboarding_plan()).primary().small().icon(Icon::Plus)) }
    };
    let rows = html! {
        @for it in them { tr {
            th scope="row" { a.link href=(urls::onboarding_plan(it.plan.id)) dir="auto" { (it.plan.name) } " " small.u-quiet { (it.plan.starts_on.label().to_lowercase()) } }
            td.is-end data-label="Under way" { (grouped(it.report.open)) }
            td.is-end data-label="Through" { (grouped(it.report.done)) }
            td.is-end data-label="Half are through after" { (days(&it.report)) }
        } }
    };
    page(frame, "Onboarding").bar(new).shows(html! {
        div.shell-page {
            @if them.is_empty() {
                (empty("No plans yet", "A plan is a list of first steps, the customer’s and ours together. Both see what is done; steps tick themselves by what the product and orders tell, and where nothing moves somebody is called.")
                    .actions(html! { @if may { (link_button("Begin with the ready one", urls::new_onboarding_plan()).primary()) } }))
            } @else { (table("Plans").col("Plan").col_end("Under way").col_end("Through").col_end("Half are through after").rows(rows)) }
        }
    })
}

/// The median, in days.
pub(crate) fn days(it: &Report) -> String {
    match it.median.and_then(|it| it.value) {
        Some(days) if days < 1.5 => "1 day".to_owned(),
        Some(days) => format!("{days:.0} days"),
        None if it.started == 0 => "–".to_owned(),
        None => "not reached yet".to_owned(),
    }
}

/// What an account goes through, on its page.
#[derive(Clone, Debug, Default)]
pub struct OfAccount {
    /// Each with the address of the customer's own page.
    pub under: Vec<(OnAccount, String)>,
    /// Ids and names of the plans that can be started.
    pub plans: Vec<(String, String)>,
    pub may: bool,
}

/// The lists of an account, and a way to begin one.
pub fn onboarding_panel(frame: &Frame, account: impl std::fmt::Display, it: &OfAccount) -> Markup {
    html! {
        @if !it.under.is_empty() || (it.may && !it.plans.is_empty()) {
            (panel("Onboarding").holds(html! {
                @for (one, link) in &it.under { (list(frame, one, link, it.may)) }
                @if it.may && !it.plans.is_empty() {
                    form.u-row method="post" action=(urls::account_onboardings(account)) {
                        (csrf_field(&frame.csrf))
                        (select("plan", "Plan", it.plans.clone(), String::new()).label_hidden())
                        (submit("Begin").small())
                    }
                }
            }))
        }
    }
}

fn list(frame: &Frame, it: &OnAccount, link: &str, may: bool) -> Markup {
    let one = &it.onboarding;
    html! {
        h3.customers-sub {
            (one.plan) " " span.u-quiet.u-num { (it.done()) " of " (it.items.len()) }
            @if one.done_at.is_some() { " " (badge("Through").tone(Tone::Good)) }
            @if one.ended_at.is_some() { " " (badge("Given up")) }
            @if one.stuck_task_id.is_some() && one.is_open() { " " (badge("Does not move").tone(Tone::Warn)) }
        }
        ul.messages-list { @for item in &it.items { (line(frame, it, item, may && one.ended_at.is_none())) } }
        @if one.is_open() {
            div.u-row {
                a.link href=(link) { "Their own page" }
                (button("Copy").small().quiet().attr("data-copy", link))
                @if may { form method="post" action=(urls::onboarding_end(one.id)) { (csrf_field(&frame.csrf)) (submit("Give up").small().quiet().confirm("Give this onboarding up? Nobody is called for it any more.")) } }
            }
        }
    }
}

fn line(frame: &Frame, of: &OnAccount, it: &Item, may: bool) -> Markup {
    let url = urls::onboarding_step(of.onboarding.id, it.step_id);
    let done = it.done_at.is_some();
    html! {
        li.messages-item data-done[done] {
            (icon(if done { Icon::CircleCheck } else { Icon::CircleDashed }))
            div {
                b dir="auto" { (it.title) }
                p {
                    (if it.owner == Owner::Agent { "Ours" } else { "Theirs" })
                    @match it.done_at { Some(at) => { ", done " (frame.now.short(at)) (how(&it.done_how)) } None => { (waits(it)) } }
                }
            }
            @if may {
                form method="post" action=(url) {
                    (csrf_field(&frame.csrf)) (hidden("_method", if done { "DELETE" } else { "PUT" }))
                    (submit(if done { "Not done" } else { "Done" }).small().quiet())
                }
            }
        }
    }
}

fn how(word: &str) -> &'static str {
    match word {
        "customer" => " by the customer",
        "usage" => ": the product told it",
        "order" => ": they placed an order",
        _ => "",
    }
}

fn waits(it: &Item) -> String {
    use tend_core::onboarding::DoneWhen;
    match it.done_when {
        DoneWhen::Usage => format!(", ticks when they do “{}”", it.event),
        DoneWhen::Order => ", ticks when they place an order".to_owned(),
        DoneWhen::Hand => String::new(),
    }
}
