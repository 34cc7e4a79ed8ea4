//! Composing the matching quiz.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use tend_core::{
    quizzes::{self, NewQuiz, QuizId},
    settings,
};
use tend_views::{
    parts::Problems,
    settings::{self as views, QuizBeside},
    urls,
};

use super::{Done, done, show as show_section, sources::Host};
use crate::{
    app::App,
    asked::Form,
    forms::Parsed,
    pages::{Answer, go},
    who::{May, may},
};

type Editor = May<may::RevenueEdit>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Titled {
    title: String,
}

pub(crate) async fn show(who: Editor, State(app): State<App>) -> Answer {
    list(&who, &app, StatusCode::OK, Problems::default()).await
}

async fn list(who: &Editor, app: &App, status: StatusCode, problems: Problems) -> Answer {
    let me = who.me.clone();
    show_section(app, who, "quizzes", status, move |tx, at| {
        let all = quizzes::all(tx, &me)?;
        let all: tend_core::Result<Vec<_>> = all
            .into_iter()
            .map(|it| quizzes::report(tx, &me, it.id).map(|report| (it, report)))
            .collect();
        Ok(views::quizzes(at, &all?, &problems))
    })
    .await
}

pub(crate) async fn create(
    who: Editor,
    State(app): State<App>,
    Form(sent): Form<Titled>,
) -> Answer {
    let me = who.me.clone();
    match app.write(move |tx| quizzes::create(tx, &me, &sent.title)).await {
        Ok(id) => Ok(go(&urls::settings_item("quizzes", id))),
        Err(error) => {
            let (status, wrong) = crate::pages::problems(error)?;
            list(&who, &app, status, wrong).await
        }
    }
}

pub(crate) async fn one(
    who: Editor,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<QuizId>>,
    host: Host,
) -> Answer {
    edit(&who, &app, (id, host.into_text()), None, StatusCode::OK, Problems::default()).await
}

async fn edit(
    who: &Editor,
    app: &App,
    (id, base): (QuizId, String),
    sent: Option<NewQuiz>,
    status: StatusCode,
    problems: Problems,
) -> Answer {
    let me = who.me.clone();
    show_section(app, who, "quizzes", status, move |tx, at| {
        let quiz = quizzes::find(tx, &me, id)?;
        let beside = QuizBeside {
            report: quizzes::report(tx, &me, id)?,
            known: quizzes::known_traits(tx, &me)?,
            base: Some(settings::get_or(tx, settings::BASE_URL, "")?)
                .filter(|it| !it.is_empty())
                .unwrap_or(base),
        };
        Ok(views::quiz(at, &quiz, sent.as_ref(), &beside, &problems))
    })
    .await
}

/// The fields of a question are `q0`, those of its choices `q0c1` and `q0r1`.
fn read(form: Vec<(String, String)>) -> NewQuiz {
    let mut new = NewQuiz::default();
    for (name, value) in form {
        match name.as_str() {
            "title" => new.title = value,
            "slug" => new.slug = value,
            "intro" => new.intro = value,
            "sites" => new.sites = value,
            "is_open" => new.is_open = value == "on",
            other => place(&mut new, other, value),
        }
    }
    new
}

/// More than this is not a form of ours.
const MOST: usize = 20;

fn place(new: &mut NewQuiz, name: &str, value: String) {
    let Some(rest) = name.strip_prefix('q') else { return };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let Some(question) = rest[..digits].parse().ok().filter(|it| *it < MOST) else { return };
    if new.questions.len() <= question {
        new.questions.resize_with(question + 1, Default::default);
    }
    let question = &mut new.questions[question];
    let (kind, at) = match rest[digits..].split_at_checked(1) {
        None => {
            question.0 = value;
            return;
        }
        Some((kind, at)) => (kind, at.parse().ok().filter(|it| *it < MOST)),
    };
    let Some(at) = at else { return };
    if question.1.len() <= at {
        question.1.resize_with(at + 1, Default::default);
    }
    match kind {
        "c" => question.1[at].0 = value,
        "r" => question.1[at].1 = value,
        _ => {}
    }
}

/// `questions.0.choices.1.rules` is `q0r1` in the form.
fn named(wrong: Problems) -> Problems {
    let name = |field: String| {
        let parts: Vec<&str> = field.split('.').collect();
        match parts[..] {
            ["questions", question, "choices", choice, "rules"] => format!("q{question}r{choice}"),
            _ => field,
        }
    };
    wrong.0.into_iter().map(|(field, text)| (name(field), text)).collect()
}

pub(crate) async fn change(
    who: Editor,
    State(app): State<App>,
    Path(Parsed(id)): Path<Parsed<QuizId>>,
    host: Host,
    Form(form): Form<Vec<(String, String)>>,
) -> Answer {
    let (me, new) = (who.me.clone(), read(form));
    let sent = new.clone();
    let saved = app.write(move |tx| quizzes::save(tx, &me, id, &new)).await;
    match done(saved, &urls::settings_item("quizzes", id))? {
        Done::Went(response) => Ok(response),
        Done::Wrong(status, wrong) => {
            edit(&who, &app, (id, host.into_text()), Some(sent), status, named(wrong)).await
        }
    }
}
