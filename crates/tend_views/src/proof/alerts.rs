//! Alerts: for whom somebody was called, why, and what came of it.

use maud::{Markup, Render, html};
use tend_core::{
    book::Whose,
    health::{
        AlertState, Options,
        alerts::{AlertLine, Shown},
    },
    page::Cursor,
};

use super::{
    score_words::percent,
    shell::{Place, shell},
};
use crate::{
    book::{day_text, money},
    layout::Frame,
    parts::{
        Element, Icon, Problems, Tab, Tabs, Tone, account_avatar, badge, button, check, csrf_field,
        empty, field, form_problems, link_button, panel, submit, tab, tabs,
    },
    urls,
};

/// Alerts, and what they were asked for.
#[derive(Clone, Debug)]
pub struct AlertsPage {
    pub whose: Whose,
    pub shown: Shown,
    pub lines: Vec<AlertLine>,
    pub next: Option<Cursor>,
    pub options: Options,
    pub makes_tasks: bool,
    /// How many the reader got in the last seven days.
    pub of_week: i64,
    /// ISO 4217.
    pub currency: String,
    /// Since 1970.
    pub today: i64,
    pub may_task: bool,
    pub may_set: bool,
    pub sees_money: bool,
    pub problems: Problems,
}

impl AlertsPage {
    fn url(&self, whose: Whose, shown: Shown, cursor: &str) -> String {
        let whose = whose.word();
        urls::with_query(
            &urls::alerts(),
            &[("whose", &whose), ("shown", shown.word()), ("cursor", cursor)],
        )
    }
}

/// The whole page.
pub fn alerts_page(frame: &Frame, it: &AlertsPage) -> Markup {
    let whose = [(Whose::Mine, "Mine"), (Whose::Team, "My team"), (Whose::All, "All")];
    let all: Vec<Tab> =
        whose.map(|(one, label)| tab(label, it.url(one, it.shown, ""), one == it.whose)).into();
    let shown: Vec<Tab> =
        Shown::ALL.map(|one| tab(one.label(), it.url(it.whose, one, ""), one == it.shown)).into();
    let whose = tabs(Tabs::Segment, "Whose", &all);
    let work = html! {
        div.alerts-top { (tabs(Tabs::Segment, "Which", &shown)) p.u-quiet { (budget(it)) } }
        @if it.lines.is_empty() { (nothing(it)) }
        @else { ol.alerts-list { @for line in &it.lines { (one(frame, it, line)) } } }
        @if let Some(next) = it.next { p.alerts-more { (link_button("Older", it.url(it.whose, it.shown, &next.to_string())).quiet().small()) } }
        @if it.may_set { (settings(frame, it)) }
    };
    let word = it.whose.word();
    let of = [("whose", word.as_str()), ("shown", it.shown.word())];
    let file = urls::with_query(&format!("{}.csv", urls::alerts()), &of);
    let bar = html! { @if !it.lines.is_empty() { (link_button("Export", file).quiet().small().icon(Icon::Download).attr("download", "")) } };
    shell(frame, Place::Alerts, "Alerts", it.sees_money, (bar, whose), work)
}

fn budget(it: &AlertsPage) -> String {
    format!(
        "You got {} in the last seven days; {} a week is the most for each owner.",
        it.of_week, it.options.alerts_a_week
    )
}

fn nothing(it: &AlertsPage) -> Markup {
    let text = match it.shown {
        Shown::Open => {
            "When an account’s risk rises above what is usual for its owner’s accounts, its owner is told here, at most as often as the company wants it."
        }
        Shown::Known => "An alert was right or wrong when its horizon is over, and not before.",
        Shown::All => "Nobody was called so far.",
    };
    let acts = link_button("My accounts", urls::portfolio_view("mine"));
    let title = if it.shown == Shown::Known { "Nothing is known yet" } else { "No alerts" };
    empty(title, text).actions(acts).render()
}

