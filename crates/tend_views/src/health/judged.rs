//! What an agent believes instead, beside what was foretold.

use maud::{Markup, html};
use tend_core::health::{Judgement, Of, Percent};

use super::sign::percent;
use crate::{
    book::day_text,
    customers::act,
    layout::Frame,
    parts::{Element, Problems, area, badge, button, csrf_field, field, form_problems, panel},
    urls,
};

/// What somebody typed, to be shown again beside what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct JudgeForm {
    pub percent: String,
    pub reason: String,
    pub days: String,
    pub problems: Problems,
}

/// The override that holds, those before, and the form for a new one.
pub(super) fn judged(frame: &Frame, it: &Of, form: &JudgeForm) -> Markup {
    let gone = matches!(it.percent, Percent::Gone { .. });
    if gone && it.judgements.is_empty() {
        return html! {};
    }
    let past = it.judgements.iter().filter(|old| it.judged.as_ref() != Some(old));
    let lead = "What somebody of yours believes instead. It counts for the money at risk as long as it holds; what was foretold stays visible, and both are compared with what comes of it.";
    panel("Override").lead(lead).holds(html! {
        @match &it.judged {
            Some(now) => (holds(frame, it, now)),
            None => @if !gone { p.u-quiet { "Nobody overrides what is foretold." } },
        }
        @if it.may_judge && !gone && it.snapshot.is_some() { (judge_form(frame, it, form)) }
        @if it.judgements.len() > usize::from(it.judged.is_some()) {
            details { summary { "Before" }
                ul.health-past { @for old in past { li { (percent(old.p)) " will leave, said " (old.by) " on " (frame.now.date(old.made_at)) @if old.withdrawn_at.is_some() { ", ended early" } ": " span dir="auto" { (old.reason) } } } }
            }
        }
    })
}

fn holds(frame: &Frame, it: &Of, now: &Judgement) -> Markup {
    html! {
        div.health-judged {
            p { b { (percent(now.p)) " will leave" } ", says " (now.by) " until " (day_text(now.expires_on, it.today)) "." }
            @match &it.percent {
                Percent::Known { p, low, high, .. } => { p.u-quiet { "Foretold: " (percent(*p)) ", between " (percent(*low)) " and " (percent(*high)) "." } }
                _ => p.u-quiet { "Nothing is foretold." },
            }
            blockquote.health-reason dir="auto" { (now.reason) }
            @if it.may_judge { (act(frame, "DELETE", &urls::account_override(it.account, now.id), "End it now", "")) }
            @else { (badge("Holds")) }
        }
    }
}

fn judge_form(frame: &Frame, it: &Of, form: &JudgeForm) -> Markup {
    let url = urls::account_health(it.account);
    let days = if form.days.is_empty() { "30" } else { &form.days };
    html! {
        details.record-add open[!form.problems.is_empty()] {
            summary { @if it.judged.is_some() { "Say something else" } @else { "Say what you believe" } }
            form.health-judge method="post" action=(url) {
                (csrf_field(&frame.csrf)) (form_problems(&form.problems))
                (field("percent", "It will leave with").suffix("%").kind("number").attr("min", 0).attr("max", 100).attr("step", "any").value(&form.percent).required().error(form.problems.of("leaves")))
                (area("reason", "Because", &form.reason).hint("Others read it, and it is judged later too.").required().problems(&form.problems))
                (field("days", "It holds for").suffix("days").kind("number").attr("min", 1).attr("max", 365).value(days).required().problems(&form.problems))
                (button("Override").small().submits())
            }
        }
    }
}
