//! The matching quiz, as visitors see it. It works without a script, and in a frame.

use maud::{Markup, html};
use tend_core::quizzes::{Document, Match, Question, Quiz, QuizChoice, QuizId, Rule};

use crate::{
    layout::customer_page,
    parts::{Sample, Tone, callout, field, hidden, link_button, radio, sample, submit},
    urls,
};

/// The question that comes next.
#[derive(Clone, Debug)]
pub struct QuizStep {
    /// Where the assets are: `/assets/3f9a27c1`.
    pub assets: String,
    /// Whose quiz it is.
    pub company: String,
    pub quiz: Quiz,
    /// The secret of the visitor's run; empty before the first answer.
    pub run: String,
    /// What was chosen so far.
    pub choices: Vec<usize>,
    /// Nothing was chosen.
    pub unanswered: bool,
}

/// What fits.
#[derive(Clone, Debug)]
pub struct QuizFound {
    pub assets: String,
    /// Whose quiz it is.
    pub company: String,
    pub quiz: Quiz,
    pub run: String,
    pub found: Vec<Match>,
    /// The visitor left an address.
    pub kept: bool,
    /// What is wrong with it.
    pub problem: Option<String>,
}

fn shell(assets: &str, company: &str, title: &str, work: Markup) -> Markup {
    let work = html! {
        main.quiz {
            @if !company.is_empty() { span.survey-logo dir="auto" { (company) } }
            h1 dir="auto" { (title) }
            (work)
        }
    };
    customer_page(assets, company, title, work)
}

/// One question, with what was answered before it.
pub fn quiz_question(it: &QuizStep) -> Markup {
    let at = it.choices.len();
    let all = &it.quiz.document.questions;
    let Some(question) = all.get(at) else { return html! {} };
    shell(
        &it.assets,
        &it.company,
        &it.quiz.title,
        html! {
            @if at == 0 && !it.quiz.document.intro.is_empty() { p.quiz-intro dir="auto" { (it.quiz.document.intro) } }
            form.quiz-form method="post" action=(urls::quiz(&it.quiz.slug)) {
                (hidden("run", &it.run))
                @for choice in &it.choices { (hidden("choice", choice)) }
                @if it.unanswered { (callout(Tone::Warn, html! { "Choose one of these." }, None)) }
                (self::question(question, "choice", at, all.len()))
                (submit(if at + 1 == all.len() { "Show what fits" } else { "Next" }).large())
            }
        },
    )
}

/// A question with its choices, whose field is called `name`.
pub(crate) fn question(it: &Question, name: &str, at: usize, all: usize) -> Markup {
    html! {
        fieldset.quiz-question {
            legend dir="auto" { (it.text) }
            p.u-quiet.u-small { "Question " (at + 1) " of " (all) }
            @for (n, choice) in it.choices.iter().enumerate() { (radio(name, n, html! { span dir="auto" { (choice.text) } })) }
        }
    }
}

/// The products that fit, each with what speaks for it.
pub fn quiz_found(it: &QuizFound) -> Markup {
    let again = link_button("Begin again", urls::quiz(&it.quiz.slug)).quiet();
    shell(
        &it.assets,
        &it.company,
        &it.quiz.title,
        html! {
            @if it.kept {
                (callout(Tone::Good, html! { "Thank you. Your answers are kept with your address." }, None))
            } @else if it.problem.is_none() {
                @if it.found.is_empty() { (callout(Tone::Plain, html! { "None of our products fits these answers. We would rather say so than send you one that does not." }, None)) }
                @else { ol.quiz-found { @for (n, one) in it.found.iter().enumerate() { (product(it, n, one)) } } }
            }
            @if !it.kept { (address(it)) }
            p { (again) }
        },
    )
}

fn product(page: &QuizFound, n: usize, it: &Match) -> Markup {
    let offer = &it.offer;
    let go = urls::with_query(&urls::quiz_go(&page.quiz.slug, offer.id), &[("run", &page.run)]);
    html! {
        li.quiz-product {
            @if !offer.picture_url.is_empty() { img src=(urls::quiz_picture(&page.quiz.slug, offer.id)) alt="" width="96" height="96"; }
            div {
                h2 dir="auto" { (offer.name) }
                p { "Because you said " @for (n, said) in it.because.iter().enumerate() { @if n > 0 { ", " } "“" span dir="auto" { (said) } "”" } "." }
                @if !offer.url.is_empty() {
                    @let link = if n == 0 { link_button("See it", &go).primary() } else { link_button("See it", &go) };
                    (crate::parts::Element::attr(link, "target", "_top"))
                }
            }
        }
    }
}

fn address(it: &QuizFound) -> Markup {
    html! {
        form.quiz-form method="post" action=(urls::quiz_address(&it.quiz.slug)) {
            (hidden("run", &it.run))
            (field("email", "Your address, if you like to hear from us").kind("email").autocomplete("email").required()
                .error(it.problem.as_ref()).hint("Your answers are kept with it, so that whoever helps you knows what you need."))
            (submit("Keep my answers").quiet())
        }
    }
}

/// A quiz for the gallery.
pub(crate) fn sample_quiz() -> Quiz {
    let choice = |text: &str, value: &str| QuizChoice {
        text: text.to_owned(),
        rules: vec![Rule {
            name: "size".into(),
            value: value.into(),
            weight: 2,
            must: value == "large",
        }],
    };
    let question = Question {
        text: "How large is the room?".into(),
        choices: vec![choice("A small room", "small"), choice("A hall", "large")],
    };
    Quiz {
        id: QuizId::from_raw(1),
        slug: "which-sensor".into(),
        title: "Which sensor fits?".into(),
        document: Document {
            intro: "Two questions, and we say which of our sensors fits, and why.".into(),
            questions: vec![question],
        },
        sites: "https://kestrel.example".into(),
        is_open: true,
        created_at: crate::parts::time::sample_ago(9_000),
    }
}

/// What visitors see.
pub fn samples() -> Vec<Sample> {
    let assets = "/assets/0".to_owned();
    let step = QuizStep {
        assets: assets.clone(),
        company: "Kestrel Climate".into(),
        quiz: sample_quiz(),
        run: String::new(),
        choices: Vec::new(),
        unanswered: false,
    };
    let found = QuizFound {
        assets,
        company: "Kestrel Climate".into(),
        quiz: sample_quiz(),
        run: "secret".into(),
        found: vec![Match {
            offer: crate::recommend::samples::offer(1, "Air sensor"),
            score: 2,
            because: vec!["A hall".into()],
        }],
        kept: false,
        problem: None,
    };
    let none = QuizFound { found: Vec::new(), ..found.clone() };
    vec![
        sample("quiz-question", quiz_question(&step)),
        sample("quiz-found", quiz_found(&found)),
        sample("quiz-none", quiz_found(&none)),
    ]
}