fn one(frame: &Frame, page: &AlertsPage, it: &AlertLine) -> Markup {
    let alert = &it.alert;
    html! {
        li.alerts-one id=(alert.id) {
            header.alerts-head {
                (account_avatar(&it.account).s())
                a.alerts-name href=(urls::account(alert.account_id)) dir="auto" { (it.account) }
                (state(it))
                span.u-push.u-quiet { (day_text(alert.day, page.today)) @if let Some((_, owner)) = &it.owner { ", " bdi { (owner) } } }
            }
            p.alerts-why { (alert.why) (since(it)) }
            footer.alerts-acts {
                @if let Some(arr) = it.arr { span.u-quiet { (money(arr, &page.currency)) " a year" } }
                a.link href=(urls::account_health(alert.account_id)) { "Why" span.u-hidden-visually { ": " (it.account) } }
                @if let Some(task) = alert.task_id { a.link href=(urls::task(task)) { @if it.task_open { "Its task" } @else { "Its task is done" } } }
                @if page.may_task && alert.cleared_at.is_none() { (acts(frame, it)) }
            }
        }
    }
}

/// How it went on, where it did not stay as it was.
fn since(it: &AlertLine) -> Markup {
    let moved = |now: f64| it.alert.p.is_some_and(|then| (then - now).abs() >= 0.02);
    html! {
        @if it.is_gone { " It has left since." }
        @else if let Some(now) = it.now.judged { " Now it is " (percent(now)) ", by an override" @if let Some(p) = it.now.foretold { "; the model says " (percent(p)) } "." }
        @else if let Some(now) = it.now.foretold.filter(|now| moved(*now)) { " Now it is " (percent(now)) "." }
    }
}

fn state(it: &AlertLine) -> Markup {
    let left = |on: Option<i64>| on.map(super::score_words::day).unwrap_or_default();
    let (alert, on) = (&it.alert, left(it.alert.outcome_on));
    html! {
        @match (alert.outcome.as_deref(), alert.state) {
            (Some("left"), _) => { (badge("It left").tone(Tone::Bad)) span.u-quiet { (on) } },
            (Some(_), _) => { (badge("It stayed").tone(Tone::Good)) span.u-quiet { "until " (on) } },
            (None, AlertState::Open) => (badge("New").tone(Tone::Warn)),
            (None, AlertState::Seen) => (badge("Seen")),
            (None, AlertState::Cleared) => (badge("Over")),
        }
    }
}

fn acts(frame: &Frame, it: &AlertLine) -> Markup {
    let alert = &it.alert;
    let act = |what: &str, label: &str| {
        let name = format!("{label}: {}", it.account);
        html! {
            form method="post" action=(urls::alert(alert.id, what)) {
                (csrf_field(&frame.csrf))
                (button(label).quiet().small().submits().attr("aria-label", name))
            }
        }
    };
    html! {
        span.alerts-buttons {
            @if alert.task_id.is_none() { (act("task", "Make a task")) }
            @if alert.state == AlertState::Open { (act("see", "Seen")) }
            (act("clear", "Put away"))
        }
    }
}

fn settings(frame: &Frame, it: &AlertsPage) -> Markup {
    let options = &it.options;
    panel("How often").card().lead("From how often accounts went up in the last twelve weeks follows from which risk on an owner is called, so that it happens about as often as this.").holds(html! {
        (form_problems(&it.problems))
        form.alerts-form method="post" action=(urls::alert_options()) {
            (csrf_field(&frame.csrf))
            (field("alerts_a_week", "At most for each owner").kind("number").value(options.alerts_a_week.to_string()).suffix("a week").required().problems(&it.problems))
            (field("hysteresis_percent", "Over when the risk has fallen by").kind("number").value(options.hysteresis_percent.to_string()).suffix("per cent").required().problems(&it.problems))
            (check("tasks", "Each makes a task for the owner").value("yes").on(it.makes_tasks))
            (submit("Save"))
        }
    })
}
