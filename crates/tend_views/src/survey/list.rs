use maud::{Markup, html};
use tend_core::surveys::{Kind, State, Survey, report::Scored};

use super::{
    figures::{few, score_text},
    themes::themes_link,
};
use crate::{
    layout::{Frame, page},
    parts::{Tone, badge, button, csrf_field, empty, field, grouped, link_button, panel, table},
    urls,
};

/// All surveys, each with its score of the last 90 days.
#[derive(Clone, Debug)]
pub struct SurveyList {
    pub surveys: Vec<(Survey, Scored)>,
    /// Where pages may be shown within others.
    pub frames: String,
    pub may: bool,
}

/// What one may begin with: the word, and what it is.
pub const TEMPLATES: [(&str, &str); 8] = [
    ("help", "Satisfaction after a conversation"),
    ("delivery", "Satisfaction after a delivery"),
    ("effort", "Effort after a conversation"),
    ("return", "Effort after a return"),
    ("onboarding", "Effort after onboarding"),
    ("nps", "Recommendation, in a rhythm"),
    ("drivers", "Experience drivers"),
    ("own", "A question of your own"),
];

/// Where a template begins.
pub fn begin(template: &str) -> String {
    urls::with_query(&urls::new_survey(), &[("template", template)])
}

/// All surveys.
pub fn surveys_page(frame: &Frame, it: &SurveyList) -> Markup {
    let starts = html! {
        @if it.may {
            (panel("New survey").holds(html! {
                p.survey-acts { @for (word, label) in TEMPLATES { (link_button(label, begin(word)).small()) } }
            }))
        }
    };
    let rows = html! { @for (survey, scored) in &it.surveys { (row(survey, scored)) } };
    page(frame, "Surveys").shows(html! {
        div.usage-page {
            @if it.surveys.is_empty() { (empty("No surveys yet", "Ask customers how it was: after a conversation, after a delivery, or every few months. One click in the mail answers, and no customer is asked more than once a week, whatever surveys there are.").plain()) }
            @else { (table("Surveys").col("Survey").col("Asks").col("State").col("Score in 90 days").col_end("Answers").rows(rows)) }
            (themes_link())
            (starts)
            @if it.may { (frames(frame, &it.frames)) }
        }
    })
}

fn row(survey: &Survey, scored: &Scored) -> Markup {
    html! {
        tr {
            th scope="row" { a.link href=(urls::survey(survey.id)) dir="auto" { (survey.name) } " " small.u-quiet { (survey.kind.label()) } }
            td data-label="Asks" { (survey.asks_when.label()) }
            td data-label="State" { (state(survey.state)) }
            td data-label="Score in 90 days" { (score_text(survey.kind, scored)) @if few(scored) { " " small.u-quiet { "few answers" } } }
            td.is-end data-label="Answers" { (grouped(i64::try_from(scored.n).unwrap_or(0))) }
        }
    }
}

/// Whether it asks.
pub(super) fn state(it: State) -> crate::parts::Badge {
    badge(it.label()).tone(if it == State::Active { Tone::Good } else { Tone::Plain })
}

/// Sends `origins`.
fn frames(frame: &Frame, origins: &str) -> Markup {
    panel("Within your own pages").holds(html! {
        form.survey-acts method="post" action=(urls::survey_frames()) {
            (csrf_field(&frame.csrf))
            (field("origins", "Pages that may show a survey").value(origins).placeholder("https://shop.example").autocomplete("off")
                .hint("Origins with spaces between them. The address of a survey with /embed at its end may then stand in an iframe there. Without any, nowhere."))
            (button("Keep it").submits())
        }
    })
}

/// The scale in words: `0–10`.
pub(super) fn scale(kind: Kind) -> String {
    let (from, to) = kind.scale();
    format!("{from}–{to}")
}
