//! One plan: how customers get through it, and its form.

use maud::{Markup, html};
use tend_core::onboarding::{
    DoneWhen, NewPlan, NewStep, OnboardingPlan, Owner, Report, StartsOn, StepReport, Under,
};

use super::days;
use crate::{
    campaigns::share_of,
    layout::{Frame, page},
    parts::{
        Element, Icon, Problems, area, button, check, csrf_field, field, form_problems, grouped,
        hidden, link_button, pairs, panel, select, submit, table,
    },
    urls,
};

/// A plan as its form has it.
#[derive(Clone, Debug)]
pub struct PlanForm {
    pub plan: NewPlan,
    pub events: Vec<String>,
    pub problems: Problems,
}

/// One plan.
#[derive(Clone, Debug)]
pub struct PlanPage {
    /// Nothing for a new one.
    pub plan: Option<OnboardingPlan>,
    pub report: Option<Report>,
    /// The newest of those under way and through.
    pub under: Vec<Under>,
    pub form: PlanForm,
    pub may: bool,
}

/// A plan with its report and its form.
pub fn plan_page(frame: &Frame, it: &PlanPage) -> Markup {
    let title = it.plan.as_ref().map_or("New plan", |it| &it.name);
    page(frame, title).shows(html! {
        div.shell-page.messages-page {
            @if let Some(report) = it.report.as_ref().filter(|it| it.started > 0) {
                (how(it.plan.as_ref(), report))
                (under(frame, &it.under))
            }
            @if it.may { (form(frame, it)) }
        }
    })
}

fn how(plan: Option<&OnboardingPlan>, it: &Report) -> Markup {
    let range = |from: Option<f64>, to: Option<f64>| match (from, to) {
        (Some(from), Some(to)) => format!(" ({from:.0} to {to:.0})"),
        (Some(from), None) => format!(" (at least {from:.0})"),
        _ => String::new(),
    };
    let interval = it.median.map_or(String::new(), |it| range(it.lower, it.upper));
    let rows = html! { @for one in &it.steps { (step(one)) } };
    let file = html! {
        @if let Some(plan) = plan { (link_button("Export", urls::onboarding_plan_file(plan.id)).quiet().small().icon(Icon::Download).attr("download", "")) }
    };
    let lead = "Shares of each step with their 95% intervals (Wilson).";
    panel("How customers get through it").lead(lead).aside(file).holds(html! {
        (pairs(&[
            ("Began", html! { (grouped(it.started)) }),
            ("Through", html! { (grouped(it.done)) }),
            ("Under way", html! { (grouped(it.open)) }),
            ("Given up", html! { (grouped(it.given_up)) }),
            ("Half are through after", html! { (days(it)) (interval) }),
        ]))
        (table("Steps").col("Step").col_end("Done").col_end("Stuck here").rows(rows))
    })
}

fn step(it: &StepReport) -> Markup {
    html! {
        tr {
            th scope="row" dir="auto" { (it.step.title) " " small.u-quiet { (it.step.owner.label().to_lowercase()) } }
            td.is-end data-label="Done" { (share_of(it.done, it.of, it.done_share(), 0)) }
            td.is-end data-label="Stuck here" { (share_of(it.stuck, it.of, it.stuck_share(), 0)) }
        }
    }
}

fn under(frame: &Frame, them: &[Under]) -> Markup {
    let rows = html! {
        @for it in them { tr {
            th scope="row" { a.link href=(urls::account(it.account_id)) dir="auto" { (it.account) } }
            td data-label="Began" { (frame.now.short(it.started_at)) }
            td data-label="Moved last" { (frame.now.short(it.moved_at)) }
            td.is-end data-label="Done" { (it.done) " of " (it.steps) }
        } }
    };
    panel("The newest").holds(
        table("Onboardings")
            .col("Account")
            .col("Began")
            .col("Moved last")
            .col_end("Done")
            .rows(rows),
    )
}

fn form(frame: &Frame, it: &PlanPage) -> Markup {
    let (form, url) = (
        &it.form.plan,
        it.plan.as_ref().map_or(urls::onboarding_plans(), |it| urls::onboarding_plan(it.id)),
    );
    let starts = StartsOn::ALL.iter().map(|it| (it.word(), it.label()));
    html! {
        form.settings-form method="post" action=(&url) {
            (csrf_field(&frame.csrf))
            @if it.plan.is_some() { (hidden("_method", "PUT")) }
            (form_problems(&it.form.problems))
            (field("name", "Name").value(&form.name).required().any_direction().problems(&it.form.problems))
            (area("intro", "What the customer reads above the steps", &form.intro).rows(3).any_direction())
            div.messages-pair {
                (select("starts_on", "It begins", starts, form.starts_on.word()))
                (field("stuck_days", "Somebody is called after").kind("number").value(form.stuck_days).suffix("days without a step").problems(&it.form.problems))
            }
            datalist id="events" { @for it in &it.form.events { option value=(it) {} } }
            @for (at, step) in form.steps.iter().enumerate() { (step_fields(it, at, step)) }
            div.u-row { (submit("Add a step").small().attr("name", "add").attr("value", "step").flag("formnovalidate", true)) }
            div.settings-save {
                (submit("Keep the plan").primary())
                @if it.plan.is_some() { (button("Put it away").quiet().danger().deletes(&url).confirm("Put this plan away? What is under way goes on.")) }
            }
        }
    }
}

fn step_fields(it: &PlanPage, at: usize, step: &NewStep) -> Markup {
    let name = |of: &str| format!("{of}_{at}");
    let owners = Owner::ALL.iter().map(|it| (it.word(), it.label()));
    let whens = DoneWhen::ALL.iter().map(|it| (it.word(), it.label()));
    let first = |of: &str| it.form.problems.of(of).filter(|_| at == 0);
    html! {
        fieldset.messages-step {
            legend { "Step " (at + 1) }
            @if let Some(id) = step.id { (hidden(&name("id"), id)) }
            (field(&name("title"), "What is done").value(&step.title).any_direction().error(first("title")))
            (field(&name("why"), "Why").value(&step.why).any_direction())
            div.messages-pair {
                (select(&name("owner"), "Who does it", owners, step.owner.word()))
                (field(&name("due_days"), "Due after").kind("number").value(step.due_days).suffix("days").error(first("due_days")))
            }
            div.messages-pair {
                (select(&name("done_when"), "It is done when", whens, step.done_when.word()))
                (field(&name("event"), "Event of the product").value(&step.event).attr("list", "events").error(first("event")))
            }
            (field(&name("link"), "Link").value(&step.link).placeholder("https://app.example/invite").error(first("link")))
            (check(&name("drop"), "Take this step out"))
        }
    }
}
