//! Tasks, key people and goals on the page of their account.

use maud::{Markup, html};
use tend_core::{
    accounts::{AccountId, Overview},
    book::{Goal, GoalKind, GoalStatus, KeyPerson, PersonRole, Standing},
};

use super::{
    money::{day_iso, day_text},
    tasks::task_line,
};
use crate::{
    customers::{act, picture},
    layout::Frame,
    parts::{
        Element, Icon, Tone, badge, button, contact_avatar, csrf_field, field, hidden, icon_s,
        link_button, panel, select,
    },
    urls,
};

/// What is to be done for it.
pub(crate) fn book_tasks(frame: &Frame, id: AccountId, it: &Standing) -> Markup {
    let new = urls::with_query(&urls::new_task(), &[("account", &id.to_string())]);
    panel("Tasks").holds(html! {
        @if it.tasks.is_empty() { p.u-quiet { "Nothing is to be done." } }
        ul.book-tasklist { @for task in &it.tasks { (task_line(frame, task, it.today, it.may_task, false)) } }
        @if it.may_task { (link_button("New task", new).quiet().small().icon(Icon::Plus)) }
    })
}

/// Who counts in it.
pub(crate) fn book_people(frame: &Frame, of: &Overview, it: &Standing) -> Markup {
    let id = of.account.id;
    if it.people.is_empty() && (!of.may.edit || of.people.is_empty()) {
        return html! {};
    }
    let silent = format!("Silent after {} days without a sign.", it.silent_days);
    panel("Key people").lead(if it.people.is_empty() { String::new() } else { silent }).holds(html! {
        @if it.people.is_empty() { p.u-quiet { "Nobody yet. Say who speaks for you, who pays and who decides; you are told when one of them leaves or falls silent." } }
        @for person in &it.people { (key_person(frame, id, person, of.may.edit)) }
        @if of.may.edit && !of.people.is_empty() { (add_person(frame, of)) }
    })
}

fn key_person(frame: &Frame, id: AccountId, it: &KeyPerson, may: bool) -> Markup {
    let tone = match (it.left_at.is_some(), it.silent_at.is_some(), it.role) {
        (true, ..) | (_, true, _) => Tone::Warn,
        (_, _, PersonRole::Champion | PersonRole::Sponsor) => Tone::Accent,
        (_, _, PersonRole::Blocker) => Tone::Bad,
        _ => Tone::Plain,
    };
    let left = urls::account_person_left(id, it.contact_id);
    html! {
        div.book-person {
            a.record-line href=(urls::contact(it.contact_id)) {
                (contact_avatar(&it.name, picture(it.picture_file_id).as_deref()))
                span.u-truncate { span.u-medium dir="auto" { (it.name) }
                    small.book-under dir="auto" {
                        @if let Some(at) = it.left_at { "Left " (frame.now.date(at)) @if it.left_why == "bounced" { ", mail comes back" } }
                        @else if it.silent_at.is_some() { "Silent" @if let Some(at) = it.seen_at { " since " (frame.now.date(at)) } }
                        @else { (it.title) }
                    } }
                (badge(it.role.label()).tone(tone))
            }
            @if may {
                details.record-add.book-personacts { summary { (icon_s(Icon::Pencil)) span.u-hidden-visually { "Change " (it.name) } }
                    @if it.left_at.is_some() { (act(frame, "DELETE", &left, "Is there after all", "")) }
                    @else { (act(frame, "PUT", &left, "Has left", "")) }
                    (act(frame, "DELETE", &urls::account_person(id, it.contact_id, it.role), &format!("Not a {} any more", it.role.label().to_lowercase()), ""))
                }
            }
        }
    }
}

fn add_person(frame: &Frame, of: &Overview) -> Markup {
    let url = urls::account_people(of.account.id);
    let people = of.people.iter().map(|it| (it.id.to_string(), it.name.clone()));
    let roles = PersonRole::ALL.iter().map(|it| (it.word(), it.label()));
    html! {
        details.record-add {
            summary { (icon_s(Icon::Plus)) "Add a key person" }
            form method="post" action=(url) hx-post=(url) hx-swap="none" data-resets {
                (csrf_field(&frame.csrf))
                (select("contact", "Who", people, "").named_apart("key-contact"))
                (select("role", "What they are", roles, "champion").named_apart("key-role"))
                (button("Add").small().submits())
            }
        }
    }
}

