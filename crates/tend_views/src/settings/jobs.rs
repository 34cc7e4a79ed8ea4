use maud::{Markup, html};
use tend_core::{
    jobs::{Count, Listed, Standing},
    page::Cursor,
};

use super::{Section, act};
use crate::{
    layout::Frame,
    parts::{Tab, Tabs, Tone, badge, empty, pager, tab, table, tabs},
    urls,
};

/// Jobs of one kind of standing.
#[derive(Clone, Debug)]
pub struct JobPage<'a> {
    pub which: Standing,
    pub count: Count,
    pub jobs: &'a [Listed],
    pub next: Option<Cursor>,
    pub is_further: bool,
}

/// Work that is owed: what was put aside, what fails, what waits.
pub fn jobs(at: &Section<'_>, it: &JobPage<'_>) -> Markup {
    let here = |which: Standing| {
        urls::with_query(&urls::settings_section("jobs"), &[("which", which.word())])
    };
    let label = |which| match which {
        Standing::Dead => "Put aside",
        Standing::Failing => "Failing",
        Standing::Waiting => "Waiting",
    };
    let each = |which| Tab {
        count: Some(it.count.of(which)),
        ..tab(label(which), here(which), which == it.which)
    };
    let kinds = tabs(Tabs::Line, "Jobs", &Standing::ALL.map(each));
    let first = it.is_further.then(|| here(it.which));
    let older = it.next.map(|next| {
        let pairs = [("which", it.which.word()), ("cursor", &next.to_string())];
        urls::with_query(&urls::settings_section("jobs"), &pairs)
    });
    let work = html! {
        (kinds)
        @if it.jobs.is_empty() { (none(it.which)) } @else { (list(at.frame, it)) }
        @if first.is_some() || older.is_some() { (pager(first, older)) }
    };
    let lead = "What Tend owes to mail servers, to browsers and to a later time. What fails is tried again by itself, later each time.";
    at.page("Jobs", lead, html! {}, work)
}

fn none(which: Standing) -> Markup {
    let (title, text) = match which {
        Standing::Dead => (
            "Nothing was put aside",
            "A job that failed twelve times, or can never succeed, stands here with its reason until you run it again or give it up.",
        ),
        Standing::Failing => ("Nothing fails", "A job that failed and is tried again stands here."),
        Standing::Waiting => ("Nothing waits", "All that was owed is done."),
    };
    html! { (empty(title, text).plain()) }
}

fn list(frame: &Frame, page: &JobPage<'_>) -> Markup {
    let is_dead = page.which == Standing::Dead;
    let rows = html! {
        @for it in page.jobs {
            tr {
                th.settings-wide scope="row" {
                    (what(&it.kind))
                    @if it.leased_until.is_some_and(|at| at > frame.now.at) { " " (badge("At it now").tone(Tone::Accent)) }
                    @if !it.problem.is_empty() { small.settings-why { (it.problem) } }
                }
                td data-label="Since" { (frame.now.short(it.created_at)) }
                td data-label="Next try" { @if is_dead { span.u-quiet { "Not by itself" } } @else { (frame.now.until(it.due_at)) } }
                td.is-end data-label="Tries" { (it.attempts) }
                td { span.u-row-tight {
                    (act(frame, &urls::job_run(it.id), if is_dead { "Run again" } else { "Run now" }, ""))
                    @if is_dead { (act(frame, &urls::job_give_up(it.id), "Give up", "Give this job up for good? What it owed does not happen.")) }
                } }
            }
        }
    };
    table("Jobs")
        .col("What is owed")
        .col("Since")
        .col("Next try")
        .col_end("Tries")
        .col_quiet("What to do")
        .rows(rows)
}

/// A kind of job in words.
fn what(kind: &str) -> &str {
    match kind {
        "take_in_mail" => "Read a mail that came",
        "send" => "Send a message",
        "auto_reply" => "Answer a first message automatically",
        "wake" => "Bring a snoozed conversation back",
        "notify" => "Tell an agent",
        "send_link" => "Send an agent a link",
        "import" => "Go on with an import",
        "bulk" => "Change many conversations",
        "delete_conversation" => "Delete a conversation",
        "release_mail" => "Take in a mail that waited for its turn",
        "push" => "Tell a browser",
        "catch_up_money" => "Bring what customers pay to today",
        "first_values" => "Find when accounts first used a key feature",
        "read_shop_event" => "Read what a shop sent",
        "ask_shop" => "Ask a shop what changed",
        "send_orders" => "Send a customer the link to their orders",
        "learn_health" => "Learn anew who leaves",
        "carry_out_remedy" => "Have a shop carry out a remedy",
        "expire_remedy" => "End a remedy nobody decided on",
        "ask_survey" => "Ask a customer",
        "remind_survey" => "Remind a customer of a survey",
        "reask_survey" => "Ask again after a low score was settled",
        "escalate_survey" => "Pass a low score on that nobody took up",
        "walk_surveys" => "Find whom surveys ask today",
        "sweep" => "Sweep what is over",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_job_has_a_name() {
        // What is not a kind of job is refused with the names of all that are.
        let none = serde_json::json!({ "kind": "none of them" });
        let all = serde_json::from_value::<tend_core::jobs::Job>(none).expect_err("no such kind");
        let said = all.to_string();
        let (_, kinds) = said.split_once("expected one of ").expect("the kinds");
        let kinds: Vec<_> = kinds.split('`').skip(1).step_by(2).collect();
        assert!(kinds.len() > 20, "{kinds:?}");
        let nameless: Vec<_> = kinds.into_iter().filter(|it| what(it) == *it).collect();
        assert!(nameless.is_empty(), "without a name: {nameless:?}");
    }
}
