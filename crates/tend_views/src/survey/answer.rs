//! The pages that a customer sees: the question, the thanks, and what to say when there is nothing
//! to answer. Plain forms; a small script only confirms a score sooner.

use maud::{DOCTYPE, Markup, html};
use tend_core::surveys::{Ask, Question, mail::Said, wording};

use super::words::{Words, words};
use crate::{
    parts::{Problems, agent_avatar, hidden},
    urls,
};

/// A question on its way to an answer.
#[derive(Clone, Debug)]
pub struct AnswerPage {
    /// Where the assets are: `/assets/3f9a27c1`.
    pub assets: String,
    pub said: Said,
    pub token: String,
    /// The score that the link brought, or that was given before.
    pub chosen: Option<i64>,
    /// It was confirmed already.
    pub is_kept: bool,
    /// What proves that this page was made by us, and when.
    pub shown: String,
    pub is_embedded: bool,
    pub problems: Problems,
}

fn document(assets: &str, language: &str, title: &str, script: bool, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href={ (assets) "/css/tend.css" };
                @if script { script src={ (assets) "/js/survey.js" } type="module" {} }
            }
            body { (body) }
        }
    }
}

/// The question, with the score set and changeable, further questions, and a comment. The form
/// sends `score`, `comment`, `q_…`, `shown`, and `website`, which no person sees.
pub fn answer_page(it: &AnswerPage) -> Markup {
    let (said, w) = (&it.said, words(&it.said.request.language));
    let to =
        if it.is_embedded { urls::survey_embed(&it.token) } else { urls::survey_link(&it.token) };
    let body = html! {
        main.survey.survey-embed[it.is_embedded] {
            @if !it.is_embedded { span.survey-logo { (said.company) } }
            form.survey-card method="post" action=(to) data-survey=(urls::survey_link(&it.token))
                data-confirm[it.chosen.is_some() && !it.is_kept] {
                (hidden("shown", &it.shown))
                p.survey-done role="status" data-kept=(w.kept) hidden[!it.is_kept] { @if let Some(score) = it.chosen { (w.kept.replace("{}", &score.to_string())) } }
                @for text in it.problems.0.iter().map(|it| &it.1) { p.survey-wrong role="alert" { (text) } }
                @if let Some(name) = &said.agent { div.survey-by { (agent_avatar(name, None).l()) span { (name) small { (said.company) } } } }
                h1 { (said.texts.question) }
                (scale("score", &said.texts.question, said.request.kind.scale(), it.chosen, (&said.texts.low, &said.texts.high)))
                @for question in &said.questions { (further(question, said, w)) }
                (comment(said, w))
                (trap(&it.token))
                button.button.button-primary.button-large { (w.send) }
                p.survey-foot { (w.change) }
            }
            p.survey-foot { (w.foot.replace("{}", &said.company)) " " a.link href=(urls::survey_stop(&it.token)) target="_top" { (w.stop) } }
        }
    };
    document(&it.assets, w.language, &said.texts.question, true, body)
}

fn comment(said: &Said, w: &Words) -> Markup {
    html! {
        div.field {
            label.field-label for="comment" { (said.texts.comment) " " small { (w.optional) } }
            textarea.field-input id="comment" name="comment" rows="3" maxlength="4000" dir="auto" { (said.request.comment) }
        }
    }
}

/// What only programs find: a field without a place, and a link without a word.
fn trap(token: &str) -> Markup {
    html! {
        div.survey-trap aria-hidden="true" {
            input name="website" aria-label="Leave this empty" tabindex="-1" autocomplete="off" value="";
            a href=(urls::survey_trap(token)) aria-label="Leave this out" tabindex="-1" rel="nofollow" {}
        }
    }
}

pub(super) fn scale(
    name: &str,
    legend: &str,
    (from, to): (i64, i64),
    chosen: Option<i64>,
    ends: (&str, &str),
) -> Markup {
    html! {
        div.survey-scale.survey-five[to - from == 4].survey-seven[to - from == 6] {
            fieldset {
                legend.u-hidden-visually { (legend) }
                @for n in from..=to {
                    label.survey-step { input type="radio" name=(name) value=(n) aria-label=(format!("{n} / {to}")) checked[chosen == Some(n)]; (n) }
                }
            }
            p { span { (ends.0) } span { (ends.1) } }
        }
    }
}

/// A text in the language of the request.
fn text<'a, T>(all: &'a std::collections::BTreeMap<String, T>, language: &str) -> Option<&'a T> {
    wording::language(all, language).and_then(|it| all.get(it))
}

