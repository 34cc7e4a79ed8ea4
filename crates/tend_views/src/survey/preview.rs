//! A survey as customers would read it, while it is written.

use maud::{Markup, html};
use tend_core::surveys::mail::SurveyMail;

use super::{
    answer::{further, scale},
    mail::mail_body,
    words::words,
};
use crate::parts::{agent_avatar, language_name, panel};

/// The mail and the page in one language. Nothing in it can be pressed.
pub(super) fn as_read(it: &SurveyMail) -> Markup {
    let said = &it.said;
    let (texts, w) = (&said.texts, words(&said.request.language));
    panel(format!("As customers see it: {}", language_name(&said.request.language))).holds(html! {
        p.u-small.u-quiet { "The mail, with the subject “" span dir="auto" { (texts.subject) } "”" }
        div.survey-mailshown inert { (mail_body(it)) }
        p.u-small.u-quiet { "The page behind it" }
        div.survey-card inert {
            @if let Some(name) = &said.agent { div.survey-by { (agent_avatar(name, None).l()) span { (name) small { (said.company) } } } }
            p.survey-label dir="auto" { (texts.question) }
            (scale("shown-score", &texts.question, said.request.kind.scale(), None, (&texts.low, &texts.high)))
            @for question in &said.questions { (further(question, said, w)) }
            p.survey-label dir="auto" { (texts.comment) " " small { (w.optional) } }
            textarea.field-input rows="3" aria-label=(texts.comment) {}
            span.button.button-primary.button-large { (w.send) }
            p.survey-foot { (w.foot.replace("{}", &said.company)) " " (w.stop) }
        }
        p.u-small.u-quiet { "Once it is answered: “" span dir="auto" { (texts.thanks) } "”" }
    })
}
