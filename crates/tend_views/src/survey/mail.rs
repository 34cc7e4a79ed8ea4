//! The mail of a survey. Mail programs know little of style sheets, so it is a table.

use std::fmt::Write as _;

use maud::{DOCTYPE, Markup, html};
use tend_core::surveys::mail::SurveyMail;

use super::words::words;
use crate::urls;

/// The mail as it is read: HTML with a link for each score.
pub fn mail_html(it: &SurveyMail) -> String {
    let (said, w) = (&it.said, words(&it.said.request.language));
    let page = html! {
        (DOCTYPE)
        html lang=(w.language) {
            head { meta charset="utf-8"; meta name="viewport" content="width=device-width"; title { (said.texts.subject) } }
            body bgcolor="#f6f6f4" { (mail_body(it)) }
        }
    };
    page.into_string()
}

/// What stands in it.
pub(super) fn mail_body(it: &SurveyMail) -> Markup {
    let (said, w) = (&it.said, words(&it.said.request.language));
    let (from, to) = said.request.kind.scale();
    let at = |path: String| format!("{}{path}", it.base);
    html! {
        table width="100%" cellpadding="0" cellspacing="0" role="presentation" { tr { td align="center" {
            table width="100%" cellpadding="24" cellspacing="0" bgcolor="#ffffff" role="presentation" { tr { td align="center" {
                p { b { (said.company) } }
                @if it.is_reminder { p { (w.reminder) } }
                @if !said.texts.intro.is_empty() { p { (said.texts.intro) } }
                h2 { (said.texts.question) }
                table cellpadding="10" cellspacing="4" role="presentation" { tr {
                    @for n in from..=to { td bgcolor="#e9efe9" align="center" { a href=(at(urls::survey_score(&it.token, n))) { b { (n) } } } }
                } }
                p { small { (from) ": " (said.texts.low) " · " (to) ": " (said.texts.high) } }
                p { small { (w.foot.replace("{}", &said.company)) " " a href=(at(urls::survey_stop(&it.token))) { (w.stop) } } }
            } } }
        } } }
    }
}

/// The mail for who reads text.
pub fn mail_text(it: &SurveyMail) -> String {
    let (said, w) = (&it.said, words(&it.said.request.language));
    let (from, to) = said.request.kind.scale();
    let mut out = String::new();
    if it.is_reminder {
        let _ = writeln!(out, "{}\n", w.reminder);
    }
    if !said.texts.intro.is_empty() {
        let _ = writeln!(out, "{}\n", said.texts.intro);
    }
    let _ = write!(
        out,
        "{}\n\n{from}: {}\n{to}: {}\n\n{} {}{}\n\n",
        said.texts.question,
        said.texts.low,
        said.texts.high,
        w.open,
        it.base,
        urls::survey_link(&it.token)
    );
    let foot = w.foot.replace("{}", &said.company);
    let _ = writeln!(out, "{foot}\n{}: {}{}", w.stop, it.base, urls::survey_stop(&it.token));
    out
}