pub(super) fn further(it: &Question, said: &Said, w: &Words) -> Markup {
    let name = format!("q_{}", it.key);
    let label = text(&it.text, &said.request.language).map_or("", String::as_str);
    let given = said.request.answered().into_iter().find(|one| one.key == it.key);
    let given = given.map(|it| it.value).unwrap_or_default();
    let choices = match it.ask {
        Ask::YesNo => vec![("yes".to_owned(), w.yes), ("no".to_owned(), w.no)],
        Ask::Choice => {
            let some = text(&it.choices, &said.request.language);
            let numbered = some.into_iter().flatten().enumerate();
            numbered.map(|(n, it)| ((n + 1).to_string(), it.as_str())).collect()
        }
        Ask::Scale | Ask::Text => Vec::new(),
    };
    html! {
        @match it.ask {
            Ask::Scale => { div.survey-more { p.survey-label { (label) } (scale(&name, label, (1, 7), given.parse().ok(), (&said.texts.low, &said.texts.high))) } }
            Ask::Text => { div.field { label.field-label for=(name) { (label) } textarea.field-input id=(name) name=(name) rows="2" maxlength="2000" dir="auto" { (given) } } }
            Ask::YesNo | Ask::Choice => {
                fieldset.survey-choices {
                    legend { (label) }
                    @for (value, words) in &choices { label { input type="radio" name=(name) value=(value) checked[*value == given]; " " (words) } }
                }
            }
        }
    }
}

/// What a page says that has no question.
#[derive(Clone, Debug)]
pub struct Note {
    pub assets: String,
    pub language: String,
    pub company: String,
    pub is_embedded: bool,
}

fn note(it: &Note, title: &str, holds: Markup) -> Markup {
    let body = html! {
        main.survey.survey-embed[it.is_embedded] {
            @if !it.is_embedded { span.survey-logo { (it.company) } }
            section.survey-card { h1 { (title) } (holds) }
        }
    };
    document(&it.assets, words(&it.language).language, title, false, body)
}

/// After the answer: the company's thanks, and for who is glad one question more.
pub fn thanks_page(it: &Note, said: &Said, token: &str, more: Option<&str>) -> Markup {
    let w = words(&it.language);
    let score = said.request.score.map(|it| it.to_string()).unwrap_or_default();
    note(
        it,
        &said.texts.thanks,
        html! {
            p.survey-done role="status" { (w.kept.replace("{}", &score)) }
            @if let Some(review) = more { (promoter(w, token, review)) }
            p { a.link href=(urls::survey_link(token)) { (w.change) } }
        },
    )
}

/// Sends `testimonial`, `agrees` and `referral`.
fn promoter(w: &Words, token: &str, review: &str) -> Markup {
    html! {
        form.survey-more method="post" action=(urls::survey_more(token)) {
            h2 { (w.more) }
            p { (w.more_text) }
            @if !review.is_empty() { p { a.button.button-large href=(review) target="_blank" rel="noopener noreferrer" { (w.review) } } }
            div.field { label.field-label for="testimonial" { (w.testimonial) } textarea.field-input id="testimonial" name="testimonial" rows="2" maxlength="2000" dir="auto" {} }
            label.field-check { input.field-box type="checkbox" name="agrees" value="yes"; span { (w.agree) } }
            div.field { label.field-label for="referral" { (w.referral) } input.field-input id="referral" name="referral" maxlength="200" autocomplete="off" dir="auto"; }
            button.button.button-primary.button-large { (w.more_send) }
        }
    }
}

/// After what who is glad offered.
pub fn offered_page(it: &Note) -> Markup {
    note(it, words(&it.language).more_thanks, html! {})
}

/// It could be answered once.
pub fn over_page(it: &Note) -> Markup {
    let w = words(&it.language);
    note(it, w.over, html! { p { (w.over_text) } })
}

/// The link leads to nothing.
pub fn unknown_page(it: &Note) -> Markup {
    let w = words(&it.language);
    note(it, w.unknown, html! { p { (w.unknown_text) } })
}

/// The link of a survey that an agent sent to themselves.
pub fn trial_page(it: &Note) -> Markup {
    note(
        it,
        "This was a test",
        html! { p { "The link works: for customers the question stands here, as the preview of the survey shows it. Nothing was kept." } },
    )
}

/// Asks whether somebody wants no more questions, or says that it is so.
pub fn stop_page(it: &Note, token: &str, is_wanted: bool) -> Markup {
    let w = words(&it.language);
    let (title, text, button) = match is_wanted {
        true => (w.stop, w.stop_text, w.stop_button),
        false => (w.stopped, w.stopped_text, w.start_button),
    };
    note(
        it,
        title,
        html! {
            p { (text) }
            form method="post" action=(urls::survey_stop(token)) {
                (hidden("wanted", if is_wanted { "no" } else { "yes" }))
                button.button.button-large { (button) }
            }
        },
    )
}

/// They may be asked again.
pub fn started_page(it: &Note) -> Markup {
    note(it, words(&it.language).started, html! {})
}