/// What they want to reach, and what hurts.
pub(crate) fn book_goals(frame: &Frame, id: AccountId, it: &Standing, may: bool) -> Markup {
    if it.goals.is_empty() && !may {
        return html! {};
    }
    panel("Goals").holds(html! {
        @if it.goals.is_empty() { p.u-quiet { "None yet. What do they want to reach with you, until when, and what hurts them today?" } }
        @for goal in &it.goals { (goal_line(frame, id, goal, it.today, may)) }
        @if may {
            details.record-add {
                summary { (icon_s(Icon::Plus)) "Add a goal or a pain point" }
                (goal_form(frame, &urls::account_goals(id), None))
            }
        }
    })
}

fn goal_line(frame: &Frame, id: AccountId, it: &Goal, today: i64, may: bool) -> Markup {
    let url = urls::account_goal(id, it.id);
    let number = |it: f64| if it.fract() == 0.0 { format!("{it:.0}") } else { it.to_string() };
    html! {
        div.book-goal data-status=(it.status.word()) {
            div.book-goalhead {
                span.u-medium dir="auto" { (it.text) } @if it.kind == GoalKind::Pain { " " (badge("Pain").tone(Tone::Warn)) }
                span.u-push.u-quiet.u-small {
                    @if let Some(now) = it.now_value {
                        (number(now))
                        @if let Some(target) = it.target_value { (if it.start_value.is_some_and(|from| from > target) { ", goal under " } else { " of " }) (number(target)) }
                        @if !it.unit.is_empty() { " " (it.unit) }
                    }
                }
                @if may { (change_goal(frame, &url, it)) }
            }
            @if let Some(reached) = it.reached() {
                progress.meter value=(format!("{:.3}", reached)) max="1" aria-label={ "How far: " (it.text) } {}
            }
            p.u-small.u-quiet {
                @match (it.status, it.settled_at, it.due_on) {
                    (GoalStatus::Met, Some(at), _) => { "met " (frame.now.date(at)) }
                    (GoalStatus::Dropped, Some(at), _) => { "dropped " (frame.now.date(at)) }
                    (_, _, Some(day)) if day < today => { span.u-bad { "was due " (day_text(day, today)) } }
                    (_, _, Some(day)) => { "by " (day_text(day, today)) }
                    _ => {}
                }
            }
        }
    }
}

fn change_goal(frame: &Frame, url: &str, it: &Goal) -> Markup {
    html! {
        details.record-add { summary { (icon_s(Icon::Pencil)) span.u-hidden-visually { "Change " (it.text) } }
            (goal_form(frame, url, Some(it)))
            (act(frame, "DELETE", url, "Remove", "Remove this goal? What was written of it on the timeline stays."))
        }
    }
}

fn goal_form(frame: &Frame, url: &str, of: Option<&Goal>) -> Markup {
    let id = of.map_or("new".to_owned(), |it| it.id.to_string());
    let apart = |name: &str| format!("goal-{name}-{id}");
    let number = |it: Option<f64>| it.map(|it| it.to_string()).unwrap_or_default();
    let kinds = GoalKind::ALL.iter().map(|it| (it.word(), it.label()));
    let states = GoalStatus::ALL.iter().map(|it| (it.word(), it.label()));
    html! {
        form.book-goalform method="post" action=(url) hx-put=[of.map(|_| url)] hx-post=[of.is_none().then_some(url)] hx-swap="none" data-resets {
            (csrf_field(&frame.csrf)) @if of.is_some() { (hidden("_method", "PUT")) }
            (field("text", "What").value(of.map_or("", |it| &it.text)).named_apart(apart("text")).required().any_direction())
            (select("kind", "Kind", kinds, of.map_or("goal", |it| it.kind.word())).named_apart(apart("kind")))
            @if let Some(it) = of { (select("status", "Stands", states, it.status.word()).named_apart(apart("status"))) }
            (field("due", "Until").kind("date").value(of.and_then(|it| it.due_on).map(day_iso).unwrap_or_default()).named_apart(apart("due")))
            div.book-pair {
                (field("start", "From").kind("number").attr("step", "any").value(number(of.and_then(|it| it.start_value))).named_apart(apart("start")))
                (field("now", "Now").kind("number").attr("step", "any").value(number(of.and_then(|it| it.now_value))).named_apart(apart("now")))
                (field("target", "To").kind("number").attr("step", "any").value(number(of.and_then(|it| it.target_value))).named_apart(apart("target")))
                (field("unit", "Unit").value(of.map_or("", |it| &it.unit)).placeholder("alarms a week").named_apart(apart("unit")))
            }
            (button("Keep").small().submits())
        }
    }
}
