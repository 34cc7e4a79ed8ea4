//! Answers beside a conversation, and on the pages of customers.

use maud::{Markup, html};
use tend_core::surveys::Request;

use super::report::{Whose, answer_rows, score};
use crate::{
    parts::{Now, panel},
    urls,
};

/// Answers on the record beside a conversation, the newest first.
pub fn surveys_record(now: &Now, them: &[Request]) -> Markup {
    html! {
        @if !them.is_empty() {
            section.record-part {
                h3 { "Surveys" }
                @for it in them {
                    div.record-line {
                        a.u-medium.u-truncate href=(urls::survey_request(it.id)) dir="auto" { (it.survey) }
                        @if it.score.is_some() { (score(it)) } @else { span.u-quiet { (it.state.label()) } }
                        (now.short(it.answered_at.unwrap_or(it.sent_at)))
                    }
                    @if !it.comment.is_empty() { p.u-small.survey-said dir="auto" { (tend_core::fold::shorten(&it.comment, 200)) } }
                }
            }
        }
    }
}

/// Answers on the page of a contact or an account.
pub fn surveys_panel(now: &Now, them: &[Request], whose: Whose) -> Markup {
    html! { @if !them.is_empty() { (panel("Surveys").holds(answer_rows(now, them, whose))) } }
}
