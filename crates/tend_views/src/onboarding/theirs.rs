//! The customer's own page: plain forms, behind a link that nobody guesses.

use maud::{Markup, html};
use tend_core::{
    money::days::date,
    onboarding::{DoneWhen, Item, OnAccount, Owner, link::Helper},
};

use crate::{
    campaigns::around,
    parts::{Icon, agent_avatar, button, hidden, icon},
    urls,
};

/// What they see.
#[derive(Clone, Debug)]
pub struct FirstSteps {
    pub assets: String,
    pub company: String,
    pub account: String,
    pub token: String,
    pub list: OnAccount,
    /// Who of us does what.
    pub helpers: Vec<Helper>,
    /// Where they write to us; nothing while no inbox takes mail.
    pub ask_at: Option<String>,
}

/// The list, with buttons for what they tick themselves.
pub fn first_steps(it: &FirstSteps) -> Markup {
    let of = &it.list;
    let open = of.onboarding.ended_at.is_none();
    let title = format!("First steps with {}", it.company);
    around(
        &it.assets,
        &it.company,
        &title,
        html! {
            p.u-medium dir="auto" { (it.account) }
            h1 { (title) }
            @if !of.onboarding.intro.is_empty() { p dir="auto" { (of.onboarding.intro) } }
            p role="status" {
                @if of.done() == of.items.len() { "All of it is done. Thank you." }
                @else { (of.done()) " of " (of.items.len()) " are done." }
                @if !open { " This list is not in use any more." }
            }
            @let next = of.items.iter().position(|it| it.done_at.is_none() && is_theirs(it) && open);
            ul.messages-list { @for (n, item) in of.items.iter().enumerate() { (line(it, item, open, next == Some(n))) } }
            @if let Some(to) = &it.ask_at { p { "Questions? " a.link href=(urls::with_query(&format!("mailto:{to}"), &[("subject", &title)])) { "Write to us" } } }
        },
    )
}

/// Whether they tick it themselves.
fn is_theirs(it: &Item) -> bool {
    it.owner == Owner::Customer && it.done_when == DoneWhen::Hand
}

/// What comes `next` for them has the main button.
fn line(of: &FirstSteps, it: &Item, open: bool, next: bool) -> Markup {
    let done = it.done_at.is_some();
    let own = is_theirs(it) && open;
    let tick = button(if done { "Not done" } else { "Mark as done" }).small().submits();
    html! {
        li.messages-item data-done[done] {
            (icon(if done { Icon::CircleCheck } else { Icon::CircleDashed }))
            div {
                b dir="auto" { (it.title) } @if done { span.u-hidden-visually { ", done" } }
                @if !it.why.is_empty() { p dir="auto" { (it.why) } }
                p {
                    @if it.owner == Owner::Agent { (ours(of, it)) }
                    @else if !done && it.done_when != DoneWhen::Hand { "It ticks by itself." }
                    @if !it.link.is_empty() && !done { " " a.link href=(it.link) rel="noopener noreferrer" { "Go there" } }
                }
            }
            @if own {
                form method="post" action=(urls::first_step(&of.token, it.step_id)) {
                    (hidden("done", if done { "no" } else { "yes" }))
                    @if next { (tick.primary()) } @else { (tick) }
                }
            }
        }
    }
}

/// Who of us does it, and until when.
fn ours(of: &FirstSteps, it: &Item) -> Markup {
    let who = of.helpers.iter().find(|one| one.step == it.step_id);
    let done = it.done_at.is_some();
    html! {
        @match who {
            Some(who) => { (agent_avatar(&who.name, who.picture.map(|_| urls::first_step_picture(&of.token, it.step_id)).as_deref()).s()) " " span dir="auto" { (who.name) } @if done { " did this." } @else { " does this for you" @if it.due_on.is_none() { "." } } }
            None => { @if done { "We did this." } @else { "We do this" @if it.due_on.is_none() { "." } } }
        }
        @if let Some(day) = it.due_on.filter(|_| !done) { " by " (date(day).strftime("%-d %B %Y")) "." }
    }
}

/// A link that is none of ours.
pub fn first_steps_gone(assets: &str, company: &str) -> Markup {
    around(
        assets,
        company,
        "This link is not ours",
        html! {
            h1 { "This link does not work" }
            p { "It is not one of ours, or a part of it was lost. Ask the person who sent it to you." }
        },
    )
}
