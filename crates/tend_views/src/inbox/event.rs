//! What was done to a conversation, as one line between its messages.

use jiff::Timestamp;
use maud::{Markup, html};
use tend_core::{
    journal::{Change, Entry, RemedyMoved, StatusChanged},
    remedies::Kind,
};

use super::Offered;
use crate::{
    parts::{Icon, Now, icon_s},
    urls,
};

/// The line for an entry; nothing for what no reader needs.
pub fn event(now: &Now, it: &Entry, actor: &str, offered: &Offered) -> Markup {
    let who = match it.actor_kind.as_str() {
        "system" | "console" => "Tend",
        "contact" if actor.is_empty() => "the customer",
        _ if actor.is_empty() => "Someone",
        _ => actor,
    };
    let did = |(sign, text): (Icon, Markup)| (sign, html! { b dir="auto" { (who) } " " (text) });
    let said = it.change().and_then(|change| {
        by_reply(it, &change, who).or_else(|| say(now, &change, offered).map(did))
    });
    html! {
        @if let Some((sign, text)) = said {
            div.message-event id={ "entry-" (it.id) } {
                (icon_s(sign)) span { (text) } (now.clock(it.happened_at))
            }
        }
    }
}

/// A customer sets no status; what they wrote does.
fn by_reply(it: &Entry, change: &Change, who: &str) -> Option<(Icon, Markup)> {
    let (true, Change::StatusChanged(StatusChanged { to, was, .. })) =
        (it.actor_kind == "contact", change)
    else {
        return None;
    };
    let reply = html! { b dir="auto" { (who) } "’s reply" };
    Some(match was.as_str() {
        "resolved" | "closed" => (Icon::RotateCcw, html! { "Reopened by " (reply) }),
        "snoozed" => (Icon::AlarmClock, html! { "Brought back by " (reply) }),
        _ => (Icon::CircleDashed, html! { (reply) " set it to " b { (to) } }),
    })
}

fn say(now: &Now, change: &Change, offered: &Offered) -> Option<(Icon, Markup)> {
    assignment(change, offered)
        .or_else(|| standing(now, change))
        .or_else(|| belonging(change))
        .or_else(|| surveyed(change))
}

/// What the customer was asked about it, and said.
fn surveyed(change: &Change) -> Option<(Icon, Markup)> {
    let Change::SurveyMoved(it) = change else { return None };
    let text = match (it.step.as_str(), it.score) {
        ("asked", _) => html! { "asked the customer: " b dir="auto" { (it.survey) } },
        ("answered", Some(score)) => {
            html! { "answered " b dir="auto" { (it.survey) } " with " b { (score) } }
        }
        _ => return None,
    };
    Some((Icon::MessageSquareText, text))
}

/// Whose it is.
fn assignment(change: &Change, offered: &Offered) -> Option<(Icon, Markup)> {
    let name = |id: &String| {
        offered.agent_named(id).map_or("someone who left", |it| it.name.as_str()).to_owned()
    };
    let team = |id: &String| {
        offered
            .teams
            .iter()
            .find(|it| it.id.to_string() == *id)
            .map_or("a team", |it| it.name.as_str())
            .to_owned()
    };
    Some(match change {
        Change::ConversationAssigned { to: Some(to), .. } => {
            (Icon::UserRoundPlus, html! { "assigned it to " b { (name(to)) } })
        }
        Change::ConversationAssigned { to: None, .. } => {
            (Icon::UserRoundMinus, html! { "gave it back to the queue" })
        }
        Change::ConversationTeamed { to: Some(to), .. } => {
            (Icon::UsersRound, html! { "gave it to the team " b { (team(to)) } })
        }
        Change::ConversationTeamed { to: None, .. } => {
            (Icon::UsersRound, html! { "took it from its team" })
        }
        Change::ContactExchanged { .. } => (Icon::UserRound, html! { "changed whom it is about" }),
        _ => return None,
    })
}

/// Where it stands.
fn standing(now: &Now, change: &Change) -> Option<(Icon, Markup)> {
    let priorities = ["none", "low", "normal", "high", "urgent"];
    let name = |it: &i64| {
        usize::try_from(*it).ok().and_then(|it| priorities.get(it)).copied().unwrap_or("normal")
    };
    Some(match change {
        Change::StatusChanged(StatusChanged { to, .. }) => {
            (Icon::CircleDashed, html! { "changed the status to " b { (to) } })
        }
        Change::PriorityChanged { to, .. } => {
            (Icon::SignalHigh, html! { "set the priority to " b { (name(to)) } })
        }
        Change::SubjectChanged { from, .. } => {
            (Icon::Pencil, html! { "changed the subject from " b dir="auto" { (from) } })
        }
        Change::Snoozed { until: Some(until) } => {
            let at = Timestamp::from_microsecond(*until).ok()?;
            (Icon::AlarmClock, html! { "snoozed it until " (now.until(at)) })
        }
        Change::Snoozed { until: None } => {
            (Icon::AlarmClock, html! { "snoozed it until the customer replies" })
        }
        Change::Woken {} => (Icon::AlarmClock, html! { "brought it back" }),
        Change::AttributeSet { name, to, .. } if to.is_empty() => {
            (Icon::Braces, html! { "cleared " b { (name) } })
        }
        Change::AttributeSet { name, to, .. } => {
            (Icon::Braces, html! { "set " b { (name) } " to " b dir="auto" { (to) } })
        }
        _ => return None,
    })
}

/// What it belongs to.
fn belonging(change: &Change) -> Option<(Icon, Markup)> {
    Some(match change {
        Change::Tagged { tag } => (Icon::Tag, html! { "added the tag " b dir="auto" { (tag) } }),
        Change::Untagged { tag } => {
            (Icon::Tag, html! { "took off the tag " b dir="auto" { (tag) } })
        }
        Change::ConversationMerged { number, .. } => {
            (Icon::Merge, html! { "merged " b { "#" (number) } " into it" })
        }
        Change::ConversationUnmerged { number, .. } => {
            (Icon::Merge, html! { "took " b { "#" (number) } " out again" })
        }
        Change::ConversationSplit { number, .. } => {
            (Icon::Merge, html! { "made " b { "#" (number) } " of a message" })
        }
        Change::RemedyMoved(it) => (Icon::LifeBuoy, remedy(it)),
        Change::MessageDeleted { .. } => (Icon::Trash2, html! { "deleted a message" }),
        Change::DeletionAsked { .. } => (Icon::Trash2, html! { "asked to delete it, in a minute" }),
        Change::DeletionTakenBack { .. } => (Icon::Undo2, html! { "took the deletion back" }),
        Change::AutoReplyWithheld { reason } => {
            (Icon::Ban, html! { "sent no automatic answer: " (reason) })
        }
        _ => return None,
    })
}

fn remedy(it: &RemedyMoved) -> Markup {
    let label = it.kind.parse::<Kind>().map_or("a remedy", Kind::label).to_lowercase();
    let did = match it.step.as_str() {
        "requested" => "asked for",
        "handed" => "gave to a person to carry out:",
        "done" => "carried out",
        "failed" => "could not carry out",
        "unknown" => "does not know yet whether the shop carried out",
        "expired" => "let expire:",
        "cancelled" => "took back",
        step => step,
    };
    html! {
        (did) " " a.link href=(urls::remedy(&it.remedy)) { (label) @if !it.amount.is_empty() { " of " (it.amount) } } " for " b dir="auto" { (it.number) }
    }
}
