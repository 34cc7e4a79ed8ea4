use maud::{Markup, html};
use tend_core::quizzes::{Doubt, NewQuiz, Quiz, Report, doubts};

use super::{Section, form};
use crate::{
    parts::{
        Problems, Tone, area, badge, callout, check, csrf_field, empty, field, form_problems,
        grouped, link_button, panel, submit, table,
    },
    urls,
};

/// All quizzes, each with what became of it.
pub fn quizzes(at: &Section<'_>, all: &[(Quiz, Report)], problems: &Problems) -> Markup {
    let rows = html! { @for (it, report) in all { tr {
        th scope="row" { a.link href=(urls::settings_item("quizzes", it.id)) dir="auto" { (it.title) } @if !it.is_open { " " (badge("Closed")) } }
        td.is-end data-label="Started" { (grouped(report.started)) }
        td.is-end data-label="Finished" { (grouped(report.finished)) }
        td.is-end data-label="Clicked" { (grouped(report.clicked)) }
    } } };
    let work = html! {
        @if all.is_empty() { (empty("No quizzes yet", "A quiz asks visitors a few questions on your site, and shows the products that fit, each with what speaks for it.").plain()) }
        @else { (table("Quizzes").col("Quiz").col_end("Started").col_end("Finished").col_end("Clicked").rows(rows)) }
        form.settings-form method="post" action=(urls::settings_section("quizzes")) {
            (csrf_field(&at.frame.csrf)) (form_problems(problems))
            (field("title", "Title of a new quiz").required().placeholder("Which sensor fits?").problems(problems))
            div.settings-save { (submit("Begin it")) }
        }
    };
    at.page("Quizzes", "“Help me choose the right product”, on your own site.", html! {}, work)
}

/// What the page of a quiz shows beside its form.
#[derive(Clone, Debug)]
pub struct QuizBeside {
    pub report: Report,
    /// What products have: each attribute with its values.
    pub known: Vec<(String, Vec<String>)>,
    /// Where Tend is: `https://desk.example.com`.
    pub base: String,
}

/// One quiz: its form, how it looks, how it is embedded, and what became of it.
pub fn quiz(
    at: &Section<'_>,
    it: &Quiz,
    sent: Option<&NewQuiz>,
    beside: &QuizBeside,
    problems: &Problems,
) -> Markup {
    let (known, report) = (&beside.known, &beside.report);
    let shown = sent.cloned().unwrap_or_else(|| as_form(it));
    let url = urls::settings_item("quizzes", it.id);
    let acts = html! { @if it.is_open { (link_button("Open it", urls::quiz(&it.slug))) } };
    let fields = html! {
        (field("title", "Title").value(&shown.title).required().problems(problems))
        (field("slug", "Its address ends with").value(&shown.slug).required().problems(problems).hint(html! { "Visitors find it at " (urls::quiz(&it.slug)) "." }))
        (area("intro", "What stands before the first question", &shown.intro).rows(2).any_direction())
        @for wrong in ["questions", "is_open"].iter().filter_map(|it| problems.of(it)) { (callout(Tone::Bad, html! { (wrong) }, None)) }
        (traits(known))
        @for n in 0..(shown.questions.len() + 1).min(12) { (question(&shown, n, known, problems)) }
        (area("sites", "Sites on which it may be embedded", &shown.sites).rows(2).problems(problems).hint("One on each line, such as https://shop.example. Without any it is embedded nowhere."))
        (check("is_open", "Visitors may answer it").on(shown.is_open))
        p.u-quiet.u-small { "Saving adds an empty question, and an empty choice to each. What is empty is left out." }
    };
    let work = html! {
        (form(at.frame, &url, problems, "Save", fields))
        (preview(it))
        (embed(it, &beside.base))
        (became(report))
    };
    at.page(&it.title, "", acts, work)
}

