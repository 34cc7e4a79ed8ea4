use maud::{Markup, html};
use tend_core::{
    journal::{Change, Entry},
    remedies::{Remedy, State, Way, sentence},
};

use super::{offers::above, standing, title};
use crate::{
    layout::{Frame, page},
    parts::{
        Element, Problems, Tone, area, button, callout, csrf_field, field, form_problems, pairs,
        panel, submit, table,
    },
    urls,
};

/// A remedy with all that its page shows.
#[derive(Clone, Debug)]
pub struct RemedyPage {
    pub remedy: Remedy,
    /// What became of it, oldest first, each with who did it.
    pub story: Vec<(Entry, String)>,
    pub may_decide: bool,
    /// Why one may not decide, though one approves others.
    pub why_not: Option<String>,
    pub may_cancel: bool,
    /// Say how it went, of what a person does.
    pub may_settle: bool,
    pub may_reconcile: bool,
    pub problems: Problems,
}

pub fn remedy_page(frame: &Frame, it: &RemedyPage) -> Markup {
    let one = &it.remedy;
    page(frame, format!("{} for {}", one.kind.label(), one.number)).shows(remedy_live(frame, it))
}

/// All of the page that follows what happens, fetched anew when something does.
pub fn remedy_live(frame: &Frame, it: &RemedyPage) -> Markup {
    let one = &it.remedy;
    html! {
        div.usage-page id="remedy" data-live=(format!("contact:{}", one.contact_id)) data-live-get=(urls::remedy(one.id)) {
            header.usage-head { h2 { (title(one)) " " (standing(one.state)) } }
            @if !one.problem.is_empty() { (callout(if one.state == State::Failed { Tone::Bad } else { Tone::Warn }, one.problem.as_str(), None)) }
            (waits(it))
            (form_problems(&it.problems))
            @if it.may_decide { (decide(frame, it)) }
            @if it.may_settle { (settle(frame, it)) }
            (about(frame, one))
            @if let Some(says) = sentence(one) { (tell(&says)) }
            (story(frame, it))
            (acts(frame, it))
        }
    }
}

/// Why it waits for somebody, and why not for who looks at it.
fn waits(it: &RemedyPage) -> Markup {
    let passed = &it.remedy.passed_limits;
    let is_told = it.remedy.state == State::Pending && !passed.0.is_empty();
    html! {
        @match &it.why_not {
            why if is_told => { (above(why.as_deref().unwrap_or("This needs a second person:"), passed)) }
            Some(why) => { (callout(Tone::Plain, why.as_str(), None)) }
            None => {}
        }
    }
}

fn decide(frame: &Frame, it: &RemedyPage) -> Markup {
    let one = &it.remedy;
    panel("Decide").card().holds(html! {
        p { (one.requester) " asks for this. What is approved is exactly what stands here." }
        form.remedies-decide method="post" action=(urls::remedy_act(one.id, "approve")) {
            (csrf_field(&frame.csrf))
            (area("note", "What you say to it", "").rows(2).any_direction())
            div.u-row {
                (submit("Approve it"))
                (button("Decline it").submits().attr("formaction", urls::remedy_act(one.id, "decline")))
            }
        }
    })
}

fn settle(frame: &Frame, it: &RemedyPage) -> Markup {
    let one = &it.remedy;
    let lead = match one.state {
        State::Unknown => "Look into the shop, then say what is there.",
        _ => "Do it in the shop, then say so here.",
    };
    panel("Carried out by hand").card().holds(html! {
        p { (lead) }
        form.remedies-decide method="post" action=(urls::remedy_act(one.id, "done")) {
            (csrf_field(&frame.csrf))
            (field("reference", "By what it is found again").problems(&it.problems).hint("The shop’s number of it, or a tracking number."))
            div.u-row { (submit("It is done")) }
        }
        form.remedies-decide method="post" action=(urls::remedy_act(one.id, "not-done")) {
            (csrf_field(&frame.csrf))
            (field("why", "Why it was not done").problems(&it.problems))
            div.u-row { (button("It is not done, and won’t be").submits()) }
        }
    })
}

