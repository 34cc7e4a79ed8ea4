use jiff::Timestamp;
use maud::{Markup, html};
use tend_core::conversations::{Category, Priority, list::Tagged};

use super::{ListPane, Presence};
use crate::{
    parts::{Icon, Now, Tone, agent_avatar, badge, icon, icon_s, length, status_badge},
    urls,
};

/// One conversation of the list.
pub fn row(now: &Now, pane: &ListPane<'_>, it: &Tagged) -> Markup {
    let line = &it.line;
    let url = urls::conversation_in(pane.key, line.id);
    let is_current = pane.current == Some(line.id);
    let label = format!("Choose #{}", line.number);
    html! {
        li.list-row.is-unread[line.is_unread] id={ "row-" (line.id) } data-row=(line.id) aria-current=[is_current.then_some("true")] {
            label.list-mark {
                span.list-dot {}
                @if pane.may_choose() { input.field-box type="checkbox" name="id" value=(line.id) form="bulk" aria-label=(label) data-choose; }
            }
            div.list-body {
                div.list-top {
                    @if line.is_unread { span.u-hidden-visually { "Unread. " } }
                    span.list-who dir="auto" { (line.contact) }
                    @if line.account_kind == "company" { span.list-at dir="auto" { (line.account) } }
                    (now.short(line.last_message_at))
                }
                a.list-subject.u-cover href=(url) hx-get=(url) hx-target="#open" hx-swap="outerHTML" hx-push-url="true"
                    hx-sync="#open:replace" dir="auto" { (subject(&line.subject)) }
                div.list-line { (says(pane, it)) (signs(now, pane, it)) }
            }
        }
    }
}

/// A conversation without a subject has a name all the same.
pub fn subject(text: &str) -> &str {
    if text.trim().is_empty() { "No subject" } else { text }
}

/// The last line: who writes now, or what was written last.
fn says(pane: &ListPane<'_>, it: &Tagged) -> Markup {
    let line = &it.line;
    let writes = pane.here.iter().find(|p| p.conversation == line.id && p.is_writing);
    if let Some(Presence { who, .. }) = writes {
        return html! { span.list-say.list-typing { (who.name) " is writing…" } };
    }
    if pane.drafts.contains(&line.id) {
        return html! { span.list-say { span.list-draft { "Draft" } " " span dir="auto" { (line.preview) } } };
    }
    let by = match line.preview_by.as_str() {
        "outbound" => Some(Icon::CornerUpLeft),
        "note" => Some(Icon::Lock),
        _ => None,
    };
    let by_word = if line.preview_by == "note" { "Note: " } else { "We wrote: " };
    html! {
        @if let Some(sign) = by { span.list-by title=(by_word.trim_end_matches(": ")) { (icon_s(sign)) span.u-hidden-visually { (by_word) } } }
        span.list-say dir="auto" { (line.preview) }
    }
}

/// What asks for attention, at the end: at most the one that matters most, and who has it.
fn signs(now: &Now, pane: &ListPane<'_>, it: &Tagged) -> Markup {
    let line = &it.line;
    html! {
        @if line.attachment_count > 0 { span.list-sign title="Has files" { (icon_s(Icon::Paperclip)) span.u-hidden-visually { "Has files" } } }
        (priority_sign(line.priority))
        @match (line.category, line.snoozed_until, line.waiting_since) {
            (Category::Snoozed, Some(until), _) => { span.badge { (icon(Icon::AlarmClock)) (now.until(until)) } }
            (Category::Snoozed, None, _) => { (badge("Until a reply").icon(Icon::AlarmClock)) }
            (Category::New | Category::Open, _, Some(since)) => { (waiting(now, since)) }
            (Category::New | Category::Open, _, None) => {}
            _ => { (status_badge(line.category.word(), short(line.category, &line.status))) }
        }
        @if let (Some(name), true) = (&line.assignee, pane.key != "mine") { span title=(name) { (agent_avatar(name, None).xs()) span.u-hidden-visually { (name) } } }
    }
}

/// In a narrow row a long usual name is said in a word; one that the company gave stays.
fn short(category: Category, name: &str) -> &str {
    match category {
        Category::WaitingCustomer | Category::WaitingThirdParty if name == category.label() => {
            "Waiting"
        }
        _ => name,
    }
}

/// How long the customer has waited. Late is said by words; the colours repeat it: from 4 hours, from a day.
pub fn waiting(now: &Now, since: Timestamp) -> Markup {
    let seconds = now.at.as_second() - since.as_second();
    let tone = match seconds {
        86_400.. => Tone::Bad,
        14_400.. => Tone::Warn,
        _ => Tone::Plain,
    };
    let said = format!("Waits for {}", length(seconds));
    let class = tone.suffix().map(|it| format!("badge-{it}")).unwrap_or_default();
    html! { span.badge.badge-sla.(class) title=(said) { (icon(Icon::Timer)) span.u-hidden-visually { "Waits for " } (now.since(since)) } }
}

/// Only what is above or below normal has a sign.
pub fn priority_sign(it: Priority) -> Markup {
    let (sign, name, tone) = match it {
        Priority::Urgent => (Icon::SignalHigh, "Urgent", "list-sign u-bad"),
        Priority::High => (Icon::SignalMedium, "High", "list-sign u-warn"),
        Priority::Low => (Icon::SignalLow, "Low", "list-sign"),
        Priority::Normal => return html! {},
    };
    html! { span class=(tone) title={ (name) " priority" } { (icon_s(sign)) span.u-hidden-visually { (name) " priority" } } }
}