fn as_form(it: &Quiz) -> NewQuiz {
    let questions = it.document.questions.iter().map(|it| {
        let choices = it.choices.iter().map(|it| (it.text.clone(), it.rules_text())).collect();
        (it.text.clone(), choices)
    });
    NewQuiz {
        title: it.title.clone(),
        slug: it.slug.clone(),
        intro: it.document.intro.clone(),
        questions: questions.collect(),
        sites: it.sites.clone(),
        is_open: it.is_open,
    }
}

fn traits(known: &[(String, Vec<String>)]) -> Markup {
    html! {
        @if known.is_empty() {
            (callout(Tone::Plain, html! { "No product says yet what it is like. Write that on the page of each product, under " a.link href=(urls::catalog()) { "Products and rates" } "." }, None))
        } @else {
            p.u-small { "Your products know: " @for (n, (name, values)) in known.iter().enumerate() { @if n > 0 { "; " } b { (name) } ": " (values.join(", ")) } "." }
        }
        p.u-quiet.u-small { "A choice speaks for products by attributes, with commas between: " code { "size: large, noise: low x3" } " counts low noise three times; " code { "must size: large" } " leaves out all others." }
    }
}

fn question(
    shown: &NewQuiz,
    n: usize,
    known: &[(String, Vec<String>)],
    problems: &Problems,
) -> Markup {
    let blank = (String::new(), Vec::new());
    let (text, choices) = shown.questions.get(n).unwrap_or(&blank);
    let room = (choices.len() + 1).clamp(2, 12);
    html! {
        fieldset.settings-quizpart {
            legend { "Question " (n + 1) }
            (field(&format!("q{n}"), format!("Question {}", n + 1)).value(text).label_hidden().any_direction().placeholder("How large is the room?"))
            @for at in 0..room {
                @let (choice, rules) = choices.get(at).cloned().unwrap_or_default();
                @let name = format!("q{n}r{at}");
                @let odd = doubtful(&rules, known).filter(|_| problems.of(&name).is_none());
                div.settings-quizchoice {
                    (field(&format!("q{n}c{at}"), format!("Choice {}", at + 1)).value(choice).any_direction())
                    @let speaks = field(&name, "Speaks for").value(rules).any_direction().problems(problems);
                    @match odd { Some(why) => { (speaks.hint(html! { b { "Does nothing: " } (why) })) } None => { (speaks) } }
                }
            }
        }
    }
}

/// What does nothing, for no product has it.
fn doubtful(rules: &str, known: &[(String, Vec<String>)]) -> Option<String> {
    let all: Vec<String> =
        doubts(rules, known).iter().map(|it: &Doubt| it.text().to_owned()).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// Each question as it stands on the visitor's page, one after the other.
fn preview(it: &Quiz) -> Markup {
    let all = &it.document.questions;
    panel("As visitors see it").holds(html! {
        @if all.is_empty() { p.u-quiet { "It has no questions yet." } }
        @else {
            @if !it.document.intro.is_empty() { p dir="auto" { (it.document.intro) } }
            @for (n, one) in all.iter().enumerate() { (crate::quizzes::question(one, &format!("shown-{n}"), n, all.len())) }
        }
    })
}

fn embed(it: &Quiz, base: &str) -> Markup {
    let code = format!(
        "<iframe src=\"{base}{}\" title=\"{}\" style=\"width:100%;height:640px;border:0\"></iframe>",
        urls::quiz(&it.slug),
        it.title.replace('"', "&quot;")
    );
    panel("On your site").holds(html! {
        @if it.sites.is_empty() { p.u-quiet { "Name the sites on which it may be embedded, and put this there." } }
        pre.settings-code tabindex="0" aria-label="The frame for your site" { code { (code) } }
    })
}

fn became(it: &Report) -> Markup {
    let of = |n: i64| html! { (grouped(n)) };
    panel("What became of it").holds(crate::parts::pairs(&[
        ("Answered a question", of(it.started)),
        ("Answered all", of(it.finished)),
        ("Were told that nothing fits", of(it.none_fits)),
        ("Followed a link to a product", of(it.clicked)),
        ("Left their address", of(it.left_address)),
    ]))
}
