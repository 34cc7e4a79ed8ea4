//! What the page of an account shows of its place in the book of business.

use maud::{Markup, html};
use tend_core::{
    accounts::AccountId,
    agents::Agent,
    book::{Health, Standing},
};

use super::money::{amount, day_ahead, day_iso, day_text, money, stage_badge};
use crate::{
    customers::fact,
    health::{health_line, percent, stays},
    layout::Frame,
    parts::{area, badge, counted, field, grouped, link_button, panel, select},
    urls,
};

/// Stage and what it is a part of, below the name.
pub(crate) fn book_head(it: &Standing) -> Markup {
    html! {
        @if let Some(stage) = &it.stage { (stage_badge(&stage.name, stage.tone)) }
        @for (id, name) in &it.above { span.u-quiet { "part of " a.link href=(urls::account(id)) dir="auto" { (name) } } }
    }
}

/// What one may change of it: owner, stage, parent, money.
pub(crate) fn book_facts(
    frame: &Frame,
    id: AccountId,
    owner: Option<&Agent>,
    agents: &[Agent],
    it: &Standing,
    may: bool,
) -> Markup {
    let nobody = std::iter::once((String::new(), "Nobody".to_owned()));
    let agents = nobody.chain(agents.iter().map(|it| (it.id.to_string(), it.name.clone())));
    let chosen = owner.map(|it| it.id.to_string()).unwrap_or_default();
    let none = std::iter::once((String::new(), "None".to_owned()));
    let stages = none.chain(it.stages.iter().map(|it| (it.id.to_string(), it.name.clone())));
    let stage = it.stage.as_ref().map(|it| it.id.to_string()).unwrap_or_default();
    let parent = it.above.last().map(|it| it.1.clone()).unwrap_or_default();
    let arr = it.money.arr.map(|minor| amount(minor, &it.currency)).unwrap_or_default();
    let renewal = it.money.renews_on.map(day_iso).unwrap_or_default();
    let hand = html! {
        (select("owner", "Owner", agents, chosen).label_hidden().named_apart("account-owner"))
        (area("note", "What they should know", "").named_apart("account-handover"))
    };
    html! {
        (fact(frame, "Owner", owner.map(|it| html! { (it.name) }), may, &urls::account_owner(id), hand))
        (fact(frame, "Stage", it.stage.as_ref().map(|it| html! { (stage_badge(&it.name, it.tone)) }), may, &urls::account_stage(id),
            select("stage", "Stage", stages, stage).label_hidden().named_apart("account-stage")))
        (fact(frame, "Part of", it.above.last().map(|it| html! { (it.1) }), may, &urls::account_parent(id),
            field("parent", "Name of the account").hint("Empty for none.").named_apart("account-parent").value(parent).any_direction()))
        @if it.money.may_be_entered() {
            (fact(frame, "A year", it.money.arr.map(|minor| money(minor, &it.currency)), may, &urls::account_money(id),
                field("arr", format!("Income a year, {}", it.currency)).hint("As long as no subscription says so.").named_apart("account-arr").value(arr)))
            (fact(frame, "Renews", it.money.renews_on.map(|day| day_ahead(day, it.today)), may, &urls::account_money(id),
                field("renewal", "Renews on").kind("date").named_apart("account-renewal").value(renewal)))
        }
    }
}

/// Health, as far as it is known: the way to why.
pub(crate) fn book_health(id: AccountId, it: &Standing) -> Markup {
    let aside = html! { a href=(urls::account_health(id)) { "Why" } };
    panel("Health").aside(aside).holds(html! {
        @match &it.health {
            Health::NotKnown(why) => p.u-quiet { "Not known yet. " (why) },
            Health::Leaves { p, low, high, horizon_days } => {
                @let (stay, worst, best) = stays(*p, *low, *high);
                p { b { (percent(stay)) } " will stay for " (counted(*horizon_days, "day", "days")) ", between " (percent(worst)) " and " (percent(best)) "." }
                (health_line(stay, worst, best, true))
            }
        }
        @if let Some(judged) = &it.judged { p { b { (percent(1.0 - judged.p)) } " says " (judged.by) " until " (day_text(judged.expires_on, it.today)) "." } }
        @if let Some(score) = it.rule_score { p.u-quiet.u-small { "Rule score " (format!("{score:.0}")) " of 100, not a probability." } }
    })
}

/// Its parts, and what all of them come to.
pub(crate) fn book_parts(it: &Standing) -> Markup {
    if it.parts.is_empty() {
        return html! {};
    }
    let tree = &it.tree;
    let lead = html! {
        (counted(tree.accounts, "account", "accounts")) @if tree.and_more { " and more" } " together: "
        @if tree.arr_of > 0 { (money(tree.arr, &it.currency)) " a year" @if tree.arr_of < tree.accounts { " (of " (tree.arr_of) " that say so)" } ", " }
        (counted(tree.open, "open conversation", "open conversations")) ", "
        (counted(tree.contacts, "person", "people"))
        @if tree.events + tree.events_before > 0 { ", " (grouped(tree.events)) " events in 30 days, " (grouped(tree.events_before)) " in the 30 before" } "."
    };
    panel("Parts").lead(lead).holds(html! {
        @for part in &it.parts {
            a.record-line href=(urls::account(part.id)) {
                span.u-truncate dir="auto" { (part.name) @if part.has_parts { span.u-quiet { " and its parts" } } }
                @if part.open > 0 { span.u-quiet.u-small { (part.open) " open" } }
                @if let Some(stage) = &part.stage { (badge(stage)) }
                @if part.arr >= 0 { (money(part.arr, &it.currency)) }
            }
        }
        @if it.parts.len() == 100 { (link_button("All parts", urls::portfolio_view("all")).quiet().small()) }
    })
}
