//! Tasks: lines with a box to tick, one with what was said of it, and the form of a new one.

use maud::{Markup, html};
use tend_core::{
    agents::{Agent, Team},
    page::Cursor,
    tasks::{Comment, Task, TaskPriority},
};

use super::money::{day_iso, day_text};
use crate::{
    layout::{Frame, page},
    parts::{
        Element, Icon, Problems, Tone, area, badge, button, csrf_field, empty, field,
        form_problems, hidden, icon, link_button, select, submit, tab, tabs, tabs::Tabs,
    },
    urls,
};

/// Tasks, and whose they are.
#[derive(Clone, Debug)]
pub struct TaskList {
    /// `mine` or `all`.
    pub whose: String,
    pub settled: bool,
    pub tasks: Vec<Task>,
    pub next: Option<Cursor>,
    /// What day it is for the one who looks, since 1970.
    pub today: i64,
    pub may: bool,
}

/// All tasks, or mine.
pub fn tasks_page(frame: &Frame, it: &TaskList) -> Markup {
    let at = |whose: &str, settled: bool| {
        let settled = if settled { "yes" } else { "" };
        urls::with_query(&urls::tasks(), &[("whose", whose), ("settled", settled)])
    };
    let bar = html! { @if it.may { (link_button("New task", urls::new_task()).primary().small().icon(Icon::Plus).hotkey("t")) } };
    let them = [
        tab("Mine", at("mine", false), it.whose == "mine" && !it.settled),
        tab("Everybody’s", at("all", false), it.whose == "all" && !it.settled),
        tab("Done", at("all", true), it.settled),
    ];
    page(frame, "Tasks").bar(bar).shows(html! {
        div.shell-page.book-tasks {
            (tabs(Tabs::Line, "Whose tasks", &them))
            @if it.tasks.is_empty() {
                (empty("No tasks here", "A task is what somebody of yours has promised to do for a customer, until a day.")
                    .actions(html! { @if it.may { (link_button("New task", urls::new_task()).primary()) } }).key("t", "makes a task"))
            }
            ul.book-tasklist data-live="accounts" { @for task in &it.tasks { (task_line(frame, task, it.today, it.may, true)) } }
            @if let Some(next) = &it.next { p { (link_button("Later ones", urls::with_query(&urls::tasks(), &[("whose", &it.whose), ("settled", if it.settled { "yes" } else { "" }), ("cursor", &next.to_string())])).quiet()) } }
        }
    })
}

/// A task with its box. `with_account` says for whom, where that does not go without saying.
pub fn task_line(frame: &Frame, it: &Task, today: i64, may: bool, with_account: bool) -> Markup {
    let done = it.done_at.is_some();
    let url = urls::task_done(it.id);
    html! {
        li.book-task id={ "task-" (it.id) } data-done[done] {
            @if may {
                form.book-taskbox method="post" action=(url) hx-put=[(!done).then_some(&url)] hx-delete=[done.then_some(&url)] hx-target={ "#task-" (it.id) } hx-swap="outerHTML" {
                    (csrf_field(&frame.csrf)) (hidden("_method", if done { "DELETE" } else { "PUT" })) (hidden("from", if with_account { "list" } else { "account" }))
                    button.book-tick type="submit" role="checkbox" aria-checked=(done) aria-label={ (if done { "Take up again: " } else { "Done: " }) (it.title) } { (icon(Icon::Check)) }
                }
            }
            div.book-taskwhat {
                a.book-tasktitle href=(urls::task(it.id)) dir="auto" { (it.title) }
                p.u-small.u-quiet {
                    (due(it, today))
                    @match (&it.owner, &it.team) {
                        (Some(owner), _) => { (owner) @if it.follows_owner { ", who owns the account" } }
                        (None, _) if it.follows_owner => { "Whoever owns the account: nobody yet" }
                        (None, Some(team)) => { "the team " (team) }
                        _ => { "Nobody" }
                    }
                    @if with_account { @if let (Some(id), Some(name)) = (it.account_id, &it.account) { " · " a.link href=(urls::account(id)) dir="auto" { (name) } } }
                    @if let (Some(id), Some(number)) = (it.conversation_id, it.number) { " · " a.link href=(urls::conversation(id)) { "#" (number) } }
                    @if let Some(by) = &it.done_by { " · done by " (by) }
                    @if it.dropped_at.is_some() { " · dropped" }
                }
            }
            @if it.priority == TaskPriority::High { (badge("High").tone(Tone::Warn)) }
        }
    }
}

