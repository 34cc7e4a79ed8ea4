//! The day of an agent: tasks, and accounts that ask for them, each with why.

use maud::{Markup, html};
use tend_core::{
    book::{Day, Item, MostToday, Why},
    health::Chance,
};

use super::{
    money::{day_ahead, day_text, money},
    tasks::task_line,
};
use crate::{
    health::percent,
    layout::{Frame, page},
    parts::{Element, Icon, Tone, account_avatar, badge, counted, empty, icon, link_button, panel},
    urls,
};

/// The whole page.
pub fn day_page(frame: &Frame, it: &Day, currency: &str, may: bool) -> Markup {
    let bar = html! {
        (link_button("All tasks", urls::tasks()).quiet().small().icon(Icon::CircleCheckBig))
        @if may { (link_button("New task", urls::new_task()).primary().small().icon(Icon::Plus).hotkey("t")) }
    };
    page(frame, "My day").bar(bar).shows(html! {
        div.shell-page.book-daypage { (day_work(frame, it, currency, may)) }
    })
}

/// What changes in it while the page stays open.
pub fn day_work(frame: &Frame, it: &Day, currency: &str, may: bool) -> Markup {
    html! {
        div.book-daywork id="my-day" data-live="accounts me of:task" data-live-get=(urls::my_day()) {
            (news(&it.news))
            div.book-daycols {
                section.book-daymain aria-label="Accounts that need you" {
                    h2 { "Accounts that need you" @if !it.items.is_empty() { span.shell-count { (it.items.len()) } } }
                    @if it.items.is_empty() { (nothing(it)) }
                    @for item in &it.items { (account(frame, item, it.today, currency)) }
                }
                section.book-dayside aria-label="Tasks" {
                    (panel("Due").holds(html! {
                        @if it.tasks.is_empty() { p.u-quiet { "Nothing is due today." } }
                        ul.book-tasklist { @for task in &it.tasks { (task_line(frame, task, it.today, may, true)) } }
                    }))
                    @if !it.later.is_empty() {
                        (panel("Later").holds(html! { ul.book-tasklist { @for task in &it.later { (task_line(frame, task, it.today, may, true)) } } }))
                    }
                }
            }
        }
    }
}

fn nothing(it: &Day) -> Markup {
    use maud::Render;
    match it.owns_none {
        true => empty("You look after no account yet", "When you own accounts, those that need you stand here, each with the reason: a renewal, a champion who fell silent, an urgent conversation.")
            .actions(link_button("All accounts", urls::portfolio_view("all")).primary())
            .render(),
        false => empty("Nobody needs you right now", "No renewal is near, nobody who counts is silent, and nothing urgent is open on your accounts.")
            .actions(link_button("My accounts", urls::portfolio_view("mine")))
            .render(),
    }
}

/// What is new since yesterday, in one line.
fn news(it: &MostToday) -> Markup {
    let parts = [
        (it.wrote, counted(it.wrote, "message from a customer", "messages from customers")),
        (it.began, counted(it.began, "new conversation", "new conversations")),
        (it.passed, counted(it.passed, "change of stage", "changes of stage")),
        (it.done, counted(it.done, "task done", "tasks done")),
    ];
    let said: Vec<_> = parts.into_iter().filter(|it| it.0 > 0).map(|it| it.1).collect();
    html! {
        p.book-news { b { "Since yesterday on your accounts: " } @if said.is_empty() { "nothing new." } @else { (said.join(", ")) "." } }
    }
}

fn account(frame: &Frame, it: &Item, today: i64, currency: &str) -> Markup {
    html! {
        article.book-need {
            header.book-needhead {
                (account_avatar(&it.name).s())
                a.book-needname href=(urls::account(it.account)) dir="auto" { (it.name) }
                @if let Some(arr) = it.arr { span.u-push.u-quiet {
                    @if let Some(risk) = it.risk.filter(|it| *it > 0) { b.u-bad { (money(risk, currency)) } " at risk of " }
                    (money(arr, currency)) " a year"
                } }
            }
            ul { @for why in &it.whys { (reason(frame, why, today)) } }
        }
    }
}

fn reason(frame: &Frame, it: &Why, today: i64) -> Markup {
    let now = &frame.now;
    let (sign, text) = match it {
        Why::Renews { on, arr: _ } => {
            (Icon::CalendarClock, html! { "Renews " (day_ahead(*on, today)) })
        }
        Why::Left { name, role, at } => (
            Icon::UserRoundMinus,
            html! { b dir="auto" { (name) } " left " (now.short(*at)) " " (badge(*role).tone(Tone::Warn)) },
        ),
        Why::Silent { name, role, since } => (
            Icon::BellOff,
            html! { b dir="auto" { (name) } " has said nothing since " (now.date(*since)) " " (badge(*role).tone(Tone::Warn)) },
        ),
        Why::Conversation { id, number, subject, urgent } => (
            Icon::MessageCircle,
            html! { a.link href=(urls::conversation(id)) dir="auto" { "#" (number) " " (crate::inbox::subject(subject)) } " " (badge(if *urgent { "Urgent" } else { "High" }).tone(if *urgent { Tone::Bad } else { Tone::Warn })) },
        ),
        Why::Stuck { stage, days, allowed } => (
            Icon::Timer,
            html! { "In " b { (stage) } " for " (days) " days; more than " (allowed) " asks for a look" },
        ),
        Why::AtRisk { day, now, then, why } => (
            Icon::TriangleAlert,
            html! { (chance(*now, *then, why)) " " a.link href=(urls::alerts()) { "Alert of " (day_text(*day, today)) } },
        ),
        Why::Falls { by } => (
            Icon::TrendingDown,
            html! { "Used " b.u-bad { (by) "% less" } " than in the 30 days before" },
        ),
        Why::HandedOver { from, note, at } => (
            Icon::UserRoundPlus,
            html! {
                "Yours since " (now.short(*at)) @if let Some(from) = from { ", from " (from) }
                @if !note.is_empty() { div.timeline-say dir="auto" { (note) } }
            },
        ),
    };
    html! { li.book-why { (icon(sign)) div { (text) } } }
}

/// What is said of its chance to leave now, and what was when its owner was called.
fn chance(now: Chance, then: Option<f64>, why: &str) -> Markup {
    html! {
        @match (now.counts(), then) {
            (Some(now), Some(then)) if percent(now) == percent(then) => { "May leave: " b.u-bad { (percent(now)) } ", as when the alert came." },
            (Some(now), Some(then)) => { "May leave: " b.u-bad { (percent(now)) } " now, " (percent(then)) " when the alert came." },
            (Some(now), None) => { "May leave: " b.u-bad { (percent(now)) } "." },
            (None, _) => (why),
        }
        @if now.judged.is_some() { " An override" @if let Some(p) = now.foretold { "; the model says " (percent(p)) } "." }
    }
}