fn about(frame: &Frame, it: &Remedy) -> Markup {
    let now = &frame.now;
    let mut rows = vec![
        (
            "Order",
            html! { a.link href=(urls::order(it.order_id)) dir="auto" { (it.number) } " of " span dir="auto" { (it.shop) } },
        ),
        (
            "Customer",
            html! { a.link href=(urls::contact(it.contact_id)) dir="auto" { (it.contact) } },
        ),
        ("Reason", html! { span dir="auto" { (it.reason) } }),
        (
            "Asked for",
            html! { span dir="auto" { (it.requester) } ", " (now.full(it.requested_at)) },
        ),
    ];
    if let Some(id) = it.conversation_id {
        rows.push((
            "Talked about in",
            html! { a.link href=(urls::conversation(id)) { "The conversation" } },
        ));
    }
    if it.state != State::Pending && !it.passed_limits.0.is_empty() {
        rows.push(("Above limits", html! { (it.passed_limits.sentences().join(" ")) }));
    }
    if !it.note.is_empty() {
        rows.push(("Note", html! { span dir="auto" { (it.note) } }));
    }
    rows.extend(came_of_it(frame, it));
    panel("At a glance").holds(pairs(&rows))
}

/// Who decided, who carried it out, and by what it is found again.
fn came_of_it(frame: &Frame, it: &Remedy) -> Vec<(&'static str, Markup)> {
    let (now, mut rows) = (&frame.now, Vec::new());
    if let (State::Pending, Some(at)) = (it.state, it.expires_at) {
        rows.push(("Expires", now.full(at)));
    }
    if let (Some(by), Some(at)) = (&it.decider, it.decided_at) {
        rows.push(("Decided", html! { span dir="auto" { (by) } ", " (now.full(at)) @if !it.decision.is_empty() { ": " span dir="auto" { (it.decision) } } }));
    }
    if it.way != Way::None {
        rows.push(("Carried out by", html! { (it.way.label()) @if it.sends > 0 { ", told " (it.sends) @if it.sends == 1 { " time" } @else { " times" } } }));
    }
    if !it.reference.is_empty() {
        rows.push(("Found again by", html! { span dir="auto" { (it.reference) } }));
    }
    if !it.code.is_empty() {
        rows.push(("Code", html! { code { (it.code) } }));
    }
    rows
}

fn tell(says: &str) -> Markup {
    panel("For the customer").holds(html! {
        p.u-row { span { (says) } (button("Copy").small().attr("data-copy", says)) }
    })
}

fn story(frame: &Frame, it: &RemedyPage) -> Markup {
    let rows = html! {
        @for (entry, who) in &it.story {
            @if let Some(Change::RemedyMoved(moved)) = entry.change() {
                tr {
                    th scope="row" { (word(&moved.step)) }
                    td data-label="Who" { span dir="auto" { (who) } }
                    td data-label="What" { span dir="auto" { (moved.detail) } @if !moved.above.is_empty() { @if !moved.detail.is_empty() { " " } span.u-quiet { (moved.above.join(" ")) } } }
                    td data-label="When" { (frame.now.full(entry.happened_at)) }
                }
            }
        }
    };
    panel("History")
        .holds(table("History").col("Step").col("Who").col("What").col("When").rows(rows))
}

fn acts(frame: &Frame, it: &RemedyPage) -> Markup {
    let act = |what: &str, label: &str| {
        html! {
            form method="post" action=(urls::remedy_act(it.remedy.id, what)) { (csrf_field(&frame.csrf)) (button(label).small().submits()) }
        }
    };
    html! {
        @if it.may_reconcile || it.may_cancel {
            div.u-row.remedies-acts {
                @if it.may_reconcile { (act("reconcile", "Ask the shop now")) }
                @if it.may_cancel { (act("cancel", "Take it back")) }
            }
        }
    }
}

fn word(step: &str) -> &str {
    match step {
        "requested" => "Asked for",
        "approved" => "Approved",
        "declined" => "Declined",
        "expired" => "Expired",
        "cancelled" => "Taken back",
        "handed" => "Given to a person",
        "done" => "Carried out",
        "failed" => "Failed",
        "unknown" => "No answer from the shop",
        other => other,
    }
}