fn due(it: &Task, today: i64) -> Markup {
    html! {
        @match it.due_on {
            Some(day) if it.is_overdue(today) => { span.u-bad.u-medium { (day_text(day, today)) ", " (today - day) " d late" } " · " }
            Some(day) if day == today && it.is_open() => { span.u-warn.u-medium { "Today" } " · " }
            Some(day) => { (day_text(day, today)) " · " }
            None => {}
        }
    }
}

/// A task while it is made or changed, and what may be chosen.
#[derive(Clone, Debug, Default)]
pub struct TaskForm {
    /// Nothing for a new one.
    pub id: Option<String>,
    pub title: String,
    pub text: String,
    pub owner: String,
    pub team: String,
    /// Ids, or nothing.
    pub account: String,
    pub contact: String,
    pub conversation: String,
    pub priority: String,
    pub due: Option<i64>,
    /// In how many working days, as it was typed.
    pub working_days: String,
    /// Whom it is for, in words.
    pub about: String,
    pub agents: Vec<Agent>,
    pub teams: Vec<Team>,
    pub problems: Problems,
}

fn fields(it: &TaskForm) -> Markup {
    let none = |what: &str| std::iter::once((String::new(), what.to_owned()));
    let owns = (!it.account.is_empty() || !it.conversation.is_empty() || !it.contact.is_empty())
        .then(|| ("account_owner".to_owned(), "Whoever owns the account".to_owned()));
    let agents = it.agents.iter().map(|it| (it.id.to_string(), it.name.clone()));
    let teams = it.teams.iter().map(|it| (it.id.to_string(), it.name.clone()));
    let priorities = [("low", "Low"), ("normal", "Normal"), ("high", "High")];
    let priority = if it.priority.is_empty() { "normal" } else { &it.priority };
    html! {
        (form_problems(&it.problems))
        (field("title", "What is to be done").value(&it.title).required().attr("maxlength", 200).flag("autofocus", it.id.is_none()).any_direction().problems(&it.problems))
        (area("text", "More", &it.text))
        div.book-pair {
            (select("owner", "Who does it", none("Nobody yet").chain(owns).chain(agents), &it.owner).problems(&it.problems))
            @if !it.teams.is_empty() { (select("team", "Or whoever of a team", none("No team").chain(teams), &it.team)) }
            (select("priority", "Priority", priorities, priority))
        }
        div.book-pair {
            (field("due", "Until").kind("date").value(it.due.map(day_iso).unwrap_or_default()).problems(&it.problems))
            (field("working_days", "Or in").kind("number").attr("min", 0).attr("max", 1000).value(&it.working_days).suffix("working days").hint("By the working hours of the one who does it."))
        }
    }
}

/// The form of a new one.
pub fn new_task_page(frame: &Frame, it: &TaskForm) -> Markup {
    page(frame, "New task").shows(html! {
        form.shell-page.settings-form method="post" action=(urls::tasks()) {
            (csrf_field(&frame.csrf))
            @for (name, value) in [("account", &it.account), ("contact", &it.contact), ("conversation", &it.conversation)] {
                @if !value.is_empty() { (hidden(name, value)) }
            }
            @if !it.about.is_empty() { p.u-ink-2 { "For " b dir="auto" { (it.about) } } }
            (fields(it))
            div.settings-save { (submit("Make the task").primary()) }
        }
    })
}

/// One task with what was said of it.
pub fn task_page(
    frame: &Frame,
    task: &Task,
    form: &TaskForm,
    comments: &[Comment],
    today: i64,
    may: bool,
) -> Markup {
    let url = urls::task(task.id);
    page(frame, &task.title).shows(html! {
        div.shell-page.book-taskpage {
            ul.book-tasklist { (task_line(frame, task, today, may, true)) }
            @if !task.text.is_empty() { p.book-text dir="auto" { (task.text) } }
            section.book-said aria-label="What was said" {
                @for it in comments { div.book-comment { p.u-small.u-quiet { (it.author) ", " (frame.now.short(it.created_at)) } p dir="auto" { (it.text) } } }
                @if may {
                    form method="post" action=(urls::task_comments(task.id)) {
                        (csrf_field(&frame.csrf)) (area("text", "Say something", "").label_hidden().named_apart("task-say").placeholder("Say something")) (button("Say it").small().submits())
                    }
                }
            }
            @if may {
                details.record-add {
                    summary { "Change" }
                    form.settings-form method="post" action=(url) {
                        (csrf_field(&frame.csrf)) (hidden("_method", "PUT")) (fields(form)) (button("Keep").submits())
                    }
                }
                @if task.is_open() {
                    form method="post" action=(urls::task_drop(task.id)) { (csrf_field(&frame.csrf)) (hidden("_method", "PUT")) (submit("Drop it").quiet().small()) }
                }
            }
        }
    })
}
